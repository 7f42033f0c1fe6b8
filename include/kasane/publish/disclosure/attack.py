"""The attacker: works out hidden counts from what is shown, and gates publication.

It is written apart from the suppressor and shares the data structure of ``table`` alone. It knows every shown count,
how the cells add up, that counts are whole and never negative, that 0 is shown (a hidden cell is 1 or more), the
thresholds, and all earlier releases that the table holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from kasane.publish.disclosure.table import Cell, Key, Table

# So many more than all that is told stands for "any number".
_MANY = 1e6
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Interval:
    """What the attacker knows of one count: it lies from ``low`` to ``high``; ``high`` None is without a bound."""

    cell: Cell
    low: int
    high: int | None

    @property
    def is_exact(self) -> bool:
        """Whether the count is known."""
        return self.low == self.high

    @property
    def is_narrow(self) -> bool:
        """Whether the interval is narrower than the protection level (秘匿の保護幅)."""
        return self.high is not None and self.high - self.low < self.cell.width


@dataclass(frozen=True)
class Verdict:
    """All intervals, and the keys of shown cells that had to be hidden for their own count."""

    intervals: tuple[Interval, ...]
    wrongly_shown: tuple[Key, ...]

    @property
    def broken(self) -> tuple[Interval, ...]:
        """Intervals that give too much away."""
        return tuple(interval for interval in self.intervals if interval.is_narrow)

    @property
    def holds(self) -> bool:
        """Whether the table may be published."""
        return not self.broken and not self.wrongly_shown


def attack(table: Table, hidden: frozenset[Key]) -> Verdict:
    """Attack a table whose published cells but ``hidden`` are shown."""
    shown = [cell for cell in table.cells if cell.is_published and cell.key not in hidden]
    wrongly = [cell.key for cell in shown if cell.key not in table.released and _must_hide(table, cell)]
    targets = list(_targets(table, hidden))
    if not targets:
        return Verdict((), tuple(wrongly))
    knowledge = _Knowledge(table, hidden)
    return Verdict(tuple(Interval(cell, *knowledge.interval(cell)) for cell in targets), tuple(wrongly))


def _must_hide(table: Table, cell: Cell) -> bool:
    if 0 < cell.count < cell.under:
        return True
    group = next((each for each in table.cells if each.key == cell.whole), None)
    return group is not None and 0 < cell.count == group.count


def _targets(table: Table, hidden: frozenset[Key]) -> Iterator[Cell]:
    """What the attacker wants: hidden cells, small counts that no table holds, small sums of what a total leaves."""
    by_key = {cell.key: cell for cell in table.cells}
    for cell in table.cells:
        if cell.key in hidden or (not cell.is_published and 0 < cell.count < cell.under):
            yield cell
    for relation in table.relations:
        left = [by_key[key] for key in relation.parts if key in hidden]
        total = sum(cell.count for cell in left)
        if len(left) >= 2 and total < max(cell.under for cell in left):
            yield _sum_of(left, total, relation.total)


def _sum_of(cells: Sequence[Cell], total: int, of: Key) -> Cell:
    return Cell(
        key=("rest of", *of),
        parts=tuple(np.concatenate([np.array(cell.parts) for cell in cells]).tolist()),
        count=total,
        under=cells[0].under,
        width=max(cell.width for cell in cells),
        is_published=False,
    )


class _Knowledge:
    """What is known of the atoms: they are never negative and add up to what is shown."""

    def __init__(self, table: Table, hidden: frozenset[Key]) -> None:
        self._most = _MANY + max((cell.count for cell in table.cells), default=0)
        nothing = {atom for cell in table.cells for atom in self._empty_parts(cell, hidden)}
        kept = [atom for atom in range(len(table.atoms)) if atom not in nothing]
        self._column = {atom: column for column, atom in enumerate(kept)}
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        for _ in kept:
            self._highs.addCol(0.0, 0.0, self._most, 0, [], [])
        for cell in table.cells:
            if cell.is_published and cell.count > 0:
                known = (1, self._most * len(kept)) if cell.key in hidden else (cell.count, cell.count)
                self._add(known, [(atom, 1) for atom in cell.parts])
        for balance in table.balances:
            self._add((0, 0), balance)

    def interval(self, cell: Cell) -> tuple[int, int | None]:
        """The least and the greatest whole number that ``cell`` can be."""
        columns = [self._column[atom] for atom in cell.parts if atom in self._column]
        least, most = (self._extreme(columns, sign) for sign in (1.0, -1.0))
        low = math.ceil(least - _ROUNDING)
        return low, None if most >= _MANY else math.floor(most + _ROUNDING)

    def _extreme(self, columns: list[int], sign: float) -> float:
        indexes = np.array(columns, dtype=np.int32)
        self._highs.changeColsCost(len(columns), indexes, np.full(len(columns), sign))
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ValueError(f"what is shown contradicts itself: {self._highs.modelStatusToString(status)}")
        found = sign * self._highs.getInfo().objective_function_value
        self._highs.changeColsCost(len(columns), indexes, np.zeros(len(columns)))
        return found

    @staticmethod
    def _empty_parts(cell: Cell, hidden: frozenset[Key]) -> tuple[int, ...]:
        is_zero = cell.is_published and cell.key not in hidden and cell.count == 0
        return cell.parts if is_zero else ()

    def _add(self, known: tuple[float, float], terms: Sequence[tuple[int, int]]) -> None:
        kept = [(self._column[atom], float(factor)) for atom, factor in terms if atom in self._column]
        columns = np.array([column for column, _ in kept], dtype=np.int32)
        self._highs.addRow(*known, len(kept), columns, np.array([factor for _, factor in kept]))
