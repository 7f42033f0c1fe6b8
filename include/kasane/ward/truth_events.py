"""What the case feeds say once everything is loaded, by the person each record is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kasane.ward.arrays import Bools, Ints
from kasane.ward.cases import (
    ACTION_KINDS,
    CASE_FEEDS,
    HIKIKOMORI,
    PLAN_AGENCIES,
    CaseBook,
    has_code,
)
from kasane.ward.days import NONE

NOBODY = -1
SUPPORTING = tuple(ACTION_KINDS.index(kind) for kind in ("3", "6", "outreach", "bridge_fund", "temporary_housing"))
OUTREACH = ACTION_KINDS.index("outreach")
_ISOLATED_ISSUE, _WITHDRAWN_TOPIC = 15, 13
# topics of two or more domains make an issue compound: elderly; disability; child; poverty
TOPIC_DOMAINS = ((12,), (1,), (11, 14), (3, 4, 5, 6, 15))


@dataclass(frozen=True)
class Consultations:
    """Consultations of the three feeds; those of soudan first, so that a place is also its place in the book.

    ``person``: place in the ward's people, NOBODY for one the register does not know; ``theme``: -1 but in soudan.
    """

    person: Ints
    received: Ints
    topics: Ints
    issues: Ints
    theme: Ints
    fit: Ints

    def within(self, day: int, window: int) -> Bools:
        """Received in the ``window`` days up to a day."""
        return within(self.received, day, window)

    def withdrawn(self) -> Bools:
        """Theme hikikomori or issue 15."""
        result: Bools = (self.theme == HIKIKOMORI) | has_code(self.issues, _ISOLATED_ISSUE)
        return result

    def suspicious(self) -> Bools:
        """Topic 13 or issue 15."""
        result: Bools = has_code(self.topics, _WITHDRAWN_TOPIC) | has_code(self.issues, _ISOLATED_ISSUE)
        return result


def within(values: Ints, day: int, window: int) -> Bools:
    """M − N < day ≤ M."""
    result: Bools = (values != NONE) & (values > day - window) & (values <= day)
    return result


def open_within(started: Ints, closed: Ints, day: int, window: int) -> Bools:
    """Open on any of the ``window`` days up to M; on its closing day something is open no more."""
    first = np.maximum(started, day - window + 1)
    result: Bools = (started != NONE) & (first <= day) & ((closed == NONE) | (closed > first))
    return result


@dataclass(frozen=True)
class Events:
    """The books as loaded. ``agencies``: how many a plan names. All days are those of the last delivery.

    ``sanka``, ``attendances``, ``answers``: places of the rows that count, the latest version of each record.
    ``houkatsu``: places of the rows loaded.
    """

    cases: CaseBook
    houkatsu: Ints
    last: int

    @cached_property
    def about(self) -> dict[str, Ints]:
        """By feed, the person of each row of its book, NOBODY for one the register does not know."""
        return {feed: self.cases.table(feed)["person"].astype(np.int64) for feed in CASE_FEEDS}

    @property
    def plan_agencies(self) -> Ints:
        """How many agencies each plan names."""
        plans = self.cases.plans
        named = np.stack([plans[f"agency_{i + 1}"] >= 0 for i in range(PLAN_AGENCIES)])
        total: Ints = named.sum(axis=0)
        return total

    def consultations(self, konkyu: Ints) -> Consultations:
        """soudan and houkatsu as loaded, and the acceptances in the konkyu file in force (rows of its book)."""
        book = self.cases
        soudan = book.consultations
        parts = [(soudan, np.arange(soudan.size), "soudan"), (book.houkatsu, self.houkatsu, "houkatsu"),
                 (book.konkyu, konkyu, "konkyu")]  # fmt: skip
        others = len(self.houkatsu) + len(konkyu)
        blank = np.full(others, -1)
        none = np.zeros(len(self.houkatsu), np.int64)
        received = np.concatenate([table["received"][rows] for table, rows, _ in parts])
        return Consultations(
            person=np.concatenate([self.about[feed][rows] for _, rows, feed in parts]),
            # a consultation of a day after the last delivery has not happened yet
            received=np.where(received <= self.last, received, NONE),
            topics=np.concatenate([table["topics"][rows] for table, rows, _ in parts]),
            issues=np.concatenate([soudan["issues"], none, book.konkyu["issues"][konkyu]]),
            theme=np.concatenate([soudan["theme"], blank]),
            fit=np.concatenate([soudan["scheme_fit"], blank]),
        )

    def by_consultation(self, consultations: Ints) -> Ints:
        """The person of each soudan consultation (places of its book; -1: none named)."""
        person = self.about["soudan"]
        if not len(person):
            return np.full(len(consultations), NOBODY)
        return np.where(consultations >= 0, person[np.maximum(consultations, 0)], NOBODY)


def topic_domains(topics: Ints) -> Ints:
    """How many domains a consultation's topics name."""
    named = [np.stack([has_code(topics, code) for code in codes]).any(axis=0) for codes in TOPIC_DOMAINS]
    total: Ints = np.stack(named).sum(axis=0)
    return total
