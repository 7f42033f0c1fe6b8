"""Dates as people write them in Japanese: 令和7年4月1日, R7.4.1, 昭和22年10月, S22/10/3, 令和6年4月 日不詳."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KANJI = str.maketrans("〇一二三四五六七八九", "0123456789")
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_NOT_KNOWN = re.compile(r"(年月日)?(不詳|不明)")
_ABOUT = re.compile(r"^推定|頃$|ごろ$")
_DATE = re.compile(
    r"(?P<era>[^\d\s元]{1,2}?)?"
    r"(?P<year>元|\d{1,4})(?:年|[./-])"
    r"(?:(?P<month>\d{1,2})(?:月|[./-]|$))?"
    r"(?:(?P<day>\d{1,2})日?)?"
    r"(?P<unknown>(?:月日|日|以下)(?:不詳|不明))?"
)


def read_jtext(plain: str, eras: Mapping[str, str]) -> tuple[str | None, int, int, int] | None:
    """Era code (None: AD), year, month, day with 0 for what is not given; None where it is no date.

    ``plain`` is NFKC; ``eras`` gives the code of an era by its name or letter. "About" (頃, 推定) before or
    after a day makes the day unknown: the list `unknown_date_phrase` of reference/code_lists.md.
    """
    text = _TENS.sub(_tens, re.sub(r"\s", "", plain)).translate(_KANJI)
    if _NOT_KNOWN.fullmatch(text):
        return None, 0, 0, 0
    exact = _ABOUT.sub("", text)
    found = _DATE.fullmatch(exact)
    if found is None:
        return None
    era = eras.get((found["era"] or "").upper())
    year = 1 if found["year"] == "元" else int(found["year"])
    if (era is None) != (found["era"] is None) or (era is None and len(found["year"]) != 4):
        return None
    day = int(found["day"] or 0) if exact == text else 0
    return era, year, int(found["month"] or 0), day


def _tens(found: re.Match[str]) -> str:
    tens, ones = found[1] or "一", found[2] or "〇"
    return f"{tens}{ones}"
