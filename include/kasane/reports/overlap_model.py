"""What the overlap report shows, the same for either zone: cells of households, hidden ones among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, Final

from kasane.reports import words

MONTHS_SHOWN: Final = 36
COMBINATIONS: Final = tuple("+".join(chosen) for size in (1, 2, 3, 4) for chosen in combinations(words.DOMAINS, size))
EXACT, AT_LEAST = "exact", "at_least"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A number of households; ``value`` is None where it is hidden (秘匿), and where the zone doesn't tell it."""

    value: int | None
    is_hidden: bool = False


NOT_TOLD: Final = Cell(None)
HIDDEN: Final = Cell(None, is_hidden=True)


def share(part: Cell, whole: Cell) -> float | None:
    """``part`` of ``whole``, 0 to 1; None where one of them is not known or the whole is 0."""
    return part.value / whole.value if part.value is not None and whole.value else None


@dataclass(frozen=True)
class OverlapData:
    """The figures of the report, months oldest first, areas by code without ``ALL``.

    ``summary`` holds the counts of a (month, area) by the mart's names of them, those that the zone has; ``cells`` is
    keyed by (month, area code, household type, match, domains). ``match`` is what plots and heat maps count by and
    ``combinations`` their columns. ``tables`` holds the rest as rows; ``missing`` names relations that are absent or
    lack a column. In ``known`` (month, area, household type) a cell that is not listed is 0.
    """

    is_public: bool
    months: tuple[date, ...]
    months_in_file: int
    areas: tuple[tuple[str, str], ...]
    types: tuple[str, ...]
    summary: Mapping[tuple[date, str], Mapping[str, Cell]]
    cells: Mapping[tuple[date, str, str, str, str], Cell]
    tables: Mapping[str, Sequence[Row]]
    match: str = EXACT
    combinations: tuple[str, ...] = COMBINATIONS
    missing: tuple[str, ...] = ()
    available: frozenset[str] = frozenset()
    known: frozenset[tuple[date, str, str]] = field(default_factory=frozenset)

    @property
    def newest(self) -> date | None:
        """The month that the page is about."""
        return self.months[-1] if self.months else None

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The municipality and then the areas."""
        return ((words.ALL, "全体"), *self.areas)

    def total(self, month: date, area: str, name: str) -> Cell:
        """A count of the summary, by its name there."""
        return self.summary.get((month, area), {}).get(name, NOT_TOLD)

    def cell(self, month: date, area: str, match: str, domains: str, kind: str = words.ALL) -> Cell:
        """Households of one cell; ``kind`` is the household type."""
        found = self.cells.get((month, area, kind, match, domains))
        if found is None:
            return Cell(0) if (month, area, kind) in self.known else NOT_TOLD
        return found

    def in_need(self, month: date, area: str, kind: str = words.ALL) -> Cell:
        """Households in need, of one household type or of all."""
        if kind == words.ALL:
            return self.total(month, area, "in_need_count")
        return self.cell(month, area, AT_LEAST, words.ALL, kind)

    def of_size(self, size: int) -> tuple[str, ...]:
        """The columns with so many domains, in the order of the definitions."""
        return tuple(each for each in self.combinations if each.count("+") + 1 == size)


def type_order(found: set[str]) -> tuple[str, ...]:
    """Household types in their order, any that the wording doesn't know behind; without ``ALL``."""
    known = tuple(code for code in words.HOUSEHOLD_TYPES if code in found)
    return known + tuple(sorted(found - set(known) - {words.ALL}))
