"""The UpSet plot: households of each exact combination of domains, the domains' totals at its side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.overlap_model import Cell, share
from kasane.reports.svg import element, keys, nice_ticks, picture

WIDTH, HEIGHT = 960.0, 494.0
LEFT, RIGHT, GROUP_GAP = 208.0, 956.0, 12.0
BARS_TOP, BARS_BOTTOM = 96.0, 316.0
THINNEST_BAR = 1.5  # one household is seen beside thousands
WIDEST_BAR = 60.0
HATCH = 18.0  # the height of every hidden column: it says nothing of the number
WIDE_NUMBER = 100_000  # from here on a column's label needs smaller print
MATRIX_TOP, ROW = 334.0, 38.0
TOTALS_RIGHT, TOTALS_LONGEST = 122.0, 56.0
# What the page's own script needs to draw another month or area in the same frame.
FRAME = {
    "barsTop": BARS_TOP,
    "barsBottom": BARS_BOTTOM,
    "wideNumber": WIDE_NUMBER,
    "thinnestBar": THINNEST_BAR,
    "hatch": HATCH,
    "totalsRight": TOTALS_RIGHT,
    "totalsLongest": TOTALS_LONGEST,
}


@dataclass(frozen=True)
class Selection:
    """One month and area: households in need, by combination, and by domain (with overlap).

    ``has_sums``: the number of domains is summed up; never where a combination may be hidden.
    """

    month: date
    area: str
    in_need: Cell
    cells: Mapping[str, Cell]
    totals: Mapping[str, Cell]
    match: str
    has_sums: bool

    @property
    def largest(self) -> int:
        """The largest number that is shown in a column."""
        return max((cell.value or 0 for cell in self.cells.values()), default=0)


def upset_plot(selection: Selection, groups: Sequence[Sequence[str]]) -> Markup:
    """The plot as inline SVG; ``groups`` holds the combinations of 1, 2, 3, 4 domains in the order shown."""
    columns = column_positions(groups)
    ticks = nice_ticks(selection.largest)
    parts = [_axis(ticks)]
    parts += [_group(group, columns, selection) for group in groups]
    parts += [_row(index, domain, selection) for index, domain in enumerate(words.DOMAINS)]
    order = [combination for group in groups for combination in group]
    parts += [_column(i, c, columns[c], ticks[-1], selection) for i, c in enumerate(order)]
    title = f"支援が必要な世帯の、分野の組合せ別の世帯数({words.MATCHES[selection.match]}、UpSet図)"
    note = "棒は組合せごとの世帯数、下の点はその組合せに含まれる分野、左の棒は分野ごとの世帯数。数値は下の表にもある。"
    wide = selection.largest >= WIDE_NUMBER
    return picture("upset", title, note, (WIDTH, HEIGHT), *parts, class_="many" if wide else None)


def column_positions(groups: Sequence[Sequence[str]]) -> dict[str, tuple[float, float]]:
    """(centre, width) of each combination's column."""
    count = sum(len(group) for group in groups)
    width = (RIGHT - LEFT - GROUP_GAP * (len(groups) - 1)) / count
    positions, x = {}, LEFT
    for group in groups:
        for combination in group:
            positions[combination] = (x + width / 2, width)
            x += width
        x += GROUP_GAP
    return positions


def _axis(ticks: Sequence[float]) -> Markup:
    lines = []
    for tick in ticks:
        y = BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * tick / ticks[-1]
        lines.append(element("line", x1=LEFT - 4, x2=RIGHT, y1=y, y2=y, class_="grid", data_axis="line"))
        label = words.number(tick) if float(tick).is_integer() else ""
        lines.append(element("text", label, x=LEFT - 8, y=y + 4, class_="tick end", data_axis="text"))
    name = element("text", "世帯数(世帯)", x=LEFT - 8, y=BARS_TOP - 20, class_="axis end", data_slot="axis-end")
    side = element("text", "分野ごとの世帯数", x=0, y=MATRIX_TOP - 24, class_="axis")
    again = element("text", "(重複して数える)", x=0, y=MATRIX_TOP - 8, class_="axis")
    return Markup("").join([*lines, name, side, again])


def _group(group: Sequence[str], columns: Mapping[str, tuple[float, float]], selection: Selection) -> Markup:
    size = group[0].count("+") + 1
    first, last = columns[group[0]], columns[group[-1]]
    left, right = first[0] - first[1] / 2 + 3, last[0] + last[1] / 2 - 3
    middle = (left + right) / 2
    parts = [
        element("rect", x=left, y=0, width=right - left, height=4, class_=f"size{size}"),
        element("text", f"{size}分野", x=middle, y=22, class_="head mid"),
    ]
    if selection.has_sums:
        total = sum(selection.cells[combination].value or 0 for combination in group)
        named = keys("domain_count_households", total, selection.month, selection.area, size=size)
        slot = f"size{size}"
        parts.append(element("text", words.number(total), x=middle, y=40, class_="num mid", data_slot=slot, **named))
    return Markup("").join(parts)


