"""Which deliveries come, when, and what is wrong with each: drawn by seed before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from kasane.ward.arrays import Rng
from kasane.ward.days import Month


@dataclass(frozen=True)
class Stream:
    """A run of files of one name: a feed, or one part of it (a table of jinji and shigen, a centre of houkatsu)."""

    feed: str
    part: str = ""

    @property
    def prefix(self) -> str:
        """The beginning of its file names."""
        return "_".join(filter(None, (self.feed.upper(), self.part)))

    @property
    def name(self) -> str:
        """The stream's name in this program: ``jumin``, ``jinji_post``."""
        return self.prefix.lower()


# what can be wrong with a file of each stream (or feed); "+": refused, and a good file of the next sequence follows
KINDS: dict[str, tuple[str, ...]] = {
    "jumin": ("forbidden+", "trailer", "corrected_later", "late", "zip", "eof", "resend", "wide_heading",
              "loss60", "bytes", "trailer+", "missing"),
    "kaigo": ("loss60", "resend", "trailer", "corrected_later", "late", "eof", "zip", "zero", "bytes"),
    "shogai": ("loss60", "trailer", "late", "bytes", "corrected_later", "zip", "eof", "resend"),
    "kodomo": ("corrected_later", "renamed", "loss60", "forbidden+", "reordered", "late", "zero", "bytes", "missing"),
    "seiho": ("zip", "bytes", "loss60", "corrected_later", "eof", "late", "resend", "missing"),
    "kikan": ("missing", "late", "zip", "renamed"),
    "kaigi": ("late", "bytes", "corrected_later", "missing"),
    "sanka": ("missing+", "empty", "late", "zero+", "corrected_later"),
    "kenshu": ("corrected_later", "late", "bytes+", "missing+"),
    "jinji_post": ("renamed", "zip"),
    "jinji_staff": ("bytes", "late"),
    "enquete": ("bytes+", "empty", "late", "zip", "corrected_later"),
    "shigen_place": ("forbidden", "late"),
    "shigen_agreement": ("late", "missing"),
    "shigen_group": ("resend", "zero"),
    "shigen_issue": ("bytes", "reordered", "corrected_later"),
    "konkyu": ("forbidden+", "corrected_later", "cp932", "late", "missing", "empty", "resend", "zip", "renamed+",
               "loss60", "bytes", "zero", "reordered"),
    "youtai": ("renamed", "corrected_later", "late", "forbidden+", "zip", "bytes+", "resend", "missing", "empty",
               "zero"),
    "houkatsu": ("renamed+", "zip", "resend", "corrected_later", "bytes", "late", "empty", "forbidden+", "missing",
                 "zero"),
}  # fmt: skip
STREAMS = (
    *map(Stream, ("jumin", "kaigo", "shogai", "kodomo", "seiho", "kikan", "chiku")),
    *map(Stream, ("kaigi", "sanka", "kenshu", "ishiki", "enquete")),
    *(Stream("jinji", part) for part in ("POST", "STAFF")),
    *(Stream("shigen", part) for part in ("PLACE", "AGREEMENT", "GROUP", "ISSUE")),
    *map(Stream, ("konkyu", "youtai")),
)
YEARLY = ("chiku", "ishiki")
# every file adds records or replaces them by key: its volume is never compared with the last one's
DELTA = ("sanka", "kenshu", "enquete", "houkatsu")
_NO_BAD_ROWS = ("kikan", "jinji_post", "shigen_agreement")
_FEW_BAD_ROWS = ("jinji_staff", "shigen_place", "shigen_group", "shigen_issue")
_DAYS = {"": 5, "late": 70, "resend": 9, "correct": 12, "good_after_refusal": 12}
_BAD_ROWS_SHARE, _FEW_BAD_ROWS_SHARE = 0.4, 0.08
TAKES_BAD_ROWS = ("", "late", "zip", "eof", "correct", "good_after_refusal", "reordered", "wide_heading")


