"""A reviewed table (CSV or XLSX of ``kasane review export``, or the page's CSV) as wanted decisions."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from kasane.errors import KasaneError, Problem
from kasane.linkage.decisions import CANNOT_LINK, MUST_LINK, WantedDecision, ordered
from kasane.reports.review_sheet import (
    CANNOT_WORD,
    DECISION_HEADING,
    DECISION_WORDS,
    LATER_WORD,
    LEFT_HEADING,
    MUST_WORD,
    PAIR_HEADING,
    REASON_HEADING,
    RIGHT_HEADING,
)
from kasane.workbook import FILE_BYTES_MOST, WorkbookError, is_workbook, open_workbook

_NEEDED = (PAIR_HEADING, LEFT_HEADING, RIGHT_HEADING, DECISION_HEADING, REASON_HEADING)
_DECISIONS = {MUST_WORD: MUST_LINK, CANNOT_WORD: CANNOT_LINK, LATER_WORD: None, "": None}
Line = tuple[int, Sequence[str]]


def read_reviewed(file: Path, pairs: Mapping[str, tuple[str, str]]) -> list[WantedDecision]:
    """The decided rows of a reviewed file; blank ones and 保留 are left out.

    ``pairs``: the two record ids of each pair that was queued, by pair id: a row whose ids are of another pair was
    moved by hand in part, and nothing says any more to which pair its 判定 belongs. CSV may be UTF-8 or CP932.
    Raises KasaneError with every problem and its line.
    """
    lines = _lines(file)
    if not lines:
        raise KasaneError(Problem("the file is empty", "fill in the file that `kasane review export` wrote", str(file)))
    heads = [_folded(text) for text in lines[0][1]]
    missing = [name for name in _NEEDED if heads.count(_folded(name)) != 1]
    if missing:
        what = f"there must be just one column of each of {'、'.join(missing)}"
        raise KasaneError(Problem(what, "keep the headings that `kasane review export` wrote", str(file), 1))
    at = [heads.index(_folded(name)) for name in _NEEDED]
    wanted: list[WantedDecision] = []
    problems: list[Problem] = []
    for number, line in lines[1:]:
        cells = [line[column].strip() if column < len(line) else "" for column in at]
        found = _decided(cells, pairs, file.name, number)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            wanted.append(found)
    if problems:
        raise KasaneError(problems)
    return wanted


def _decided(
    cells: Sequence[str], pairs: Mapping[str, tuple[str, str]], file: str, line: int
) -> WantedDecision | Problem | None:
    pair_id, left, right, word, reason = cells
    folded = unicodedata.normalize("NFKC", word).strip()
    if folded not in _DECISIONS:
        return Problem(f"{DECISION_HEADING} is none of {'、'.join(DECISION_WORDS)}", "choose one of them", file, line)
    decision = _DECISIONS[folded]
    if decision is None:
        return None
    if pairs.get(pair_id, ordered(left, right)) != ordered(left, right):
        what = f"{PAIR_HEADING} and the two record ids are not of one pair"
        return Problem(what, "rows were moved in part: export again and decide there", file, line)
    return WantedDecision(left, right, decision, reason, file, line)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _lines(file: Path) -> list[Line]:
    """Every line that is not blank, with its number from 1."""
    try:
        with file.open("rb") as stream:
            content = stream.read(FILE_BYTES_MOST + 1)
    except OSError as error:
        what = f"the file can't be read ({type(error).__name__})"
        raise KasaneError(Problem(what, "check the path and its rights", str(file))) from None
    if len(content) > FILE_BYTES_MOST:
        raise KasaneError(Problem(f"the file is larger than {FILE_BYTES_MOST:,} bytes", "cut it in two", str(file)))
    lines = _workbook_lines(content, file) if is_workbook(content) else _csv_lines(content, file)
    return [(number, line) for number, line in lines if any(cell.strip() for cell in line)]


def _workbook_lines(content: bytes, file: Path) -> list[Line]:
    try:
        book = open_workbook(io.BytesIO(content))
        return list(enumerate(book.rows(book.names[0]), start=1)) if book.names else []
    except WorkbookError as error:
        raise KasaneError(Problem(str(error), "save it as XLSX or CSV again", str(file))) from None


def _csv_lines(content: bytes, file: Path) -> list[Line]:
    reader = csv.reader(io.StringIO(_decoded(content, file), newline=""), strict=True)
    lines: list[Line] = []
    number = 1
    try:
        for line in reader:
            lines.append((number, line))
            number = reader.line_num + 1
    except csv.Error as error:
        raise KasaneError(Problem(f"this is no CSV ({error})", "save it as CSV again", str(file), number)) from None
    return lines


def _decoded(content: bytes, file: Path) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KasaneError(Problem("the file is neither UTF-8 nor CP932", "save it as CSV UTF-8", str(file)))
