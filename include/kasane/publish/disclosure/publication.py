"""One publication: a month's tables as they were decided. Restricted: it holds the true counts of hidden cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kasane.publish.disclosure.areas import Group

FIRST, CORRECTION = "first", "correction"


@dataclass(frozen=True)
class OverlapRow:
    """One cell of the overlap table; ``is_primary``: hidden for its own count."""

    area_code: str
    household_type: str
    domains: str
    match: str
    count: int
    is_shown: bool
    is_primary: bool


@dataclass(frozen=True)
class KpiRow:
    """One indicator and area; the value is shown where both numbers that it follows from are."""

    kpi_id: str
    area_code: str
    numerator: float | None
    denominator: float | None
    value: float | None
    target: float | None
    baseline: float | None
    status: str | None
    numerator_shown: bool
    denominator_shown: bool
    value_shown: bool


@dataclass(frozen=True)
class IntervalRow:
    """What an attacker knows of one hidden count: from ``low`` to ``high``, None without a bound (秘匿インターバル)."""

    table: str
    cell: str
    low: int
    high: int | None
    least_width: int


@dataclass(frozen=True)
class Publication:
    """A month as it was published.

    ``under``: counts of people from 1 to below it are hidden; None where no person counts are published. ``atoms``:
    the true counts below the overlap table, in its order. ``approved_by`` and ``reason`` of a correction.
    """

    number: int
    kind: str
    month: date
    residents: int
    detail: int
    under: int | None
    groups: tuple[Group, ...]
    area_names: Mapping[str, str]
    atoms: tuple[int, ...]
    overlap: tuple[OverlapRow, ...]
    kpis: tuple[KpiRow, ...]
    intervals: tuple[IntervalRow, ...]
    approved_by: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the register."""
        return asdict(self) | {"month": self.month.isoformat()}

    @staticmethod
    def of_json(told: Mapping[str, Any]) -> Publication:
        """From the register; raises KeyError, TypeError or ValueError where it was not written by ``as_json``."""
        return Publication(
            **{
                **told,
                "month": date.fromisoformat(told["month"]),
                "groups": tuple(tuple(group) for group in told["groups"]),
                "atoms": tuple(told["atoms"]),
                "overlap": tuple(OverlapRow(**row) for row in told["overlap"]),
                "kpis": tuple(KpiRow(**row) for row in told["kpis"]),
                "intervals": tuple(IntervalRow(**row) for row in told["intervals"]),
            }
        )


def in_force(publications: Iterable[Publication]) -> list[Publication]:
    """The last publication of each month, by month."""
    latest = {each.month: each for each in sorted(publications, key=lambda each: each.number)}
    return [latest[month] for month in sorted(latest)]


def fiscal_year(month: date) -> int:
    """年度: from April to March."""
    return month.year if month.month >= 4 else month.year - 1


def before_in_year(publications: Sequence[Publication], month: date) -> list[Publication]:
    """What is in force of the months of the same fiscal year before ``month``."""
    return [
        each for each in in_force(publications) if each.month < month and fiscal_year(each.month) == fiscal_year(month)
    ]
