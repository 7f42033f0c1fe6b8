"""Which deliveries come, when, and what is wrong with each: drawn by seed before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from kasane.ward.arrays import Rng
from kasane.ward.days import Month

FEEDS = ("jumin", "kaigo", "shogai", "kodomo", "seiho", "kikan", "chiku")
# what can be wrong with a file of each feed; "+": refused, and a good file of the next sequence follows
KINDS: dict[str, tuple[str, ...]] = {
    "jumin": ("forbidden+", "trailer", "corrected_later", "late", "zip", "eof", "resend", "wide_heading",
              "loss60", "bytes", "trailer+", "missing"),
    "kaigo": ("loss60", "resend", "trailer", "corrected_later", "late", "eof", "zip", "zero", "bytes"),
    "shogai": ("loss60", "trailer", "late", "bytes", "corrected_later", "zip", "eof", "resend"),
    "kodomo": ("corrected_later", "renamed", "loss60", "forbidden+", "reordered", "late", "zero", "bytes", "missing"),
    "seiho": ("zip", "bytes", "loss60", "corrected_later", "eof", "late", "resend", "missing"),
    "kikan": ("missing", "late", "zip", "renamed"),
    "chiku": (),
}  # fmt: skip
_DAYS = {"": 5, "late": 70, "resend": 9, "correct": 12, "good_after_refusal": 12}
_BAD_ROWS_SHARE = 0.4
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

    @property
    def prefix(self) -> str:
        """The feed's name in file names."""
        return self.feed.upper()

    @property
    def arrives(self) -> date:
        """The day the file comes."""
        return self.base + timedelta(days=_DAYS.get(self.nasty, 5))

    def file_name(self, extension: str) -> str:
        """The delivered file's name."""
        ending = "zip" if self.nasty == "zip" else extension
        return f"{self.prefix}_{self.base:%Y%m%d}_{self.sequence:02d}.{ending}"


def draw_plan(rng: Rng, months: list[Month], dirt: bool) -> dict[tuple[str, int], list[Delivery]]:
    """(feed, month) → its deliveries in the order of their sequence."""
    plan: dict[tuple[str, int], list[Delivery]] = {}
    for feed in FEEDS:
        nasty = _draw_nasty(rng, KINDS[feed], len(months)) if dirt else {}
        for month in months:
            if feed == "chiku":
                continue
            kind = nasty.get(month.index, "")
            bad = dirt and feed != "kikan" and rng.random() < _BAD_ROWS_SHARE
            plan[feed, month.index] = _deliveries(Delivery(feed, month.index, month.end, 1, kind), bad)
    plan.update(_area_deliveries(months))
    return plan


def _draw_nasty(rng: Rng, kinds: tuple[str, ...], months: int) -> dict[int, str]:
    """Months (never the first) and what is wrong in them: about two months in five."""
    count = min(months - 1, len(kinds), max(1, round(months * 0.4)))
    # the first kinds of a list matter most, so that short wards have them too
    chosen = list(kinds[: max(count, 3)])
    rng.shuffle(chosen)
    places = np.sort(rng.permutation(np.arange(1, months))[: max(count, 0)])
    return {int(month): kind for month, kind in zip(places, chosen, strict=False)}


def _deliveries(first: Delivery, bad_rows: bool) -> list[Delivery]:
    follow = {"resend": "resend", "corrected_later": "correct", "forbidden+": "good_after_refusal"}
    follow["trailer+"] = "good_after_refusal"
    if first.nasty == "resend":
        first = replace(first, nasty="")
        return [first, replace(first, sequence=2, nasty="resend")]
    result = [first]
    if first.nasty in follow:
        result.append(replace(first, sequence=2, nasty=follow[first.nasty]))
    return [replace(d, bad_rows=bad_rows and d.nasty in TAKES_BAD_ROWS) for d in result]


def _area_deliveries(months: list[Month]) -> dict[tuple[str, int], list[Delivery]]:
    """chiku: on 1 April of each fiscal year, the first on or before the first month."""
    plan: dict[tuple[str, int], list[Delivery]] = {}
    for month in months:
        year = month.end.year - (month.end.month < 4)
        if month.index == 0 or month.end.month == 4:
            plan["chiku", month.index] = [Delivery("chiku", month.index, date(year, 4, 1))]
    return plan
