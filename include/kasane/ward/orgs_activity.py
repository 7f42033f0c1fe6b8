"""What the organisations do month by month: conferences, participation, trainings, questionnaires.

Rows refer to consultations by their place in the case book, to people by their place in the ward. Days are
integers, ``NONE`` where there is none; a row's place is its identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Ints, Rng, Table
from kasane.ward.cases import CaseBook, happened
from kasane.ward.days import NONE, Month
from kasane.ward.orgs import OrgBook
from kasane.ward.people import Ward

CONFERENCES = ("支援会議", "重層的支援会議", "地域ケア会議")
SUPPORT, LAYERED, CARE = range(len(CONFERENCES))
ACTIVITIES = ("就労準備", "居場所", "住まい", "社会参加", "その他")
TRAININGS = ("多職種連携", "分野横断", "担い手育成")
PROFESSIONS, FIELDS, LEADERS = range(len(TRAININGS))
RESPONDENTS = ("利用者", "支援者")
USER, SUPPORTER = range(len(RESPONDENTS))
_PAST_MONTHS = 24
_RECENT = 150
_NO_LAYERED, _AGAIN = 0.07, 0.1

_CONFERENCE = {"kind": ("i1", 0), "held": ("i4", NONE), "area": ("i2", 0), "cases": ("i2", 0)}
# ``of``: the record that a row is a version of; ``told``: the month whose file tells it
_ACTIVITY = {
    "of": ("i4", 0), "told": ("i2", 0), "held": ("i4", NONE), "kind": ("i1", 0), "consultation": ("i4", -1),
    "agency": ("i2", 0), "area": ("i2", 0),
}  # fmt: skip
_ATTENDANCE = {
    "told": ("i2", 0), "kind": ("i1", 0), "held": ("i4", NONE), "staff": ("i4", -1), "person": ("i4", -1),
    "completed": ("i1", 0), "score": ("i2", 0),
}  # fmt: skip
_ANSWER = {
    "of": ("i4", 0), "told": ("i2", 0), "answered": ("i4", NONE), "kind": ("i1", 0), "consultation": ("i4", -1),
    "satisfaction": ("i1", 0), "several": ("i1", 0),
}  # fmt: skip


@dataclass
class ActivityBook:
    """The books of 地域福祉課 about what was done.

    ``conference_agencies`` and ``conference_consultations``: a list of places a conference.
    ``answers``: satisfaction 1-5, 0: no answer.
    """

    conferences: Table = field(default_factory=lambda: Table(_CONFERENCE, 256))
    conference_agencies: list[list[int]] = field(default_factory=list)
    conference_consultations: list[list[int]] = field(default_factory=list)
    activities: Table = field(default_factory=lambda: Table(_ACTIVITY, 256))
    attendances: Table = field(default_factory=lambda: Table(_ATTENDANCE, 256))
    answers: Table = field(default_factory=lambda: Table(_ANSWER, 256))

    def found(self, rng: Rng, orgs: OrgBook, agencies: list[list[str]], first: int, residents: int) -> None:
        """Conferences of the two years before the first month; their cases are in no book any more."""
        begin = days.date_of(int(days.add_months(np.array([first]), -_PAST_MONTHS)[0]))
        for month in days.months_from(begin, _PAST_MONTHS):
            self._confer(rng, orgs, agencies, month, None, residents)

    def live(
        self, rng: Rng, ward: Ward, cases: CaseBook, orgs: OrgBook, agencies: list[list[str]], month: Month, size: int
    ) -> None:
        """A month; ``size``: about how many residents the ward has."""
        recent = _recent(cases, month)
        self._confer(rng, orgs, agencies, month, cases, size)
        self._take_part(rng, orgs, agencies, month, recent, size)
        self._train(rng, ward, orgs, month, size)
        self._ask(rng, month, recent, size)

    def _confer(
        self, rng: Rng, orgs: OrgBook, agencies: list[list[str]], month: Month, cases: CaseBook | None, size: int
    ) -> None:
        counts = [1 + size // 80_000, 1 + size // 100_000, 1 + len(orgs.areas) // 8]
        # a small ward's monthly conference is cancelled now and then
        counts[LAYERED] -= int(rng.random() < _NO_LAYERED and counts[LAYERED] == 1)
        kinds = rng.permutation(np.repeat(np.arange(len(CONFERENCES)), counts))
        held = np.sort(rng.integers(month.first, month.last + 1, len(kinds)))
        area, number = rng.integers(0, len(orgs.areas), len(kinds)), rng.integers(1, 6, len(kinds))
        places = self.conferences.append(len(kinds), kind=kinds, held=held, area=area, cases=number)
        for place, kind, count in zip(places.tolist(), kinds.tolist(), number.tolist(), strict=True):
            members = rng.permutation(_known_agencies(agencies, month))[: int(rng.integers(2, 7))]
            self.conference_agencies.append(sorted(members.tolist()))
            chosen = [] if cases is None else _discussed(rng, cases, month, kind, place, count)
            self.conference_consultations.append(chosen)

    def _take_part(
        self, rng: Rng, orgs: OrgBook, agencies: list[list[str]], month: Month, recent: Ints, size: int
    ) -> None:
        count = int(rng.integers(2, 4)) + size // 25_000
        self.activities.append(
            count, of=np.arange(count) + self.activities.size, told=month.index,
            held=rng.integers(month.first, month.last + 1, count), kind=rng.integers(0, len(ACTIVITIES), count),
            consultation=_some_consultation(rng, recent, count, 0.85),
            agency=rng.choice(_known_agencies(agencies, month), count), area=rng.integers(0, len(orgs.areas), count),
        )  # fmt: skip
        old = _told_again(rng, self.activities, month)
        places = _copied(self.activities, old, month)
        self.activities["kind"][places] = (self.activities["kind"][places] + 1) % len(ACTIVITIES)

    def _train(self, rng: Rng, ward: Ward, orgs: OrgBook, month: Month, size: int) -> None:
        staff = orgs.staff
        here = np.flatnonzero(
            happened(staff["start"], month.last) & ((staff["end"] == NONE) | (staff["end"] > month.last))
        )
        for kind, share in ((PROFESSIONS, 0.14), (FIELDS, 0.08)):
            who = np.sort(here[rng.random(len(here)) < share])
            self._attend(rng, month, kind, staff=who, person=np.full(len(who), -1))
        adults = np.flatnonzero(ward.residents() & (ward.ages(month.last) >= 18))
        who = rng.choice(adults, min(len(adults), int(rng.integers(1, 4)) + size // 25_000), replace=False)
        self._attend(rng, month, LEADERS, staff=np.full(len(who), -1), person=who)

    def _attend(self, rng: Rng, month: Month, kind: int, staff: Ints, person: Ints) -> None:
        count = len(staff)
        self.attendances.append(
            count, told=month.index, kind=kind, held=int(rng.integers(month.first, month.last + 1)), staff=staff,
            person=person, completed=rng.random(count) < 0.86, score=rng.integers(50, 101, count),
        )  # fmt: skip

    def _ask(self, rng: Rng, month: Month, recent: Ints, size: int) -> None:
        for kind, count, skill in ((USER, 8 + size // 8_000, 0.68), (SUPPORTER, 5 + size // 20_000, 0.62)):
            pleased = rng.random(count) < skill
            mark = np.where(pleased, rng.integers(4, 6, count), rng.integers(1, 4, count))
            self.answers.append(
                count, of=np.arange(count) + self.answers.size, told=month.index, kind=kind,
                answered=rng.integers(month.first, month.last + 1, count),
                consultation=_some_consultation(rng, recent, count, 0.5),
                satisfaction=np.where(rng.random(count) < 0.04, 0, mark), several=rng.random(count) < 0.45,
            )  # fmt: skip
        old = _told_again(rng, self.answers, month)
        places = _copied(self.answers, old, month)
        self.answers["satisfaction"][places] = rng.integers(1, 6, len(places))


def _recent(cases: CaseBook, month: Month) -> Ints:
    received = cases.consultations["received"]
    return np.flatnonzero(happened(received, month.last) & (received > month.first - _RECENT))


def _discussed(rng: Rng, cases: CaseBook, month: Month, kind: int, place: int, count: int) -> list[int]:
    """Consultations on a conference's table; the layered one decides plans of the month, which then name it."""
    chosen = rng.permutation(_recent(cases, month))[:count]
    if kind == LAYERED:
        plans = cases.plans
        of_month = happened(plans["decided"], month.last) & (plans["decided"] >= month.first)
        decided = rng.permutation(np.flatnonzero(of_month & (plans["meeting"] == 0)))[:count]
        plans["meeting"][decided] = place + 1
        chosen = np.concatenate([plans["consultation"][decided], chosen])[:count]
    return list(dict.fromkeys(chosen.tolist()))


def _known_agencies(agencies: list[list[str]], month: Month) -> Ints:
    last = str(month.end)
    return np.array([place for place, row in enumerate(agencies) if row[5] <= last and not "" < row[6] <= last])


def _some_consultation(rng: Rng, recent: Ints, count: int, share: float) -> Ints:
    if not len(recent):
        return np.full(count, -1)
    return np.where(rng.random(count) < share, rng.choice(recent, count), -1)


def _told_again(rng: Rng, table: Table, month: Month) -> Ints:
    """Now and then a record of an earlier month comes once more, put right."""
    old = np.flatnonzero(table["told"] < month.index)
    return rng.choice(old, 1) if len(old) and rng.random() < _AGAIN else old[:0]


def _copied(table: Table, rows: Ints, month: Month) -> Ints:
    """New versions of these rows, told this month."""
    values = {name: table[name][rows].copy() for name in table.names if name != "told"}
    return table.append(len(rows), told=month.index, **values)
