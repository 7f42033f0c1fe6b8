"""Counts that depend on each other: what the suppressor hides in and the attacker reckons with.

Every count is a sum of *atoms*: counts of the finest groups, which nobody sees and which are never negative.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Key = tuple[str, ...]
# Begins the part of a key that names a month: what doesn't depend on the month leaves it out.
MONTH = "month:"


@dataclass(frozen=True)
class Cell:
    """One count.

    ``parts``: indexes of the atoms that it sums. ``under``: counts from 1 to below it are sensitive. ``width``: how
    wide the interval that an attacker can work out must stay. ``is_published``: a row of a table; what is not is told
    by others (a rest, a complement) and protected like them. ``whole``: the cell whose whole group this one may be.
    """

    key: Key
    parts: tuple[int, ...]
    count: int
    under: int
    width: int
    is_published: bool = True
    whole: Key | None = None


@dataclass(frozen=True)
class Relation:
    """A total and its parts, by their keys: the parts that are hidden have a sum that anyone can work out."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class Table:
    """Cells over common atoms.

    ``atoms``: their true counts. ``balances``: atoms with coefficients that add up to 0. ``released``: cells that an
    earlier release showed (True) or hid (False), which stay as they are.
    """

    name: str
    atoms: tuple[int, ...]
    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...] = ()
    balances: tuple[tuple[tuple[int, int], ...], ...] = ()
    released: dict[Key, bool] = field(default_factory=dict)

    def cell(self, key: Key) -> Cell:
        """The cell of a key."""
        return self._by_key[key]

    @property
    def _by_key(self) -> dict[Key, Cell]:
        found: dict[Key, Cell] = self.__dict__.setdefault("_index", {})
        if not found:
            found.update({cell.key: cell for cell in self.cells})
        return found
