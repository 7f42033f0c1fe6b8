"""The record of processing about one person as a workbook of sheets, or as one CSV with the sheet in front."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

# What a spreadsheet program would take for a formula when it opens a CSV.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_WIDTH = 22


@dataclass(frozen=True)
class Sheet:
    """One part of the answer: title, headings, rows."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


def write_subject_workbook(out: Path, sheets: Sequence[Sheet]) -> None:
    """A sheet a part; every value is text or a number, never a formula or a link."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(out), options) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title)
            page.set_column(0, len(sheet.headings) - 1, _WIDTH)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.headings, bold)
            for number, row in enumerate(sheet.rows, start=1):
                for place, value in enumerate(row):
                    page.write(number, place, _cell(value))


def write_subject_csv(out: Path, sheets: Sequence[Sheet]) -> None:
    """UTF-8 with a byte order mark, as Excel reads it; each row says its sheet, headings come first in each."""
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for sheet in sheets:
            writer.writerow(["", *sheet.headings])
            writer.writerows([sheet.title, *(_guarded(_cell(value)) for value in row)] for row in sheet.rows)


def _cell(value: object) -> str | float | int:
    if isinstance(value, bool):
        return "○" if value else ""
    if isinstance(value, int | float):
        return value
    return "" if value is None else str(value)


def _guarded(value: str | float | int) -> str | float | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value
