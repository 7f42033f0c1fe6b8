"""Finding a forbidden heading (個人番号, 住民票コード and the like) in a file's first lines, before it is landed."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from kasane.contracts.model import Contract
from kasane.workbook import WorkbookError, WorkbookTooLargeError, is_workbook, open_workbook

HEAD_BYTES = 64 * 1024
LINES_LOOKED_AT = 5
# Hand-kept sheets have titles, periods and remarks above their list.
ROWS_LOOKED_AT = 20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = (",", "\t", ";")


def forbidden_heading(head: bytes, contract: Contract, forbidden: frozenset[str]) -> str | None:
    """The forbidden word that stands in a heading of the file, or None.

    Looked at, in every encoding it could be: each line down to the heading line (a title may stand above it),
    five lines at most. In the first and the heading line a heading that contains the word counts as well.
    In files without headings only a cell that equals the word counts. Fixed-width files have no headings.

    A workbook (``head`` is the whole of it) is looked at whatever the contract says: every sheet down to its
    heading, twenty rows where none is found. One that can't be opened has no heading; it is refused when it is
    read. Raises WorkbookTooLargeError for one that must not be opened.
    """
    if is_workbook(head):
        return _forbidden_in_workbook(head, contract, forbidden)
    if contract.layout.format == "fixed_width":
        return None
    known = {_folded(field.source) for field in contract.delivered_fields}
    words = _words(forbidden)
    for text in _readings(head):
        for separator in _SEPARATORS:
            for cells, is_heading in _lines(text, separator, known, contract.layout.heading):
                word = _found(cells, is_heading, words)
                if word is not None:
                    return word
    return None


def _words(forbidden: frozenset[str]) -> dict[str, str]:
    return {_folded(word): word for word in sorted(forbidden)}


def _found(cells: Sequence[str], is_heading: bool, words: Mapping[str, str]) -> str | None:
    """The word that a cell equals, or that a heading contains."""
    for folded, word in words.items():
        if any(folded == cell or (is_heading and folded in cell) for cell in cells):
            return word
    return None


def _forbidden_in_workbook(content: bytes, contract: Contract, forbidden: frozenset[str]) -> str | None:
    try:
        book = open_workbook(io.BytesIO(content))
        sheets = [book.rows(name)[:ROWS_LOOKED_AT] for name in book.names]
    except WorkbookTooLargeError:
        raise
    except WorkbookError:
        return None
    words = _words(forbidden)
    lines = (line for rows in sheets for line in _sheet_lines(rows, contract))
    return next((word for cells, is_heading in lines if (word := _found(cells, is_heading, words))), None)


def _sheet_lines(rows: list[list[str]], contract: Contract) -> Iterator[tuple[list[str], bool]]:
    """Cells of each row down to the heading, which may take several, and whether the row may be the heading.

    A title that only mentions the word (個人番号は書かないこと) is no heading.
    """
    known = {_folded(field.source) for field in contract.delivered_fields}
    first = contract.layout.heading_row or 0
    due = range(first - 1, first - 1 + contract.layout.heading_rows) if first else range(0)
    stop = len(rows)
    for number, row in enumerate(rows):
        cells = [_folded(cell) for cell in row]
        is_heading = len(known.intersection(cells)) > 1
        yield cells, is_heading or number in due
        if is_heading:
            stop = min(stop, number + contract.layout.heading_rows)
        if number + 1 >= stop:
            return


def _readings(head: bytes) -> Iterator[str]:
    if head.startswith(_UTF16_MARKS):
        yield head.decode("utf-16", errors="replace")
    yield head.decode("utf-8-sig", errors="replace")
    yield head.decode("cp932", errors="replace")


def _lines(text: str, separator: str, known: set[str], headed: bool) -> Iterator[tuple[list[str], bool]]:
    """Cells of each line down to the heading line, and whether the line may be the heading."""
    for number, row in enumerate(_rows(text, separator)):
        cells = [_folded(cell) for cell in row]
        is_heading = len(known.intersection(cells)) > 1
        yield cells, headed and (is_heading or number == 0)
        if is_heading or number + 1 == LINES_LOOKED_AT:
            return


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        return


def _folded(cell: str) -> str:
    return re.sub(r"[\s\"'\u200b\ufeff]", "", unicodedata.normalize("NFKC", cell)).casefold()
