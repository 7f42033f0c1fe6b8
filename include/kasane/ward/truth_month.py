"""The definitions, by a hand of its own: living households, needs and overlap at a month's end.

Made from the simulated people and from what each delivery in force said of them; no file is read.
Every array here is by simulated person or by household; M is the month's last day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Bools, Ints
from kasane.ward.care import NEED_LEVELS
from kasane.ward.children import FULL, NEAR, PART, school_year
from kasane.ward.days import NONE
from kasane.ward.people import RESIDENT, Ward

DOMAINS = ("elderly", "disability", "child", "poverty")
COMBINATIONS = tuple(range(1, 16))
_FACILITY_OVER = 12
_IN_HOME_FROM = 2
_CONSULTED_WITHIN = 183
# screening results after which a case without a closing date is over all the same
_ENDED_BY_SCREENING = (1, 2, 5)
Facts = dict[str, Ints]


@dataclass(frozen=True)
class Register:
    """The residents of the register's file in force, and where and how they were registered then."""

    person: Ints
    household: Ints
    address: Ints
    surname_key: Ints
    relation: Ints

    @classmethod
    def of(cls, ward: Ward, loaded: Ints) -> Register:
        """What the file of today says of the people whose rows were loaded."""
        people = ward.people
        here = np.sort(loaded[people["state"][loaded] == RESIDENT])
        return cls(
            person=here,
            household=people["household"][here].copy(),
            address=people["address"][here].copy(),
            surname_key=ward.book.surnames.key[people["surname"][here]],
            relation=people["relation"][here].copy(),
        )


@dataclass(frozen=True)
class Households:
    """Living households at M: ``of_row`` gives each resident's, numbered by first member."""

    register: Register
    of_row: Ints
    first_row: Ints
    count: int

    def any(self, flag_of_person: Bools) -> Bools:
        """Households with a member of whom the flag holds."""
        result = np.zeros(self.count, bool)
        result[self.of_row[flag_of_person[self.register.person]]] = True
        return result


