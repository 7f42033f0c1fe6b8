"""Care certifications (介護保険 認定): who has one, of which level, and how it is renewed, raised or lapses."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward import people as p
from kasane.ward.arrays import Bools, Ints, Table, padded, some
from kasane.ward.days import Month, add_months
from kasane.ward.people import Ward

LEVELS = ("01", "06", "11", "12", "13", "21", "22", "23", "24", "25")
NEED_LEVELS = (1, 3, 4, 5, 6, 7, 8, 9)
OFFICES = 10
_LEVEL_SHARES = (0.012, 0.045, 0.003, 0.14, 0.14, 0.20, 0.17, 0.13, 0.10, 0.06)
_AGE_FROM = np.array([0, 40, 55, 65, 70, 75, 80, 85, 90, 95])
_SHARE_BY_AGE = np.array([0, 0.001, 0.004, 0.026, 0.05, 0.105, 0.23, 0.43, 0.65, 0.82])
_MONTHS = np.array([6, 12, 12, 24, 24, 36])
_LISTED_AFTER_LEAVING, _LISTED_AFTER_LAPSE = 45, 180

_RECORD = {
    "person": ("i4", -1), "insured": ("i8", 0), "public": ("i1", 0), "level": ("i1", 0), "certified": ("i4", 0),
    "valid_from": ("i4", 0), "valid_to": ("i4", 0), "dementia": ("i1", 1), "uses": ("i1", 0),
    "in_home": ("i1", 0), "office": ("i1", -1), "listed": ("i1", 1), "external": ("i1", 0),
}  # fmt: skip


@dataclass
class CareBook:
    """Every certification record; one a person and insured number, changed in place as the real system does."""

    records: Table = field(default_factory=lambda: Table(_RECORD))
    of_person: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def certified(self) -> Ints:
        """People with a listed record of the register."""
        records = self.records
        result: Ints = records["person"][(records["listed"] == 1) & (records["external"] == 0)].astype(np.int64)
        return result

    def found(self, ward: Ward, day: int, externals: int) -> None:
        """Records as they stand on a day, and those of people the register doesn't know."""
        who = np.flatnonzero(self._fits(ward, day))
        length = ward.rng.choice(_MONTHS, len(who))
        begun = day - (ward.rng.random(len(who)) * length * 30).astype(np.int64)
        self._begin(ward, who, begun, length)
        place = ward.people.append(externals, state=p.EXTERNAL, sex=ward.rng.integers(1, 3, externals), trap=1)
        ward.people["number"][place] = 80_000_000 + ward.rng.integers(0, 9_999_999, externals) * 10 + 8
        ward.people["birth"][place] = day - ward.rng.integers(68 * 365, 95 * 365, externals)
        ward.people["surname"][place] = ward.book.draw_surnames(ward.rng, externals)
        ward.people["given"][place] = ward.book.draw_given(
            ward.rng, np.full(externals, 1940), ward.people["sex"][place]
        )
        records = self._begin(ward, place, np.full(externals, day - 400), np.full(externals, 120))
        self.records["external"][records] = 1

    def live(self, ward: Ward, month: Month) -> None:
        """A month: renewals, changes, lapses, new certifications; leavers' records are taken off the list."""
        self._renew(ward, month)
        self._worsen(ward, month)
        self._delist(ward, month)
        luck = ward.people["luck_care"]
        again = some(ward.rng, ward.residents(), 0.0025)
        luck[again] = ward.rng.random(len(again))
        who = np.flatnonzero(self._fits(ward, month.last))
        self._begin(ward, who, ward.some_days(month, len(who)), ward.rng.choice(_MONTHS, len(who)))
        listed = self.records["person"]
        self.records["in_home"][:] = np.where(self.records["external"] == 1, 0, ward.people["in_home"][listed])

    def _fits(self, ward: Ward, day: int) -> Bools:
        """Residents whose age and luck give them a certification and who have none."""
        self.of_person = padded(self.of_person, ward.people.size, -1)
        people = ward.people
        share = _SHARE_BY_AGE[np.searchsorted(_AGE_FROM, ward.ages(day), "right") - 1]
        household = np.maximum(people["household"], 0)
        share = share * np.where(ward.households["fragile"][household] > 0, 1.55, 0.60)
        # old parents often came to live with a child because they need care
        share = share * np.where(np.isin(people["relation"], (p.FATHER, p.MOTHER)), 1.9, 1.0)
        share = np.where(people["in_home"] == 1, 1.0, share)
        result: Bools = ward.residents() & (self.of_person[: people.size] < 0) & (people["luck_care"] < share)
        return result

    def _begin(self, ward: Ward, who: Ints, begun: Ints, length: Ints) -> Ints:
        rng, count = ward.rng, len(who)
        level = np.searchsorted(np.cumsum(_LEVEL_SHARES), rng.random(count) * 0.999)
        level = np.where(ward.people["in_home"][who] == 1, rng.integers(7, 10, count), level)
        uses = (rng.random(count) < np.where(level >= 5, 0.86, 0.6)) & (level > 0)
        places = self.records.append(
            count,
            person=who,
            level=level,
            certified=begun,
            valid_from=begun - np.where(rng.random(count) < 0.5, rng.integers(0, 26, count), 0),
            valid_to=add_months(begun, length),
            dementia=np.minimum(1 + rng.integers(0, 5, count) + (level >= 7), 8),
            uses=uses,
            in_home=ward.people["in_home"][who],
            office=np.where(uses & (level >= 3), rng.integers(0, OFFICES, count), -1),
        )
        public = (ward.ages(int(begun.max()))[who] < 65) & (rng.random(count) < 0.2) if count else np.zeros(0, bool)
        self.records["public"][places] = public
        self.records["insured"][places] = 100_001 + places
        self.of_person = padded(self.of_person, ward.people.size, -1)
        self.of_person[who] = places
        return places

    def _renew(self, ward: Ward, month: Month) -> None:
        records, rng = self.records, ward.rng
        here = (records["listed"] == 1) & (ward.people["state"][records["person"]] == p.RESIDENT)
        over = np.flatnonzero(here & (records["valid_to"] < month.last))
        # one in twenty is decided a month late, and one in thirty not at all
        coin = rng.random(len(over))
        lapsed = over[coin > 0.967]
        ward.people["luck_care"][records["person"][lapsed]] = 1.0
        over = over[coin < 0.92]
        recent = records["valid_to"][over] > month.first - 70
        over = over[recent]
        begin = records["valid_to"][over] + 1
        records["certified"][over] = begin - rng.integers(3, 40, len(over))
        records["valid_from"][over] = begin
        records["valid_to"][over] = add_months(begin, rng.choice(_MONTHS, len(over)) - 1)
        self._shift_level(over, rng.choice([-1, 0, 0, 0, 1, 1], len(over)))

    def _shift_level(self, places: Ints, by: Ints) -> None:
        level = self.records["level"]
        moved = np.clip(level[places] + by, 3, 9)
        level[places] = np.where(level[places] >= 3, moved, level[places])

    def _worsen(self, ward: Ward, month: Month) -> None:
        records = self.records
        here = (records["listed"] == 1) & (ward.people["state"][records["person"]] == p.RESIDENT)
        worse = some(ward.rng, here & (records["valid_to"] >= month.last), 0.012)
        day = ward.some_days(month, len(worse))
        records["certified"][worse] = day
        records["valid_from"][worse] = day
        records["valid_to"][worse] = add_months(day, 12)
        self._shift_level(worse, np.ones(len(worse), np.int64))

    def _delist(self, ward: Ward, month: Month) -> None:
        records, people = self.records, ward.people
        who = records["person"]
        gone = (people["state"][who] > p.RESIDENT) & (people["moved"][who] < month.first - _LISTED_AFTER_LEAVING)
        old = (records["valid_to"] < month.last - _LISTED_AFTER_LAPSE) & (records["external"] == 0)
        off = np.flatnonzero((records["listed"] == 1) & (gone | old))
        records["listed"][off] = 0
        self.of_person[who[off]] = -1
