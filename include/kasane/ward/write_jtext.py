"""Days as officials write them by hand: 令和7年4月1日, R7.4.1, S22/10/3, 昭和22年10月, full-width digits."""

from __future__ import annotations

from kasane.ward.arrays import Rng
from kasane.ward.days import date_of, day_of

_ERAS = (("令和", "R", "2019-05-01", 2018), ("平成", "H", "1989-01-08", 1988), ("昭和", "S", "1926-12-25", 1925),
         ("大正", "T", "1912-07-30", 1911), ("明治", "M", "1868-01-25", 1867))  # fmt: skip
_BEGINS = tuple(day_of(begins) for _, _, begins, _ in _ERAS)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
# 令和7年4月1日; R7.4.1; R07.04.01; R7/4/1; full-width digits
_SHARES = (0.5, 0.68, 0.76, 0.92)


def _era(day: int) -> tuple[str, str, int]:
    """Era, its letter, and the year in it."""
    place = next((i for i, begins in enumerate(_BEGINS) if day >= begins), len(_ERAS) - 1)
    name, letter, _, base = _ERAS[place]
    return name, letter, date_of(day).year - base


def jtext(day: int, rng: Rng) -> str:
    """A day, whole, in one of the usual spellings."""
    name, letter, year = _era(day)
    date = date_of(day)
    coin = rng.random()
    first = "元" if year == 1 else str(year)
    if coin < _SHARES[0]:
        return f"{name}{first}年{date.month}月{date.day}日"
    if coin < _SHARES[1]:
        return f"{letter}{year}.{date.month}.{date.day}"
    if coin < _SHARES[2]:
        return f"{letter}{year}.{date.month:02d}.{date.day:02d}"
    if coin < _SHARES[3]:
        return f"{letter}{year}/{date.month}/{date.day}"
    return f"{name}{year}年{date.month}月{date.day}日".translate(_WIDE)


def jtext_month(day: int, rng: Rng) -> str:
    """A day of which only the month is known."""
    name, _, year = _era(day)
    return f"{name}{year}年{date_of(day).month}月{('', ' 日不詳')[int(rng.random() < 0.5)]}"


def jtext_year(day: int) -> str:
    """A day of which only the year is known."""
    name, _, year = _era(day)
    return f"{name}{year}年 月日不詳"
