"""A ward of a few households put together by hand, so that its answer key can be counted in one's head."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from kasane.ward import people as p
from kasane.ward import truth_month as tm
from kasane.ward.cases import CaseBook
from kasane.ward.days import NONE, Month, day_of, months_from
from kasane.ward.names import load_names
from kasane.ward.orgs_activity import ActivityBook
from kasane.ward.people import Ward
from kasane.ward.town import AddressBook, draw_map
from kasane.ward.truth_events import Events
from kasane.ward.truth_kpi import Bench, compound_issues
from kasane.ward.truth_kpi_month import MonthState
from kasane.ward.truth_pattern import Look, patterns

CARE_LEVEL = {"12": 3, "21": 5, "23": 7}


class SmallWard:
    """Households, offices' records and cases of a ward; the register's file holds every resident."""

    def __init__(self, first_month: str = "2024-04-01", months: int = 1) -> None:
        rng = np.random.default_rng(1)
        self.ward = Ward(rng, load_names(), AddressBook(draw_map(300)))
        self.months: list[Month] = months_from(date.fromisoformat(first_month), months)
        self.cases, self.done = CaseBook(), ActivityBook()
        self.facts: dict[str, dict[str, np.ndarray[Any, Any]]] = {}
        self.houkatsu: list[int] = []
        self.based: dict[str, date] = {}

    def household(self, *members: tuple[str, str]) -> list[int]:
        """A register household: (birth date, 続柄) of each member; returns their places."""
        home = int(self.ward.add_households(self.ward.addresses.sites(self.ward.rng, 1), np.zeros(1, int))[0])
        address = int(self.ward.households["address"][home])
        return [
            int(self.ward.add_people(1, household=home, address=address, birth=day_of(born), surname=home,
                                     relation=p.RELATIONS.index(relation))[0])
            for born, relation in members
        ]  # fmt: skip

    def _fact(self, feed: str, **values: int) -> None:
        facts = self.facts.setdefault(feed, {name: np.zeros(0, np.int64) for name in values})
        for name, value in values.items():
            facts[name] = np.append(facts[name], value)

    def care(self, person: int, level: str = "21", uses: int = 0, in_home: int = 0) -> None:
        """A certification in force in every month."""
        self._fact("kaigo", person=person, level=CARE_LEVEL[level], valid_from=0, valid_to=NONE, uses=uses,
                   in_home=in_home)  # fmt: skip

    def handbook(self, person: int) -> None:
        """A handbook, not returned."""
        self._fact("shogai", person=person, kind=1, issued=0, returned=NONE, category=0, service=0,
                   service_from=NONE, service_to=NONE)  # fmt: skip

    def assistance(self, person: int) -> None:
        """Public assistance, running."""
        self._fact("seiho", person=person, started=0, suspended=NONE, lifted=NONE, abolished=NONE)

    def consult(self, person: int, received: str, **values: Any) -> int:
        """A soudan consultation; ``person`` -1 for a stranger."""
        place = self.cases.consultations.append(1, person=person, received=day_of(received), **values)
        return int(place[0])

    def act(self, consultation: int, acted: str, kind: int) -> None:
        """A support action."""
        self.cases.actions.append(1, consultation=consultation, acted=day_of(acted), kind=kind)

    def plan(self, consultation: int, started: str, closed: str | None = None, **values: Any) -> None:
        """A plan decided on the day it starts."""
        self.cases.plans.append(
            1, consultation=consultation, decided=day_of(started), started=day_of(started),
            closed=NONE if closed is None else day_of(closed), **values,
        )  # fmt: skip

    def assess(self, consultation: int, assessed: str, score: int) -> None:
        """An assessment of isolation."""
        self.cases.assessments.append(1, consultation=consultation, assessed=day_of(assessed), score=score)

    def looks(self) -> list[Look]:
        """Every month."""
        events = Events(self.cases, np.array(self.houkatsu, np.int64), self.months[-1].last)
        rows = np.arange(self.done.activities.size)
        return [Look(self.ward, self._state(month), events, self.done, rows) for month in self.months]

    def _state(self, month: Month) -> MonthState:
        register = tm.Register.of(self.ward, np.arange(self.ward.people.size))
        households = tm.living_households(register, tm.in_care_home(self.ward, self.facts))
        return MonthState.of(self.ward, households, self.facts, month, self.based)

    def patterns(self) -> dict[tuple[str, str], int]:
        """Counts of the last month, those above nothing."""
        return {key: count for key, count in patterns(self.looks()[-1]).items() if count}

    def bench(self, surveys: dict[int, Any] | None = None) -> Bench:
        """The last month's indicators."""
        looks = self.looks()
        every = [np.arange(table.size) for table in (self.done.answers, self.done.attendances)]
        return Bench(looks[-1], looks, *every, surveys or {}, 3, compound_issues(looks))
