"""Workbooks of plain tables that officials can reuse: a sheet a table, number formats, A4, text that stays text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

from kasane.reports.cells import cell as as_cell

# Nothing in a text is run or opened.
_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False
}  # fmt: skip
_A4: Final = 9
_DAY: Final = "yyyy-mm-dd"
_HEAD_HEIGHT: Final = 48  # three lines
Cell = str | float | date | None


@dataclass(frozen=True)
class Head:
    """A column of a sheet: its heading, its width in characters and, for numbers, their format."""

    text: str
    width: float = 11
    number_format: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet that is one table; ``table`` is its name for formulas, ``frozen`` the columns that stay in sight."""

    title: str
    table: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    frozen: int = 1


def book_bytes(title: str, day: date, sheets: Sequence[Sheet], about: Sequence[tuple[str, str]]) -> bytes:
    """The workbook, with ``about`` as a last sheet 読み方; the same tables and ``day`` give the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        # A fixed day instead of now.
        book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
        formats = _Formats(book)
        for sheet in sheets:
            _table(book.add_worksheet(sheet.title), sheet, formats)
        _about(book.add_worksheet("読み方"), about, formats)
    return out.getvalue()


class _Formats:
    """Each cell format of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

        self.text = book.add_format({"text_wrap": True, "valign": "top", "indent": 1})
        self.day = book.add_format({"num_format": _DAY, "valign": "top", "align": "left"})
        # Not every program draws the table's own style.
        self.head = book.add_format({"text_wrap": True, "valign": "top", "bold": True, "bottom": 1})

    def number(self, code: str) -> Any:
        if code not in self._made:
            self._made[code] = self._book.add_format({"num_format": code, "valign": "top"})
        return self._made[code]


def _table(page: Any, sheet: Sheet, formats: _Formats) -> None:
    last = max(len(sheet.rows), 1)
    columns = [{"header": head.text, "header_format": formats.head} for head in sheet.heads]
    page.add_table(
        0, 0, last, len(columns) - 1, {"name": sheet.table, "columns": columns, "style": "Table Style Light 1"}
    )
    for at, row in enumerate(sheet.rows, start=1):
        for column, (head, value) in enumerate(zip(sheet.heads, row, strict=True)):
            _write(page, at, column, value, head.number_format, formats)
    for at, head in enumerate(sheet.heads):
        page.set_column(at, at, head.width)
    page.set_row(0, _HEAD_HEIGHT)
    page.freeze_panes(1, sheet.frozen)
    _on_paper(page, last, len(columns) - 1)


def _write(page: Any, at: int, column: int, value: Cell, number_format: str, formats: _Formats) -> None:
    if isinstance(value, date):
        page.write_datetime(at, column, datetime(value.year, value.month, value.day), formats.day)
    elif isinstance(value, str):
        page.write_string(at, column, str(as_cell(value)), formats.text)
    elif value is not None:
        page.write_number(at, column, value, formats.number(number_format or "General"))


def _about(page: Any, lines: Sequence[tuple[str, str]], formats: _Formats) -> None:
    for at, line in enumerate(lines):
        for column, text in enumerate(line):
            page.write_string(at, column, str(as_cell(text)), formats.text)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 96)
    _on_paper(page, max(len(lines) - 1, 0), 1)


def _on_paper(page: Any, last_row: int, last_column: int) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, last_row, last_column)
