"""Japanese dates with the precision they are known to: what was written, and the days it can mean.

A date that is partly unknown keeps its earliest and latest possible day; a day is never invented.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from kasane.normalise.jtext import read_jtext

DAY, MONTH, YEAR, UNKNOWN, NONE, IMPOSSIBLE = "day", "month", "year", "unknown", "none", "impossible"

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

    ``precision`` is day, month, year, unknown (said to be unknown), none (blank or open-ended) or impossible
    (no calendar has it); the days are null for the last three. ``overrun``: the day lies outside the era named.
    """

    text: str | None
    precision: str
    earliest: date | None = None
    latest: date | None = None
    overrun: bool = False


class Parts(NamedTuple):
    """Era (null: years AD), year, month and day as written; 0 = unknown."""

    era: str | None
    year: int
    month: int
    day: int


_OPEN_ENDED = frozenset({"", "9999999", "99999999"})
_ZEROS = frozenset({"0000000", "00000000"})
_ERA_DIGITS = re.compile(r"([1-9])([0-9]{2})([0-9]{2})([0-9]{2})")
_AD_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASH = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")


def parse_date(text: str | None, shapes: Sequence[str], birth: bool = False, eras: Sequence[Era] = ERAS) -> ParsedDate:
    """Read one date written in any of ``shapes`` (eyymmdd, ymd8, iso, slash, jtext).

    All zeros mean *unknown* in a birth date and *none* elsewhere; nines and blank mean *none*. Whatever fits
    no shape, or no calendar, is *impossible*; nothing is raised.
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
    era = next((era for era in eras if era.code == parts.era), None)
    year = parts.year + (era.base_year if era else 0)
    span = _span(year, parts.month, parts.day)
    if not parts.year or span is None or (parts.era is not None and era is None):
        return ParsedDate(text, IMPOSSIBLE)
    precision = DAY if parts.day and parts.month else MONTH if parts.month else YEAR
    if era is None:
        return ParsedDate(text, precision, *span)
    return _within_era(text, precision, span, era)


def _within_era(text: str | None, precision: str, span: tuple[date, date], era: Era) -> ParsedDate:
    """Narrow what is possible to the era named; outside it, accept near misses and flag them."""
    first, last = span
    if last >= era.first and first <= era.last:
        return ParsedDate(text, precision, max(first, era.first), min(last, era.last))
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


def _jtext(plain: str, eras: tuple[Era, ...]) -> Parts | None:
    names = {name: era.code for era in eras for name in (era.name, era.abbreviation)}
    found = read_jtext(plain, names)
    return Parts(*found) if found else None


_SHAPES: dict[str, Callable[[str, tuple[Era, ...]], Parts | None]] = {
    "eyymmdd": _era_digits,
    "ymd8": _ad(_AD_DIGITS),
    "iso": _ad(_ISO),
    "slash": _ad(_SLASH),
    "jtext": _jtext,
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