def _row(index: int, domain: str, selection: Selection) -> Markup:
    top = MATRIX_TOP + index * ROW
    middle = top + ROW / 2
    cell = selection.totals[domain]
    longest = max(each.value or 0 for each in selection.totals.values()) or 1
    length = TOTALS_LONGEST * (cell.value or 0) / longest
    named = keys("domain_households", cell.value, selection.month, selection.area, domain=domain)
    shade = "stripe" if index % 2 == 0 else "stripe odd"
    return Markup("").join(
        [
            element("rect", x=0, y=top, width=RIGHT, height=ROW, class_=shade),
            element(
                "rect", x=TOTALS_RIGHT - length, y=top + 10, width=length, height=ROW - 20, class_="total",
                data_slot=f"total-bar-{domain}",
            ),
            element(
                "text", number_or_mark(cell), x=TOTALS_RIGHT - length - 5, y=middle + 4, class_="num end",
                data_slot=f"total-{domain}", **named,
            ),
            element("text", words.DOMAIN_LABELS[domain], x=LEFT - 14, y=middle + 5, class_="head end"),
        ]
    )  # fmt: skip


def _column(index: int, combination: str, column: tuple[float, float], largest: float, selection: Selection) -> Markup:
    centre, width = column
    cell = selection.cells[combination]
    height, bar = _height(cell, largest), min(width * 0.68, WIDEST_BAR)
    top = BARS_BOTTOM - height
    size = combination.count("+") + 1
    ratio = share(cell, selection.in_need)
    below = words.HIDDEN_WORD if cell.is_hidden else words.percent(ratio)
    named = partial(keys, month=selection.month, area=selection.area, domains=combination, match=selection.match)
    parts = [
        element("title", words.domains_label(combination)),
        element(
            "rect", x=centre - bar / 2, y=top, width=bar, height=0.0 if cell.is_hidden else height,
            class_=f"bar size{size}", data_slot=f"bar-{index}", data_bar=cell.value,
        ),
    ]  # fmt: skip
    if not selection.has_sums:
        parts.append(_hatch(index, centre, bar, cell))
    parts += [
        element(
            "text", number_or_mark(cell), x=centre, y=top - 23, class_="num mid exact", data_slot=f"exact-{index}",
            **named("combination_households", cell.value),
        ),
        element(
            "text", below, x=centre, y=top - 8, class_="share mid", data_slot=f"share-{index}",
            **named("combination_share", ratio),
        ),
        dots(combination, centre, MATRIX_TOP + ROW / 2, ROW, 8),
    ]  # fmt: skip
    return element("g", *parts)


def _height(cell: Cell, largest: float) -> float:
    if cell.is_hidden:
        return HATCH
    return max((BARS_BOTTOM - BARS_TOP) * (cell.value or 0) / largest, THINNEST_BAR if cell.value else 0.0)


def _hatch(index: int, centre: float, width: float, cell: Cell) -> Markup:
    """What stands for a hidden column: a hatched box, as high for every number."""
    left, top = centre - width / 2, BARS_BOTTOM - HATCH
    lines = "".join(f"M{left + x:.1f} {BARS_BOTTOM:.1f}l{min(HATCH, width - x):.1f} -{min(HATCH, width - x):.1f}"
                    for x in range(0, int(width), 6))  # fmt: skip
    return element(
        "g",
        element("rect", x=left, y=top, width=width, height=HATCH, class_="hatch"),
        element("path", d=lines, class_="hatch"),
        data_slot=f"hatch-{index}",
        visibility=None if cell.is_hidden else "hidden",
    )


def number_or_mark(cell: Cell) -> str:
    """The number, the mark of a hidden one, or — where the zone doesn't tell it."""
    return words.HIDDEN_MARK if cell.is_hidden else words.number(cell.value)


def dots(combination: str, centre: float, top: float, step: float, radius: float) -> Markup:
    """The column of dots of one combination: filled for its domains, joined by a line."""
    inside = combination.split("+")
    rows = [index for index, domain in enumerate(words.DOMAINS) if domain in inside]
    line = element("line", x1=centre, x2=centre, y1=top + rows[0] * step, y2=top + rows[-1] * step, class_="join")
    marks = [
        element("circle", cx=centre, cy=top + i * step, r=radius, class_="dot on" if i in rows else "dot off")
        for i in range(len(words.DOMAINS))
    ]
    return Markup("").join([line, *marks])
