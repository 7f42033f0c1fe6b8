"""Change over months: the compound share as a line, and below it the households in need by number of domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.overlap_model import Cell
from kasane.reports.overlap_model import share as share_of
from kasane.reports.svg import element, keys, nice_ticks, picture

WIDTH, HEIGHT = 960.0, 560.0
LEFT, RIGHT = 78.0, 870.0
LINE_TOP, LINE_BOTTOM = 40.0, 190.0
BARS_TOP, BARS_BOTTOM = 250.0, 480.0
MONTHS_Y, YEARS_Y, WIDEST_BAR = 500.0, 522.0, 54.0


@dataclass(frozen=True)
class TrendMonth:
    """A month of the municipality: households in need by number of domains (1 to 4); None where unknown."""

    month: date
    in_need: Cell
    compound: Cell
    by_size: Mapping[int, int] | None
    incomplete: bool

    @property
    def share(self) -> float | None:
        """Compound households of those in need, 0 to 1."""
        return share_of(self.compound, self.in_need)

    @property
    def is_hidden(self) -> bool:
        """Whether disclosure control hid one of its figures."""
        return self.in_need.is_hidden or self.compound.is_hidden

    @property
    def stacked(self) -> Mapping[int, int]:
        """Households by number of domains as they are stacked, 2 standing for two or more; empty where not known."""
        if self.by_size is not None:
            return self.by_size
        if self.in_need.value is None or self.compound.value is None:
            return {}
        return {1: self.in_need.value - self.compound.value, 2: self.compound.value}


def calendar(first: date, last: date) -> list[tuple[int, int]]:
    """Every (year, month) from one day's month to the other's."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [divmod(first.year * 12 + first.month - 1 + index, 12) for index in range(count)]


def trend_chart(months: Sequence[TrendMonth]) -> Markup:
    """Both panels over one time axis; a month without data leaves a gap and is never bridged."""
    slots = calendar(months[0].month, months[-1].month)
    step = (RIGHT - LEFT) / len(slots)
    where = {slot: LEFT + step * (index + 0.5) for index, slot in enumerate(slots)}
    parts = [
        *_panel("複合的課題世帯の割合(支援が必要な世帯のうち、%)", LINE_TOP, LINE_BOTTOM, _share_ticks(months), 100),
        *_panel("支援が必要な世帯数(世帯)", BARS_TOP, BARS_BOTTOM, _need_ticks(months), 1),
        *_share_line(months, where, _share_ticks(months)[-1]),
        *[_bar(each, _x(each, where), step, _need_ticks(months)[-1]) for each in months],
        *_month_labels(slots, where, step, months),
        *_legend(months, _need_ticks(months)[-1]),
    ]
    note = "上の線は複合的課題世帯の割合、下の棒は支援が必要な世帯数を分野の数で積み上げたもの。数値は下の表にもある。"
    return picture("trend", "月ごとの推移", note, (WIDTH, HEIGHT), *parts)


def _x(each: TrendMonth, where: Mapping[tuple[int, int], float]) -> float:
    return where[(each.month.year, each.month.month - 1)]


def _share_ticks(months: Sequence[TrendMonth]) -> list[float]:
    return nice_ticks(max((each.share or 0 for each in months), default=0), 3)


def _need_ticks(months: Sequence[TrendMonth]) -> list[float]:
    return nice_ticks(max((each.in_need.value or 0 for each in months), default=0))


def _panel(name: str, top: float, bottom: float, ticks: Sequence[float], scale: int) -> list[Markup]:
    parts = [element("text", name, x=4, y=top - 18, class_="axis")]
    for tick in ticks:
        y = bottom - (bottom - top) * tick / ticks[-1]
        parts.append(element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="grid"))
        digits = 0 if float(round(tick * scale, 6)).is_integer() else 1
        label = words.number(tick * scale, digits) + ("%" if scale == 100 else "")
        parts.append(element("text", label, x=LEFT - 8, y=y + 4, class_="tick end"))
    return parts


