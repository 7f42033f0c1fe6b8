"""Child benefits and school aid (子育て給付)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward import people as p
from kasane.ward.arrays import Bools, Ints, Table, padded, some
from kasane.ward.assistance import single_parents
from kasane.ward.days import NONE, Month, completed_years, date_of, day_of
from kasane.ward.people import Ward

BENEFIT, FULL, PART, SUSPENDED, SPECIAL = 10, 20, 21, 22, 30
PUBLIC, NEAR, REFUSED = 1, 2, 9
_LISTED_AFTER_END = 365

_ALLOWANCE = {
    "guardian": ("i4", -1), "child": ("i4", -1), "status": ("i1", 0), "certified": ("i4", NONE),
    "ends": ("i4", NONE), "listed": ("i1", 1),
}  # fmt: skip
_AID = {
    "guardian": ("i4", -1), "child": ("i4", -1), "kind": ("i1", 0), "year": ("i2", 0), "school": ("i2", 0),
}  # fmt: skip


def school_year(day: int) -> int:
    """The school year (April to March) of a day."""
    calendar = date_of(day)
    return calendar.year - (calendar.month < 4)


@dataclass
class ChildBook:
    """Allowances (児童手当, 児童扶養手当, 特別児童扶養手当) and school aid by school year."""

    allowances: Table = field(default_factory=lambda: Table(_ALLOWANCE))
    aids: Table = field(default_factory=lambda: Table(_AID))
    _aided: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    _open: dict[int, Ints] = field(default_factory=dict)

    def found(self, ward: Ward, day: int, recipients: Ints, disabled: Ints) -> None:
        """Allowances and aid as they stand on a day."""
        guardian = self._guardians(ward, day)
        self._match(ward, day - 2500, day, guardian, disabled)
        self._award(ward, day, guardian, recipients, 1.0)

    def live(self, ward: Ward, month: Month, recipients: Ints, disabled: Ints) -> None:
        """A month: allowances end, change kind and begin; school aid is decided, mostly in April."""
        luck = ward.households["luck_allowance"]
        again = some(ward.rng, np.ones(len(luck), bool), 0.008)
        luck[again] = ward.rng.random(len(again))
        guardian = self._guardians(ward, month.last)
        self._match(ward, month.first, month.last, guardian, disabled)
        april = date_of(month.last).month == 4
        self._award(ward, month.last, guardian, recipients, 1.0 if april else 0.12)
        ended = (self.allowances["ends"] != NONE) & (self.allowances["ends"] < month.last - _LISTED_AFTER_END)
        self.allowances["listed"][ended] = 0

    def _guardians(self, ward: Ward, day: int) -> Ints:
        """For each resident under 18 the grown head of the household, else -1."""
        people, age = ward.people, ward.ages(day)
        heads = ward.heads()[np.maximum(people["household"], 0)]
        child = ward.residents() & (age < 18) & (heads >= 0)
        child &= age[np.maximum(heads, 0)] >= 18
        result: Ints = np.where(child, heads, -1)
        return result

    def _match(self, ward: Ward, first: int, last: int, guardian: Ints, disabled: Ints) -> None:
        """Make the open allowances what each child's family is due, with days between ``first`` and ``last``."""
        people = ward.people
        child = guardian >= 0
        home = np.maximum(people["household"], 0)
        alone = child & single_parents(ward, last)[home] & (people["relation"] == p.CHILD)
        luck = ward.households["luck_allowance"][home]
        fragile = ward.households["fragile"][home] > 0
        status = np.select(
            [luck < np.where(fragile, 0.66, 0.12), luck < np.where(fragile, 0.9, 0.26), luck < 0.90],
            [FULL, PART, SUSPENDED],
            0,
        )
        impaired = np.zeros(people.size, bool)
        impaired[disabled] = True
        self._set(ward, 0, np.where(child, BENEFIT, 0), guardian, first, last)
        self._set(ward, 1, np.where(alone, status, 0), guardian, first, last)
        self._set(
            ward, 2, np.where(child & impaired & (people["luck_handbook"] < 0.03), SPECIAL, 0), guardian, first, last
        )

    def _set(self, ward: Ward, lane: int, due: Ints, guardian: Ints, first: int, last: int) -> None:
        """Close open allowances of one lane that are no longer due and open those that are."""
        table, rng = self.allowances, ward.rng
        running = padded(self._open.get(lane, np.zeros(0, np.int64)), ward.people.size, -1)
        self._open[lane] = running
        here = np.flatnonzero(running >= 0)
        wrong = (table["status"][running[here]] != due[here]) | (table["guardian"][running[here]] != guardian[here])
        closing = here[wrong]
        begun = table["certified"][running[closing]]
        table["ends"][running[closing]] = np.maximum(rng.integers(first, last + 1, len(closing)), begun)
        changed = np.full(ward.people.size, NONE)
        changed[closing] = table["ends"][running[closing]]
        running[closing] = -1
        opening = np.flatnonzero((due > 0) & (running < 0))
        day = rng.integers(first, last + 1, len(opening))
        day = np.where(changed[opening] != NONE, np.minimum(changed[opening] + 1, last), day)
        running[opening] = table.append(
            len(opening),
            guardian=guardian[opening],
            child=opening,
            status=due[opening],
            certified=np.maximum(day, ward.people["birth"][opening]),
        )

    def _award(self, ward: Ward, day: int, guardian: Ints, recipients: Ints, share: float) -> None:
        """School aid for pupils of the school year who have no decision yet."""
        people, rng = ward.people, ward.rng
        year = school_year(day)
        self._aided = padded(self._aided, people.size, 0)
        grade_age = completed_years(people["birth"], day_of(f"{year}-04-01"))
        pupil = (guardian >= 0) & (grade_age >= 6) & (grade_age < 15) & (self._aided[: people.size] < year)
        home = np.maximum(people["household"], 0)
        public = np.zeros(people.size, bool)
        public[recipients] = True
        fragile = ward.households["fragile"][home] > 0
        bar = np.where(single_parents(ward, day)[home], np.where(fragile, 0.6, 0.15), np.where(fragile, 0.45, 0.008))
        luck = ward.households["luck_aid"][home]
        kind = np.select([public, luck < bar, luck < bar + 0.012], [PUBLIC, NEAR, REFUSED], 0)
        awarded = np.flatnonzero(self._decided(pupil, kind) & (rng.random(people.size) < share))
        self._aided[awarded] = year
        town = ward.addresses.table["town"][np.maximum(people["address"][awarded], 0)]
        self.aids.append(
            len(awarded), guardian=guardian[awarded], child=awarded, kind=kind[awarded], year=year, school=town
        )

    @staticmethod
    def _decided(pupil: Bools, kind: Ints) -> Bools:
        result: Bools = pupil & (kind > 0)
        return result
