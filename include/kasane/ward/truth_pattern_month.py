"""Patterns at a month's end, first half: who lives with whom, by the register and the offices' files in force.

The structural rules of definitions.md "Patterns", without what consultations add. Members in a care home
(施設入所 = 1) are left out as if they did not live there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kasane.ward import days
from kasane.ward import people as p
from kasane.ward.arrays import Bools, Ints
from kasane.ward.care import LEVELS
from kasane.ward.days import NONE
from kasane.ward.people import Ward
from kasane.ward.truth_month import Facts, Households, in_care_home

UNKNOWN_AGE = -1
_CARE_LEVELS = tuple(LEVELS.index(level) for level in ("21", "22", "23", "24", "25"))
_SPOUSES = (p.HUSBAND, p.WIFE, p.HUSBAND_U, p.WIFE_U)
_CHILDS_SPOUSES = (p.CHILDS_HUSBAND, p.CHILDS_WIFE)
_HEADS = (p.HEAD, p.HEAD_LOST_ZERO)


@dataclass(frozen=True)
class Members:
    """The residents who live in their households, care homes aside; arrays a resident."""

    person: Ints
    home: Ints
    register_home: Ints
    relation: Ints
    age: Ints
    birth: Ints
    homes: int

    @classmethod
    def of(cls, ward: Ward, households: Households, in_home: Bools, day: int) -> Members:
        """At a day; an age is UNKNOWN_AGE where the birth date is wholly unknown or no calendar's."""
        register = households.register
        kept = np.flatnonzero(~in_home[register.person])
        who = register.person[kept]
        age = np.where(ward.people["precision"][who] >= days.ALL_UNKNOWN, UNKNOWN_AGE, ward.ages(day)[who])
        return cls(
            who, households.of_row[kept], register.household[kept], register.relation[kept], age,
            ward.people["birth"][who].astype(np.int64), households.count,
        )  # fmt: skip

    def count(self, flag: Bools) -> Ints:
        """Members a household of whom the flag holds."""
        return np.bincount(self.home[flag], minlength=self.homes)

    def aged(self, first: int, last: int) -> Bools:
        """Members of these ages."""
        result: Bools = (self.age >= first) & (self.age <= last)
        return result


def certified(facts: dict[str, Facts], day: int, size: int, flag: str) -> Bools:
    """People with a certification in force: of level 21-25 (``care``), or who use services (``uses``)."""
    result = np.zeros(size, bool)
    if "kaigo" in facts:
        f = facts["kaigo"]
        held = (f["valid_from"] != NONE) & (f["valid_from"] <= day) & ((f["valid_to"] == NONE) | (f["valid_to"] >= day))
        chosen = np.isin(f["level"], _CARE_LEVELS) if flag == "care" else f["uses"] == 1
        result[f["person"][held & chosen]] = True
    return result


def with_handbook(facts: dict[str, Facts], day: int, size: int) -> Bools:
    """People with a handbook issued by M and not returned by M."""
    result = np.zeros(size, bool)
    if "shogai" in facts:
        f = facts["shogai"]
        issued = (f["kind"] > 0) & (f["issued"] != NONE) & (f["issued"] <= day)
        result[f["person"][issued & ~((f["returned"] != NONE) & (f["returned"] <= day))]] = True
    return result


def with_disability_service(facts: dict[str, Facts], day: int, size: int) -> Bools:
    """People with a disability service in force."""
    result = np.zeros(size, bool)
    if "shogai" in facts:
        f = facts["shogai"]
        begun = (f["service"] > 0) & (f["service_from"] != NONE) & (f["service_from"] <= day)
        result[f["person"][begun & ((f["service_to"] == NONE) | (f["service_to"] >= day))]] = True
    return result


