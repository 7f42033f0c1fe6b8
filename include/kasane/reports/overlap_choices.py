"""Every month and area of the overlap report for the page's own script, as figures alone; the script words them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kasane.reports import words
from kasane.reports.chart_upset import FRAME, Selection
from kasane.reports.overlap_figures import SHADES, selection, type_compound
from kasane.reports.overlap_model import Cell, OverlapData, share
from kasane.reports.page import json_in_html

Raw = int | float | str | None


def choices(data: OverlapData, order: Sequence[str]) -> dict[str, Any]:
    """Months and areas to choose from, and the script's data; ``order`` is the columns'.

    A number that is hidden is the mark of hidden ones, one that the zone doesn't tell is null.
    """
    months = [[month.isoformat(), words.era_month(month)] for month in reversed(data.months)]
    found = {
        f"{m},{a}": selection(data, month, code)
        for m, month in enumerate(data.months)
        for a, (code, _) in enumerate(data.places)
    }
    payload = {
        "months": [month.isoformat() for month in data.months],
        "areas": [code for code, _ in data.places],
        "types": list(data.types),
        "sizes": [combination.count("+") + 1 for combination in order],
        "domains": list(words.DOMAINS),
        "frame": FRAME,
        "shades": SHADES,
        "mark": words.HIDDEN_MARK,
        "word": words.HIDDEN_WORD,
        "blank": words.NO_VALUE,
        "cells": {key: _columns(chosen, order) for key, chosen in found.items() if chosen is not None},
        "areaRows": [[_area_row(data, month, code, order) for code, _ in data.places] for month in data.months],
        "typeRows": [[_type_row(data, month, code, order) for code in data.types] for month in data.months],
    }
    return {"months": months, "areas": data.places, "json": json_in_html(payload)}


def raw(cell: Cell) -> Raw:
    """A cell for the script."""
    return words.HIDDEN_MARK if cell.is_hidden else cell.value


def _raw_share(part: Cell, whole: Cell) -> Raw:
    return words.HIDDEN_MARK if part.is_hidden or whole.is_hidden else share(part, whole)


def _columns(chosen: Selection, order: Sequence[str]) -> list[Raw]:
    """In need, the columns of the plot, and the domains' totals."""
    totals = [chosen.totals[domain] for domain in words.DOMAINS]
    return [raw(cell) for cell in (chosen.in_need, *(chosen.cells[each] for each in order), *totals)]


def _area_row(data: OverlapData, month: date, code: str, order: Sequence[str]) -> list[list[Raw]]:
    """The totals of a row of the heat map as ``area_rows`` has them, and its cells."""
    in_need, compound = (data.total(month, code, name) for name in ("in_need_count", "compound_count"))
    totals = [raw(in_need), _raw_share(compound, in_need)]
    if not data.is_public:
        totals.insert(0, raw(data.total(month, code, "household_count")))
    return [totals, [raw(data.cell(month, code, data.match, each)) for each in order], [raw(in_need)]]


def _type_row(data: OverlapData, month: date, code: str, order: Sequence[str]) -> list[list[Raw]]:
    in_need = data.in_need(month, words.ALL, code)
    totals = [raw(in_need)]
    if not data.is_public:
        compound = type_compound(data, month, code)
        totals += [raw(compound), _raw_share(compound, in_need)]
    return [totals, [raw(data.cell(month, words.ALL, data.match, each, code)) for each in order], [raw(in_need)]]
