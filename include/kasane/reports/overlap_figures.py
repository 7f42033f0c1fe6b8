"""The figures of the report, each with its unit and the attributes that say what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.chart_trend import TrendMonth
from kasane.reports.chart_upset import Selection
from kasane.reports.figure_line import year_before
from kasane.reports.overlap_model import AT_LEAST, EXACT, NOT_TOLD, Cell, OverlapData, share
from kasane.reports.svg import figure, hidden_figure, keys

# Upper bounds (share of households in need) of the heat map's shades; 0 itself has no shade.
SHADES: Final = (0.01, 0.02, 0.05, 0.10, 0.20)
HIDDEN_SHADE: Final = "x"


@dataclass(frozen=True)
class Card:
    """One headline: its name, the figure, a second figure below it and the change in a year."""

    title: str
    value: Markup
    share: Markup | None
    change: Markup


@dataclass(frozen=True)
class HeatRow:
    """One row of a heat map: an area or a household type, its totals, and its cells with their shade (0-6, x)."""

    name: str
    total: bool
    figures: Sequence[Markup]
    cells: Sequence[tuple[Markup, int | str]]


def shown_groups(data: OverlapData) -> list[list[str]]:
    """Combinations of 1, 2, 3 and 4 domains, the largest of the newest month first.

    What anyone may read keeps the order of the definitions: an order by size would place hidden cells.
    """
    groups = [list(data.of_size(size)) for size in range(1, len(words.DOMAINS) + 1)]
    if not data.is_public:
        groups = [sorted(group, key=lambda each: _size_of(data, each)) for group in groups]
    return [group for group in groups if group]


def _size_of(data: OverlapData, combination: str) -> int:
    assert data.newest is not None
    return -(data.cell(data.newest, words.ALL, data.match, combination).value or 0)


def selection(data: OverlapData, month: date, area: str) -> Selection | None:
    """What the UpSet plot shows of one month and area; None where the zone doesn't have it."""
    cells = {c: data.cell(month, area, data.match, c) for c in data.combinations}
    totals = {d: data.cell(month, area, AT_LEAST, d) for d in words.DOMAINS}
    in_need = data.in_need(month, area)
    if NOT_TOLD in (in_need, *cells.values(), *totals.values()) and not data.is_public:
        return None
    if in_need == NOT_TOLD:
        return None
    return Selection(month, area, in_need, cells, totals, data.match, has_sums=not data.is_public)


def trend_months(data: OverlapData, incomplete: Iterable[date]) -> list[TrendMonth]:
    """The municipality's months, oldest first; ``incomplete`` are those that rest on an older delivery."""
    late = set(incomplete)
    return [_trend_month(data, month, month in late) for month in data.months]


def _trend_month(data: OverlapData, month: date, late: bool) -> TrendMonth:
    in_need, compound = (data.total(month, words.ALL, name) for name in ("in_need_count", "compound_count"))
    return TrendMonth(month, in_need, compound, None if data.is_public else size_sums(data, month, words.ALL), late)


def size_sums(data: OverlapData, month: date, area: str) -> dict[int, int] | None:
    """Households by number of domains; None where a combination is not known."""
    cells = {c: data.cell(month, area, EXACT, c).value for c in data.combinations}
    if None in cells.values():
        return None
    return {size: sum(cells[c] or 0 for c in data.of_size(size)) for size in range(1, len(words.DOMAINS) + 1)}


def cards(data: OverlapData) -> list[Card]:
    """The headlines of the newest month, for the municipality: those that the zone has."""
    month = data.newest
    assert month is not None
    now = data.summary[month, words.ALL]
    then = data.summary.get((year_before(month), words.ALL))
    plan = (
        ("世帯数", "household_count", None, ""),
        ("支援が必要な世帯", "in_need_count", "household_count", "全世帯の"),
        ("複合的課題世帯", "compound_count", "in_need_count", "支援が必要な世帯の"),
        ("うち3分野以上", "three_or_more_count", "compound_count", "複合的課題世帯の"),
    )
    return [
        _card(title, column, of if of in now else None, lead, now, then, month)
        for title, column, of, lead in plan
        if column in now
    ]


def _card(
    title: str,
    column: str,
    of: str | None,
    lead: str,
    now: Mapping[str, Cell],
    then: Mapping[str, Cell] | None,
    month: date,
) -> Card:
    value = count_figure(now[column], column, month, unit="世帯")
    below = None
    if of is not None:
        below = Markup("{}{}").format(lead, share_figure(now[column], now[of], month, f"{column}_share"))
    return Card(title, value, below, _change(column, of, now, then, month))


