"""Public assistance (生活保護): cases of households, their members, suspensions and ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward import people as p
from kasane.ward.arrays import Floats, Ints, Table, padded, some
from kasane.ward.days import NONE, Month
from kasane.ward.people import Ward

ELDERLY, MOTHER_AND_CHILD, DISABLED, SICK, OTHER = 1, 2, 3, 4, 5
_BLANK_NUMBER, _OFF_BIRTHDAY = 0.02, 0.012
_LISTED_AFTER_END = 365
# likelihood for a fragile household: one old person, one person, two, more; and a sturdy one beside it
_FRAGILE = (0.52, 0.26, 0.18, 0.04)
_STURDY = 0.010

_CASE = {
    "number": ("i4", 0), "household": ("i4", -1), "started": ("i4", NONE), "suspended": ("i4", NONE),
    "lifted": ("i4", NONE), "abolished": ("i4", NONE), "kind": ("i1", 5), "aids": ("i2", 0), "members": ("i1", 0),
}  # fmt: skip
_MEMBER = {
    "case": ("i4", -1), "person": ("i4", -1), "order": ("i1", 0), "started": ("i4", NONE), "abolished": ("i4", NONE),
    "blank": ("i1", 0), "off_birthday": ("i1", 0), "listed": ("i1", 1),
}  # fmt: skip


@dataclass
class AssistanceBook:
    """Cases and their members; a household has at most one open case, a person at most one open entry."""

    cases: Table = field(default_factory=lambda: Table(_CASE))
    members: Table = field(default_factory=lambda: Table(_MEMBER))
    open_case: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def found(self, ward: Ward, day: int, certified: Ints, disabled: Ints) -> None:
        """Cases as they stand on a day, some suspended."""
        homes = self._fitting(ward, day, certified, disabled)
        self._start(ward, homes, day - ward.rng.integers(5, 4000, len(homes)), day, disabled)
        self._suspend(ward, day - 40, day, 0.012)

    def live(self, ward: Ward, month: Month, certified: Ints, disabled: Ints) -> None:
        """A month: cases start and end, are suspended and go on; members come and go."""
        self.open_case = padded(self.open_case, ward.households.size, -1)
        luck = ward.households["luck_poverty"]
        again = some(ward.rng, np.ones(len(luck), bool), 0.008)
        luck[again] = ward.rng.random(len(again))
        share = self._share(ward, month.last, certified, disabled)
        self._end(ward, month, share)
        self._members_change(ward, month)
        self._lift(ward, month)
        self._suspend(ward, month.first, month.last, 0.002)
        homes = self._fitting(ward, month.last, certified, disabled)
        self._start(ward, homes, ward.some_days(month, len(homes)), month.last, disabled)
        self._delist(month)

    def recipients(self) -> Ints:
        """People with an open entry."""
        members = self.members
        result: Ints = members["person"][(members["abolished"] == NONE) & (members["listed"] == 1)].astype(np.int64)
        return result

    def _share(self, ward: Ward, day: int, certified: Ints, disabled: Ints) -> Floats:
        """Each household's likelihood of assistance."""
        homes, people = ward.households, ward.people
        sizes, heads, ages = ward.household_sizes(), ward.heads(), ward.ages(day)
        head_age = ages[np.maximum(heads, 0)]
        fragile = homes["fragile"] == p.POOR
        old, alone = head_age >= 65, sizes == 1
        share = np.select([alone & old, alone, sizes == 2], _FRAGILE[:3], _FRAGILE[3])
        share = np.where(fragile, share, share * _STURDY)
        share *= np.where(head_age < 28, 0.35, 1.0)
        share *= np.where(_has(ward, disabled) & fragile, 0.9, 1.0)
        frail = _has(ward, certified)
        share = np.where(frail, np.where(fragile, np.minimum(share * 3.6, 0.93), share * 14.0), share)
        share = np.where(single_parents(ward, day), np.where(fragile, 0.78, 0.015), share)
        share[(people["in_home"][np.maximum(heads, 0)] == 1)] *= 0.7
        result: Floats = np.where((sizes > 0) & (heads >= 0), share, 0.0)
        return result

    def _fitting(self, ward: Ward, day: int, certified: Ints, disabled: Ints) -> Ints:
        self.open_case = padded(self.open_case, ward.households.size, -1)
        share = self._share(ward, day, certified, disabled)
        without = self.open_case[: ward.households.size] < 0
        return np.flatnonzero(without & (ward.households["luck_poverty"] < share))

    def _start(self, ward: Ward, homes: Ints, started: Ints, day: int, disabled: Ints) -> None:
        who = ward.members(homes)
        already = np.zeros(ward.people.size, bool)
        already[self.recipients()] = True
        who = who[~already[who]]
        homes, started = (
            homes[np.isin(homes, ward.people["household"][who])],
            started[np.isin(homes, ward.people["household"][who])],
        )
        places = self.cases.append(len(homes), household=homes, started=started)
        self.cases["number"][places] = 2_000_001 + places
        self.open_case[homes] = places
        order = np.lexsort((ward.people["birth"][who], ward.people["household"][who]))
        who = who[order]
        case = self.open_case[ward.people["household"][who]]
        self._join(ward, who, case, np.maximum(self.cases["started"][case], ward.people["birth"][who]))
        self._describe(ward, places, day, disabled)

    def _join(self, ward: Ward, who: Ints, case: Ints, started: Ints) -> None:
        """Entries for these people (grouped by case), numbered on from the case's last."""
        first = np.r_[True, case[1:] != case[:-1]] if len(case) else np.zeros(0, bool)
        begin = np.maximum.accumulate(np.where(first, np.arange(len(case)), 0))
        order = np.arange(len(case)) - begin + 1 + self.cases["members"][case]
        np.add.at(self.cases["members"], case, 1)
        rng = ward.rng
        places = self.members.append(len(who), case=case, person=who, order=order, started=started)
        self.members["blank"][places] = rng.random(len(who)) < _BLANK_NUMBER
        self.members["off_birthday"][places] = rng.random(len(who)) < _OFF_BIRTHDAY

    def _describe(self, ward: Ward, places: Ints, day: int, disabled: Ints) -> None:
        """世帯類型 and the kinds of aid (bits in the order of the code list)."""
        rng, homes = ward.rng, self.cases["household"][places]
        age = ward.ages(day)
        young = _has(ward, np.flatnonzero(ward.residents() & (age < 65)))[homes]
        parents, ill = single_parents(ward, day)[homes], rng.random(len(homes)) < 0.4
        kind = np.select(
            [~young, parents, _has(ward, disabled)[homes], ill], [ELDERLY, MOTHER_AND_CHILD, DISABLED, SICK], OTHER
        )
        self.cases["kind"][places] = kind
        pupils = _has(ward, np.flatnonzero(ward.residents() & (age >= 6) & (age < 15)))[homes]
        chances = np.array([0.97, 0.0, 0.82, 0.9, 0.12, 0.002, 0.06, 0.003])
        bits = rng.random((len(homes), 8)) < chances
        bits[:, 1] = pupils
        self.cases["aids"][places] = bits @ (1 << np.arange(8))

    def _end(self, ward: Ward, month: Month, share: Floats) -> None:
        homes = np.flatnonzero(self.open_case >= 0)
        empty = ward.household_sizes()[homes] == 0
        over = empty | (
            (ward.households["luck_poverty"][homes] > share[homes] * 1.5) & (ward.rng.random(len(homes)) < 0.5)
        )
        homes = homes[over]
        case = self.open_case[homes]
        self.cases["abolished"][case] = ward.some_days(month, len(case))
        self.open_case[homes] = -1
        members = self.members
        of_case = np.isin(members["case"], case) & (members["abolished"] == NONE)
        members["abolished"][of_case] = self.cases["abolished"][members["case"][of_case]]

    def _members_change(self, ward: Ward, month: Month) -> None:
        members, people = self.members, ward.people
        running = (members["abolished"] == NONE) & (members["listed"] == 1)
        gone = np.flatnonzero(running & (people["state"][members["person"]] > p.RESIDENT))
        members["abolished"][gone] = people["moved"][members["person"][gone]]
        born = np.flatnonzero(ward.residents() & (people["birth"] >= month.first))
        case = self.open_case[people["household"][born]]
        born, case = born[case >= 0], case[case >= 0]
        order = np.argsort(case, kind="stable")
        self._join(ward, born[order], case[order], people["birth"][born[order]])

    def _suspend(self, ward: Ward, first: int, last: int, share: float) -> None:
        cases = self.cases
        running = (cases["abolished"] == NONE) & (cases["suspended"] == NONE) & (cases["started"] < first)
        held = some(ward.rng, running, share)
        cases["suspended"][held] = ward.rng.integers(first, last + 1, len(held))

    def _lift(self, ward: Ward, month: Month) -> None:
        cases = self.cases
        held = (cases["suspended"] != NONE) & (cases["lifted"] == NONE) & (cases["abolished"] == NONE)
        again = some(ward.rng, held, 0.25)
        cases["lifted"][again] = ward.some_days(month, len(again))

    def _delist(self, month: Month) -> None:
        members = self.members
        old = (members["abolished"] != NONE) & (members["abolished"] < month.last - _LISTED_AFTER_END)
        members["listed"][old] = 0


def _has(ward: Ward, who: Ints) -> Ints:
    """Households in which one of these people lives."""
    result = np.zeros(ward.households.size, bool)
    who = who[ward.people["state"][who] == p.RESIDENT]
    result[ward.people["household"][who]] = True
    return result


def single_parents(ward: Ward, day: int) -> Ints:
    """Households of a head under 60, a child of the head under 18, no spouse; grandparents may live with them."""
    people, age = ward.people, ward.ages(day)
    relation = people["relation"]
    child = _has(ward, np.flatnonzero((relation == p.CHILD) & (age < 18)))
    other = ~np.isin(relation, (p.CHILD, p.HEAD, p.FATHER, p.MOTHER))
    heads = ward.heads()
    young = (heads >= 0) & (age[np.maximum(heads, 0)] < 60) & (age[np.maximum(heads, 0)] >= 18)
    return child & young & ~_has(ward, np.flatnonzero(other))
