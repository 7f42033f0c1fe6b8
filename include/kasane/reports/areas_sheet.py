"""Needs and resources as a workbook: every month and area of each mart, routes, desks and model municipalities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kasane.reports.areas_data import BALANCE, REACH, AreaData
from kasane.reports.areas_words import DESK_MEASURES, MEASURES, ROUTE_MEASURES, SHEETS, period_label, unit_label
from kasane.reports.figure_line import Line, change, share
from kasane.reports.patterns_data import SUMMARY as PATTERNS
from kasane.reports.patterns_words import PatternWording
from kasane.reports.table_sheet import Cell, Column, Table, workbook_of
from kasane.reports.words import ALL

UNSEEN_SHEET, ROUTE_SHEET, DESK_SHEET = "ノーマークと資源", "出会った経路", "窓口の道のり"
COUNCIL_SHEET, EXEMPLAR_SHEET = "要対協", "先進自治体"
_WHERE = (Column("月末", 12), Column("圏域コード"), Column("圏域", 16))
_REASON = Column("注意", 90)
EXEMPLAR_HEADS = (
    Column("月末", 12), Column("自治体", 12), Column("取組", 26), Column("指標", 36), Column("単位", 12),
    Column("当自治体の値", 12, "#,##0.0"), Column("取組の前", 11, "#,##0.0"), Column("取組の後", 11, "#,##0.0"),
    Column("期間", 8), Column("調査年度", 10, "0"), Column("出典", 50), Column("事実確認", 14), Column("注意", 50),
)  # fmt: skip


def areas_book(data: AreaData, wording: PatternWording, municipality: str) -> bytes:
    """The workbook; without a month its tables have a heading and a blank row."""
    header, day = f"内部用・公表不可 {municipality}", data.months[-1] if data.months else None
    sheets = [_unseen(data)]
    sheets += [
        _sheet(SHEETS[mart], mart.removeprefix("mart_"), data, lines, mart)
        for mart, lines in ((mart, [data.lines[mart, e.column] for e in each]) for mart, each in MEASURES.items())
    ]
    sheets += [_routes(data), _desks(data), _council(data), _exemplars(data)]
    return workbook_of("圏域ごとの必要と資源", header, day, sheets, _about(wording, municipality))


def _unseen(data: AreaData) -> Table:
    """The first table of the page in every month, the changes beside their figures."""
    nobody, programme, compound = data.reach[REACH[0]], data.reach[REACH[1]], data.line("compound_count")
    part = share(nobody, compound, "ノーマークの割合(複合的課題世帯のうち)")
    resources = [data.line(f"{name}_count") for name in ("staff", "place", "group", "agreement", "conference")]
    lines = [
        data.line("household_count"), nobody, change(nobody), part, compound, change(compound), programme,
        change(programme), *resources,
    ]  # fmt: skip
    return _sheet(UNSEEN_SHEET, "unseen_and_resources", data, lines, PATTERNS, BALANCE)


def _sheet(title: str, table: str, data: AreaData, lines: Sequence[Line], *marts: str) -> Table:
    heads = [*_WHERE, *(_head(line) for line in lines), _REASON]
    return Table(title, table, heads, list(_rows(data, lines, marts)), frozen=3)


def _rows(data: AreaData, lines: Sequence[Line], marts: Sequence[str]) -> Iterator[list[Cell]]:
    """A row a month and area, newest month first; areas by their code."""
    for month in reversed(data.months):
        reason = "".join(sentence for mart in marts for sentence in data.reasons[mart].get(month, ())) or None
        for code, name in ((ALL, "全体"), *data.areas):
            yield [month, code, name, *(line.value(month, code) for line in lines), reason]


def _head(line: Line) -> Column:
    unit = "" if line.form.is_share else f"({line.unit})"
    return Column(line.heading + unit, 13, line.form.cell_format)


def _routes(data: AreaData) -> Table:
    figures = [Column(f"{each.heading}({each.unit})", 13, each.form.cell_format) for each in ROUTE_MEASURES]
    heads = [*_WHERE, Column("経路コード"), Column("経路", 40), *figures]
    rows = [
        _route_row(data, month, place, route)
        for month in reversed(data.months)
        for place in ((ALL, "全体"), *data.areas)
        for route in data.routes
    ]
    return Table(ROUTE_SHEET, "found_by_route", heads, rows, frozen=3)


def _route_row(data: AreaData, month: date, place: tuple[str, str], route: tuple[str, str]) -> list[Cell]:
    figures = [data.route_lines[route[0], each.column].value(month, place[0]) for each in ROUTE_MEASURES]
    return [month, *place, *route, *figures]


def _desks(data: AreaData) -> Table:
    heads = [Column("月末", 12), Column("窓口コード"), Column("窓口", 30), Column("圏域", 16),
             *(_head(data.desk_lines[each.column]) for each in DESK_MEASURES), _REASON]  # fmt: skip
    rows = [
        _desk_row(data, month, code, name)
        for month in reversed(data.months)
        for code, name in data.desks
        if data.desk_lines["consultation_count"].value(month, code) is not None
    ]
    return Table(DESK_SHEET, "desk_journey", heads, rows, frozen=3)


def _desk_row(data: AreaData, month: date, code: str, name: str) -> list[Cell]:
    figures = [data.desk_lines[each.column].value(month, code) for each in DESK_MEASURES]
    reason = "".join(data.reasons["mart_desk_journey"].get(month, ())) or None
    return [month, code, name, data.desk_areas[code], *figures, reason]


def _council(data: AreaData) -> Table:
    heads = [
        Column("年度", 9, "0"),
        Column("年度末", 12),
        Column("件数の帯 下限", 14, "0"),
        Column("件数の帯 上限", 14, "0"),
    ]
    rows = [[row["fiscal_year"], row["period_end_date"], row["cases_from"], row["cases_until"]] for row in data.council]
    return Table(COUNCIL_SHEET, "council_year", heads, rows)


def _exemplars(data: AreaData) -> Table:
    rows = [
        [
            row["month_end_date"], row["municipality"], row["case_name"], row["label"], unit_label(row["unit"]),
            row["value"], row["figure_before"], row["figure_after"], period_label(row["over_period"]),
            row["survey_year"], row["source"], "済" if row["is_fact_checked"] else "未(資料のまま)", row["reason"],
        ]
        for row in data.exemplars
    ]  # fmt: skip
    return Table(EXEMPLAR_SHEET, "exemplar", EXEMPLAR_HEADS, rows, frozen=4)


def _about(wording: PatternWording, municipality: str) -> list[tuple[str, str]]:
    return [
        ("自治体", municipality),
        ("扱い", "内部用・公表不可。秘匿処理の前の値"),
        ("並び順", "圏域も窓口もコードの順。数の多い順ではない。数の多さは圏域の良し悪しではない"),
        ("空欄", "値のないところは空欄。0とは違う。理由は「注意」に示す"),
        *((tier.label, tier.description) for tier in wording.tiers if tier.pattern in REACH),
        ("全体と圏域", "支援措置の対象者がいる世帯は「全体」にだけ入る。圏域の合計は全体と一致しないことがある"),
        ("地域課題", "4月から月末までの累計。年度の初めは少なく出る"),
        ("先進自治体", "資料に挙げられた値のままで、事実確認をしていないものは「未」とする"),
    ]
