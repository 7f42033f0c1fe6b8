"""Complementary suppression (二次秘匿): hide as few further cells as keep every sensitive count uncertain."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterator

import numpy as np

from kasane.publish.disclosure.solver import TINY, MoveProgram, Moves
from kasane.publish.disclosure.table import MONTH, Cell, Key, Table


def suppress(table: Table, seed: bytes) -> frozenset[Key]:
    """The keys of the cells to hide, those hidden by an earlier release among them.

    ``seed``: secret; it blurs the prices of cells, so that nobody can reckon back why one was chosen, and depends on
    no month, so that the choice is steady.
    """
    if not any(_is_sensitive(table, cell) for cell in table.cells) and not table.released:
        return frozenset()
    return _Suppression(table, seed).run()


def primary_cells(table: Table) -> frozenset[Key]:
    """The published cells that are hidden for their own count (一次秘匿)."""
    return frozenset(cell.key for cell in table.cells if cell.is_published and _is_sensitive(table, cell))


def _is_sensitive(table: Table, cell: Cell) -> bool:
    if 1 <= cell.count < cell.under:
        return True
    # Who knows that somebody is in the group would know the rest.
    return cell.whole is not None and cell.count > 0 and cell.count == table.cell(cell.whole).count


def _price(cell: Cell, seed: bytes) -> float:
    """Large counts are told rather than small ones; which of two alike is hidden, the secret seed decides."""
    steady = "|".join(part for part in cell.key if not part.startswith(MONTH))
    noise = int.from_bytes(hmac.digest(seed, steady.encode(), hashlib.sha256)[:4]) / 2**32
    return (1 + math.log2(1 + cell.count)) * (0.75 + 0.5 * noise)


class _Suppression:
    """One table on its way: what is hidden, and moves found so far that leave every shown cell as it is."""

    def __init__(self, table: Table, seed: bytes) -> None:
        self._table = table
        self._published = [cell for cell in table.cells if cell.is_published]
        self._prices = {cell.key: _price(cell, seed) for cell in self._published}
        self._moves = MoveProgram(table, self._prices, shown_may_move=False)
        self._search = MoveProgram(table, self._prices, shown_may_move=True)
        self._found = np.zeros((1, len(table.atoms)))
        self._hidden: set[Key] = set()

    def run(self) -> frozenset[Key]:
        first = set(primary_cells(self._table)) - {key for key, shown in self._table.released.items() if shown}
        first |= {key for key, shown in self._table.released.items() if not shown}
        self._hide(first)
        while narrow := next(self._narrow(self._found), None):
            self._protect(narrow)
        for cell in sorted(self._published, key=lambda each: (-self._prices[each.key], each.key)):
            if cell.key in self._hidden and cell.key not in first:
                self._try_to_show(cell)
        return frozenset(self._hidden)

    def _hide(self, keys: set[Key]) -> None:
        cells = [self._table.cell(key) for key in sorted(keys - self._hidden)]
        self._moves.hide(cells)
        self._search.hide(cells)
        self._hidden |= keys

    def _needs(self) -> Iterator[Cell]:
        """What must stay uncertain: hidden cells, sensitive ones that only others tell, small sums of hidden cells."""
        for cell in self._table.cells:
            if cell.key in self._hidden if cell.is_published else _is_sensitive(self._table, cell):
                yield cell
        for relation in self._table.relations:
            hidden = [self._table.cell(key) for key in relation.parts if key in self._hidden]
            together = sum(cell.count for cell in hidden)
            if len(hidden) > 1 and together < max(cell.under for cell in hidden):
                yield _together(hidden, together)

    def _narrow(self, found: Moves) -> Iterator[Cell]:
        """Needs whose interval is too narrow, those of least width by the moves known so far first."""
        for need in sorted(self._needs(), key=lambda cell: _width(cell, found) - cell.width):
            if _width(need, found) >= need.width:
                return
            if self._full_width(need) < need.width:
                yield need

    def _full_width(self, need: Cell) -> int:
        """How wide the interval is, or that it is wide enough; the moves that show it are kept."""
        reached = np.zeros((1, len(self._table.atoms)))
        for up in (True, False):
            reached = np.vstack([reached, self._moves.furthest(need, up)])
            self._found = np.vstack([self._found, reached[-1:]])
            if _width(need, reached) >= need.width:
                break
        return _width(need, reached)

    def _protect(self, need: Cell) -> None:
        """Hide the cheapest cells that let ``need`` move as far as it must; all that may be hidden where none do."""
        room = self._full_width(need)
        down = self._moves.furthest(need, up=False)[list(need.parts)].sum()
        for by in (need.width + down, down - (need.width - room)):
            moves = self._search.cheapest(need, by)
            more = set() if moves is None else self._moved(moves)
            if moves is not None and more:
                self._hide(more)
                self._found = np.vstack([self._found, moves])
                return
        rest = {cell.key for cell in self._published if cell.count > 0} - set(self._table.released) - self._hidden
        if not rest:
            raise ValueError(f"{self._table.name}: {need.key} can't be protected")
        self._hide(rest)

    def _moved(self, moves: Moves) -> set[Key]:
        return {
            cell.key
            for cell in self._published
            if cell.key not in self._hidden and abs(moves[list(cell.parts)].sum()) > TINY
        }

    def _try_to_show(self, cell: Cell) -> None:
        """Show a cell again that the later ones made needless."""
        before = self._found
        self._hidden.discard(cell.key)
        self._moves.show(cell)
        still = before[np.abs(before[:, list(cell.parts)].sum(axis=1)) < TINY]
        self._found = still
        if next(self._narrow(self._found), None) is not None:
            self._hidden.add(cell.key)
            self._moves.hide([cell])
            self._found = np.vstack([before, self._found[len(still) :]])


def _together(cells: list[Cell], count: int) -> Cell:
    parts = tuple(atom for cell in cells for atom in cell.parts)
    under, width = max(cell.under for cell in cells), max(cell.width for cell in cells)
    key = tuple(part for cell in cells for part in cell.key)
    return Cell(("sum", *key), parts, count, under, width, is_published=False)


def _width(cell: Cell, moves: Moves) -> int:
    """Width of the interval of whole numbers that these moves span."""
    if not len(moves):
        return 0
    reached = moves[:, list(cell.parts)].sum(axis=1)
    return math.floor(float(reached.max()) + TINY) - math.ceil(float(reached.min()) - TINY)
