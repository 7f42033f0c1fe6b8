"""Sheets of workbooks for officials: real tables and notes, made for A4; text stays text whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Final

import xlsxwriter

from kasane.reports import words
from kasane.reports.cells import cell as as_cell

COUNT: Final = "#,##0"
SHARE: Final = "0.0%"
_DAY: Final = "yyyy-mm-dd"
# Nothing in a text is run or opened.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4: Final = 9
_HEADER_MOST: Final = 80  # of a text in the printed header, which Excel limits
_STYLE: Final = "Table Style Light 1"
_LINE: Final = 15.5  # points
_NOTE_WIDTHS: Final = (34, 100)


@dataclass(frozen=True)
class Number:
    """A number with Excel's format of it; None leaves the cell blank."""

    value: float | None
    form: str = COUNT


Cell = str | float | int | date | Number | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its width in characters, Excel's format of its plain numbers."""

    head: str
    width: float = 11
    form: str = COUNT


@dataclass(frozen=True)
class Paper:
    """How a sheet is seen and printed.

    ``frozen`` columns stay in sight; ``columns`` are printed, all where None. ``wraps``: what is printed wraps, and
    rows are as high as that needs.
    """

    frozen: int = 1
    columns: int | None = None
    wraps: bool = True


@dataclass(frozen=True)
class Table:
    """A sheet that is one table; ``name`` is the table's in formulas, ``frozen`` the columns that stay in sight."""

    title: str
    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    frozen: int = 1


def workbook_of(
    title: str, header: str, created: date | None, tables: Sequence[Table], about: Sequence[tuple[str, str]]
) -> bytes:
    """A workbook of tables with ``about`` as its last sheet 読み方."""

    def write(sheets: Sheets) -> None:
        for each in tables:
            sheets.table(each.title, each.name, each.columns, each.rows, Paper(each.frozen))
        sheets.notes("読み方", about)

    return workbook(title, header, created, write)


def workbook(title: str, header: str, created: date | None, write: Callable[[Sheets], None]) -> bytes:
    """A workbook that ``write`` fills; ``header`` is printed on each page. The same content gives the same bytes."""
    out = io.BytesIO()
    # A fixed day instead of now; a zone without a month has none.
    day = created or date(2000, 1, 1)
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
        write(Sheets(book, header))
    return out.getvalue()


class Sheets:
    """Adds sheets to a workbook."""

    def __init__(self, book: Any, header: str) -> None:
        self._book = book
        self._header = header[:_HEADER_MOST].replace("&", "&&")
        self._made: dict[str, Any] = {}

    def table(
        self, title: str, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], paper: Paper = Paper()
    ) -> None:
        """A sheet with one table from A1 on; without a row it has a blank one. ``name`` is the table's, in ASCII."""
        sheet, last = self._book.add_worksheet(title), max(len(rows), 1)
        heads = [{"header": column.head, "header_format": self._form("heading")} for column in columns]
        options = {"name": name, "columns": heads, "style": _STYLE}
        sheet.add_table(0, 0, last, len(columns) - 1, options)
        # The filter's arrow takes two characters.
        sheet.set_row(0, _LINE * max(_lines(column.head, column.width - 2) for column in columns))
        printed = columns[: paper.columns]
        for at, row in enumerate(rows, start=1):
            wrapped = [(value, column.width) for value, column in zip(row, printed, strict=False) if paper.wraps]
            sheet.set_row(at, _LINE * max((_lines(*each) for each in wrapped), default=1))
            for place, (value, column) in enumerate(zip(row, columns, strict=True)):
                given = Number(value, column.form) if isinstance(value, int | float) else value
                self._write(sheet, at, place, given, "text" if place < len(wrapped) else "line")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(1, paper.frozen)
        self._on_paper(sheet, title, last, len(printed) - 1)

    def notes(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """A sheet of terms and what they mean."""
        sheet = self._book.add_worksheet(title)
        for at, line in enumerate(lines):
            sheet.set_row(at, _LINE * max(_lines(*each) for each in zip(line, _NOTE_WIDTHS, strict=True)))
            for place, text in enumerate(line):
                self._write(sheet, at, place, text, "text")
        for place, width in enumerate(_NOTE_WIDTHS):
            sheet.set_column(place, place, width)
        self._on_paper(sheet, title, max(len(lines) - 1, 0), 1)

    def _write(self, sheet: Any, row: int, column: int, value: Cell, text: str) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self._form(_DAY))
        elif isinstance(value, str):
            form = "mark" if value == words.HIDDEN_MARK else text
            sheet.write_string(row, column, str(as_cell(value)), self._form(form))
        elif isinstance(value, Number) and value.value is not None:
            sheet.write_number(row, column, value.value, self._form(value.form))

    def _form(self, code: str) -> Any:
        if code not in self._made:
            given = _FORMS.get(code) or {"num_format": code, "valign": "top"}
            self._made[code] = self._book.add_format(given)
        return self._made[code]

    def _on_paper(self, sheet: Any, title: str, last_row: int, last_column: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, last_row, last_column)
        sheet.set_header(f"&L{self._header}&R{title}", {"scale_with_doc": False})
        sheet.set_footer("&C&P / &N", {"scale_with_doc": False})


def _lines(value: Cell, width: float) -> int:
    """Lines of a text in a column; a Japanese sign is two characters wide. Anything else is one."""
    if not isinstance(value, str):
        return 1
    wide = sum(1 if sign.isascii() else 2 for sign in value)
    return max(1, ceil(wide / max(width - 2, 2)))


_FORMS: Final = {
    "text": {"text_wrap": True, "valign": "top", "indent": 1},
    "line": {"valign": "top", "indent": 1},
    _DAY: {"num_format": _DAY, "align": "left", "valign": "top"},
    "mark": {"align": "right", "valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "valign": "vcenter"},
}
