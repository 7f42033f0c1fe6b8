"""Dates as people write them in Japanese: 令和7年4月1日, R7.4.1, 昭和22年10月, S22/10/3, 令和6年4月 日不詳, 令和6年春.

The ways to say that a date is partly known are those of the list `unknown_date_phrase` of reference/code_lists.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class JapaneseDate(NamedTuple):
    """What was written. ``era``: its code, None for years AD; 0 for what is not given or said to be unknown.

    ``about``: 頃 or 推定 stood there. ``part``: the season (春, 夏, 秋, 冬) or ten days (上旬, 中旬, 下旬).
    ``until``: the other end of "from … to …", with what it leaves out taken from the first.
    """

    era: str | None
    year: int
    month: int
    day: int
    about: bool = False
    part: str = ""
    until: tuple[str | None, int, int, int] | None = None


_KANJI = str.maketrans("〇一二三四五六七八九", "0123456789")
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_NOT_KNOWN = re.compile(r"(年月日)?(不詳|不明)")
_WEEKDAY = re.compile(r"\([月火水木金土日]\)$")
_ABOUT = re.compile(r"^推定|(?:頃|ごろ)$")
_RANGE = re.compile(r"(?P<first>.+?)から(?P<last>.+?)(?:まで)?(?:の間)?")
# A separator must have something behind it: `R2-3-` is a date somebody did not finish.
_DATE = re.compile(
    r"(?P<era>[^\d\s元]{1,2}?)?"
    r"(?P<year>元|\d{1,4})(?:年|[./-](?=\d))"
    r"(?:(?P<part>[春夏秋冬])"
    r"|(?:(?P<month>\d{1,2})(?:月|[./-](?=\d)|$)(?:(?P<day>\d{1,2})日?|(?P<ten>[上中下]旬))?)?"
    r"(?P<unknown>(?:月日|日|以下)(?:不詳|不明))?)"
)
_LAST_DAY = re.compile(r"(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日")


def read_jtext(plain: str, eras: Mapping[str, str]) -> JapaneseDate | None:
    """What a text says of a date; None where it is none.

    ``plain`` is NFKC; ``eras`` gives the code of an era by its name or letter. A weekday behind it is left out.
    """
    text = _TENS.sub(_tens, re.sub(r"\s", "", plain)).translate(_KANJI)
    text = _WEEKDAY.sub("", text)
    if _NOT_KNOWN.fullmatch(text):
        return JapaneseDate(None, 0, 0, 0)
    ends = _RANGE.fullmatch(_ABOUT.sub("", text))
    return _range(ends["first"], ends["last"], eras) if ends else _single(text, eras)


def _single(text: str, eras: Mapping[str, str]) -> JapaneseDate | None:
    exact = _ABOUT.sub("", _ABOUT.sub("", text))
    found = _DATE.fullmatch(exact)
    if found is None:
        return None
    era = eras.get((found["era"] or "").upper())
    year = 1 if found["year"] == "元" else int(found["year"])
    if (era is None) != (found["era"] is None) or (era is None and len(found["year"]) != 4):
        return None
    part = found["part"] or found["ten"] or ""
    return JapaneseDate(era, year, int(found["month"] or 0), int(found["day"] or 0), exact != text, part)


def _range(first: str, last: str, eras: Mapping[str, str]) -> JapaneseDate | None:
    """From … to …: 推定 and 頃 at either end change nothing, the days named are the ends."""
    start = _single(first, eras)
    if start is None or start.part:
        return None
    short = _LAST_DAY.fullmatch(_ABOUT.sub("", _ABOUT.sub("", last)))
    if short is not None:
        until = (start.era, start.year, int(short["month"] or start.month), int(short["day"]))
    else:
        end = _single(last, eras)
        if end is None or end.part:
            return None
        until = end[:4]
    return start._replace(about=False, until=until)


def _tens(found: re.Match[str]) -> str:
    tens, ones = found[1] or "一", found[2] or "〇"
    return f"{tens}{ones}"
