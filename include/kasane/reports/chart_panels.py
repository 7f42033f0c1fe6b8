"""Small multiples: one small chart of months a subject, all of one size, redrawn for the chosen area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from math import floor, log10
from typing import Final

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.figure_board import Board
from kasane.reports.figure_line import Line, change
from kasane.reports.svg import element, picture

WIDTH, HEIGHT = 340.0, 178.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 330.0, 12.0, 132.0
MARKS_Y, MONTHS_Y, YEARS_Y = BOTTOM + 5.0, 153.0, 170.0
APRIL = 4
ROOM_OF_A_LABEL = 34.0
_TOPS: Final = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10, 20)
# Strokes tell the lines apart without colour: whole, dashed, dotted.
STROKES: Final = ("first", "second", "third")


@dataclass(frozen=True)
class Panel:
    """A chart: its lines (at most three, in one unit), and the months that rest on old or missing data.

    ``strokes`` are the lines' own, where they mean something on the whole page.
    """

    key: str
    title: str
    lines: Sequence[Line]
    late: frozenset[date] = frozenset()
    strokes: Sequence[str] = STROKES


@dataclass(frozen=True)
class Drawn:
    """A panel as the template prints it: the legend has a swatch, a name, the figure and its change in a year."""

    title: str
    unit: str
    legend: Sequence[tuple[Markup, str, Markup, Markup]]
    chart: Markup
    has_late: bool


def draw(board: Board, panel: Panel) -> Drawn:
    """The panel of the whole municipality; the board knows the other areas' lines."""
    legend = [
        (_swatch(stroke), line.heading, board.of_choice(line), board.of_choice(change(line)))
        for stroke, line in zip(panel.strokes, panel.lines, strict=False)
    ]
    late = [month for month in board.months if month in panel.late]
    parts = [*_axis(board, panel), *_months(board.months), *_late_marks(board.months, late)]
    parts += [_path(board, panel, line, stroke) for stroke, line in zip(panel.strokes, panel.lines, strict=False)]
    names = "、".join(line.heading for line in panel.lines)
    note = f"{names}の月ごとの{panel.lines[0].unit}数。線は値のない月で切れる。数値は下の月ごとの表にもある。"
    chart = picture(f"panel-{panel.key}", f"{panel.title}の推移", note, (WIDTH, HEIGHT), *parts)
    return Drawn(panel.title, panel.lines[0].unit, legend, chart, bool(late))


def top_of(board: Board, panel: Panel, area: str) -> float:
    """The highest tick of an area: a round number not far above its highest value, whose half is whole too."""
    highest = max((line.value(month, area) or 0 for line in panel.lines for month in board.months), default=0)
    power = 10.0 ** max(floor(log10(highest or 1)), 0)
    tops = (round(step * power, 6) for step in _TOPS)
    return next(top for top in tops if top >= highest and (top / 2).is_integer())


def _axis(board: Board, panel: Panel) -> list[Markup]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = BOTTOM - (BOTTOM - TOP) * share
        slot, text = board.drawn(partial(_tick, board, panel, share))
        parts.append(element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(element("text", text, x=LEFT - 6, y=y + 4, class_="tick end", data_slot=slot))
    return parts


def _tick(board: Board, panel: Panel, share: float, area: str) -> str:
    return words.number(top_of(board, panel, area) * share)


def _path(board: Board, panel: Panel, line: Line, stroke: str) -> Markup:
    def made(area: str) -> str:
        top = top_of(board, panel, area)
        values = [line.value(month, area) for month in board.months]
        ys = [None if value is None else BOTTOM - (BOTTOM - TOP) * value / top for value in values]
        return _line(ys)

    slot, text = board.drawn(made)
    return element("path", d=text, class_=f"stroke {stroke}", data_slot=slot)


def _line(ys: Sequence[float | None]) -> str:
    """The line as the ``d`` of a path, broken where there is no value; a lone month is a dot."""
    runs = [list(run) for known, run in groupby(enumerate(ys), key=lambda each: each[1] is not None) if known]
    text = ""
    for run in runs:
        text += "M" + "L".join(f"{_across(at, len(ys)):.1f} {y:.1f}" for at, y in run)
        text += "h0" if len(run) == 1 else ""
    return text


def _across(index: int, count: int) -> float:
    return LEFT + (RIGHT - LEFT) * (index + 0.5) / max(count, 1)


def _months(months: Sequence[date]) -> list[Markup]:
    """The first month of each fiscal year, and the newest; names that would touch are left out."""
    marked = [at for at, month in enumerate(months) if month.month == APRIL]
    parts = [
        element("line", x1=x, x2=x, y1=TOP, y2=BOTTOM, class_="year")
        for x in (_across(at, len(months)) - (RIGHT - LEFT) / max(len(months), 1) / 2 for at in marked)
    ]
    free = RIGHT + ROOM_OF_A_LABEL
    for at in [len(months) - 1, *reversed(marked), 0]:
        x = _across(at, len(months))
        if free - x >= ROOM_OF_A_LABEL:
            parts.append(element("text", f"{months[at].month}月", x=x, y=MONTHS_Y, class_="tick mid"))
            parts.append(element("text", f"{months[at].year}", x=x, y=YEARS_Y, class_="tick mid"))
            free = x
    return parts


def _late_marks(months: Sequence[date], late: Sequence[date]) -> list[Markup]:
    return [
        element("line", x1=x, x2=x, y1=MARKS_Y - 4, y2=MARKS_Y + 1, class_="late")
        for x in (_across(months.index(month), len(months)) for month in late)
    ]


def _swatch(stroke: str) -> Markup:
    path = element("path", d="M2 7L30 7", class_=f"stroke {stroke}")
    return element("svg", path, class_="swatch-line", viewBox="0 0 32 14", width=32, height=14, aria_hidden="true")
