"""Workbooks (XLSX), opened without trust: bounded in size, and their sheets as rows of text.

A workbook is a zip of XML files. calamine loads a sheet as one rectangle from A1 to the last filled cell, so both
what it unpacks to and how far its cells reach are measured first.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

FILE_BYTES_MOST = 64 * 1024**2
UNPACKED_BYTES_MOST = 256 * 1024**2
MEMBERS_MOST = 2_000
CELLS_MOST = 4_000_000
_CHUNK = 1024 * 1024
_ZIP_MARK = b"PK\x03\x04"
_MAIN_PART = "[Content_Types].xml"
_ENCRYPTED = 0x1
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)

_FILLED = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>\s*"""
    rb"""(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b.*?</(?:\w+:)?f>)?\s*<(?:\w+:)?v>([^<]*)<""",
    re.DOTALL,
)
_SHEET_TAG = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION_TAG = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

Cell = int | float | str | bool | date | datetime | time | timedelta
Errors = Mapping[tuple[int, int], str]
_Read = TypeVar("_Read")


class WorkbookError(Exception):
    """A workbook that can't be read, and why."""


class WorkbookTooLargeError(WorkbookError):
    """A workbook that is not opened because of what it would unpack to."""


@dataclass(frozen=True)
class Workbook:
    """A workbook as opened: the names of its worksheets in order, hidden ones too; charts are left out."""

    names: tuple[str, ...]
    _book: CalamineWorkbook
    _errors: Mapping[str, Errors]

    def rows(self, name: str) -> list[list[str]]:
        """Every row of a sheet from its first one, blank ones too, as text, all of equal width.

        Numbers without a fraction have no point, dates are ISO, TRUE and FALSE as shown, errors their own text
        (#N/A). Merged cells hold their text in the first cell only. Raises WorkbookError.
        """
        sheet = _guarded(lambda: self._book.get_sheet_by_name(name))
        rows = [[cell_text(value) for value in row] for row in _guarded(lambda: _cells(sheet))]
        for (row, column), text in self._errors.get(name, {}).items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        return rows


def is_workbook(head: bytes) -> bool:
    """Whether a file that isn't named as a zip may be a workbook, by its first bytes."""
    return head.startswith(_ZIP_MARK)


def open_workbook(stream: BinaryIO) -> Workbook:
    """Open a workbook after measuring it; raises WorkbookError, WorkbookTooLargeError."""
    content = stream.read(FILE_BYTES_MOST + 1)
    if len(content) > FILE_BYTES_MOST:
        raise WorkbookTooLargeError(f"the workbook is larger than {FILE_BYTES_MOST:,} bytes")
    if not is_workbook(content):
        raise WorkbookError("the file is no XLSX workbook (encrypted, of an older format, or damaged)")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            errors = _measured(archive)
    except _DAMAGE as error:
        raise WorkbookError(f"the workbook is damaged ({type(error).__name__})") from error
    book = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))
    names = tuple(sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
    return Workbook(names, book, errors)


def cell_text(value: Cell) -> str:
    """A cell as text; a duration is what a serial number in a cell of the form [h]:mm looks like."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, timedelta):
        return cell_text(value / timedelta(days=1))
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else value


def _cells(sheet: CalamineSheet) -> list[list[Cell]]:
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _guarded(read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise WorkbookError(f"the workbook can't be read ({type(error).__name__})") from error
    except BaseException as error:
        # calamine is written in Rust, and what it gives up on comes as a panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise WorkbookError("the workbook can't be read (damaged)") from error


def _measured(archive: zipfile.ZipFile) -> dict[str, Errors]:
    """The errors in the cells of each sheet, by its name; raises where the workbook is unsafe to load."""
    members = archive.infolist()
    if len(members) > MEMBERS_MOST:
        raise WorkbookTooLargeError(f"the workbook holds {len(members):,} parts")
    if _MAIN_PART not in archive.namelist():
        raise WorkbookError("the file is a zip, but no XLSX workbook")
    room, found = UNPACKED_BYTES_MOST, {}
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise WorkbookError("the workbook is encrypted")
        part = b"".join(_unpacked(archive, member, room))
        room -= len(part)
        _check_reach(part)
        found[member.filename] = {
            (int(row) - 1, _column(letters)): html.unescape(text.decode(errors="replace"))
            for letters, row, text in _ERROR.findall(part)
        }
    return {name: found[path] for name, path in _sheet_parts(archive) if found.get(path)}


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> Iterator[bytes]:
    """The bytes of a part; what the zip says of its size is checked by its checksum at the end."""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            room -= len(chunk)
            if room < 0:
                raise WorkbookTooLargeError(f"the workbook unpacks to more than {UNPACKED_BYTES_MOST:,} bytes")
            yield chunk


def _check_reach(part: bytes) -> None:
    filled = _FILLED.findall(part)
    if not filled:
        return
    rows = max(int(row) for row in {row for _, row in filled})
    columns = 1 + max(map(_column, {letters for letters, _ in filled}))
    if rows * columns > CELLS_MOST:
        message = f"a sheet reaches row {rows:,} and column {columns:,}; clear what stands far from the list"
        raise WorkbookTooLargeError(message)


def _column(letters: bytes) -> int:
    """The column from 0 by its letters: A, B … Z, AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name of each sheet and the part of the zip that holds it; none where the parts have unusual names."""
    try:
        book = archive.read("xl/workbook.xml").decode(errors="replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode(errors="replace")
    except KeyError:
        return []
    targets = {tag.get("Id", ""): tag.get("Target", "") for tag in _tags(_RELATION_TAG, relations)}
    sheets = [(tag.get("name", ""), targets.get(tag.get("r:id", ""), "")) for tag in _tags(_SHEET_TAG, book)]
    return [(name, path.lstrip("/") if path.startswith("/") else f"xl/{path}") for name, path in sheets]


def _tags(pattern: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    for attributes in pattern.findall(text):
        yield {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(attributes)}
