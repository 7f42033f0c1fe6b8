"""What the KPI scorecard shows, read from one zone of a release; figures of indicators only, never a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from kasane.contracts.codes import load_policy_table, load_thresholds
from kasane.reports.labels import load_source_titles
from kasane.reports.words import ALL
from kasane.reports.zone_file import open_zone_file, read_rows
from kasane.settings import Settings

MONTHS_SHOWN: Final = 36
# The figures of a reading, by the mart's own names of them.
FIGURES: Final = (
    "value",
    "value_low",
    "value_high",
    "target_due",
    "target",
    "baseline",
    "coverage_months_delivered",
    "coverage_months_due",
)
PUBLISHED_FIGURES: Final = ("value", "target", "baseline")

_ANALYST = """
select k.kpi_id, cast(k.period_end_date as date) as month, k.area_code, coalesce(a.area_name, k.area_code) as area_name,
       k.value, k.value_low, k.value_high, k.target_due, k.target, k.baseline, k.coverage_months_delivered,
       k.coverage_months_due, k.status, k.definition_version, k.reason, false as is_hidden
from marts.mart_kpi_value as k
left join marts.dim_area as a on k.area_code = a.area_code
"""
_PUBLISHED = """
select kpi_id, cast(period_end_date as date) as month, area_code, area_label as area_name, value, target, baseline,
       status, suppressed as is_hidden
from {catalog}.published.kpi_value
"""
_DETAILS = """
select kpi_id, cast(period_end_date as date) as month, area_code, measure, label_ja, unit, value
from marts.mart_kpi_detail order by measure
"""
_UNANSWERED = "select label, reason, would_answer from marts.mart_unanswered_indicator order by sort_order"


@dataclass(frozen=True)
class Indicator:
    """One row of kpi.csv as the page words it; ``next_look`` says what to look at where it is behind."""

    kpi_id: str
    measure_no: int
    measure: str
    level: str
    name: str
    unit: str
    direction: str
    period: str
    numerator: str
    denominator: str
    source: str
    note: str
    is_annual_count: bool
    next_look: str


@dataclass(frozen=True)
class Wording:
    """What seeds and contracts say: indicators in order, feeds' titles, months of a fiscal year without a verdict."""

    indicators: tuple[Indicator, ...]
    source_titles: Mapping[str, str]
    neutral_months: int


@dataclass(frozen=True)
class Detail:
    """A value that is shown beside an indicator (mart_kpi_detail)."""

    measure: str
    label: str
    unit: str
    value: float | None


@dataclass(frozen=True)
class Reading:
    """An indicator at a month end in an area; ``figures`` by their name, ``status`` as the zone has it."""

    figures: Mapping[str, float | None]
    status: str | None
    version: str
    reason: str
    is_hidden: bool
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Scorecard:
    """All readings by (indicator, month, area); months oldest first, areas by code with their name, without ``ALL``."""

    is_public: bool
    months: tuple[date, ...]
    months_in_file: int
    areas: tuple[tuple[str, str], ...]
    readings: Mapping[tuple[str, date, str], Reading]
    unanswered: Sequence[tuple[str, str, str]]

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The municipality and then the areas."""
        return ((ALL, "全体"), *self.areas)


def load_wording(settings: Settings) -> Wording:
    """Wording from the seeds and contracts in force; raises ContractError."""
    seeds = settings.seed_dirs
    looks = load_policy_table(seeds, "kpi_next_look.csv", ("kpi_id", "next_look_ja"))
    look = {row["kpi_id"]: row["next_look_ja"] for row in looks}
    rows = load_policy_table(seeds, "kpi.csv", _KPI_COLUMNS)
    return Wording(
        tuple(_indicator(row, look) for row in sorted(rows, key=lambda row: int(row["sort_order"]))),
        load_source_titles(settings.contract_dirs),
        load_thresholds(seeds)["report_neutral_months"].whole,
    )


_KPI_COLUMNS = (
    "kpi_id", "measure_no", "measure_ja", "level", "name_ja", "unit", "direction", "period", "numerator_ja",
    "denominator_ja", "source_ja", "note_ja", "is_annual_count", "sort_order",
)  # fmt: skip


def _indicator(row: Mapping[str, str], look: Mapping[str, str]) -> Indicator:
    return Indicator(
        kpi_id=row["kpi_id"],
        measure_no=int(row["measure_no"]),
        measure=row["measure_ja"],
        level=row["level"],
        name=row["name_ja"],
        unit=row["unit"],
        direction=row["direction"],
        period=row["period"],
        numerator=row["numerator_ja"],
        denominator=row["denominator_ja"],
        source=row["source_ja"],
        note=row["note_ja"],
        is_annual_count=row["is_annual_count"] == "true",
        next_look=look.get(row["kpi_id"], ""),
    )


def read_scorecard(analyst_file: Path) -> Scorecard:
    """Every indicator of the analysts' zone; raises KasaneError when the file or a mart can't be read."""
    with open_zone_file(analyst_file) as connection:
        rows = read_rows(connection, _ANALYST, analyst_file)
        details = read_rows(connection, _DETAILS, analyst_file)
        unanswered = read_rows(connection, _UNANSWERED, analyst_file)
    told = [(row["label"], row["reason"] or "", row["would_answer"] or "") for row in unanswered]
    return _assemble(rows, FIGURES, False, told, details)


def read_public_scorecard(published_file: Path) -> Scorecard:
    """What disclosure control let through, and nothing else; raises KasaneError when it can't be read."""
    with open_zone_file(published_file) as connection:
        rows = read_rows(connection, _PUBLISHED, published_file)
    return _assemble(rows, PUBLISHED_FIGURES, True, ())


def _assemble(
    rows: Sequence[Mapping[str, Any]],
    figures: Sequence[str],
    is_public: bool,
    unanswered: Sequence[tuple[str, str, str]],
    details: Sequence[Mapping[str, Any]] = (),
) -> Scorecard:
    months = sorted({row["month"] for row in rows})
    shown = tuple(months[-MONTHS_SHOWN:])
    kept = [row for row in rows if row["month"] in shown]
    # An area may be called otherwise in another month: the newest name counts.
    names = {row["area_code"]: row["area_name"] for row in sorted(kept, key=lambda row: row["month"])}
    beside: dict[tuple[str, date, str], list[Detail]] = defaultdict(list)
    for row in details:
        each = Detail(row["measure"], row["label_ja"], row["unit"], row["value"])
        beside[_key(row)].append(each)
    return Scorecard(
        is_public=is_public,
        months=shown,
        months_in_file=len(months),
        areas=tuple((code, names[code]) for code in sorted(set(names) - {ALL})),
        readings={key: _reading(row, figures, beside.get(key, ())) for row in kept for key in [_key(row)]},
        unanswered=unanswered,
    )


def _key(row: Mapping[str, Any]) -> tuple[str, date, str]:
    return row["kpi_id"], row["month"], row["area_code"]


def _reading(row: Mapping[str, Any], figures: Sequence[str], details: Sequence[Detail]) -> Reading:
    return Reading(
        figures={name: row[name] for name in figures},
        status=row["status"],
        version=row.get("definition_version") or "",
        reason=row.get("reason") or "",
        is_hidden=bool(row["is_hidden"]),
        details=tuple(details),
    )
