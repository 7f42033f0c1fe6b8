"""Disability handbooks and support decisions (障害福祉): issued, returned, renewed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward import people as p
from kasane.ward.arrays import Bools, Ints, Table, padded, some
from kasane.ward.days import NONE, Month, add_months
from kasane.ward.people import Ward

GRADES = ("1", "2", "3", "4", "5", "6", "T1", "T2", "T3", "T4")
SERVICES = (0, 11, 22, 32, 33, 43, 45, 46, 52, 61, 63, 24, 12)
NOTES = ("", "更新", "要確認", "転入", "代筆", "点字希望")
_AGE_FROM = np.array([0, 6, 18, 40, 65, 75, 85])
_SHARE_BY_AGE = np.array([0.006, 0.016, 0.024, 0.034, 0.048, 0.066, 0.085])
# how much likelier in each kind of household
_STURDY, _POOR, _IMPAIRED, _IMPAIRED_WITH_CHILD = 0.11, 3.3, 4.4, 20.0
# 身体, 療育, 精神 by age: child, adult, old
_KINDS = np.array([[0.25, 0.62, 0.13], [0.34, 0.19, 0.47], [0.88, 0.02, 0.10]])
_LISTED_AFTER_LEAVING = 60

_RECORD = {
    "person": ("i4", -1), "kind": ("i1", 0), "grade": ("i1", -1), "issued": ("i4", NONE), "returned": ("i4", NONE),
    "category": ("i1", 0), "service": ("i1", 0), "service_from": ("i4", NONE), "service_to": ("i4", NONE),
    "note": ("i1", 0), "listed": ("i1", 1),
}  # fmt: skip


@dataclass
class HandbookBook:
    """Every record of the feed; a person with two handbooks or services has several."""

    records: Table = field(default_factory=lambda: Table(_RECORD))
    has: Bools = field(default_factory=lambda: np.zeros(0, bool))

    def found(self, ward: Ward, day: int, certified: Ints) -> None:
        """Records as they stand on a day."""
        who = np.flatnonzero(self._fits(ward, day, certified))
        self._issue(ward, who, day - ward.rng.integers(10, 6000, len(who)), day)
        two = some(ward.rng, self.has, 0.05)
        self._issue(ward, two, day - ward.rng.integers(10, 3000, len(two)), day)
        self._drop_repeats()
        self._services_alone(ward, day, day - 300, 1.0)

    def live(self, ward: Ward, month: Month, certified: Ints) -> None:
        """A month: new handbooks, returns, renewed and ended decisions; leavers go off the list."""
        records, rng = self.records, ward.rng
        again = some(rng, ward.residents(), 0.0012)
        ward.people["luck_handbook"][again] = rng.random(len(again))
        who = np.flatnonzero(self._fits(ward, month.last, certified))
        self._issue(ward, who, ward.some_days(month, len(who)), month.last)
        self._services_alone(ward, month.last, month.first, 0.02)
        held = (records["kind"] > 0) & (records["returned"] == NONE) & (records["listed"] == 1)
        back = some(rng, held, 0.0025)
        records["returned"][back] = ward.some_days(month, len(back))
        ward.people["luck_handbook"][records["person"][back]] = 1.0
        self._renew(ward, month)
        self._delist(ward, month)

    def _drop_repeats(self) -> None:
        """List no second handbook of the same kind and day: a baby's are issued on one day, and a key is unique."""
        records = self.records
        rows = np.stack([records[name] for name in ("person", "kind", "issued")], axis=1)
        _, first = np.unique(rows, axis=0, return_index=True)
        records["listed"][np.setdiff1d(np.arange(records.size), first)] = 0

    def _fits(self, ward: Ward, day: int, certified: Ints) -> Bools:
        people = ward.people
        self.has = padded(self.has, people.size, False)
        share = _SHARE_BY_AGE[np.searchsorted(_AGE_FROM, ward.ages(day), "right") - 1]
        household = np.maximum(people["household"], 0)
        fragile = ward.households["fragile"][household]
        impaired = np.where(self._with_child(ward, day)[household], _IMPAIRED_WITH_CHILD, _IMPAIRED)
        share = share * np.choose(fragile, [_STURDY, _POOR, impaired])
        frail = np.ones(people.size)
        frail[certified] = 1.75
        result: Bools = ward.residents() & ~self.has & (people["luck_handbook"] < share * frail)
        return result

    @staticmethod
    def _with_child(ward: Ward, day: int) -> Bools:
        result = np.zeros(ward.households.size, bool)
        result[ward.people["household"][ward.residents() & (ward.ages(day) < 18)]] = True
        return result

    def _issue(self, ward: Ward, who: Ints, issued: Ints, day: int) -> None:
        rng, count = ward.rng, len(who)
        age = ward.ages(day)[who]
        band = np.select([age < 18, age < 65], [0, 1], 2)
        kind = (rng.random(count)[:, None] > np.cumsum(_KINDS, axis=1)[band]).sum(axis=1).clip(0, 2) + 1
        grade = np.select(
            [kind == 1, kind == 2], [rng.integers(0, 6, count), rng.integers(6, 10, count)], rng.integers(0, 3, count)
        )
        places = self.records.append(
            count,
            person=who,
            kind=kind,
            grade=grade,
            issued=np.maximum(issued, ward.people["birth"][who] + 30),
            note=np.where(rng.random(count) < 0.06, rng.integers(1, len(NOTES), count), 0),
        )
        self.has = padded(self.has, ward.people.size, False)
        self.has[who] = True
        chance = np.where(age < 18, 0.45, np.where(age < 65, 0.36, 0.07))
        served = places[rng.random(count) < chance]
        self._serve(ward, served, day - rng.integers(0, 330, len(served)), day)

    def _serve(self, ward: Ward, places: Ints, begun: Ints, day: int) -> None:
        """Support decisions; children's services carry no category, and some adults' say 区分なし (99)."""
        records, rng, count = self.records, ward.rng, len(places)
        child = ward.ages(day)[records["person"][places]] < 18
        records["service"][places] = np.where(
            child, rng.choice([61, 63], count), rng.choice([11, 22, 32, 33, 43, 45, 46, 52], count)
        )
        category = np.where(rng.random(count) < 0.15, 99, rng.integers(21, 27, count))
        records["category"][places] = np.where(child, 0, category)
        begun = np.maximum(begun, records["issued"][places])
        records["service_from"][places] = begun
        records["service_to"][places] = add_months(begun, rng.choice([6, 12, 12, 24, 36], count))

    def _services_alone(self, ward: Ward, day: int, earliest: int, share: float) -> None:
        """Decisions for people without a handbook: most of them children."""
        age = ward.ages(day)
        self.has = padded(self.has, ward.people.size, False)
        chance = np.where((age >= 3) & (age < 16), 0.012, np.where((age >= 18) & (age < 60), 0.0012, 0)) * share
        who = some(ward.rng, ward.residents() & ~self.has, chance)
        places = self.records.append(len(who), person=who)
        self.has[who] = True
        self._serve(ward, places, ward.rng.integers(earliest, day + 1, len(who)), day)

    def _renew(self, ward: Ward, month: Month) -> None:
        records, rng = self.records, ward.rng
        here = (records["listed"] == 1) & (ward.people["state"][records["person"]] == p.RESIDENT)
        over = here & (records["service_to"] != NONE) & (records["service_to"] < month.last)
        over &= records["service_to"] >= month.first - 40
        renewed = some(rng, over, 0.93)
        begin = records["service_to"][renewed] + 1
        records["service_from"][renewed] = begin
        records["service_to"][renewed] = add_months(begin, 11)

    def _delist(self, ward: Ward, month: Month) -> None:
        records, people = self.records, ward.people
        who = records["person"]
        gone = (people["state"][who] > p.RESIDENT) & (people["moved"][who] < month.first - _LISTED_AFTER_LEAVING)
        dead = (people["state"][who] == p.DEAD) & (records["kind"] > 0) & (records["returned"] == NONE)
        back = some(ward.rng, dead & (records["listed"] == 1) & ~gone, 0.5)
        records["returned"][back] = month.last
        ended = (records["kind"] == 0) & (records["service_to"] < month.last - 200)
        old = (records["returned"] != NONE) & (records["returned"] < month.last - 400)
        off = np.flatnonzero((records["listed"] == 1) & (gone | ended | old))
        records["listed"][off] = 0
        self.has[who[off]] = False
