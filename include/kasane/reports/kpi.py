"""The KPI scorecard: one self-contained HTML page in Japanese and one workbook, for the analysts and for anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kasane.files import write_atomically
from kasane.reports import words
from kasane.reports.chart_spark import HEIGHT, MARGIN, WIDTH, sparkline
from kasane.reports.kpi_data import Detail, Indicator, Scorecard, Wording
from kasane.reports.kpi_sheet import workbook_bytes
from kasane.reports.kpi_view import Shown, Trend, figure_names, shown, trend
from kasane.reports.kpi_words import DIRECTIONS, LEVELS, PERIODS, RARE_STATES, STATES, unit, value_text
from kasane.reports.page import Texts, environment, json_in_html, page_frame
from kasane.reports.svg import figure, keys

PAGE, WORKBOOK = "kpi.html", "kpi.xlsx"


@dataclass(frozen=True)
class Row:
    """One indicator of the table: its cell in the newest month, its figures and its line."""

    index: int
    indicator: Indicator
    cell: Shown
    figures: dict[str, Markup]
    spark: Markup
    low: Markup
    high: Markup
    is_blank: bool
    details: list[tuple[str, Markup]]


def write_scorecard(card: Scorecard, wording: Wording, folder: Path, municipality: str, release_id: str) -> Path:
    """Write page and workbook into ``folder``, each whole or not at all; the same release gives the same bytes.

    ``release_id`` is shown in the analysts' zone only. Returns the page. A zone without a month gives a sentence.
    """
    page = render_scorecard(card, wording, municipality, release_id)
    write_atomically(folder / WORKBOOK, workbook_bytes(card, wording, municipality))
    write_atomically(folder / PAGE, page.encode())
    return folder / PAGE


def render_scorecard(card: Scorecard, wording: Wording, municipality: str, release_id: str) -> str:
    """The page as text."""
    rows = _table_rows(card, wording)
    context = page_frame(municipality, release_id, "kpi.js", "overlap.css", "kpi.css") | {
        "card": card,
        "measures": _measures(rows),
        "indicators": wording.indicators,
        "states": STATES,
        "rare_states": RARE_STATES,
        "counts": _state_counts(rows, card),
        "neutral_months": wording.neutral_months,
        "directions": DIRECTIONS,
        "periods": PERIODS,
        "unit": unit,
        "newest": card.months[-1] if card.months else None,
        "choices": _choices(card, wording) if card.months else None,
    }
    return environment().get_template("kpi.html.j2").render(context)


def _table_rows(card: Scorecard, wording: Wording) -> list[Row]:
    if not card.months:
        return []
    month = card.months[-1]
    return [_row(card, wording, at, indicator, month) for at, indicator in enumerate(wording.indicators)]


def _row(card: Scorecard, wording: Wording, at: int, indicator: Indicator, month: date) -> Row:
    cell, line = shown(card, wording, indicator, month, words.ALL), trend(card, indicator, words.ALL)
    return Row(
        index=at,
        indicator=indicator,
        cell=cell,
        figures={name: _figure(name, cell, at, indicator, month) for name in cell.raw},
        spark=sparkline(line.heights, line.label, len(card.months) - 1, f"spark-{at}"),
        low=_end("trend_low", line.low, at, indicator),
        high=_end("trend_high", line.high, at, indicator),
        is_blank=line.low is None,
        details=[(each.label, _detail(each, indicator, month)) for each in cell.details],
    )


def _figure(name: str, cell: Shown, at: int, indicator: Indicator, month: date) -> Markup:
    named = keys(name, cell.raw[name], month, words.ALL, kpi=indicator.kpi_id, slot=f"{name}-{at}")
    return figure(cell.texts[name], named)


def _detail(each: Detail, indicator: Indicator, month: date) -> Markup:
    named = keys("detail", each.value, month, words.ALL, kpi=indicator.kpi_id, measure=each.measure)
    return figure(value_text(each.value, each.unit), named)


def _end(name: str, value: float | None, at: int, indicator: Indicator) -> Markup:
    named = keys(name, value, None, words.ALL, kpi=indicator.kpi_id, slot=f"{name}-{at}")
    return figure(value_text(value, indicator.unit), named)


def _measures(rows: Sequence[Row]) -> list[tuple[int, str, list[tuple[str, list[Row]]]]]:
    """Measure number and name, and in each the rows by level."""
    order = list(LEVELS)
    ordered = sorted(rows, key=lambda row: (row.indicator.measure_no, order.index(row.indicator.level), row.index))
    return [
        (number, name, _levels(list(inside)))
        for (number, name), inside in groupby(
            ordered, key=lambda row: (row.indicator.measure_no, row.indicator.measure)
        )
    ]


def _levels(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(LEVELS[level], list(inside)) for level, inside in groupby(rows, key=lambda row: row.indicator.level)]


def _state_counts(rows: Sequence[Row], card: Scorecard) -> list[tuple[str, int, Markup]]:
    """How many indicators stand so in the newest month, by state."""
    found = Counter(row.cell.state for row in rows)
    month = card.months[-1] if card.months else None
    return [
        (
            state,
            found[state],
            figure(
                words.number(found[state]),
                keys("state_count", found[state], month, words.ALL, state=state, slot=f"count-{state}"),
                "指標",
            ),
        )
        for state in STATES
    ]


def _choices(card: Scorecard, wording: Wording) -> dict[str, Any]:
    """Every month and area for the page's own script, with the texts as the page has them, each text once."""
    texts = Texts()
    cells = {
        f"{m},{a}": [_packed(shown(card, wording, each, month, code), texts) for each in wording.indicators]
        for m, month in enumerate(card.months)
        for a, (code, _) in enumerate(card.places)
    }
    payload = {
        "months": [month.isoformat() for month in card.months],
        "areas": [code for code, _ in card.places],
        "kpis": [each.kpi_id for each in wording.indicators],
        "names": figure_names(card),
        "states": {name: [state.mark, state.word] for name, state in STATES.items()},
        "rare": RARE_STATES,
        "frame": {"width": WIDTH, "margin": MARGIN, "height": HEIGHT},
        "cells": cells,
        "trends": [list(_packed_trends(card, wording, code, texts)) for code, _ in card.places],
        "texts": texts.all,
    }
    months = [(month.isoformat(), words.era_month(month)) for month in reversed(card.months)]
    return {"months": months, "areas": card.places, "json": json_in_html(payload)}


def _packed(cell: Shown, texts: Texts) -> list[Any]:
    """Raw figures, their texts, the state, version, reason, what to look at next, and the details."""
    told = [texts.place(text) for text in cell.texts.values()]
    more = [texts.place(text) for text in (cell.version, cell.reason, cell.next_look)]
    details = [
        [e.measure, texts.place(e.label), e.value, texts.place(value_text(e.value, e.unit))] for e in cell.details
    ]
    return [list(cell.raw.values()), told, cell.state, *more, details]


def _packed_trends(card: Scorecard, wording: Wording, area: str, texts: Texts) -> Iterator[list[Any]]:
    for each in wording.indicators:
        line: Trend = trend(card, each, area)
        ends = [texts.place(value_text(value, each.unit)) for value in (line.low, line.high)]
        yield [line.heights, line.low, line.high, *ends, texts.place(line.label)]
