"""Workbooks (XLSX) of offices that keep their lists by hand; the same cells give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import xlsxwriter

from kasane.ward.columns import Sheet

MADE = datetime(2025, 1, 1)
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_DAY = {"num_format": "yyyy/m/d"}


def list_book(
    tabs: tuple[str, ...], titles: tuple[str, ...] = (), dates: tuple[str, ...] = (), numbers: tuple[str, ...] = ()
) -> Callable[[Sheet], bytes]:
    """A writer of lists with one heading row under ``titles`` (``{}``: the tab's name).

    ``tabs``: the workbook's sheets; with several, the column ``form.tab`` says where a record stands.
    ``dates``, ``numbers``: headings whose cells are Excel dates and numbers wherever they can be.
    """

    def write(sheet: Sheet) -> bytes:
        headings = [column.heading for column in sheet.columns if column.heading != sheet.form.tab]
        cells = {heading: sheet.texts(heading) for heading in headings}
        place = sheet.texts(sheet.form.tab) if sheet.form.tab else [tabs[0]] * sheet.rows
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"in_memory": True, **AS_TEXT}) as book:
            book.set_properties({"title": tabs[0], "created": MADE})
            day = book.add_format(_DAY)
            for tab in tabs:
                page = book.add_worksheet(tab)
                for row, title in enumerate(titles):
                    page.write_string(row, 0, title.format(tab))
                page.write_row(len(titles), 0, headings)
                for row, record in enumerate(place_of(place, tab), len(titles) + 1):
                    for column, heading in enumerate(headings):
                        _put(page, row, column, cells[heading][record], heading in dates, heading in numbers, day)
        return target.getvalue()

    return write


def place_of(place: list[str], tab: str) -> list[int]:
    """Records that stand on a sheet of the workbook, in order."""
    return [record for record, where in enumerate(place) if where == tab]


def _put(
    page: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    text: str,
    dated: bool,
    counted: bool,
    day: xlsxwriter.format.Format,
) -> None:
    """A cell as the office's hand left it: what is no date or number stays text."""
    if not text:
        return
    if dated:
        try:
            page.write_datetime(row, column, date.fromisoformat(text), day)
        except ValueError:
            page.write_string(row, column, text)
    elif counted and text.isascii() and text.isdigit():
        page.write_number(row, column, int(text))
    else:
        page.write_string(row, column, text)
