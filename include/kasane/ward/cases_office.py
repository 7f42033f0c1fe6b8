"""Case work living month by month: how many come, who, and who leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kasane.ward import cases_other, cases_people
from kasane.ward import people as p
from kasane.ward.arrays import Ints, Rng
from kasane.ward.cases import CaseBook
from kasane.ward.cases_people import Troubles, pick
from kasane.ward.cases_soudan import Desks, consult, part_with
from kasane.ward.days import NONE, Month, years_of
from kasane.ward.world import World
from kasane.ward.write_misspelt import Scribe, Who

# a month: so many cases however small the ward, and so many more a resident
_RATES = {"soudan": (2.0, 0.0011), "konkyu": (0.7, 0.0004), "houkatsu": (1.5, 0.0008), "youtai": (0.15, 0.00012)}
_OUTSIDE = {"soudan": 0.04, "konkyu": 0.02, "houkatsu": 0.015, "youtai": 0.0}
_MONTHS_BEFORE = {"konkyu": 24, "youtai": 30}
_EXPECTING = 0.06


def draw_desks(rng: Rng, agencies: list[list[str]], areas: int) -> Desks:
    """Which agencies take consultations, and which are centres (field 高齢) and for what area."""
    open_all_along = [place for place, row in enumerate(agencies) if not row[6] and row[5] < "2020"]
    every = open_all_along or list(range(len(agencies)))
    centres = [place for place, row in enumerate(agencies) if row[2] == "高齢"]
    centres = [place for place in centres if place in every] or centres[:1]
    desks = [place for place in every if agencies[place][4] == "1"] or every
    some = rng.choice(every, min(len(every), 4), replace=False).tolist()
    nearest = [centres[area % len(centres)] for area in range(areas)]
    return Desks(np.array(sorted({*desks, *some})), np.array(every), np.array(centres), np.array(nearest))


@dataclass
class CaseOffice:
    """Those who keep the books of case work."""

    world: World
    rng: Rng
    desks: Desks
    scribe: Scribe

    @property
    def book(self) -> CaseBook:
        """The books themselves."""
        return self.world.cases

    @classmethod
    def of(cls, world: World, agencies: list[list[str]], seed: int, dirt: bool) -> CaseOffice:
        """An office with dice of its own, so that case work changes nothing in the ward."""
        rng = np.random.default_rng([seed, world.residents, 13])
        areas = len({town.area_code for town in world.ward.addresses.towns})
        return cls(world, rng, draw_desks(rng, agencies, areas), Scribe(world.ward, rng, dirt))

    def found(self, day: int) -> None:
        """Cases that began before the first month: konkyu and youtai list them still."""
        troubles = Troubles.of(self.world, day)
        for feed, months in _MONTHS_BEFORE.items():
            count = max(4, round(self._rate(feed) * months))
            self._begin(feed, troubles, count, day - months * 30, day)

    def live(self, month: Month) -> None:
        """A month: people leave, and others come."""
        self._depart()
        troubles = Troubles.of(self.world, month.last)
        for feed in _RATES:
            rate = self._rate(feed)
            self._begin(feed, troubles, int(self.rng.poisson(rate)), month.first, month.last)

    def _rate(self, feed: str) -> float:
        floor, a_resident = _RATES[feed]
        return floor + a_resident * self.world.residents

    def _depart(self) -> None:
        people, book = self.world.ward.people, self.book
        for feed in ("soudan", "konkyu", "youtai"):
            table = book.table(feed)
            who = table["person"].astype(np.int64)
            gone = (who >= 0) & (people["state"][np.maximum(who, 0)] > p.RESIDENT)
            if feed == "soudan":
                rows = np.flatnonzero(gone & (table["left"] == NONE))
                left = people["moved"][who[rows]]
                part_with(book, rows, np.maximum(left, table["received"][rows]), people["state"][who[rows]] == p.DEAD)
                continue
            rows = np.flatnonzero(gone)
            begun = table["received" if feed == "konkyu" else "accepted"][rows]
            cases_other.close_with(book, feed, rows, np.maximum(people["moved"][who[rows]], begun))

    def _begin(self, feed: str, troubles: Troubles, count: int, first: int, last: int) -> None:
        outside = int(self.rng.binomial(count, _OUTSIDE[feed]))
        who, expecting = self._choose(feed, troubles, count - outside)
        who = self.rng.permutation(np.concatenate([who, np.full(outside, -1, np.int64)]))
        received = np.sort(self.rng.integers(first, last + 1, len(who)))
        moved = self.world.ward.people["moved"][np.maximum(who, 0)]
        known_since = np.where((who >= 0) & (moved <= last), moved, first)
        born = np.where(who >= 0, self.world.ward.people["birth"][np.maximum(who, 0)], first)
        received = np.minimum(np.maximum(received, np.maximum(known_since, born)), last)
        received = received if feed in _MONTHS_BEFORE and last - first > 40 else np.sort(received)
        places = self._enter(feed, troubles, who, received, np.isin(who, expecting))
        self._write_down(feed, places)

    def _choose(self, feed: str, troubles: Troubles, count: int) -> tuple[Ints, Ints]:
        """Who comes; and, of these, the expectant mothers of youtai."""
        weigh = {
            "soudan": cases_people.consultation_weight,
            "konkyu": cases_people.support_weight,
            "houkatsu": cases_people.elderly_weight,
            "youtai": cases_people.child_weight,
        }[feed]
        none = np.zeros(0, np.int64)
        if feed != "youtai":
            return pick(self.rng, weigh(troubles), count), none
        open_case = np.zeros(len(troubles.age), bool)
        open_case[self.book.youtai["person"]] = True
        women = troubles.resident & (troubles.fragile > 0) & (self.world.ward.people["sex"] == 2) & ~open_case
        women &= (troubles.age >= 16) & (troubles.age < 42)
        expecting = pick(self.rng, women.astype(float), int(self.rng.binomial(count, _EXPECTING)))
        weight = np.where(open_case, 0.0, weigh(troubles))
        weight[expecting] = 0.0
        return np.concatenate([expecting, pick(self.rng, weight, count - len(expecting))]), expecting

    def _enter(self, feed: str, troubles: Troubles, who: Ints, received: Ints, expecting: Ints) -> Ints:
        rng, book, ward = self.rng, self.book, self.world.ward
        if feed == "soudan":
            return consult(rng, book, troubles, self.desks, who, received)
        if feed == "konkyu":
            return cases_other.support(rng, book, troubles, who, received)
        if feed == "youtai":
            return cases_other.protect(rng, book, troubles, ward, who, received, expecting)
        level = np.full(ward.people.size, -1)
        records = self.world.care.records
        listed = records["listed"] == 1
        level[records["person"][listed]] = records["level"][listed]
        told = np.where(who >= 0, level[np.maximum(who, 0)], -1)
        return cases_other.elder(rng, book, troubles, self.desks, ward, who, received, told)

    def _write_down(self, feed: str, places: Ints) -> None:
        table = self.book.table(feed)
        for place in places.tolist():
            person = int(table["person"][place])
            if person < 0:
                who = self._outsider(feed, int(table["received"][place]))
                table["outsider"][place] = self.book.outsiders.size - 1
            else:
                who = self.scribe.person(person, bool(table["numbered"][place]))
            self.book.written[feed].append(self.scribe.write(who, feed))

    def _outsider(self, feed: str, day: int) -> Who:
        """Somebody from elsewhere."""
        old = feed == "houkatsu"
        age = self.rng.integers(66, 92) if old else self.rng.integers(20, 75)
        birth, sex = day - int(age * 365.25) - int(self.rng.integers(0, 365)), int(self.rng.integers(1, 3))
        book = self.world.ward.book
        surname = int(book.draw_surnames(self.rng, 1)[0])
        given = int(book.draw_given(self.rng, years_of(np.array([birth])), np.array([sex]))[0])
        self.book.outsiders.append(1, surname=surname, given=given, birth=birth, sex=sex)
        return Who(surname, given, birth, 0, sex, -1, None, False)
