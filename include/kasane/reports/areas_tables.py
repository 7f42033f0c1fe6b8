"""The tables of the page on needs and resources: which figures stand side by side; rows are areas by their code."""

from __future__ import annotations

from collections.abc import Sequence

from kasane.reports.areas_data import AreaData
from kasane.reports.areas_words import DESK_MEASURES
from kasane.reports.figure_board import Board
from kasane.reports.figure_grid import Column, Grid, Group, Heading, area_grid, place_grid, soft
from kasane.reports.figure_line import Line, change, share

CASES, HOUSEHOLD_FLOW, ISSUES = "mart_case_flow", "mart_household_flow", "mart_issue_funnel"


def unseen(board: Board, data: AreaData) -> Grid:
    """Compound households, those whom nobody reaches, how both moved, and what the area has: one row an area."""
    compound, nobody, programme = data.line("compound_count"), data.reach["unseen"], data.reach["outside_programme"]
    groups = [
        Group("", (Column(data.line("household_count"), "世帯数"),)),
        Group(
            "ノーマーク",
            (
                _moving(nobody, "世帯数"),
                Column(share(nobody, compound, "複合的課題世帯のうち"), soft("複合的課題|世帯のうち")),
                Column(nobody, "推移", is_spark=True),
            ),
        ),
        Group("複合的課題世帯", (_moving(compound, "世帯数"), Column(compound, "推移", is_spark=True))),
        Group(programme.heading, (_moving(programme, "世帯数"),)),
        Group(
            "その圏域にある資源",
            tuple(
                Column(data.line(column), heading)
                for column, heading in (
                    ("staff_count", "支援者"), ("place_count", "居場所"), ("group_count", soft("活動|団体")),
                    ("agreement_count", soft("協定|機関")), ("conference_count", soft("支援会議|(1年)")),
                )
            ),
        ),
    ]  # fmt: skip
    return area_grid(board, "ノーマークの世帯と、その圏域の資源", groups)


def resources(board: Board, data: AreaData) -> Grid:
    """Needs, consultations, staff and places, each with the count for a thousand households below it."""
    filled = share(data.line("filled_fte"), data.line("required_fte"), "充足率")
    groups = [
        Group(
            "必要",
            (
                _per_1000(data, "in_need_count", soft("支援が|必要な世帯"), "in_need_per_1000"),
                _per_1000(data, "consultation_count", soft("相談|(1年)"), "consultations_per_1000"),
            ),
        ),
        Group(
            "人",
            (
                _per_1000(data, "staff_count", "支援者", "staff_per_1000"),
                Column(data.line("required_fte"), soft("必要な|専門職")),
                Column(data.line("filled_fte"), soft("いる|専門職"), (("", filled),)),
            ),
        ),
        Group(
            "場・つながり",
            (
                _per_1000(data, "place_count", "居場所", "places_per_1000"),
                Column(data.line("place_capacity"), soft("居場所の|定員")),
                _per_1000(data, "group_count", "活動団体", "groups_per_1000"),
                _per_1000(data, "agreement_count", "協定機関", "agreements_per_1000"),
            ),
        ),
        Group(
            "会議(1年)",
            (
                _per_1000(data, "conference_count", soft("重層的|支援会議"), "conferences_per_1000"),
                Column(data.line("care_conference_count"), soft("地域ケア|会議")),
            ),
        ),
    ]
    return area_grid(board, "必要と資源(下段は千世帯あたりの数、専門職は充足率)", groups)


def flows(board: Board, data: AreaData, turning_months: int) -> Grid:
    """What came and went in the month, and what is coming."""
    cases = (
        ("new_count", soft("新しい|相談")),
        ("reopened_count", soft("終結後の|再相談")),
        ("closed_count", soft("終結した|プラン")),
    )
    plans = data.line("open_plan_count", CASES)
    moved = (
        ("became_compound_count", soft("新たに|複合")), ("ceased_compound_count", soft("複合で|なくなった")),
        ("became_in_need_count", soft("新たに|支援が必要")), ("ceased_in_need_count", soft("支援が必要で|なくなった")),
    )  # fmt: skip
    coming = ("turning_18_count", soft("18歳に|なる人")), ("turning_65_count", soft("65歳に|なる人"))
    groups = [
        Group(
            "相談とプラン",
            (
                *_columns(data, CASES, cases),
                _moving(plans, soft("開いている|プラン")),
                Column(plans, soft("プランの|推移"), is_spark=True),
            ),
        ),
        Group("世帯の移り変わり", _columns(data, HOUSEHOLD_FLOW, moved)),
        Group(f"{turning_months}か月以内に", _columns(data, HOUSEHOLD_FLOW, coming)),
    ]
    return area_grid(board, "その月の流れ", groups)


def issues(board: Board, data: AreaData) -> Grid:
    """Community issues from being raised to becoming policy, in the fiscal year up to the month."""
    year = (
        ("raised_count", "把握"), ("discussed_count", soft("地域ケア会議|で検討")), ("resolved_count", "解決"),
        ("resident_led_count", soft("うち|住民主体")), ("shared_led_count", "うち協働"),
        ("office_led_count", "うち行政"),
        ("policy_count", soft("うち政策に|なった")),
    )  # fmt: skip
    groups = [
        Group("4月から月末まで", _columns(data, ISSUES, year)),
        Group("月末", (_moving(data.line("open_issue_count", ISSUES), soft("解決して|いない")),)),
    ]
    return area_grid(board, "地域課題の道のり", groups)


def desks(board: Board, data: AreaData) -> Grid:
    """How people who came to a desk in the year up to the month went on; desks by their code."""
    columns = tuple(
        Column(data.desk_lines[each.column], heading)
        for each, heading in zip(DESK_MEASURES, _DESK_HEADINGS, strict=True)
    )
    places = [(code, f"{name}({area})" if (area := data.desk_areas[code]) else name) for code, name in data.desks]
    return place_grid(board, "最初の窓口ごとの、1年間の相談", "最初の窓口", [Group("", columns)], places)


_DESK_HEADINGS = (
    "相談", soft("うち|複合的課題"), soft("支援を待つ|相談"), soft("最初の支援|までの日数|(平均)"),
    soft("複数の窓口を|回った相談"), soft("回った窓口の|数(平均)"), soft("機関から機関|への日数|(平均)"),
)  # fmt: skip


def _moving(line: Line, heading: Heading) -> Column:
    """A figure with its change in twelve months below it."""
    return Column(line, heading, (("12か月前と ", change(line)),))


def _per_1000(data: AreaData, column: str, heading: Heading, rate: str) -> Column:
    return Column(data.line(column), heading, (("", data.line(rate)),))


def _columns(data: AreaData, mart: str, wanted: Sequence[tuple[str, Heading]]) -> tuple[Column, ...]:
    return tuple(Column(data.line(column, mart), heading) for column, heading in wanted)