def _change(
    column: str, of: str | None, now: Mapping[str, Cell], then: Mapping[str, Cell] | None, month: date
) -> Markup:
    if then is None or column not in then:
        return Markup("前年同月のデータなし")
    new, old = now[column].value, then[column].value
    if new is None or old is None:
        return Markup("前年同月比は示せません")
    shown = figure(words.signed(new - old), keys(f"{column}_change", new - old, month, words.ALL), "世帯")
    text = Markup("前年同月比 {}").format(shown)
    shares = [share(each[column], each[of]) for each in (now, then)] if of else [None, None]
    if shares[0] is None or shares[1] is None:
        return text
    points = (shares[0] - shares[1]) * 100
    named = keys(f"{column}_share_change", points, month, words.ALL)
    return text + Markup("<br>割合の差 {}").format(figure(words.signed(points, 1), named, "ポイント"))


def share_figure(part: Cell, whole: Cell, month: date, metric: str, area: str = words.ALL, **more: str) -> Markup:
    """A share in per cent; — where the whole is 0."""
    ratio = share(part, whole)
    named = keys(metric, ratio, month, area, **more)
    return hidden_figure(named) if part.is_hidden or whole.is_hidden else figure(words.percent(ratio), named)


def count_figure(cell: Cell, metric: str, month: date, area: str = words.ALL, unit: str = "", **more: str) -> Markup:
    """A number of households."""
    named = keys(metric, cell.value, month, area, **more)
    return hidden_figure(named) if cell.is_hidden else figure(words.number(cell.value), named, unit)


def area_rows(data: OverlapData, month: date, order: Sequence[str]) -> list[HeatRow]:
    """The municipality first, then each area of the month."""
    return [_area_row(data, month, code, name, order) for code, name in data.places]


def _area_row(data: OverlapData, month: date, code: str, name: str, order: Sequence[str]) -> HeatRow:
    in_need, compound = (data.total(month, code, each) for each in ("in_need_count", "compound_count"))
    figures = [
        count_figure(in_need, "in_need_count", month, code),
        share_figure(compound, in_need, month, "compound_count_share", code),
    ]
    if not data.is_public:
        figures.insert(0, count_figure(data.total(month, code, "household_count"), "household_count", month, code))
    cells = {c: data.cell(month, code, data.match, c) for c in order}
    return HeatRow(name, code == words.ALL, figures, _heat_cells(cells, in_need, month, code, match=data.match))


def type_rows(data: OverlapData, month: date, order: Sequence[str]) -> list[HeatRow]:
    """Each household type of the month, for the municipality."""
    return [_type_row(data, month, code, order) for code in data.types]


def type_compound(data: OverlapData, month: date, kind: str) -> Cell:
    """Compound households of a type, from its exact combinations; not told where one of those is not known."""
    parts = [data.cell(month, words.ALL, EXACT, c, kind) for c in data.combinations if "+" in c]
    known = [part.value for part in parts if part.value is not None]
    return Cell(sum(known)) if len(known) == len(parts) else NOT_TOLD


def _type_row(data: OverlapData, month: date, code: str, order: Sequence[str]) -> HeatRow:
    in_need = data.in_need(month, words.ALL, code)
    figures = [count_figure(in_need, "type_in_need", month, household_type=code)]
    if not data.is_public:
        compound = type_compound(data, month, code)
        figures += [
            count_figure(compound, "type_compound", month, household_type=code),
            share_figure(compound, in_need, month, "type_compound_share", household_type=code),
        ]
    cells = {c: data.cell(month, words.ALL, data.match, c, code) for c in order}
    named = {"match": data.match, "household_type": code}
    return HeatRow(type_name(code), False, figures, _heat_cells(cells, in_need, month, **named))


def type_name(code: str) -> str:
    """A household type in Japanese; one that is not known is shown as it is."""
    return words.HOUSEHOLD_TYPES.get(code, code)


def _heat_cells(
    cells: Mapping[str, Cell], in_need: Cell, month: date, area: str = words.ALL, **more: str
) -> list[tuple[Markup, int | str]]:
    return [
        (
            count_figure(cell, "combination_households", month, area, domains=combination, **more),
            HIDDEN_SHADE if cell.is_hidden else shade(share(cell, in_need)),
        )
        for combination, cell in cells.items()
    ]


def shade(of_need: float | None) -> int:
    """0 for none, else 1 to 6 by ``SHADES``."""
    if not of_need:
        return 0
    return 1 + sum(of_need >= bound for bound in SHADES)