def on_assistance(f: Facts | None, day: int, size: int) -> Bools:
    """People on public assistance at M."""
    result = np.zeros(size, bool)
    if f is None:
        return result

    def by(name: str) -> Bools:
        done: Bools = (f[name] != NONE) & (f[name] <= day)
        return done

    running = by("started") & ~by("abolished") & ~(by("suspended") & ~by("lifted"))
    result[f["person"][running]] = True
    return result


def single_in_register(members: Members) -> Bools:
    """Without a spouse in the register household."""
    relation = members.relation
    _, home = np.unique(members.register_home, return_inverse=True)

    def homes_with(codes: tuple[int, ...]) -> Bools:
        counted = np.bincount(home[np.isin(relation, codes)], minlength=int(home.max(initial=0)) + 1)
        return np.asarray(counted[home] > 0, bool)

    coded = np.isin(relation, _SPOUSES + _CHILDS_SPOUSES)
    married_head = np.isin(relation, _HEADS) & homes_with(_SPOUSES)
    married_child = (relation == p.CHILD) & homes_with(_CHILDS_SPOUSES)
    result: Bools = ~(coded | married_head | married_child)
    return result


def years_between(elder: Ints, younger: Ints) -> Ints:
    """Completed years from one birth to another."""
    one, two = elder.astype("datetime64[D]"), younger.astype("datetime64[D]")
    month_day = []
    for day in (one, two):
        month = day.astype("datetime64[M]")
        of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
        month_day.append(month.astype(np.int64) % 12 * 100 + of_month)
    result: Ints = days.years_of(younger) - days.years_of(elder) - (month_day[0] > month_day[1])
    return result


def old_parent_and_child(members: Members) -> Bools:
    """8050, structural: 75 or over, and 40-64 without a spouse, 15-45 years younger; nobody aged 18-39."""
    child = np.flatnonzero(members.aged(40, 64) & single_in_register(members))
    parent = np.flatnonzero(members.age >= 75)
    parent = parent[np.argsort(members.home[parent], kind="stable")]
    first = np.searchsorted(members.home[parent], members.home[child], "left")
    count = np.searchsorted(members.home[parent], members.home[child], "right") - first
    one = np.repeat(child, count)
    offset = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    other = parent[np.repeat(first, count) + offset]
    gap = years_between(members.birth[other], members.birth[one])
    result = np.zeros(members.homes, bool)
    result[members.home[one[(gap >= 15) & (gap <= 45)]]] = True
    result &= members.count(members.aged(18, 39)) == 0
    return result


def care_and_small_child(members: Members, care: Bools) -> Bools:
    """Double care, structural: care level 21-25, a child under 6, and an adult aged 20-64."""
    result: Bools = (
        (members.count(care[members.person]) > 0)
        & (members.count(members.aged(0, 5)) > 0)
        & (members.count(members.aged(20, 64)) > 0)
    )
    return result


def child_beside_ill(members: Members, ill: Bools) -> Bools:
    """Young carer, structural, but for the adults: aged 6-17, and another member in care or with a handbook."""
    child, sick = members.aged(6, 17), ill[members.person]
    children, patients, both = members.count(child), members.count(sick), members.count(child & sick)
    result: Bools = (children > 0) & (patients > 0) & ~((children == 1) & (patients == 1) & (both == 1))
    return result


def alone_and_old(members: Members) -> Bools:
    """A household of one aged 65 or over."""
    everyone = np.ones(len(members.person), bool)
    result: Bools = (members.count(everyone) == 1) & (members.count(members.age >= 65) == 1)
    return result


def structural_flags(ward: Ward, households: Households, facts: dict[str, Facts], day: int) -> dict[str, Bools]:
    """What does not depend on needs: by name, one flag a living household."""
    size = ward.people.size
    members = Members.of(ward, households, in_care_home(ward, facts), day)
    care = certified(facts, day, size, "care")
    return {
        "8050": old_parent_and_child(members),
        "double_care": care_and_small_child(members, care),
        "child_beside_ill": child_beside_ill(members, care | with_handbook(facts, day, size)),
        "alone": alone_and_old(members),
    }
