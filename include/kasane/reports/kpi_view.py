"""The scorecard as it is shown: one cell an indicator, month and area, the same for the page, its script and Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kasane.reports import words
from kasane.reports.chart_spark import heights
from kasane.reports.kpi_data import FIGURES, PUBLISHED_FIGURES, Detail, Indicator, Reading, Scorecard, Wording
from kasane.reports.kpi_words import STATES, bound_text, value_text
from kasane.reports.labels import name_sources

FISCAL_YEAR_BEGINS = 4
_IN_UNIT = ("value", "value_low", "value_high")
_BOUNDS = ("target_due", "target", "baseline")


@dataclass(frozen=True)
class Shown:
    """A reading for people: raw figures and their texts by name, a key of ``STATES``, the version and sentences."""

    raw: dict[str, float | None]
    texts: dict[str, str]
    state: str
    version: str
    reason: str
    next_look: str
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Trend:
    """An indicator's values in an area over all months; ``label`` says it to a screen reader."""

    heights: list[float | None]
    low: float | None
    high: float | None
    label: str


def shown(card: Scorecard, wording: Wording, indicator: Indicator, month: date, area: str) -> Shown:
    """The cell of one indicator; state ``absent`` where the zone has no such row."""
    reading = card.readings.get((indicator.kpi_id, month, area))
    state = state_of(reading, indicator, month, wording.neutral_months)
    raw = {name: None if reading is None else reading.figures[name] for name in figure_names(card)}
    return Shown(
        raw=raw,
        texts={name: _text(name, value, indicator.unit, state) for name, value in raw.items()},
        state=state,
        version=reading.version if reading else "",
        reason=name_sources(reading.reason, wording.source_titles) if reading else "",
        next_look=indicator.next_look if state == "behind" else "",
        details=reading.details if reading else (),
    )


def figure_names(card: Scorecard) -> tuple[str, ...]:
    """The figures that this zone has."""
    return PUBLISHED_FIGURES if card.is_public else FIGURES


def state_of(reading: Reading | None, indicator: Indicator, month: date, neutral_months: int) -> str:
    """A key of ``STATES``: what disclosure control hid says nothing more, and what has no value has no verdict."""
    if reading is None:
        return "absent"
    if reading.is_hidden:
        return "hidden"
    if reading.status == "no_data":
        return "no_data"
    if reading.status not in STATES:
        return "no_target"
    if indicator.is_annual_count and month_of_fiscal_year(month) <= neutral_months:
        return "early"
    return reading.status


def month_of_fiscal_year(month: date) -> int:
    """1 for April to 12 for March."""
    return (month.month - FISCAL_YEAR_BEGINS) % 12 + 1


def trend(card: Scorecard, indicator: Indicator, area: str) -> Trend:
    """The line of an indicator in an area."""
    readings = [card.readings.get((indicator.kpi_id, month, area)) for month in card.months]
    values = [None if each is None else each.figures["value"] for each in readings]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (None, None)
    return Trend(heights(values), low, high, _trend_label(indicator, values, low, high))


def _trend_label(indicator: Indicator, values: Sequence[float | None], low: float | None, high: float | None) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return f"{indicator.name}の推移: 値のある月がありません"
    low_text, high_text, last = (value_text(each, indicator.unit) for each in (low, high, known[-1]))
    return (
        f"{indicator.name}の推移: {len(values)}か月のうち値のある{len(known)}か月、"
        f"最小{low_text}、最大{high_text}、最後の値{last}"
    )


def _text(name: str, value: float | None, unit: str, state: str) -> str:
    if value is None and name == "value" and state == "hidden":
        return STATES["hidden"].mark
    if name in _IN_UNIT:
        return value_text(value, unit)
    return bound_text(value, unit) if name in _BOUNDS else words.number(value)
