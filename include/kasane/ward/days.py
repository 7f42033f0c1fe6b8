"""Days as integers (days since 1970-01-01) and their spelling in the feeds, as dictionaries to take from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa

from kasane.ward.arrays import Ints

FIRST = int(np.datetime64("1900-01-01", "D").astype(np.int64))
LAST = int(np.datetime64("2061-01-01", "D").astype(np.int64))
NONE = -999_999
EXACT, DAY_UNKNOWN, MONTH_UNKNOWN, ALL_UNKNOWN, IMPOSSIBLE = range(5)
# 29 February 1972 + 1: registers do hold days that no calendar has
_IMPOSSIBLE_BIRTH = "3480229"
_ERAS = ((5, "2019-05-01", 2018), (4, "1989-01-08", 1988), (3, "1926-12-25", 1925), (2, "1912-07-30", 1911))


@dataclass(frozen=True)
class Month:
    """A month of the simulation: its place, first and last day."""

    index: int
    first: int
    last: int
    end: date

    @property
    def label(self) -> str:
        """The base date as in file names."""
        return self.end.strftime("%Y%m%d")


def months_from(start: date, count: int) -> list[Month]:
    """``count`` months beginning with the month that holds ``start``; base dates are month ends."""
    first = np.datetime64(start, "M") + np.arange(count + 1)
    edges = first.astype("datetime64[D]").astype(np.int64)
    ends = (edges[1:] - 1).astype("datetime64[D]").astype(object)
    return [Month(i, int(edges[i]), int(edges[i + 1]) - 1, ends[i]) for i in range(count)]


def day_of(value: date | str) -> int:
    """A calendar day as an integer."""
    return int(np.datetime64(value, "D").astype(np.int64))


def date_of(day: int) -> date:
    """The calendar day of an integer."""
    result: date = np.datetime64(int(day), "D").astype(object)
    return result


def years_of(days: Ints) -> Ints:
    """The calendar year of each day."""
    result: Ints = np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return result


def add_months(days: Ints, months: Ints | int) -> Ints:
    """The last day of the month that lies ``months`` after each day's month."""
    month = np.asarray(days).astype("datetime64[D]").astype("datetime64[M]") + np.asarray(months)
    result: Ints = (month + 1).astype("datetime64[D]").astype(np.int64) - 1
    return result


def add_years(days: Ints, years: int) -> Ints:
    """The day of ``years`` later; 29 February becomes 1 March where there is none."""
    days = np.asarray(days)
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    offset = days - month.astype("datetime64[D]").astype(np.int64)
    result: Ints = (month + 12 * years).astype("datetime64[D]").astype(np.int64) + offset
    return result


def completed_years(birth: Ints, day: int) -> Ints:
    """Ages by completed years at a day."""
    today = date_of(day)
    born = np.asarray(birth).astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    key = (month.astype(np.int64) % 12 + 1) * 100 + (born - month.astype("datetime64[D]")).astype(np.int64) + 1
    result: Ints = today.year - years_of(birth) - (key > today.month * 100 + today.day)
    return result


def _era(text: str) -> str:
    for digit, begins, base in _ERAS:
        if text >= begins:
            return f"{digit}{int(text[:4]) - base:02d}{text[5:7]}{text[8:]}"
    return f"1{int(text[:4]) - 1867:02d}{text[5:7]}{text[8:]}"


@cache
def _iso() -> tuple[str, ...]:
    return tuple(np.arange(FIRST, LAST).astype("datetime64[D]").astype(str).tolist())


@cache
def spelling(shape: str, none: bytes) -> pa.Array:
    """Every day's spelling (``eyymmdd``, ``ymd8``, ``slash``, ``iso``), ``none`` at place 0."""
    ways: dict[str, Callable[[str], str]] = {
        "eyymmdd": _era,
        "ymd8": lambda text: text.replace("-", ""),
        "slash": lambda text: text.replace("-", "/"),
        "iso": str,
    }
    return pa.array([none, *(ways[shape](text).encode() for text in _iso())], pa.binary())


def place(days: Ints) -> Ints:
    """Each day's place in a spelling; 0 where there is no day."""
    days = np.asarray(days)
    return np.where(days == NONE, 0, days - FIRST + 1).astype(np.int32)


@cache
def birth_spelling() -> pa.Array:
    """Era dates, then western dates, then the same days with day, and with month and day, unknown."""
    era = [_era(text) for text in _iso()]
    ways = (
        era,
        [text.replace("-", "") for text in _iso()],
        [text[:5] + "00" for text in era],
        [text[:3] + "0000" for text in era],
    )
    flat = [text.encode() for way in ways for text in way]
    return pa.array([*flat, b"0000000", _IMPOSSIBLE_BIRTH.encode()], pa.binary())


def birth_place(birth: Ints, precision: Ints, western: Ints) -> Ints:
    """Each birth's place in ``birth_spelling``."""
    size = LAST - FIRST
    block = np.select([precision == DAY_UNKNOWN, precision == MONTH_UNKNOWN], [2, 3], np.where(western, 1, 0))
    known = block * size + (np.asarray(birth) - FIRST)
    odd = np.where(precision == ALL_UNKNOWN, 4 * size, 4 * size + 1)
    return np.where(precision >= ALL_UNKNOWN, odd, known).astype(np.int32)