def _share_line(months: Sequence[TrendMonth], where: Mapping[tuple[int, int], float], largest: float) -> list[Markup]:
    points = [
        (_x(each, where), LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * each.share / largest, each)
        for each in months
        if each.share is not None
    ]
    step = (RIGHT - LEFT) / len(where)
    parts = [
        element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="line")
        for (x1, y1, _), (x2, y2, _) in pairwise(points)
        if x2 - x1 < step * 1.5
    ]
    parts += [element("circle", cx=x, cy=y, r=3.5, class_="point") for x, y, _ in points]
    return parts + [_share_label(points[index], len(points)) for index in _labelled(len(points))]


def _labelled(count: int) -> list[int]:
    """The points that carry their value: the newest and every sixth one before it."""
    return [index for index in range(count) if (count - 1 - index) % 6 == 0]


def _share_label(point: tuple[float, float, TrendMonth], count: int) -> Markup:
    x, y, each = point
    named = keys("compound_share", each.share, each.month, words.ALL)
    return element("text", words.percent(each.share), x=x, y=y - 10, class_="num mid", **named)


def _bar(each: TrendMonth, x: float, step: float, largest: float) -> Markup:
    width = min(step * 0.74, WIDEST_BAR)
    parts, top = [element("title", words.era_month(each.month))], BARS_BOTTOM
    if each.is_hidden:
        parts.append(element("text", words.HIDDEN_MARK, x=x, y=BARS_BOTTOM - 6, class_="tick mid"))
    for size, value in sorted(each.stacked.items()):
        height = (BARS_BOTTOM - BARS_TOP) * value / largest
        top -= height
        parts.append(
            element(
                "rect", x=x - width / 2, y=top, width=width, height=height, class_=f"bar size{size}",
                data_bar=value, data_size=size, data_month=each.month.isoformat(),
            )
        )  # fmt: skip
    return element("g", *parts)


def _month_labels(
    slots: Sequence[tuple[int, int]],
    where: Mapping[tuple[int, int], float],
    step: float,
    months: Sequence[TrendMonth],
) -> list[Markup]:
    every = 1 if step >= 30 else 3
    parts = [
        element("text", f"{month + 1}月", x=where[year, month], y=MONTHS_Y, class_="tick mid")
        for year, month in slots
        if month % every == 0
    ]
    for year, run in groupby(slots, key=lambda slot: slot[0]):
        members = [where[slot] for slot in run]
        parts += _year_band(year, members[0] - step / 2, members[-1] + step / 2)
    if any(each.incomplete for each in months):
        parts.append(element("text", "資料の未着", x=4, y=YEARS_Y + 29, class_="warn"))
    parts += [
        element("text", "▲", x=_x(each, where), y=YEARS_Y + 30, class_="warn mid") for each in months if each.incomplete
    ]
    return parts


def _year_band(year: int, left: float, right: float) -> list[Markup]:
    width = right - left
    long, short = f"{year}年({words.era_year(date(year, 12, 31))})", f"{year}年"
    label = long if width >= 132 else short if width >= 54 else str(year) if width >= 36 else ""
    return [
        element("line", x1=left + 2, x2=right - 2, y1=YEARS_Y - 14, y2=YEARS_Y - 14, class_="rule"),
        element("text", label, x=(left + right) / 2, y=YEARS_Y + 2, class_="tick mid"),
    ]


def _legend(months: Sequence[TrendMonth], largest: float) -> list[Markup]:
    """Names beside the newest bar, each at its segment's height but never closer than a line of text."""
    newest = next((each for each in reversed(months) if each.stacked), None)
    if newest is None:
        return []
    names = {1: "1分野", 2: "2分野", 3: "3分野", 4: "4分野"} if newest.by_size else {1: "1分野", 2: "2分野以上"}
    parts, below, y = [], 0, BARS_BOTTOM + 18.0
    for size, name in names.items():
        middle = BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * (below + newest.stacked[size] / 2) / largest
        below += newest.stacked[size]
        y = min(middle + 5, y - 19)
        parts.append(element("rect", x=RIGHT + 8, y=y - 11, width=12, height=12, class_=f"size{size}"))
        parts.append(element("text", name, x=RIGHT + 25, y=y, class_="key"))
    return parts
