"""The figures of the report, each with its unit and the attributes that say what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.chart_trend import TrendMonth
from kasane.reports.chart_upset import Selection
from kasane.reports.figure_line import year_before
from kasane.reports.overlap_data import OverlapData, Row
from kasane.reports.svg import figure, keys

COMBINATIONS: Final = tuple("+".join(chosen) for size in (1, 2, 3, 4) for chosen in combinations(words.DOMAINS, size))
# Upper bounds (share of households in need) of the heat map's shades; 0 itself has no shade.
SHADES: Final = (0.01, 0.02, 0.05, 0.10, 0.20)


@dataclass(frozen=True)
class Card:
    """One headline: its name, the figure, a second figure below it and the change in a year."""

    title: str
    value: Markup
    share: Markup | None
    change: Markup


@dataclass(frozen=True)
class HeatRow:
    """One row of a heat map: an area or a household type, its totals, and its cells with their shade (0-6)."""

    name: str
    total: bool
    figures: Sequence[Markup]
    cells: Sequence[tuple[Markup, int]]


def shown_groups(data: OverlapData) -> list[list[str]]:
    """Combinations of 1, 2, 3 and 4 domains, the largest of the newest month first."""
    month = data.newest
    assert month is not None

    def order(combination: str) -> tuple[int, int]:
        return -(data.cell(month, words.ALL, "exact", combination) or 0), COMBINATIONS.index(combination)

    sizes = range(1, len(words.DOMAINS) + 1)
    return [sorted((c for c in COMBINATIONS if c.count("+") + 1 == size), key=order) for size in sizes]


def selection(data: OverlapData, month: date, area: str) -> Selection | None:
    """What the UpSet plot shows of one month and area; None where the mart doesn't have it whole."""
    row = data.summary.get((month, area))
    exact = {c: data.cell(month, area, "exact", c) for c in COMBINATIONS}
    totals = {d: data.cell(month, area, "at_least", d) for d in words.DOMAINS}
    known = {key: value for key, value in exact.items() if value is not None}
    known_totals = {key: value for key, value in totals.items() if value is not None}
    if row is None or len(known) < len(exact) or len(known_totals) < len(totals):
        return None
    return Selection(month, area, int(row["in_need_count"]), known, known_totals)


def trend_months(data: OverlapData, incomplete: Iterable[date]) -> list[TrendMonth]:
    """The municipality's months, oldest first; ``incomplete`` are those that rest on an older delivery."""
    late = set(incomplete)
    return [_trend_month(data, month, month in late) for month in data.months]


def _trend_month(data: OverlapData, month: date, late: bool) -> TrendMonth:
    row = data.summary[month, words.ALL]
    exact = [(c.count("+") + 1, data.cell(month, words.ALL, "exact", c)) for c in COMBINATIONS]
    known = all(value is not None for _, value in exact)
    sizes = {size: sum(value or 0 for s, value in exact if s == size) for size in (1, 2, 3, 4)}
    return TrendMonth(month, int(row["in_need_count"]), int(row["compound_count"]), sizes if known else None, late)


def cards(data: OverlapData) -> list[Card]:
    """The four headlines of the newest month, for the municipality."""
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
    return [_card(title, column, of, lead, now, then, month) for title, column, of, lead in plan]


def _card(title: str, column: str, of: str | None, lead: str, now: Row, then: Row | None, month: date) -> Card:
    named = keys(column, now[column], month, words.ALL)
    value = figure(words.number(now[column]), named, "世帯")
    share = None
    if of is not None:
        share = Markup("{}{}").format(lead, share_figure(now[column], now[of], month, f"{column}_share"))
    return Card(title, value, share, _change(column, of, now, then, month))


def _change(column: str, of: str | None, now: Row, then: Row | None, month: date) -> Markup:
    if then is None:
        return Markup("前年同月のデータなし")
    difference = now[column] - then[column]
    shown = figure(words.signed(difference), keys(f"{column}_change", difference, month, words.ALL), "世帯")
    text = Markup("前年同月比 {}").format(shown)
    new, old = (None, None) if of is None else (_ratio(now[column], now[of]), _ratio(then[column], then[of]))
    if new is None or old is None:
        return text
    points = (new - old) * 100
    named = keys(f"{column}_share_change", points, month, words.ALL)
    return text + Markup("<br>割合の差 {}").format(figure(words.signed(points, 1), named, "ポイント"))


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def share_figure(
    part: float | None, whole: float | None, month: date, metric: str, area: str = words.ALL, **more: str
) -> Markup:
    """A share in per cent; — where the whole is 0."""
    share = _ratio(part, whole)
    return figure(words.percent(share), keys(metric, share, month, area, **more))


def count_figure(value: float | None, metric: str, month: date, area: str = words.ALL, **more: str) -> Markup:
    """A whole number."""
    return figure(words.number(value), keys(metric, value, month, area, **more))


def area_rows(data: OverlapData, order: Sequence[str]) -> list[HeatRow]:
    """The municipality first, then each area of the newest month."""
    month = data.newest
    assert month is not None
    places = [(words.ALL, "全体"), *data.areas]
    return [_area_row(data, month, code, name, order) for code, name in places]


def _area_row(data: OverlapData, month: date, code: str, name: str, order: Sequence[str]) -> HeatRow:
    row = data.summary.get((month, code), {})
    in_need = row.get("in_need_count")
    figures = [
        count_figure(row.get("household_count"), "household_count", month, code),
        count_figure(in_need, "in_need_count", month, code),
        share_figure(row.get("compound_count"), in_need, month, "compound_count_share", code),
    ]
    values = {c: data.cell(month, code, "exact", c) for c in order}
    return HeatRow(name, code == words.ALL, figures, _heat_cells(values, in_need, month, area=code))


def type_rows(data: OverlapData, order: Sequence[str]) -> list[HeatRow]:
    """Each household type of the newest month, for the municipality."""
    month = data.newest
    assert month is not None
    by_type: dict[str, dict[str, int]] = {}
    needs: dict[str, int] = {}
    for row in data.tables["types"]:
        by_type.setdefault(row["household_type"], {})[row["domains"]] = int(row["household_count"])
        needs[row["household_type"]] = int(row["in_need"])
    codes = [*words.HOUSEHOLD_TYPES, *sorted(set(by_type) - set(words.HOUSEHOLD_TYPES))]
    return [_type_row(month, code, by_type.get(code, {}), needs.get(code, 0), order) for code in codes]


def _type_row(month: date, code: str, found: Mapping[str, int], in_need: int, order: Sequence[str]) -> HeatRow:
    values = {c: found.get(c, 0) for c in order}
    compound = sum(value for c, value in values.items() if "+" in c)
    figures = [
        count_figure(in_need, "type_in_need", month, household_type=code),
        count_figure(compound, "type_compound", month, household_type=code),
        share_figure(compound, in_need, month, "type_compound_share", household_type=code),
    ]
    name = words.HOUSEHOLD_TYPES.get(code, code)
    return HeatRow(name, False, figures, _heat_cells(values, in_need, month, household_type=code))


def _heat_cells(
    values: Mapping[str, int | None], in_need: int | None, month: date, area: str = words.ALL, **more: str
) -> list[tuple[Markup, int]]:
    cells = []
    for combination, value in values.items():
        named = {"domains": combination, "match": "exact", **more}
        shown = count_figure(value, "combination_households", month, area, **named)
        cells.append((shown, shade(_ratio(value, in_need))))
    return cells


def shade(share: float | None) -> int:
    """0 for none, else 1 to 6 by ``SHADES``."""
    if not share:
        return 0
    return 1 + sum(share >= bound for bound in SHADES)
