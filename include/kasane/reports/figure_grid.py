"""Tables of places by figures: the municipality first, then the places by their code, never by a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.figure_board import Board, Places
from kasane.reports.figure_line import Line

Heading = str | Markup


def soft(text: str) -> Markup:
    """A heading that may break at each ``|`` and nowhere else."""
    return Markup("<wbr>").join(text.split("|"))


@dataclass(frozen=True)
class Column:
    """A column: its figure, what else stands below it (a change, a share), or its line over the months.

    ``note`` stands under the heading instead of the unit.
    """

    line: Line
    heading: Heading
    below: tuple[tuple[str, Line], ...] = ()
    is_spark: bool = False
    note: str = ""

    @property
    def small(self) -> str:
        """What stands in small print under the heading: its note, else the unit, which shares and lines need not."""
        return self.note or ("" if self.line.form.is_share or self.is_spark else self.line.unit)


@dataclass(frozen=True)
class Group:
    """Columns under one heading."""

    heading: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class GridRow:
    """One place with its cells."""

    code: str
    name: str
    is_total: bool
    cells: Sequence[Markup]


@dataclass(frozen=True)
class Grid:
    """A whole table as the template prints it."""

    caption: str
    first: str
    groups: Sequence[Group]
    rows: Sequence[GridRow]

    @property
    def is_grouped(self) -> bool:
        """Whether a second row of headings stands below the groups'."""
        return any(group.heading for group in self.groups)


def area_grid(board: Board, caption: str, groups: Sequence[Group]) -> Grid:
    """All areas by their code in the chosen month."""
    return place_grid(board, caption, "圏域", groups, board.places)


def place_grid(board: Board, caption: str, first: str, groups: Sequence[Group], places: Places) -> Grid:
    """These places in their order."""
    columns = [column for group in groups for column in group.columns]
    rows = [
        GridRow(code, name, code == words.ALL, [_cell(board, column, code) for column in columns])
        for code, name in places
    ]
    return Grid(caption, first, groups, rows)


def _cell(board: Board, column: Column, place: str) -> Markup:
    if column.is_spark:
        return board.spark(column.line, place)
    shown = board.of_place(column.line, place)
    for lead, line in column.below:
        shown += Markup('<small class="below">{}{}</small>').format(lead, board.of_place(line, place))
    return shown
