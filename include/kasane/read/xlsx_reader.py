"""Sheets that an office keeps by hand (XLSX), by contract: titles, a merged heading, records, a total, notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kasane.contracts.model import Contract
from kasane.read.batch import Batch, Frame, record_of
from kasane.read.columns import names_by_heading
from kasane.read.refusal import FileReason, RefusedError
from kasane.workbook import Workbook, WorkbookError, open_workbook

# A sheet has at most 2^20 rows: sheet and row make one number, unique in the file, of which the row is shown.
_ROWS_A_SHEET = 1 << 21


@dataclass(frozen=True)
class _Sheet:
    """A sheet's rows; ``title`` is its name as the contract writes it, ``place`` its place among those read."""

    title: str
    place: int
    rows: list[list[str]]


def read_xlsx(stream: BinaryIO, contract: Contract, frame: Frame) -> Iterator[Batch]:
    """A batch a sheet. Its line numbers are unique in the file; ``sheet_rows`` gives the row that people see.

    Raises RefusedError where the workbook can't be read or a sheet or a column is not as the contract says.
    """
    for sheet in _sheets(stream, contract):
        batch = _batch(sheet, contract)
        if len(batch):
            frame.records += len(batch)
            yield batch


def xlsx_frame(contract: Contract) -> Frame:
    """Nothing is known of first and last records: titles and totals are found by the contract's marks."""
    return Frame(False, False)


def sheet_rows(lines: pa.Array) -> pa.Array:
    """The row in its sheet of each line number of a batch."""
    return pc.bit_wise_and(lines, pa.scalar(_ROWS_A_SHEET - 1, pa.int64()))


def _sheets(stream: BinaryIO, contract: Contract) -> list[_Sheet]:
    head = stream.read(1)
    if not head:
        raise RefusedError(FileReason.EMPTY_FILE, "the file has 0 bytes")
    stream.seek(0)
    try:
        book = open_workbook(stream)
        filled = {name: rows for name in book.names if (rows := book.rows(name)) and any(map(any, rows))}
    except WorkbookError as error:
        raise RefusedError(FileReason.UNPARSABLE, str(error)) from None
    if not filled:
        raise RefusedError(FileReason.EMPTY_FILE, "no sheet of the workbook holds anything")
    if not contract.layout.sheets:
        return [_Sheet(book.names[0], 0, filled.get(book.names[0], []))]
    return _named_sheets(book, filled, contract)


def _named_sheets(book: Workbook, filled: dict[str, list[list[str]]], contract: Contract) -> list[_Sheet]:
    """The sheets that the contract names, all of them; one more is taken only where it is blank."""
    wanted = {_folded(title): title for title in contract.layout.sheets}
    given = {_folded(name): name for name in book.names}
    # By place, not by name: a sheet may be named after a person.
    unknown = [str(place) for place, name in enumerate(book.names, 1) if _folded(name) not in wanted and name in filled]
    missing = [title for folded, title in wanted.items() if folded not in given]
    if unknown:
        raise RefusedError(FileReason.SHEET_UNKNOWN, f"sheets unknown, counted from the left: {', '.join(unknown)}")
    if missing:
        raise RefusedError(FileReason.SHEET_MISSING, f"sheets missing: {', '.join(missing)}")
    return [_Sheet(title, place, filled.get(given[folded], [])) for place, (folded, title) in enumerate(wanted.items())]


def _batch(sheet: _Sheet, contract: Contract) -> Batch:
    columns = _columns(sheet, contract)
    records = list(_records(sheet, contract))
    _check_unnamed(sheet, records, {column for column, _ in columns})
    fields = {name: pa.array([sheet.rows[row][column] for row in records], pa.string()) for column, name in columns}
    for field in contract.fields:
        if field.from_sheet:
            fields[field.name] = pa.repeat(pa.scalar(sheet.title), len(records))
    lines = np.array([sheet.place * _ROWS_A_SHEET + row + 1 for row in records], dtype=np.int64)
    before = [sheet.title] if len(contract.layout.sheets) > 1 else []
    texts = [record_of([*before, *sheet.rows[row]]) for row in records]
    return Batch(lines, fields, lambda rows: pa.array(texts, pa.string()).take(rows))


def _columns(sheet: _Sheet, contract: Contract) -> list[tuple[int, str]]:
    """Column and field name; a heading is what stands lowest in its rows: above it a group, below it nothing."""
    first = (contract.layout.heading_row or 1) - 1
    last = first + contract.layout.heading_rows
    cells = list(zip(*sheet.rows[first:last], strict=True))
    headings = [next((text for text in map(_folded, reversed(column)) if text), "") for column in cells]
    named = [(column, heading) for column, heading in enumerate(headings) if heading]
    title = sheet.title if len(contract.layout.sheets) > 1 else ""
    names = names_by_heading(contract, [heading for _, heading in named], last, title)
    return [(column, name) for (column, _), name in zip(named, names, strict=True)]


def _records(sheet: _Sheet, contract: Contract) -> Iterator[int]:
    """The rows (from 0) that are records: below the heading, above the total, neither blank nor a note."""
    layout = contract.layout
    totals = {_folded(mark) for mark in layout.total_markers}
    notes = tuple(_folded(mark) for mark in layout.note_markers)
    for row in range((layout.heading_row or 1) - 1 + layout.heading_rows, len(sheet.rows)):
        first = _first_text(sheet.rows[row])
        if first in totals:
            return
        if first and not first.startswith(notes):
            yield row


def _first_text(cells: Sequence[str]) -> str:
    return next((text for text in map(_folded, cells) if text), "")


def _check_unnamed(sheet: _Sheet, records: list[int], named: set[int]) -> None:
    """Raises RefusedError where a record holds something in a column that has no heading."""
    for row in records:
        if any(_folded(text) for column, text in enumerate(sheet.rows[row]) if column not in named):
            message = "a column without a heading holds something"
            raise RefusedError(FileReason.COLUMNS_UNKNOWN, message, row + 1)


def _folded(text: str) -> str:
    """A heading, mark or name of a sheet as it is compared: hands put spaces and line breaks into 合　計."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