@dataclass(frozen=True)
class Delivery:
    """One file as it will be delivered; ``nasty``: what is wrong with it, blank for nothing."""

    feed: str
    month: int
    base: date
    sequence: int = 1
    nasty: str = ""
    bad_rows: bool = False
    part: str = ""

    @property
    def prefix(self) -> str:
        """The beginning of the file's name."""
        return Stream(self.feed, self.part).prefix

    @property
    def name(self) -> str:
        """The stream's name."""
        return Stream(self.feed, self.part).name

    @property
    def arrives(self) -> date:
        """The day the file comes."""
        return self.base + timedelta(days=_DAYS.get(self.nasty, 5))

    def file_name(self, extension: str) -> str:
        """The delivered file's name; a survey's says the fiscal year alone."""
        ending = "zip" if self.nasty == "zip" else extension
        dated = f"{self.base:%Y}" if self.feed == "ishiki" else f"{self.base:%Y%m%d}"
        return f"{self.prefix}_{dated}_{self.sequence:02d}.{ending}"


def draw_plan(
    rng: Rng, months: list[Month], dirt: bool, streams: Sequence[Stream] = STREAMS
) -> dict[tuple[str, int], list[Delivery]]:
    """(stream's name, month) → its deliveries in the order of their sequence."""
    plan: dict[tuple[str, int], list[Delivery]] = {}
    for stream in streams:
        kinds = KINDS.get(stream.name, KINDS.get(stream.feed, ()))
        nasty = _draw_nasty(rng, kinds, len(months)) if dirt else {}
        for month in months:
            if stream.feed in YEARLY:
                continue
            kind = nasty.get(month.index, "")
            bad = dirt and rng.random() < _bad_rows_share(stream)
            first = Delivery(stream.feed, month.index, month.end, 1, kind, part=stream.part)
            plan[stream.name, month.index] = _deliveries(first, bad)
    plan.update(_area_deliveries(months))
    plan.update(_survey_deliveries(months, dirt))
    return plan


def _bad_rows_share(stream: Stream) -> float:
    """How many of a stream's files hold bad rows; lists that seldom change should come unchanged now and then."""
    if stream.name in _NO_BAD_ROWS:
        return 0.0
    return _FEW_BAD_ROWS_SHARE if stream.name in _FEW_BAD_ROWS else _BAD_ROWS_SHARE


def _draw_nasty(rng: Rng, kinds: tuple[str, ...], months: int) -> dict[int, str]:
    """Months (never the first) and what is wrong in them: about two months in five."""
    count = min(months - 1, len(kinds), max(1, round(months * 0.4)))
    # the first kinds of a list matter most, so that short wards have them too
    chosen = list(kinds[: max(count, 3)])
    rng.shuffle(chosen)
    places = np.sort(rng.permutation(np.arange(1, months))[: max(count, 0)])
    return {int(month): kind for month, kind in zip(places, chosen, strict=False)}


def _deliveries(first: Delivery, bad_rows: bool) -> list[Delivery]:
    if first.nasty == "resend":
        first = replace(first, nasty="")
        return [first, replace(first, sequence=2, nasty="resend")]
    result = [first]
    if first.nasty == "corrected_later":
        result.append(replace(first, sequence=2, nasty="correct"))
    if first.nasty.endswith("+"):
        result.append(replace(first, sequence=2, nasty="good_after_refusal"))
    return [replace(d, bad_rows=bad_rows and d.nasty in TAKES_BAD_ROWS) for d in result]


def _area_deliveries(months: list[Month]) -> dict[tuple[str, int], list[Delivery]]:
    """chiku: on 1 April of each fiscal year, the first on or before the first month."""
    plan: dict[tuple[str, int], list[Delivery]] = {}
    for month in months:
        year = month.end.year - (month.end.month < 4)
        if month.index == 0 or month.end.month == 4:
            plan["chiku", month.index] = [Delivery("chiku", month.index, date(year, 4, 1))]
    return plan


def _survey_deliveries(months: list[Month], dirt: bool) -> dict[tuple[str, int], list[Delivery]]:
    """ishiki: one a fiscal year, the year before the first month's too; its base date is 1 April."""
    plan: dict[tuple[str, int], list[Delivery]] = {}
    for month in months:
        year = month.end.year - (month.end.month < 4)
        if month.index == 0:
            plan["ishiki", 0] = [Delivery("ishiki", 0, date(y, 4, 1), bad_rows=dirt) for y in (year - 1, year)]
        elif month.end.month == 4:
            plan["ishiki", month.index] = [Delivery("ishiki", month.index, date(year, 4, 1), bad_rows=dirt)]
    return plan
