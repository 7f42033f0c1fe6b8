"""The suppressor's linear programs on HiGHS: how far hidden counts can move while every shown one stays."""

from __future__ import annotations

from collections.abc import Iterable

import highspy
import numpy as np
from numpy.typing import NDArray

from kasane.publish.disclosure.table import Cell, Table

Moves = NDArray[np.float64]
FAR = 1e5
TINY = 1e-6


class MoveProgram:
    """Moves of the atoms from their true counts: one column an atom, then a rise and a fall for each published cell.

    A hidden cell moves freely but stays at 1 or more, for 0 is shown. A shown cell stays or, where ``shown_may_move``,
    moves at its price and is then to be hidden.
    """

    def __init__(self, table: Table, prices: dict[tuple[str, ...], float], shown_may_move: bool) -> None:
        self._table = table
        self._cells = [cell for cell in table.cells if cell.is_published]
        self._place = {cell.key: index for index, cell in enumerate(self._cells)}
        self._prices = prices
        self._shown_may_move = shown_may_move
        self._atoms = len(table.atoms)
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(self._model())

    def hide(self, cells: Iterable[Cell]) -> None:
        """Let these cells move for nothing."""
        for cell in cells:
            self._bound(cell, FAR, cell.count - 1, 0.0)

    def show(self, cell: Cell) -> None:
        """Let a cell move no more."""
        self._bound(cell, 0.0, 0.0, 0.0)

    def furthest(self, cell: Cell, up: bool) -> Moves:
        """The moves of all atoms when ``cell`` rises (or falls) as far as it can."""
        parts = np.array(cell.parts, dtype=np.int32)
        sign = -1.0 if up else 1.0
        self._solver.changeColsCost(len(parts), parts, np.full(len(parts), sign))
        moves = self._solve()
        self._solver.changeColsCost(len(parts), parts, np.zeros(len(parts)))
        return np.zeros(self._atoms) if moves is None else moves

    def cheapest(self, cell: Cell, by: float) -> Moves | None:
        """The cheapest moves that change ``cell`` by so much; None where it can't change so."""
        self._solver.addRow(by, by, len(cell.parts), np.array(cell.parts, dtype=np.int32), np.ones(len(cell.parts)))
        moves = self._solve()
        last = self._solver.getNumRow() - 1
        self._solver.deleteRows(1, np.array([last], dtype=np.int32))
        return moves

    def _solve(self) -> Moves | None:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._solver.getSolution().col_value[: self._atoms])

    def _bound(self, cell: Cell, rise: float, fall: float, price: float) -> None:
        column = self._atoms + 2 * self._place[cell.key]
        columns = np.array([column, column + 1], dtype=np.int32)
        self._solver.changeColsBounds(2, columns, np.zeros(2), np.array([rise, fall]))
        self._solver.changeColsCost(2, columns, np.array([price, price]))

    def _model(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        count = len(self._cells)
        lp.num_col_ = self._atoms + 2 * count
        lp.num_row_ = count + len(self._table.balances)
        lp.row_lower_ = lp.row_upper_ = np.zeros(lp.num_row_)
        lp.col_lower_ = np.concatenate([-np.array(self._table.atoms, dtype=float), np.zeros(2 * count)])
        rooms = [room for cell in self._cells for room in self._room(cell)]
        prices = [self._prices[cell.key] if self._shown_may_move else 0.0 for cell in self._cells for _ in (0, 1)]
        lp.col_upper_ = np.concatenate([np.full(self._atoms, FAR), np.array(rooms)])
        lp.col_cost_ = np.concatenate([np.zeros(self._atoms), np.array(prices)])
        rows = [self._row(index, cell) for index, cell in enumerate(self._cells)]
        rows += [[(atom, float(factor)) for atom, factor in balance] for balance in self._table.balances]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)])
        lp.a_matrix_.index_ = np.array([column for row in rows for column, _ in row])
        lp.a_matrix_.value_ = np.array([value for row in rows for _, value in row])
        return lp

    def _row(self, index: int, cell: Cell) -> list[tuple[int, float]]:
        column = self._atoms + 2 * index
        return [*((atom, 1.0) for atom in cell.parts), (column, -1.0), (column + 1, 1.0)]

    def _room(self, cell: Cell) -> tuple[float, float]:
        # A zero is shown whatever happens, and what an earlier release showed stays shown.
        may_move = self._shown_may_move and cell.count > 0 and cell.key not in self._table.released
        return (FAR, cell.count - 1) if may_move else (0.0, 0.0)
