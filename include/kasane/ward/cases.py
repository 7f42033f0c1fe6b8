"""The case work of the ward: consultations and what follows them, as the offices' books hold it.

All that will happen to a case is drawn on the day it begins, and cut short when its person leaves or dies. So an
event of a book may lie after the last month: it has not happened yet, and only ``happened`` ones are written.
Days are integers (``days``), ``NONE`` where there is none. Multi-choice codes are bits: code 3 is bit 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kasane.ward.arrays import Bools, Ints, Table
from kasane.ward.days import NONE

CASE_FEEDS = ("soudan", "konkyu", "houkatsu", "youtai")
THEMES = ("other", "8050", "hikikomori", "double_care", "young_carer", "isolation")
OTHER, PARENT_AND_CHILD, HIKIKOMORI, DOUBLE_CARE, YOUNG_CARER, ISOLATION = range(len(THEMES))
FITS = ("fits", "gap", "pending")
FIT, GAP, PENDING = range(len(FITS))
# support_action.kind: contact_method 1-7, then the four words of source_layouts.md
ACTION_KINDS = ("1", "2", "3", "4", "5", "6", "7", "outreach", "bridge_fund", "temporary_housing", "referral")
YOUTAI_KINDS = ("", "要保護児童", "要支援児童", "特定妊婦")
REQUESTERS = ("本人", "家族", "民生委員", "その他")
PLAN_AGENCIES = 4
# true_person of somebody who is not in the register: this plus the place in ``outsiders``
OUTSIDER = 50_000_000
MOVED_AWAY, DIED = 4, 5

# whom a case is about: a place in ward.people, or -1 and a place in ``outsiders``
_ABOUT = {"person": ("i4", -1), "outsider": ("i4", -1), "numbered": ("i1", 0)}
_OUTSIDER = {"surname": ("i2", 0), "given": ("i2", 0), "birth": ("i4", 0), "sex": ("i1", 1)}
_CONSULTATION = {
    **_ABOUT, "received": ("i4", NONE), "minute": ("i2", 0), "desk": ("i2", 0), "route": ("i1", 9),
    "consent": ("i1", 9), "topics": ("i4", 0), "issues": ("i4", 0), "theme": ("i1", OTHER),
    "scheme_fit": ("i1", FIT), "desks_visited": ("i1", 1), "emergency": ("i4", NONE), "changed": ("i4", NONE),
    "left": ("i4", NONE),
}  # fmt: skip
_ACTION = {"consultation": ("i4", -1), "acted": ("i4", NONE), "kind": ("i1", 0), "agency": ("i2", 0)}
_PLAN = {
    "consultation": ("i4", -1), "decided": ("i4", NONE), "meeting": ("i4", 0), "started": ("i4", NONE),
    "reviewed": ("i4", NONE), "closed": ("i4", NONE), "reason": ("i1", 0),
    "agency_1": ("i2", -1), "agency_2": ("i2", -1), "agency_3": ("i2", -1), "agency_4": ("i2", -1),
}  # fmt: skip
_ASSESSMENT = {"consultation": ("i4", -1), "assessed": ("i4", NONE), "score": ("i1", 0)}
_KONKYU = {
    **_ABOUT, "received": ("i4", NONE), "route": ("i1", 9), "topics": ("i4", 0), "issues": ("i4", 0),
    "screening": ("i1", 4), "consent": ("i1", 1), "housing": ("i1", 7), "work": ("i1", 7), "planned": ("i4", NONE),
    "evaluated": ("i4", NONE), "evaluation": ("i1", 1), "changes": ("i4", 0), "closed": ("i4", NONE),
}  # fmt: skip
_HOUKATSU = {
    **_ABOUT, "received": ("i4", NONE), "centre": ("i2", 0), "number": ("i4", 0), "topics": ("i4", 0),
    "requester": ("i1", 0), "care": ("i1", 0), "response": ("i1", 0), "again": ("i1", 0),
}  # fmt: skip
_YOUTAI = {
    **_ABOUT, "accepted": ("i4", NONE), "closed": ("i4", NONE), "kind": ("i1", 0), "abuse": ("i1", 0),
    "carer": ("i1", 0), "cares": ("i4", 0), "school": ("i2", -1),
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """One person as an office wrote them down: texts, and what went wrong on the way (``errors``, a;b)."""

    name: str
    kana: str
    birth_text: str
    sex: int
    postal_code: str
    address: str
    phone: str
    errors: str


@dataclass(frozen=True)
class CaseBook:
    """The books of soudan (four tables), konkyu, houkatsu and youtai; a row's place is its identity.

    ``consultations``: person (-1: not in the register) and outsider; numbered (its 宛名番号 is written); received,
    minute of the day; desk (place in the ward's list of agencies); route; consent; topics, issues (bits); theme,
    scheme_fit (places in THEMES, FITS); desks_visited; emergency; changed (the last day its row was written);
    left (the day the person moved away or died while it was open).
    ``actions``: consultation, acted, kind (place in ACTION_KINDS), agency. ``assessments``: consultation, assessed,
    score. ``plans``: consultation, decided, meeting (number of the conference, 0: none; ``meeting_id`` is its
    text), started, reviewed, closed, reason, agency_1 … agency_4 (-1: none).
    An event that a departure has made void has NONE for its day (acted, assessed, decided).
    ``written``: by feed, how each row's person is written down (soudan, konkyu, houkatsu, youtai).
    """

    outsiders: Table = field(default_factory=lambda: Table(_OUTSIDER, 64))
    consultations: Table = field(default_factory=lambda: Table(_CONSULTATION))
    actions: Table = field(default_factory=lambda: Table(_ACTION))
    plans: Table = field(default_factory=lambda: Table(_PLAN))
    assessments: Table = field(default_factory=lambda: Table(_ASSESSMENT))
    konkyu: Table = field(default_factory=lambda: Table(_KONKYU))
    houkatsu: Table = field(default_factory=lambda: Table(_HOUKATSU))
    youtai: Table = field(default_factory=lambda: Table(_YOUTAI, 64))
    written: dict[str, list[Written]] = field(default_factory=lambda: {feed: [] for feed in CASE_FEEDS})

    def table(self, feed: str) -> Table:
        """The rows that are about a person, of a feed."""
        tables = {"konkyu": self.konkyu, "houkatsu": self.houkatsu, "youtai": self.youtai}
        return tables.get(feed, self.consultations)


def happened(values: Ints, last: int) -> Bools:
    """Events that took place by a day; void and future ones did not."""
    result: Bools = (values != NONE) & (values <= last)
    return result


def consultation_id(place: int) -> str:
    """相談ID of a row of ``consultations``."""
    return f"C{place + 1:06d}"


def plan_id(place: int) -> str:
    """プランID of a row of ``plans``."""
    return f"P{place + 1:05d}"


def action_id(place: int) -> str:
    """ID of a row of ``actions``."""
    return f"A{place + 1:06d}"


def assessment_id(place: int) -> str:
    """ID of a row of ``assessments``."""
    return f"S{place + 1:05d}"


def meeting_id(number: int) -> str | None:
    """会議ID of a conference's number (from 1); None where there is none."""
    return f"M{number:05d}" if number > 0 else None


def codes(bits: int, width: int = 2) -> list[str]:
    """The codes of a multi-choice value, rising: bits 0b101 → 01, 03."""
    return [str(place + 1).zfill(width) for place in range(bits.bit_length()) if bits >> place & 1]


def bits(*chosen: int) -> int:
    """The multi-choice value of these codes."""
    return sum(1 << (code - 1) for code in set(chosen))


def has_code(values: Ints, code: int) -> Bools:
    """Rows whose multi-choice value names a code."""
    result: Bools = (np.asarray(values) >> (code - 1) & 1) == 1
    return result


def true_persons(table: Table, rows: Any = slice(None)) -> Ints:
    """true_person of each row: the place in ward.people, or that of an outsider."""
    person, outsider = table["person"][rows].astype(np.int64), table["outsider"][rows].astype(np.int64)
    result: Ints = np.where(person >= 0, person, OUTSIDER + outsider)
    return result
