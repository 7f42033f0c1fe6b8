"""A month of life: deaths, births, moves in and out; what happens inside households is in homes.py."""

from __future__ import annotations

import numpy as np

from kasane.ward import homes
from kasane.ward import people as p
from kasane.ward.arrays import Ints, some
from kasane.ward.days import Month, date_of, years_of
from kasane.ward.found import arrive
from kasane.ward.people import Ward

_TWINS = 0.012
_ABROAD_SHARE = 0.08


def live(ward: Ward, month: Month, target: int, certified: Ints) -> None:
    """Everything that happens in a month; the number of residents stays near ``target``.

    ``certified``: people with a care certification, who die sooner and move into care homes.
    """
    die(ward, month, certified)
    give_birth(ward, month)
    move_out(ward, month)
    homes.leave_parents(ward, month, 0.004)
    homes.move_house(ward, month, 0.004)
    day = np.full(ward.households.size, month.first + 9, np.int64)
    homes.split_old_households(ward, 0.004, day)
    homes.merge_split_households(ward, month, 0.006)
    homes.marry(ward, month, max(1, round(target * 0.00035)))
    homes.separate(ward, month, 0.0012, 0.3)
    fill_homes(ward, month, certified)
    missing = target - int(ward.residents().sum()) + int(ward.rng.normal(0, target * 0.0006))
    arrive(ward, missing, month.first, month.last)


def die(ward: Ward, month: Month, certified: Ints) -> None:
    """Deaths by age and sex (Gompertz), sooner with a care certification."""
    people = ward.people
    age = ward.ages(month.last)
    yearly = np.minimum(2.2e-5 * np.exp(0.098 * age) * np.where(people["sex"] == 1, 1.35, 0.75), 0.6)
    frail = np.zeros(people.size, bool)
    frail[certified] = True
    chance = yearly * np.where(frail, 1.9, 0.8) / 12
    gone = some(ward.rng, ward.residents(), chance)
    days = ward.some_days(month, len(gone))
    people["state"][gone] = p.DEAD
    ward.note(gone, "D03", days)
    homes.lose_head(ward, gone, days)


def give_birth(ward: Ward, month: Month) -> None:
    """Births to wives (and a few women alone); a child bears the head's surname."""
    people, rng = ward.people, ward.rng
    age = ward.ages(month.last)
    married = np.isin(people["relation"], (p.WIFE, p.WIFE_U))
    alone = (people["relation"] == p.HEAD) & (people["sex"] == 2)
    women = ward.residents() & (age >= 20) & (age < 45) & (married | alone) & (people["in_home"] == 0)
    fertile = np.exp(-(((age - 31.5) / 5.5) ** 2)) * np.where(married, 0.013, 0.0004)
    mothers = some(rng, women, fertile)
    mothers = np.repeat(mothers, np.where(rng.random(len(mothers)) < _TWINS, 2, 1))
    twin = np.r_[False, mothers[1:] == mothers[:-1]] if len(mothers) else np.zeros(0, bool)
    born = ward.some_days(month, len(mothers))
    born[twin] = born[np.flatnonzero(twin) - 1]
    heads = ward.heads()[people["household"][mothers]]
    surname = people["surname"][np.where(heads >= 0, heads, mothers)]
    sex = np.where(rng.random(len(mothers)) < 0.512, 1, 2)
    given = ward.book.draw_given(rng, years_of(born), sex)
    foreign = people["foreign"][mothers]
    child = ward.add_people(
        len(mothers),
        household=people["household"][mothers],
        address=people["address"][mothers],
        surname=surname,
        given=np.where(foreign == 1, ward.book.draw_foreign_given(rng, sex), given),
        birth=born,
        sex=sex,
        relation=p.CHILD,
        foreign=foreign,
        trap=(twin | np.r_[twin[1:], False]) if len(twin) else twin,
    )
    ward.note(child, "A03", born)


def move_out(ward: Ward, month: Month) -> None:
    """Whole households leave, the young ones most, more in March; and grown children by themselves."""
    people, rng = ward.people, ward.rng
    age = ward.ages(month.last)
    season = 1.9 if date_of(month.last).month in (3, 4) else 0.9
    heads = ward.heads()
    head_age = np.where(heads >= 0, age[np.maximum(heads, 0)], 50)
    chance = np.select([head_age < 30, head_age < 45, head_age < 65], [0.013, 0.006, 0.002], 0.0008) * season
    leaving = some(rng, (heads >= 0) & (ward.households["in_home"] == 0), chance)
    who = ward.members(leaving)
    day = np.zeros(ward.households.size, np.int64)
    day[leaving] = ward.some_days(month, len(leaving))
    _go(ward, who, day[people["household"][who]])
    grown = ward.residents() & (people["relation"] == p.CHILD) & (age >= 18) & (age < 30)
    children = some(rng, grown, 0.005 * season)
    _go(ward, children, ward.some_days(month, len(children)))
    lost = some(rng, ward.residents() & (people["foreign"] == 1), 0.0004)
    days = ward.some_days(month, len(lost))
    people["state"][lost] = p.STRUCK_OFF
    ward.note(lost, "D06", days)
    homes.lose_head(ward, lost, days)


def _go(ward: Ward, who: Ints, days: Ints) -> None:
    ward.people["state"][who] = p.MOVED_OUT
    ward.note(who, "D01", days)
    abroad = who[ward.rng.random(len(who)) < _ABROAD_SHARE]
    ward.people["reason"][abroad] = p.REASON["D02"]


def fill_homes(ward: Ward, month: Month, certified: Ints) -> None:
    """Places that fell free in care homes go to certified old people who live alone."""
    people, rng = ward.people, ward.rng
    lived = people["in_home"] == 1
    free = people["address"][lived & (people["state"] != p.RESIDENT) & (people["moved"] >= month.first)]
    alone = ward.household_sizes()[people["household"][certified]] == 1
    fits = alone & (people["state"][certified] == p.RESIDENT) & (people["in_home"][certified] == 0)
    fits &= ward.ages(month.last)[certified] >= 76
    who = rng.permutation(certified[fits])[: len(free)]
    people["in_home"][who] = 1
    ward.households["in_home"][people["household"][who]] = 1
    ward.settle(who, free[: len(who)])
    ward.note(who, "C01", ward.some_days(month, len(who)))
