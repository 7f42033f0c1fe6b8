"""The indicators as tables of cells: numerator, denominator and what the two tell, by area and, for running counts, by
month of the fiscal year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kasane.publish.disclosure.figures import ALL
from kasane.publish.disclosure.policy import KpiRule, Limit
from kasane.publish.disclosure.table import MONTH, Cell, Key, Relation, Table

NUMERATOR, DENOMINATOR, VALUE = "numerator", "denominator", "value"
# What a denominator has more than its numerator: those who weren't reached.
COMPLEMENT = "complement"


@dataclass(frozen=True)
class KpiMonth:
    """One indicator at one month end: numerator and denominator by published area, ``ALL`` among them.

    ``shown``: by area and part, what an earlier release showed; None where it is to be decided now.
    """

    month: date
    counts: Mapping[str, tuple[int, int]]
    shown: Mapping[tuple[str, str], bool] | None = None

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas apart from ``ALL``; ``ALL`` alone where there are none."""
        return tuple(area for area in self.counts if area != ALL) or (ALL,)


def whole_count(value: float) -> int:
    """A count as a whole number; part of one (常勤換算) is one."""
    return math.ceil(value - 1e-9)


def kpi_key(kpi_id: str, month: date, area: str, part: str) -> Key:
    """The key of one number of an indicator."""
    return ("kpi", kpi_id, f"{MONTH}{month}", area, part)


def estimate_table(kpi_id: str, month: date, least_case_count: int, limit: Limit) -> Table:
    """An estimate: its one value is judged by the smallest number of cases that it rests on."""
    cell = Cell(kpi_key(kpi_id, month, ALL, VALUE), (0,), least_case_count, limit.under, limit.width)
    return Table(kpi_id, (least_case_count,), (cell,))


def count_table(kpi_id: str, rule: KpiRule, months: Sequence[KpiMonth], limit: Limit) -> Table:
    """An indicator of counts. ``months``: the one to be published last, before it those of its fiscal year."""
    return _CountCells(kpi_id, rule, months, limit).table()


class _CountCells:
    """Numerator and complement are atoms: of a month or, where they only grow, of what a month added."""

    def __init__(self, kpi_id: str, rule: KpiRule, months: Sequence[KpiMonth], limit: Limit) -> None:
        self._kpi_id = kpi_id
        self._rule = rule
        self._months = months
        self._limit = limit
        self._atoms: list[int] = []
        # Atoms of a series, a month and an area: all of them, and those that the month itself added.
        self._parts: dict[tuple[str, date, str], tuple[int, ...]] = {}
        self._added: dict[tuple[str, date, str], tuple[int, ...]] = {}

    def table(self) -> Table:
        for name in self._series():
            self._add_series(name)
        cells = [cell for each in self._months for cell in self._cells(each)]
        released = {
            kpi_key(self._kpi_id, each.month, area, part): shown
            for each in self._months
            for (area, part), shown in (each.shown or {}).items()
        }
        relations = tuple(relation for each in self._months for relation in self._relations(each))
        known = {cell.key for cell in cells}
        kept = {key: shown for key, shown in released.items() if key in known}
        return Table(self._kpi_id, tuple(self._atoms), tuple(cells), relations, (), kept)

    def _series(self) -> tuple[str, ...]:
        if self._rule.rule == "sum":
            return (DENOMINATOR,)
        return (NUMERATOR, COMPLEMENT) if self._rule.denominator_counts else (NUMERATOR,)

    def _add_series(self, name: str) -> None:
        runs = self._rule.numerator_runs and (name == NUMERATOR or self._rule.denominator_runs)
        before: KpiMonth | None = None
        for each in self._months:
            grows = runs and before is not None and self._grows(name, before, each)
            for area in each.areas:
                earlier: tuple[int, ...] = ()
                if grows and before is not None:
                    within = [part for part in before.areas if _lies_in(part, area)]
                    earlier = tuple(atom for part in within for atom in self._parts[name, before.month, part])
                self._atoms.append(_count(name, each, area) - sum(self._atoms[atom] for atom in earlier))
                new = (len(self._atoms) - 1,)
                self._parts[name, each.month, area] = earlier + new
                if grows:
                    self._added[name, each.month, area] = new
            before = each

    @staticmethod
    def _grows(name: str, before: KpiMonth, now: KpiMonth) -> bool:
        """Whether no area has less than the areas within it had: a corrected source may have taken something back."""
        inside = {part for area in now.areas for part in before.areas if _lies_in(part, area)}
        return inside == set(before.areas) and all(
            _count(name, now, area) >= sum(_count(name, before, part) for part in before.areas if _lies_in(part, area))
            for area in now.areas
        )

    def _cells(self, each: KpiMonth) -> Iterator[Cell]:
        for area in dict.fromkeys((ALL, *each.areas)):
            yield from self._cells_of_area(each, area, self._parts, "")
            yield from self._cells_of_area(each, area, self._added, "added")

    def _cells_of_area(
        self, each: KpiMonth, area: str, parts: Mapping[tuple[str, date, str], tuple[int, ...]], kind: str
    ) -> Iterator[Cell]:
        areas = each.areas if area == ALL else (area,)
        by_name = {
            name: tuple(atom for one in areas for atom in parts[name, each.month, one])
            for name in self._series()
            if all((name, each.month, one) in parts for one in areas)
        }
        if NUMERATOR in by_name and COMPLEMENT in by_name:
            by_name[DENOMINATOR] = by_name[NUMERATOR] + by_name[COMPLEMENT]
        for name, atoms in by_name.items():
            key = kpi_key(self._kpi_id, each.month, area, name)
            whole = kpi_key(self._kpi_id, each.month, area, DENOMINATOR)
            has_whole = not kind and name == NUMERATOR and DENOMINATOR in by_name
            yield Cell(
                (kind, *key) if kind else key,
                atoms,
                sum(self._atoms[atom] for atom in atoms),
                self._limit.under,
                self._limit.width,
                is_published=not kind and name != COMPLEMENT,
                whole=whole if has_whole else None,
            )

    def _relations(self, each: KpiMonth) -> Iterable[Relation]:
        if len(each.areas) < 2:
            return
        for part in (NUMERATOR, DENOMINATOR):
            if part == DENOMINATOR and self._series() == (NUMERATOR,):
                continue
            if part == NUMERATOR and self._series() == (DENOMINATOR,):
                continue
            yield Relation(
                kpi_key(self._kpi_id, each.month, ALL, part),
                tuple(kpi_key(self._kpi_id, each.month, area, part) for area in each.areas),
            )


def _count(name: str, each: KpiMonth, area: str) -> int:
    numerator, denominator = each.counts[area]
    return {NUMERATOR: numerator, DENOMINATOR: denominator, COMPLEMENT: denominator - numerator}[name]


def _lies_in(part: str, area: str) -> bool:
    """Whether an area as it was published is all of, or part of, an area as it is published now."""
    return area == ALL or set(part.split("+")) <= set(area.split("+"))
