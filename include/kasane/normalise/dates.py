"""Japanese dates with the precision they are known to: what was written, and the days it can mean.

A date that is partly unknown keeps its earliest and latest possible day; a day is never invented.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from kasane.normalise.jtext import read_jtext

DAY, MONTH, YEAR, RANGE = "day", "month", "year", "range"
UNKNOWN, NONE, IMPOSSIBLE = "unknown", "none", "impossible"

# Certificates issued before an era ended run on in it (平成32年 in papers of 2018); five years cover the
# longest of them (care certification 4 years, support decision 3, mental handbook 2).
OVERRUN_YEARS = 5
KEPT_DATES = 65_536


@dataclass(frozen=True)
class Era:
    """An era of the Japanese calendar; its year y is the year ``base_year`` + y. Both bounds belong to it."""

    code: str
    name: str
    abbreviation: str
    first: date
    last: date
    base_year: int


# Source: reference/code_lists.md, list `era` (jyuki-stnd 1.1.8: 1912-07-30 and 1926-12-25 belong to both eras).
ERAS: tuple[Era, ...] = (
    Era("1", "明治", "M", date(1868, 1, 25), date(1912, 7, 30), 1867),
    Era("2", "大正", "T", date(1912, 7, 30), date(1926, 12, 25), 1911),
    Era("3", "昭和", "S", date(1926, 12, 25), date(1989, 1, 7), 1925),
    Era("4", "平成", "H", date(1989, 1, 8), date(2019, 4, 30), 1988),
    Era("5", "令和", "R", date(2019, 5, 1), date.max, 2018),
)


class ParsedDate(NamedTuple):
    """A date as written, how much of it is known, and the first and last day it can be.

    ``precision`` is day, month, year, range (a season, ten days of a month, from one day to another), unknown
    (said to be unknown), none (blank or open-ended) or impossible (no calendar has it); the days are null for
    the last three. ``overrun``: the day lies outside the era named.
    """

    text: str | None
    precision: str
    earliest: date | None = None
    latest: date | None = None
    overrun: bool = False


class Parts(NamedTuple):
    """Era (null: years AD), year, month and day as written; 0 = unknown. The rest as in JapaneseDate."""

    era: str | None
    year: int
    month: int
    day: int
    about: bool = False
    part: str = ""
    until: tuple[str | None, int, int, int] | None = None


_OPEN_ENDED = frozenset({"", "9999999", "99999999"})
_ZEROS = frozenset({"0000000", "00000000"})
_ERA_DIGITS = re.compile(r"([1-9])([0-9]{2})([0-9]{2})([0-9]{2})")
_AD_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASH = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
_ISO_DATETIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
# A day that a spreadsheet counted. Four digits below 4000 are far more often a year somebody typed.
_SERIAL = re.compile(r"([4-9][0-9]{3}|[0-9]{5})(\.[0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30)
# First month and number of months; the winter of a year begins in its December and ends in the next February.
_SEASONS = {"春": (3, 3), "夏": (6, 3), "秋": (9, 3), "冬": (12, 3)}
_TEN_DAYS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 0)}


def parse_date(text: str | None, shapes: Sequence[str], birth: bool = False, eras: Sequence[Era] = ERAS) -> ParsedDate:
    """Read one date written in any of ``shapes`` (eyymmdd, ymd8, iso, iso_datetime, slash, jtext, excel).

    excel: a day's serial number, 1900 system, from 4000 (14 December 1910) on. All zeros mean *unknown* in a
    birth date and *none* elsewhere; nines and blank mean *none*. Whatever fits no shape, or no calendar, is
    *impossible*; nothing is raised.
    """
    return _parse(text, tuple(shapes), birth, tuple(eras))


def _parse(text: str | None, shapes: tuple[str, ...], birth: bool, eras: tuple[Era, ...]) -> ParsedDate:
    plain = unicodedata.normalize("NFKC", text or "").strip()
    if plain in _OPEN_ENDED:
        return ParsedDate(text, NONE)
    if plain in _ZEROS:
        return ParsedDate(text, UNKNOWN if birth else NONE)
    for shape in shapes:
        parts = _SHAPES[shape](plain, eras)
        if parts is not None:
            return _resolve(text, parts, eras)
    return ParsedDate(text, IMPOSSIBLE)


def _resolve(text: str | None, parts: Parts, eras: tuple[Era, ...]) -> ParsedDate:
    if not (parts.year or parts.month or parts.day):
        return ParsedDate(text, UNKNOWN)
    era = _era(parts.era, eras)
    span = _span(_year(parts.year, era), parts.month, parts.day)
    if not parts.year or span is None or (parts.era is not None and era is None):
        return ParsedDate(text, IMPOSSIBLE)
    if parts.until is not None:
        return _until(text, parts, parts.until, eras)
    precision, known = _known_part(parts, span)
    return ParsedDate(text, precision, *known) if era is None else _within_era(text, precision, known, era)


def _era(code: str | None, eras: tuple[Era, ...]) -> Era | None:
    return next((era for era in eras if era.code == code), None)


def _year(year: int, era: Era | None) -> int:
    return year + (era.base_year if era else 0)


def _known_part(parts: Parts, span: tuple[date, date]) -> tuple[str, tuple[date, date]]:
    """How much is known of a date that is possible; "about" a day leaves its month."""
    first, last = span
    if parts.part in _SEASONS:
        month, months = _SEASONS[parts.part]
        return RANGE, (date(first.year, month, 1), _month_end(first.year, month + months - 1))
    if parts.part:
        start, end = _TEN_DAYS[parts.part]
        return RANGE, (first.replace(day=start), first.replace(day=end) if end else last)
    if parts.day and parts.month and not parts.about:
        return DAY, span
    if parts.month:
        return MONTH, (first.replace(day=1), _month_end(first.year, first.month))
    return YEAR, span


def _month_end(year: int, month: int) -> date:
    """The last day of a month; the months after December are those of the next year."""
    if month > 12:
        year, month = year + 1, month - 12
    return date(year, month, monthrange(year, month)[1]) if year <= date.max.year else date.max


def _until(
    text: str | None, parts: Parts, until: tuple[str | None, int, int, int], eras: tuple[Era, ...]
) -> ParsedDate:
    """From the first day that one end can be to the last day that the other can."""
    start = _resolve(text, parts._replace(until=None), eras)
    end = _resolve(text, Parts(*until), eras)
    if start.earliest is None or end.latest is None or end.latest < start.earliest:
        return ParsedDate(text, IMPOSSIBLE)
    return ParsedDate(text, RANGE, start.earliest, end.latest, start.overrun or end.overrun)


def _within_era(text: str | None, precision: str, span: tuple[date, date], era: Era) -> ParsedDate:
    """Narrow what is possible to the era named; outside it, accept near misses and flag them.

    A winter goes on into the next year, and so perhaps into the next era: its end stays.
    """
    first, last = span
    if last >= era.first and first <= era.last:
        goes_on = first.year < last.year
        return ParsedDate(text, precision, max(first, era.first), last if goes_on else min(last, era.last))
    if first.year > era.last.year + OVERRUN_YEARS:
        return ParsedDate(text, IMPOSSIBLE)
    return ParsedDate(text, precision, first, last, overrun=True)


def _span(year: int, month: int, day: int) -> tuple[date, date] | None:
    """First and last day of what is known (0 = unknown), or None where no calendar has it."""
    if not 1 <= year <= date.max.year or month > 12 or day > 31:
        return None
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    days = monthrange(year, month)[1]
    if day > days:
        return None
    return date(year, month, day or 1), date(year, month, day or days)


def _era_digits(plain: str, eras: tuple[Era, ...]) -> Parts | None:
    found = _ERA_DIGITS.fullmatch(plain)
    return Parts(found[1], int(found[2]), int(found[3]), int(found[4])) if found else None


def _ad(pattern: re.Pattern[str]) -> Callable[[str, tuple[Era, ...]], Parts | None]:
    def read(plain: str, eras: tuple[Era, ...]) -> Parts | None:
        found = pattern.fullmatch(plain)
        return Parts(None, int(found[1]), int(found[2]), int(found[3])) if found else None

    return read


def _serial(plain: str, eras: tuple[Era, ...]) -> Parts | None:
    found = _SERIAL.fullmatch(plain)
    if found is None:
        return None
    day = _SERIAL_ZERO + timedelta(days=int(found[1]))
    return Parts(None, day.year, day.month, day.day)


def _jtext(plain: str, eras: tuple[Era, ...]) -> Parts | None:
    names = {name: era.code for era in eras for name in (era.name, era.name[0], era.abbreviation)}
    found = read_jtext(plain, names)
    return Parts(*found) if found else None


_SHAPES: dict[str, Callable[[str, tuple[Era, ...]], Parts | None]] = {
    "eyymmdd": _era_digits,
    "ymd8": _ad(_AD_DIGITS),
    "iso": _ad(_ISO),
    "iso_datetime": _ad(_ISO_DATETIME),
    "slash": _ad(_SLASH),
    "jtext": _jtext,
    "excel": _serial,
}

DATE_STRUCT = pa.struct(
    [
        ("text", pa.string()),
        ("precision", pa.string()),
        ("earliest", pa.date32()),
        ("latest", pa.date32()),
        ("overrun", pa.bool_()),
    ]
)


class _Known(dict[str | None, ParsedDate]):
    """Dates parsed so far: a register of a million people holds some 40,000 different days."""

    def __init__(self, shapes: tuple[str, ...], birth: bool, eras: tuple[Era, ...]) -> None:
        super().__init__()
        self._how = shapes, birth, eras

    def __missing__(self, text: str | None) -> ParsedDate:
        if len(self) >= KEPT_DATES:
            self.clear()
        parsed = self[text] = _parse(text, *self._how)
        return parsed


_known = lru_cache(maxsize=32)(_Known)


def parse_dates(
    values: pa.Array, shapes: Sequence[str], birth: bool = False, eras: Sequence[Era] = ERAS
) -> pa.StructArray:
    """``parse_date`` of each value, as a struct array with the fields of ParsedDate; blank texts are null."""
    known = _known(tuple(shapes), birth, tuple(eras))
    parsed = [known[text] for text in values.to_pylist()]
    columns = list(zip(*parsed, strict=True)) if parsed else [()] * len(ParsedDate._fields)
    texts = [text or None for text in columns[0]]
    arrays = [pa.array(column, field.type) for column, field in zip([texts, *columns[1:]], DATE_STRUCT, strict=True)]
    return pa.StructArray.from_arrays(arrays, fields=list(DATE_STRUCT))