def living_households(register: Register, in_home: Bools) -> Households:
    """Register households that live together: same address, a surname in both, and no facility."""
    homes, home_of = np.unique(register.household, return_inverse=True)
    _, place = np.unique(register.address, return_inverse=True)
    registered = np.bincount(place)
    in_care = np.bincount(place[in_home[register.person]], minlength=len(registered))
    facility = (registered > _FACILITY_OVER) | (in_care >= _IN_HOME_FROM)
    label = np.arange(len(homes))
    pairs = np.unique(place.astype(np.int64) * len(homes) + home_of)
    several = np.bincount(pairs // len(homes), minlength=len(registered)) > 1
    rows = np.flatnonzero(~facility[place] & several[place])
    if len(rows):
        names = int(register.surname_key.max()) + 1
        _, name = np.unique(place[rows].astype(np.int64) * names + register.surname_key[rows], return_inverse=True)
        _join(label, home_of[rows], name)
    joined = label[home_of]
    _, first, of_row = np.unique(joined, return_index=True, return_inverse=True)
    # number them by their first member, so that the order doesn't depend on register numbers
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Households(register, rank[of_row.ravel()], first[order], len(first))


def _join(label: Ints, home: Ints, group: Ints) -> None:
    """Give homes that share a group, directly or through others, the smallest label among them."""
    while True:
        least = np.full(group.max() + 1, np.iinfo(np.int64).max)
        np.minimum.at(least, group, label[home])
        before = label[home].copy()
        np.minimum.at(label, home, least[group])
        if np.array_equal(before, label[home]):
            return


def _in_force(starts: Ints, ends: Ints, day: int) -> Bools:
    """Start ≤ M, and end blank or ≥ M."""
    result: Bools = (starts != NONE) & (starts <= day) & ((ends == NONE) | (ends >= day))
    return result


def _by(values: Ints, day: int) -> Bools:
    """A date that is given and ≤ M."""
    result: Bools = (values != NONE) & (values <= day)
    return result


def _people(size: int, who: Ints, mask: Bools) -> Bools:
    result = np.zeros(size, bool)
    result[who[mask]] = True
    return result


def needs(ward: Ward, facts: dict[str, Facts], day: int) -> list[Bools]:
    """Who has a need in each domain at M, and fifthly who has a child need when youtai counts too."""
    result = _needs_of_offices(ward, facts, day)
    size, child = ward.people.size, ward.ages(day) < 18
    rows = case_rows(facts, day)
    elderly, poverty, protected = (
        _people(size, facts[feed]["person"], rows[feed] & (facts[feed]["person"] >= 0)) if feed in facts else False
        for feed in ("houkatsu", "konkyu", "youtai")
    )
    result[0] = result[0] | elderly
    result[3] = result[3] | poverty
    return [*result, result[2] | (protected & child)]


def case_rows(facts: dict[str, Facts], day: int) -> dict[str, Bools]:
    """Records of case work that make a need at M, whosever they are (and if a youtai case's person is under 18)."""
    result = {}
    if "houkatsu" in facts:
        f = facts["houkatsu"]
        result["houkatsu"] = (f["received"] <= day) & (f["received"] > day - _CONSULTED_WITHIN)
    if "konkyu" in facts:
        f = facts["konkyu"]
        ended = np.isin(f["screening"], _ENDED_BY_SCREENING) & (f["closed"] == NONE)
        result["konkyu"] = _by(f["received"], day) & ~_by(f["closed"], day)
        result["konkyu"] &= ~ended | (f["received"] > day - _CONSULTED_WITHIN)
    if "youtai" in facts:
        f = facts["youtai"]
        result["youtai"] = _by(f["accepted"], day) & ~_by(f["closed"], day)
    return result


def _assisted(f: Facts, day: int) -> Bools:
    """Public assistance in force at M: not suspended, not abolished."""
    suspended = _by(f["suspended"], day) & ~_by(f["lifted"], day)
    result: Bools = _by(f["started"], day) & ~_by(f["abolished"], day) & ~suspended
    return result


def _needs_of_offices(ward: Ward, facts: dict[str, Facts], day: int) -> list[Bools]:
    size = ward.people.size
    result = [np.zeros(size, bool) for _ in DOMAINS]
    if "kaigo" in facts:
        f = facts["kaigo"]
        valid = _in_force(f["valid_from"], f["valid_to"], day)
        result[0] = _people(size, f["person"], valid & np.isin(f["level"], NEED_LEVELS))
    if "shogai" in facts:
        f = facts["shogai"]
        handbook = (f["kind"] > 0) & _by(f["issued"], day) & ~_by(f["returned"], day)
        supported = ((f["category"] >= 21) & (f["category"] <= 26)) | (f["service"] > 0)
        decided = supported & _in_force(f["service_from"], f["service_to"], day)
        result[1] = _people(size, f["person"], handbook | decided)
    if "kodomo" in facts:
        f = facts["kodomo"]
        allowance = np.isin(f["status"], (FULL, PART)) & _in_force(f["certified"], f["ends"], day)
        aid = (f["aid"] == NEAR) & (f["year"] == school_year(day))
        result[2] = _people(size, f["person"], allowance | aid) & (ward.ages(day) < 18)
    if "seiho" in facts:
        f = facts["seiho"]
        result[3] = _people(size, f["person"], _assisted(f, day))
    return result


def in_care_home(ward: Ward, facts: dict[str, Facts]) -> Bools:
    """People whom the kaigo file in force says to live in a facility (施設入所 = 1)."""
    if "kaigo" not in facts:
        return np.zeros(ward.people.size, bool)
    return _people(ward.people.size, facts["kaigo"]["person"], facts["kaigo"]["in_home"] == 1)


def household_types(ward: Ward, households: Households, day: int) -> Ints:
    """AO, AC, CO or UN of each household."""
    unknown = ward.people["precision"] >= days.ALL_UNKNOWN
    child = ward.ages(day) < 18
    some_adult, some_child, some_unknown = (
        households.any(flag) for flag in (~child & ~unknown, child & ~unknown, unknown)
    )
    decided = np.select([some_adult & some_child, some_adult], ["AC", "AO"], "CO")
    return np.where(some_unknown & ~(some_adult & some_child), "UN", decided)


def overlap_counts(area: Ints, areas: int, flags: list[Bools]) -> tuple[Ints, Ints, Ints]:
    """Households by area (the whole last) and exact combination (bit 0 elderly … bit 3 poverty), in need, all."""
    combination = sum(flag.astype(np.int64) << bit for bit, flag in enumerate(flags))
    table = np.bincount(area * 16 + combination, minlength=areas * 16).reshape(areas, 16)
    table = np.vstack([table, table.sum(axis=0)])
    return table, table[:, 1:].sum(axis=1), table.sum(axis=1)


def at_least(table: Ints) -> Ints:
    """From exact combinations: households with at least these domains."""
    result = np.zeros_like(table)
    for wanted in range(16):
        result[:, wanted] = sum(table[:, has] for has in range(16) if has & wanted == wanted)
    return result
