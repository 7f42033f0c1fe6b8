"""Cells of tables for people: nothing in a text is run as a formula, in CSV or XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kasane.reports.svg import plain

# What a spreadsheet program would take for a formula when it opens a CSV.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_CELL_MOST = 32_767

Cell = str | float | int | None


def cell(value: object) -> Cell:
    """Any value as a cell: numbers as they are, days in ISO form, text without control characters."""
    if value is None or isinstance(value, int | float):
        return value
    return value.isoformat() if isinstance(value, date) else plain(value)[:_CELL_MOST]


def inert(value: Cell) -> Cell:
    """The cell as a CSV may hold it: an apostrophe stands before what would be run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def write_row(sheet: Any, at: int, row: Sequence[Cell]) -> None:
    """Write a row of a workbook's sheet; text is text whatever it begins with."""
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(at, column, value)
        elif value is not None:
            sheet.write_number(at, column, value)
