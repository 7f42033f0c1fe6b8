"""A small invented analysts' file with the marts of patterns and areas, for every tier of the seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kasane.reports.areas_words import DESK_MEASURES, MEASURES, ROUTE_MEASURES
from kasane.reports.patterns_words import PatternWording

NASTY = "=1+1<script>alert('x')</script>&\"'\x07{{ 7*7 }}"
# The codes are not in the order of their names, and the largest counts are not in the first area.
AREAS = {"ALL": "合計", "E03": "いちばん地区", "E01": NASTY, "E02": "第2地区"}
SCALE = {"ALL": 60, "E01": 5, "E02": 30, "E03": 20}
LATE = "kaigo;seiho"
PARTLY = "期間の一部しか届いておらず、届いた分による値です: jumin、shigen_place"
ROUTES = {"1": "本人自ら連絡（来所）", "2": NASTY}
DESKS = {"K02": ("総合支援機関2号", "E02"), "K10": (NASTY, "E01"), None: (None, None)}
MARTS = (
    "mart_pattern_summary", "mart_pattern_sensitivity", "mart_overlap_summary", "mart_area_balance", "mart_case_flow",
    "mart_household_flow", "mart_issue_funnel", "mart_found_by_route", "mart_desk_journey", "mart_council_year",
    "mart_exemplar", "dim_area",
)  # fmt: skip
Row = dict[str, Any]


def make_board_file(
    path: Path, wording: PatternWording, months: Sequence[date], leave_out: Sequence[str] = (), areas: bool = True
) -> Path:
    """Write the file; ``leave_out`` names marts that it shall not have, without ``areas`` there is ALL alone."""
    codes = list(AREAS) if areas else ["ALL"]
    dice = random.Random(5)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for mart in MARTS:
            if mart not in leave_out:
                rows = list(_ROWS[mart](wording, months, codes, dice))
                shape = list(_ROWS[mart](wording, [date(2020, 3, 31)], list(AREAS), dice))
                table = pa.Table.from_pylist(shape + rows)
                connection.register("rows_given", table)
                connection.execute(f"create table marts.{mart} as select * from rows_given offset {len(shape)}")
                connection.unregister("rows_given")
    return path


def _count(dice: random.Random, code: str | None = "ALL") -> int | None:
    """Now and then there is no figure."""
    return None if dice.random() < 0.06 else dice.randrange(0, SCALE.get(code or "", 9))


def _patterns(
    wording: PatternWording, months: Sequence[date], codes: Sequence[str], dice: random.Random
) -> Iterator[Row]:
    for month in months:
        late = LATE if month.month % 2 else None
        for code in codes:
            for tier in wording.tiers:
                yield {
                    "month_end_date": month, "area_code": code, "pattern": tier.pattern, "tier": tier.tier,
                    "label": tier.label, "household_count": _count(dice, code), "feed_count": 4,
                    "current_feed_count": 2 if late else 4, "feeds_not_current": late,
                }  # fmt: skip


def _sensitivity(wording: PatternWording, months: Sequence[date], _: object, dice: random.Random) -> Iterator[Row]:
    for month in months[-1:]:
        for tier in wording.tiers[:5]:
            for parameter in ("pattern_consultation_days", "pattern_8050_gap_from"):
                for value in (90.0, 183.0, 365.0):
                    yield {
                        "month_end_date": month, "pattern": tier.pattern, "tier": tier.tier, "label": tier.label,
                        "parameter": parameter, "parameter_label": NASTY, "parameter_value": value, "unit": "days",
                        "household_count": _count(dice), "is_default": value == 183.0,
                    }  # fmt: skip


def _households(_: object, months: Sequence[date], codes: Sequence[str], dice: random.Random) -> Iterator[Row]:
    for month in months:
        for code in codes:
            yield {"month_end_date": month, "area_code": code, "household_count": 100 + dice.randrange(SCALE[code])}


def _by_area(mart: str) -> Callable[..., Iterator[Row]]:
    def made(_: object, months: Sequence[date], codes: Sequence[str], dice: random.Random) -> Iterator[Row]:
        for month in months:
            for code in codes:
                yield {
                    "month_end_date": month, "area_code": code, "area_name": AREAS[code],
                    "reason": PARTLY if month.month % 2 else None,
                    **{each.column: _figure(each.form.digits, dice, code) for each in MEASURES[mart]},
                }  # fmt: skip

    return made


def _figure(digits: int, dice: random.Random, code: str | None) -> float | None:
    value = _count(dice, code)
    return value if value is None or not digits else value + round(dice.random(), 4)


def _routes(_: object, months: Sequence[date], codes: Sequence[str], dice: random.Random) -> Iterator[Row]:
    for month in months:
        for code in codes:
            for route, label in ROUTES.items():
                yield {
                    "month_end_date": month, "area_code": code, "route": route, "route_label": label, "reason": None,
                    **{each.column: _count(dice, code) for each in ROUTE_MEASURES},
                }  # fmt: skip


def _desks(_: object, months: Sequence[date], __: object, dice: random.Random) -> Iterator[Row]:
    for month in months:
        for code, (name, area) in DESKS.items():
            yield {
                "month_end_date": month, "desk_code": code, "agency_name": name, "area_code": area, "reason": PARTLY,
                **{each.column: _figure(each.form.digits, dice, area) for each in DESK_MEASURES},
                "consultation_count": 7,
            }  # fmt: skip


def _council(_: object, months: Sequence[date], __: object, ___: object) -> Iterator[Row]:
    for month in months:
        if month.month == 3:
            yield {"fiscal_year": month.year - 1, "period_end_date": month, "cases_from": 10, "cases_until": 19}


def _exemplars(_: object, months: Sequence[date], __: object, dice: random.Random) -> Iterator[Row]:
    for month in months:
        for name, unit in (("agreements", "count"), ("weeks", "weeks"), ("found", "percent_change")):
            yield {
                "month_end_date": month, "exemplar_id": name, "municipality": "見本区", "case_name": NASTY,
                "label": f"指標 {name}", "unit": unit, "value": _figure(1, dice, "ALL"), "figure_before": 8.7,
                "figure_after": 153.0, "over_period": "3 years", "survey_year": 2023, "source": "報告書",
                "is_fact_checked": False, "reason": None if name == "weeks" else PARTLY,
            }  # fmt: skip


def _dim_area(_: object, months: Sequence[date], codes: Sequence[str], __: object) -> Iterator[Row]:
    if months:
        yield from ({"area_code": code, "area_name": AREAS[code]} for code in codes if code != "ALL")


_ROWS: dict[str, Callable[..., Iterator[Row]]] = {
    "mart_pattern_summary": _patterns,
    "mart_pattern_sensitivity": _sensitivity,
    "mart_overlap_summary": _households,
    **{mart: _by_area(mart) for mart in MEASURES},
    "mart_found_by_route": _routes,
    "mart_desk_journey": _desks,
    "mart_council_year": _council,
    "mart_exemplar": _exemplars,
    "dim_area": _dim_area,
}
