"""What the answer key keeps of a month until the run is over: who lived where, and the small files in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Bools, Ints
from kasane.ward.days import NONE, Month
from kasane.ward.people import Ward
from kasane.ward.sheet_ishiki import AGE_CLASSES, SEXES, age_class
from kasane.ward.truth_month import DOMAINS, Facts, Households, in_care_home, needs
from kasane.ward.truth_pattern_month import certified, on_assistance, structural_flags, with_disability_service

# feeds whose file in force is small enough to keep a month
_KEPT = ("kikan", "kaigi", "jinji_post", "jinji_staff", "shigen_place", "shigen_agreement", "shigen_group",
         "shigen_issue", "konkyu", "youtai")  # fmt: skip
NOWHERE = -1
# bits of what is known of a person: needs in the order of the domains, then services
ELDERLY, DISABILITY, CHILD, POVERTY, SERVED = 1, 2, 4, 8, 16
NEEDS = ELDERLY | DISABILITY | CHILD | POVERTY


@dataclass(frozen=True)
class MonthState:
    """A month's end. ``home_of``: each person's living household, NOWHERE for who is no resident.

    ``in_care_home``: people with 施設入所 = 1. ``population``: residents by age class, sex and area;
    ``population_shown``: without those whose household has no area to be shown, for a member's protection.
    ``flags``: by name, households (packed bits). ``known``: what is known of each person, as bits (needs by
    domain, SERVED); ``based``: base dates of the files in force, by stream.
    """

    month: Month
    home_of: Ints
    homes: int
    residents: int
    in_care_home: Ints
    population: Ints
    population_shown: Ints
    facts: dict[str, Facts]
    flags: dict[str, Ints]
    known: Ints
    based: dict[str, date]

    @classmethod
    def of(
        cls, ward: Ward, households: Households, facts: dict[str, Facts], month: Month, based: dict[str, date]
    ) -> MonthState:
        """By the deliveries in force."""
        home_of = np.full(ward.people.size, NOWHERE, np.int32)
        home_of[households.register.person] = households.of_row
        return cls(
            month=month, home_of=home_of, homes=households.count, residents=len(households.register.person),
            in_care_home=np.flatnonzero(in_care_home(ward, facts)),
            population=_population(ward, households, month.last, np.ones(len(households.of_row), bool)),
            population_shown=_population(ward, households, month.last, ~_protected(ward, households)),
            facts={name: facts[name] for name in _KEPT if name in facts},
            flags={k: np.packbits(v) for k, v in structural_flags(ward, households, facts, month.last).items()},
            known=_known(ward, facts, month.last), based=based,
        )  # fmt: skip

    def flag(self, name: str) -> Bools:
        """A structural flag of every living household."""
        return np.unpackbits(self.flags[name], count=self.homes).astype(bool)

    def homes_of(self, people: Ints, without_care_homes: bool = False) -> Bools:
        """Living households with one of these people (NOBODY and strangers aside)."""
        result = np.zeros(self.homes, bool)
        known = people[(people >= 0) & (people < len(self.home_of))]
        if without_care_homes:
            known = known[~np.isin(known, self.in_care_home)]
        home = self.home_of[known]
        result[home[home != NOWHERE]] = True
        return result


def _known(ward: Ward, facts: dict[str, Facts], day: int) -> Ints:
    size = ward.people.size
    served = certified(facts, day, size, "uses") | with_disability_service(facts, day, size)
    served |= on_assistance(facts.get("seiho"), day, size)
    bits = np.where(served, SERVED, 0).astype(np.uint8)
    for domain, need in enumerate(needs(ward, facts, day)[: len(DOMAINS)]):
        bits |= need.astype(np.uint8) << domain
    return bits


def _protected(ward: Ward, households: Households) -> Bools:
    """Residents who live with a protected person, or are one."""
    homes = households.any(np.isin(ward.people["protection"], (1, 2)))
    result: Bools = homes[households.of_row]
    return result


def _population(ward: Ward, households: Households, day: int, counted: Bools) -> Ints:
    """Residents of 18 or over by age class, sex and area; an unknown age is in no cell."""
    register, people = households.register, ward.people
    codes = sorted({town.area_code for town in ward.addresses.towns})
    area_of_town = np.array([codes.index(town.area_code) for town in ward.addresses.towns])
    area = area_of_town[ward.addresses.table["town"][register.address]]
    who = register.person
    known = counted & (ward.ages(day)[who] >= 18) & (people["precision"][who] < days.ALL_UNKNOWN)
    who, area = who[known], area[known]
    result = np.zeros((len(AGE_CLASSES), len(SEXES), len(codes)), np.int64)
    np.add.at(result, (age_class(ward.ages(day)[who]), people["sex"][who] - 1, area), 1)
    return result


def fiscal_year(month: Month) -> int:
    """The fiscal year (April to March) of a month."""
    return month.end.year - (month.end.month < 4)


def fiscal_start(month: Month) -> int:
    """1 April of the fiscal year of a month."""
    return days.day_of(f"{fiscal_year(month)}-04-01")


def by(values: Ints, day: int) -> Bools:
    """A date that is given and ≤ M."""
    result: Bools = (values != NONE) & (values <= day)
    return result
