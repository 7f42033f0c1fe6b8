"""A list of persons as a file for its recipient: what it is, why, for whom and until when, and then the persons."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from kasane.reports.cells import Cell, cell, inert, write_row

ABOUT_SHEET = "この名簿について"
LIST_SHEET = "名簿"
_WIDTH = 18
_WIDE = 60


@dataclass(frozen=True)
class PersonSheet:
    """``facts``: label and text, in the order to be read; ``headings`` and ``rows``: the table of persons."""

    facts: Sequence[tuple[str, str]]
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


def csv_bytes(sheet: PersonSheet) -> bytes:
    """The facts, a blank line, then the table, as CSV in UTF-8 with a byte order mark, as Excel reads it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([inert(cell(value)) for value in fact] for fact in sheet.facts)
    writer.writerow([])
    writer.writerow(sheet.headings)
    writer.writerows([inert(cell(value)) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheet: PersonSheet) -> bytes:
    """A workbook: the facts on the sheet that opens first, the persons on the second."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        about, table = book.add_worksheet(ABOUT_SHEET), book.add_worksheet(LIST_SHEET)
        for at, fact in enumerate(sheet.facts):
            write_row(about, at, [cell(value) for value in fact])
        about.set_column(0, 0, _WIDTH)
        about.set_column(1, 1, _WIDE)
        for at, row in enumerate([sheet.headings, *sheet.rows]):
            written: list[Cell] = [cell(value) for value in row]
            write_row(table, at, written)
        table.freeze_panes(1, 0)
        table.set_column(0, len(sheet.headings) - 1, _WIDTH)
    return out.getvalue()
