"""The answer key's tables of indicators and patterns: values against targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kasane.ward.arrays import Ints
from kasane.ward.cases import CaseBook
from kasane.ward.days import day_of
from kasane.ward.orgs_activity import ActivityBook
from kasane.ward.people import Ward
from kasane.ward.truth_events import Events
from kasane.ward.truth_kpi import MEASURES, Bench, compound_issues, months_elapsed, of_survey
from kasane.ward.truth_kpi_month import MonthState
from kasane.ward.truth_kpi_survey import Survey
from kasane.ward.truth_pattern import Look, latest_rows, patterns

PATTERN = pa.schema(
    [("month_end", pa.date32()), ("pattern", pa.string()), ("tier", pa.string()), ("variant", pa.string()),
     ("household_count", pa.int64())]
)  # fmt: skip
KPI = pa.schema(
    [("kpi_id", pa.string()), ("period_end_date", pa.date32()), ("area_code", pa.string())]
    + [
        (name, pa.float64())
        for name in ("numerator", "denominator", "value", "alt_value", "target", "baseline", "target_due")
    ]
    + [("status", pa.string())]
    + [(name, pa.bool_()) for name in ("status_edge", "linkage", "survey", "contested")]
)
# kpi_catalogue.csv: target, baseline, and whether more is better
TARGETS: dict[str, tuple[float, float | None, bool]] = {
    "M1-KGI-1": (80, 42.7, True), "M1-KGI-2": (70, 31.5, True), "M1-KSI-1": (80, 46.8, True),
    "M1-KSI-2": (100, 73.8, True), "M1-KPI-1": (5, 12.3, False), "M1-KPI-2": (85, 67.3, True),
    "M1-KPI-3": (1, None, True), "M1-KPI-4": (1000, None, True), "M2-KGI-1": (75, 53.2, True),
    "M2-KGI-2": (85, 62.7, True), "M2-KSI-1": (100, None, True), "M2-KSI-2": (90, None, True),
    "M2-KPI-1": (65, None, True), "M2-KPI-2": (30, None, True), "M2-KPI-3": (500, None, True),
    "M2-KPI-4": (300, None, True), "M3-KGI-1": (10, 18.7, False), "M3-KGI-2": (50, 32.3, True),
    "M3-KSI-1": (10, None, True), "M3-KSI-2": (100, None, True), "M3-KPI-1": (70, None, True),
    "M3-KPI-2": (50, None, True), "M3-KPI-3": (500, None, True), "M3-KPI-4": (50, None, True),
}  # fmt: skip
ANNUAL = ("M1-KPI-4", "M2-KPI-3", "M2-KPI-4", "M3-KPI-3", "M3-KPI-4")
LINKED = ("M1-KGI-1", "M1-KGI-2", "M1-KPI-1", "M2-KGI-1", "M2-KPI-1", "M2-KPI-2")
SURVEYED = {"M1-KSI-1": "knows", "M3-KGI-1": "isolated", "M3-KGI-2": "takes_part", "M3-KPI-1": "mutual"}
# counts of a fiscal year, and the stream that tells of them
_TOLD_BY = {"M2-KSI-1": "kaigi", "M2-KSI-2": "kenshu", "M2-KPI-4": "sanka", "M3-KPI-3": "kenshu",
            "M3-KPI-4": "shigen_group"}  # fmt: skip
_MARGIN = 0.10
_SURVEY_TOLERANCE, _EXACT = 0.01, 1e-9


@dataclass
class Ledger:
    """Gathers months while they go by, and says what they were when all is loaded."""

    states: list[MonthState] = field(default_factory=list)

    def write(
        self,
        ward: Ward,
        cases: CaseBook,
        done: ActivityBook,
        loaded: dict[str, dict[date, dict[str, Ints]]],
        houkatsu: Ints,
        districts: int,
        folder: Path,
    ) -> None:
        """pattern_month, pattern_month_restricted and kpi_value into a folder."""
        attended = [facts["row"] for facts in loaded.get("kenshu", {}).values()]
        surveys = {base.year: facts for base, facts in loaded.get("ishiki", {}).items()}
        attendances = np.sort(np.concatenate(attended)) if attended else np.zeros(0, np.int64)
        answers, activities = (latest_rows(loaded.get(feed, {})) for feed in ("enquete", "sanka"))
        events = Events(cases, houkatsu, self.states[-1].month.last)
        looks = [Look(ward, state, events, done, activities) for state in self.states]
        write_patterns(folder, looks)
        write_indicators(folder, looks, answers, attendances, surveys, districts)


def write_patterns(folder: Path, looks: list[Look]) -> None:
    """Households by month, pattern and tier; with youtai in a table of its own."""
    for name, with_youtai in (("pattern_month", False), ("pattern_month_restricted", True)):
        rows = [
            {"month_end": look.state.month.end, "pattern": pattern, "tier": tier,
             "variant": "with_youtai" if with_youtai else "public", "household_count": count}
            for look in looks
            for (pattern, tier), count in patterns(look, with_youtai).items()
        ]  # fmt: skip
        pq.write_table(pa.Table.from_pylist(rows, schema=PATTERN), folder / f"{name}.parquet")


def write_indicators(
    folder: Path, looks: list[Look], answers: Ints, attendances: Ints, surveys: dict[int, Survey], districts: int
) -> None:
    """Every indicator of every month, for the whole ward."""
    compound = compound_issues(looks)
    rows = []
    for look in looks:
        bench = Bench(look, looks, answers, attendances, surveys, districts, compound)
        rows += [row(bench, kpi_id) for kpi_id in MEASURES]
    pq.write_table(pa.Table.from_pylist(rows, schema=KPI), folder / "kpi_value.parquet")


def row(bench: Bench, kpi_id: str) -> dict[str, Any]:
    """A row of kpi_value."""
    numerator, denominator, value = MEASURES[kpi_id](bench)
    target, baseline, more = TARGETS[kpi_id]
    due = target * months_elapsed(bench) / 12 if kpi_id in ANNUAL else float(target)
    return {
        "kpi_id": kpi_id, "period_end_date": bench.look.state.month.end, "area_code": "ALL", "numerator": numerator,
        "denominator": denominator, "value": value, "alt_value": other_reading(bench, kpi_id), "target": float(target),
        "baseline": baseline, "target_due": due, "status": status(value, due, more),
        "status_edge": at_edge(value, due, more, _tolerance(kpi_id, value, denominator)),
        "linkage": kpi_id in LINKED, "survey": kpi_id in SURVEYED,
        "contested": untold(bench, kpi_id, value),
    }  # fmt: skip


def untold(bench: Bench, kpi_id: str, value: float | None) -> bool:
    """Nothing was counted, and no file of the source is of this fiscal year: a reader may as well say no_data."""
    base = bench.look.state.based.get(_TOLD_BY.get(kpi_id, ""))
    return value == 0 and base is not None and day_of(base) <= bench.start


def other_reading(bench: Bench, kpi_id: str) -> float | None:
    """A survey's rate where residents whose area must not be shown are in no cell; definitions.md leaves it open."""
    if kpi_id not in SURVEYED:
        return None
    return of_survey(bench, SURVEYED[kpi_id], bench.look.state.population_shown)[2]


def status(value: float | None, due: float, more: bool) -> str:
    """met, on_track within a tenth of what is due, behind, or no_data."""
    if value is None:
        return "no_data"
    if value >= due if more else value <= due:
        return "met"
    near = due * (1 - _MARGIN) if more else due * (1 + _MARGIN)
    return "on_track" if (value >= near if more else value <= near) else "behind"


def _tolerance(kpi_id: str, value: float | None, denominator: float | None) -> float:
    """How far a right reader may be from the value: one unit where people are linked, a percent in surveys."""
    if value is None:
        return 0.0
    unit = 100 / denominator if kpi_id in LINKED and denominator else 0.0
    relative = _SURVEY_TOLERANCE * abs(value) if kpi_id in LINKED or kpi_id in SURVEYED else 0.0
    return max(unit, relative, _EXACT)


def at_edge(value: float | None, due: float, more: bool, tolerance: float) -> bool:
    """Whether the status could be another within the tolerance."""
    if value is None:
        return False
    limits = (due, due * (1 - _MARGIN) if more else due * (1 + _MARGIN))
    return any(abs(value - limit) <= tolerance for limit in limits)
