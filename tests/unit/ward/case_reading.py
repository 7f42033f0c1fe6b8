"""Reading the case-work feeds of a generated ward the slow way."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from python_calamine import CalamineWorkbook
from ward_reading import ask, delivered, good_records, in_force

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {letter: base for letter, base in zip("MTSHR", _ERAS.values(), strict=True)}
Row = dict[str, str]


def whole_day(text: str) -> date | None:
    """The day of an era text; None where a part of it is missing."""
    plain = unicodedata.normalize("NFKC", text).replace("元年", "1年")
    match = re.fullmatch(r"(\D+?)(\d+)[年./](\d+)[月./](\d+)日?", plain)
    return date(_ERAS[match[1]] + int(match[2]), int(match[3]), int(match[4])) if match else None


def first_day(text: str) -> date | None:
    """The earliest day an era text can mean; None for blank."""
    plain = unicodedata.normalize("NFKC", text).replace("元年", "1年")
    match = re.match(r"(\D+?)(\d+)[年./](\d+)", plain)
    return whole_day(text) or (date(_ERAS[match[1]] + int(match[2]), int(match[3]), 1) if match else None)


def sheet_rows(out: Path, feed: str, name: str, heading_row: int) -> list[Row]:
    """Good records of a workbook; ``heading_row`` from 1; a blank first cell ends nothing, 合計 does."""
    bad = {line for (line,) in ask(out, f"select line_number from bad_row where file_name = '{name}'")}
    book = CalamineWorkbook.from_filelike(io.BytesIO(delivered(out, feed, name)))
    lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    headings = [str(low or top) for top, low in zip(lines[heading_row - 2], lines[heading_row - 1], strict=True)]
    if feed == "youtai":
        headings = [str(cell) for cell in lines[heading_row - 1]]
    result = []
    for number, line in enumerate(lines[heading_row:], heading_row + 1):
        if line[0] == "合計":
            break
        cells = [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in line]
        if number not in bad:
            result.append(dict(zip(headings, cells, strict=True)))
    return result


def konkyu_rows(out: Path, name: str) -> list[Row]:
    """Good records of a konkyu file."""
    bad = {line for (line,) in ask(out, f"select line_number from bad_row where file_name = '{name}'")}
    text = delivered(out, "konkyu", name).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return [dict(zip(rows[0], row, strict=True)) for line, row in enumerate(rows[1:], 2) if line not in bad]


def plain_kana(text: str) -> str:
    """A reading in full-width katakana without spaces."""
    wide = "".join(unicodedata.normalize("NFKC", text).split())
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in wide)


@cache
def register(out: Path) -> dict[str, tuple[str, date | None, str]]:
    """Number → name, birth date (whole ones) and sex by the last good record of each."""
    result = {}
    for _, name in in_force(out, "jumin"):
        for row in good_records(out, "jumin", name):
            result[row[0]] = (plain_kana(row[3]), birth_of(row[6]), row[7])
    return result


def birth_of(code: str) -> date | None:
    """The day of an era or western birth code, where there is one."""
    base = dict(zip("12345", sorted(set(_ERAS.values())), strict=True))
    text = code if len(code) == 8 else f"{base.get(code[0], 0) + int(code[1:3]):04d}{code[3:]}"
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


@cache
def _people(out: Path) -> dict[tuple[str, str], str]:
    links = ask(out, "select feed, record_key, register_no from person_link where register_no is not null")
    return {(feed, key): number for feed, key, number in links}


def person_of(out: Path, feed: str, *key: str) -> str:
    """The number of the person whom a record is really about; blank for somebody never in the register."""
    return _people(out).get((feed, "|".join(key)), "")


def in_force_by(out: Path, feed: str, month: date) -> list[str]:
    """Files of a feed in force with a base date up to a month."""
    return [name for base, name in in_force(out, feed) if base <= month]


def consulted_elders(out: Path, month: date) -> set[str]:
    """Numbers of people consulted about at a centre in the 183 days up to the month."""
    result = set()
    for name in in_force_by(out, "houkatsu", month):
        for row in sheet_rows(out, "houkatsu", name, 4):
            day = whole_day(row["受付日"])
            assert day is not None
            if month - timedelta(days=183) < day <= month:
                result.add(person_of(out, "houkatsu", name.split("_")[1], row["番号"]))
    return result - {""}


def supported_poor(out: Path, month: date) -> set[str]:
    """Numbers of people with an open konkyu case."""
    result = set()
    for row in konkyu_rows(out, in_force_by(out, "konkyu", month)[-1]):
        received, closed = date.fromisoformat(row["相談受付日"]), row["終結日"]
        over = row["スクリーニング結果"] in "125" and received <= month - timedelta(days=183)
        if received <= month and not closed and not over:
            result.add(person_of(out, "konkyu", row["支援番号"]))
    return result - {""}


def protected_children(out: Path, month: date) -> set[str]:
    """Numbers of people with an open youtai case, of any age."""
    result = set()
    for row in sheet_rows(out, "youtai", in_force_by(out, "youtai", month)[-1], 3):
        accepted, closed = first_day(row["受理日"]), first_day(row["終結日"])
        if accepted and accepted <= month and not (closed and closed <= month):
            result.add(person_of(out, "youtai", row["管理番号"]))
    return result - {""}
