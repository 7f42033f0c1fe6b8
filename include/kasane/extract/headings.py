"""Finding a forbidden heading (個人番号, 住民票コード and the like) in a file's first lines, before it is landed."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from kasane.contracts.model import Contract

HEAD_BYTES = 64 * 1024
LINES_LOOKED_AT = 5
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = (",", "\t", ";")


def forbidden_heading(head: bytes, contract: Contract, forbidden: frozenset[str]) -> str | None:
    """The forbidden word that stands in a heading of the file, or None.

    Looked at, in every encoding it could be: each line down to the heading line (a title may stand above it),
    five lines at most. In the first and the heading line a heading that contains the word counts as well.
    In files without headings only a cell that equals the word counts. Fixed-width files have no headings.
    """
    if contract.layout.format == "fixed_width":
        return None
    known = {_folded(field.source) for field in contract.fields}
    words = {_folded(word): word for word in sorted(forbidden)}
    for text in _readings(head):
        for separator in _SEPARATORS:
            for cells, is_heading in _lines(text, separator, known, contract.layout.heading):
                for folded, word in words.items():
                    if any(folded == cell or (is_heading and folded in cell) for cell in cells):
                        return word
    return None


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
