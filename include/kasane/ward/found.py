"""Founding the ward and everyone who arrives later: names, addresses and register entries for families."""

from __future__ import annotations

import numpy as np

from kasane.ward import days
from kasane.ward import people as p
from kasane.ward.arrays import Floats, Ints
from kasane.ward.families import ARRIVING, STANDING, Members, draw_families
from kasane.ward.homes import found_protection, split_old_households
from kasane.ward.people import REASON, Ward

# share of households that troubles meet in (POOR or IMPAIRED): of single parents, of the old, of others
_FRAGILE_SHARES = (0.76, 0.33, 0.115)
_FOREIGN_SHARE = 0.04
_SHARED_SITE_SHARE = 0.012
_DAYS_A_YEAR = 365.25


def settle_families(ward: Ward, members: Members, day: int, addresses: Ints | None = None) -> Ints:
    """Names, numbers, households and addresses for these families on a day; returns the people."""
    rng, count = ward.rng, len(members.family)
    if not count:
        return np.zeros(0, np.int64)
    _, family = np.unique(members.family, return_inverse=True)
    families = int(family.max()) + 1
    homes = ward.addresses.dwellings(rng, families) if addresses is None else addresses
    fragile = np.where(rng.random(families) < _fragility(members, family), rng.integers(1, 3, families), 0)
    households = ward.add_households(homes, fragile)
    foreign = rng.random(families) < _FOREIGN_SHARE
    birth = (day - members.age * _DAYS_A_YEAR).astype(np.int64)
    who = ward.add_people(
        count,
        household=households[family],
        address=homes[family],
        birth=birth,
        sex=members.sex,
        relation=members.relation,
        foreign=foreign[family],
    )
    _name(ward, who, family, foreign)
    return who


def _fragility(members: Members, family: Ints) -> Floats:
    """Each family's likelihood of being fragile."""
    child, spouse = (np.bincount(family[np.isin(members.relation, codes)], minlength=family.max() + 1) > 0
                     for codes in ((p.CHILD,), (p.WIFE, p.HUSBAND, p.WIFE_U, p.HUSBAND_U)))  # fmt: skip
    young = np.bincount(family[members.age < 18], minlength=len(child)) > 0
    old = np.bincount(family[members.age >= 70], minlength=len(child)) > 0
    return np.select([child & young & ~spouse, old], _FRAGILE_SHARES[:2], _FRAGILE_SHARES[2])


def _name(ward: Ward, who: Ints, family: Ints, foreign: Ints) -> None:
    """A surname a family (cohabitants have their own), given names by birth decade; some 旧氏 and 通称."""
    rng, book, people = ward.rng, ward.book, ward.people
    surname = np.where(
        foreign,
        rng.integers(book.foreign.start, book.foreign.stop, len(foreign)),
        book.draw_surnames(rng, len(foreign)),
    )
    people["surname"][who] = surname[family]
    own = np.isin(people["relation"][who], (p.COHABITANT, p.HUSBAND_U, p.WIFE_U)) & ~foreign[family]
    people["surname"][who[own]] = book.draw_surnames(rng, int(own.sum()))
    given = book.draw_given(rng, days.years_of(people["birth"][who]), people["sex"][who])
    people["given"][who] = np.where(foreign[family], book.draw_foreign_given(rng, people["sex"][who]), given)
    former = (people["relation"][who] == p.WIFE) & (rng.random(len(who)) < 0.02) & ~foreign[family]
    people["former"][who[former]] = book.draw_surnames(rng, int(former.sum()))
    common = foreign[family] & (rng.random(len(who)) < 0.15)
    people["common"][who[common]] = book.draw_surnames(rng, int(common.sum()))


def found(ward: Ward, residents: int, day: int) -> None:
    """The ward as it stands on a day, with the leavers of the last twelve months still in its register."""
    in_homes = _found_homes(ward, residents, day)
    shared = _found_shared_sites(ward, residents, day)
    families = draw_families(ward.rng, residents - in_homes - shared, STANDING)
    settle_families(ward, families, day)
    _past(ward, np.arange(ward.people.size), day)
    _leavers(ward, round(residents * 0.05), day)
    _precision(ward, day)
    split_old_households(ward, 0.16, day - ward.rng.integers(0, 3000, ward.households.size))
    found_protection(ward, day)
    namesakes(ward)


def _ages_of_old(ward: Ward, count: int) -> Floats:
    return np.asarray(ward.rng.normal(86, 6.5, count).clip(68, 103))


def _found_homes(ward: Ward, residents: int, day: int) -> int:
    """Care homes: large ones with more than 12 residents at one address, and group homes of 4 to 9."""
    large, small = max(1, round(residents / 4500)), max(1, round(residents / 5000))
    total = 0
    for i in range(large + small):
        kind = int(i >= large)
        most = max(15, min(60, residents // 40))
        size = int(ward.rng.integers(4, 10) if kind else ward.rng.integers(14, most + 1))
        address = ward.addresses.care_home(ward.rng, kind)
        settle_in_home(ward, address, size, day)
        total += size
    return total


def settle_in_home(ward: Ward, address: int, size: int, day: int) -> Ints:
    """Old people, each a register household of one, at a care home; now and then two bear one surname."""
    sex = np.where(ward.rng.random(size) < 0.72, 2, 1)
    members = Members.of(np.arange(size), p.HEAD, _ages_of_old(ward, size), sex)
    who = settle_families(ward, members, day, np.full(size, address))
    ward.people["foreign"][who] = 0
    ward.people["common"][who] = -1
    ward.people["surname"][who] = ward.book.draw_surnames(ward.rng, size)
    ward.people["given"][who] = ward.book.draw_given(ward.rng, days.years_of(ward.people["birth"][who]), sex)
    if size > 3:
        ward.people["surname"][who[0]] = ward.people["surname"][who[-1]]
    ward.people["in_home"][who] = 1
    ward.households["in_home"][ward.people["household"][who]] = 1
    return who


def _found_shared_sites(ward: Ward, residents: int, day: int) -> int:
    """Small blocks of flats whose dumps carry no room number: 3 to 6 strangers' households at one address."""
    blocks = max(1, round(residents * _SHARED_SITE_SHARE / 5))
    sites = ward.addresses.sites(ward.rng, blocks)
    named = ward.rng.random(blocks) < 0.6
    ward.addresses.table["building"][sites[named]] = ward.rng.integers(0, ward.addresses.n_flats, int(named.sum()))
    rooms = ward.rng.integers(3, 7, blocks)
    address = np.repeat(sites, rooms)
    size = np.where(ward.rng.random(len(address)) < 0.8, 1, 2)
    family = np.repeat(np.arange(len(address)), size)
    first = np.r_[True, family[1:] != family[:-1]]
    age = np.where(first, ward.rng.uniform(20, 82, len(family)), 0)
    age = np.where(first, age, np.maximum(age[np.maximum(np.arange(len(family)) - 1, 0)] - 3, 19))
    relation, sex = np.where(first, p.HEAD, p.WIFE), np.where(first, 1, 2)
    who = settle_families(ward, Members(family, relation, age, sex), day, address)
    ward.people["common"][who] = -1
    return len(who)


def _past(ward: Ward, who: Ints, day: int) -> None:
    """When and why each entered the register, before the first file."""
    people, rng = ward.people, ward.rng
    age = (day - people["birth"][who]) / _DAYS_A_YEAR
    born_here = rng.random(len(who)) < np.where(age < 18, 0.6, 0.06)
    years_here = rng.exponential(9.0, len(who)).clip(0, 45)
    moved = np.maximum(day - (years_here * _DAYS_A_YEAR).astype(np.int64), people["birth"][who])
    people["moved"][who] = np.where(born_here, people["birth"][who], moved)
    codes = np.array([REASON[code] for code in ("A01", "A01", "A01", "C01", "C01", "C02")])
    reason = rng.choice(codes, len(who))
    people["reason"][who] = np.where(born_here, REASON["A03"], reason)
    abroad = (people["foreign"][who] == 1) & (rng.random(len(who)) < 0.5)
    people["reason"][who[abroad]] = REASON["A02"]


def _leavers(ward: Ward, count: int, day: int) -> None:
    """People who left or died in the year before the first file."""
    rng, people = ward.rng, ward.people
    who = settle_families(ward, draw_families(rng, count, ARRIVING), day)
    age = ward.ages(day)[who]
    dead = rng.random(len(who)) < np.where(age >= 70, 0.8, 0.02)
    people["state"][who] = np.where(dead, p.DEAD, p.MOVED_OUT)
    people["reason"][who] = np.where(dead, REASON["D03"], REASON["D01"])
    people["moved"][who] = np.maximum(day - rng.integers(0, 364, len(who)), people["birth"][who])


def _precision(ward: Ward, day: int) -> None:
    """Old entries whose birth day, or day and month, nobody knows; and a few days that can't be."""
    rng, people = ward.rng, ward.people
    old = np.flatnonzero((ward.ages(day) >= 74) & (people["precision"] == 0))
    drawn = rng.random(len(old))
    people["precision"][old[drawn < 0.004]] = days.DAY_UNKNOWN
    people["precision"][old[drawn > 0.997]] = days.MONTH_UNKNOWN
    adult = np.flatnonzero(ward.ages(day) >= 20)
    odd = rng.choice(adult, max(2, len(adult) // 5000), replace=False)
    half = len(odd) // 2
    people["precision"][odd[:half]] = days.ALL_UNKNOWN
    people["precision"][odd[half:]] = days.IMPOSSIBLE
    people["birth"][odd[half:]] = days.day_of("1973-02-28")
    ward.births_changed()


def arrive(ward: Ward, count: int, first: int, last: int) -> Ints:
    """``count`` newcomers between two days."""
    rng, people = ward.rng, ward.people
    who = settle_families(ward, draw_families(rng, count, ARRIVING), first)
    if not len(who):
        return who
    day = np.zeros(ward.households.size, np.int64)
    homes = np.unique(people["household"][who])
    day[homes] = rng.integers(first, last + 1, len(homes))
    people["moved"][who] = day[people["household"][who]]
    abroad = (people["foreign"][who] == 1) & (rng.random(len(who)) < 0.4)
    people["reason"][who] = np.where(abroad, REASON["A02"], REASON["A01"])
    return who


def namesakes(ward: Ward) -> None:
    """Pairs of strangers with one name, a third of them born on one day; the traps of any linkage."""
    rng, people = ward.rng, ward.people
    plain = np.flatnonzero(ward.residents() & (people["foreign"] == 0) & (people["precision"] == 0))
    alone = plain[ward.household_sizes()[people["household"][plain]] == 1]
    alone = rng.permutation(alone[people["in_home"][alone] == 0])[: 2 * (ward.people.size // 700 + 1)]
    half = len(alone) // 2
    one, other = alone[:half], alone[half : 2 * half]
    for column in ("surname", "given", "sex"):
        people[column][other] = people[column][one]
    same_day = rng.random(half) < 0.33
    people["birth"][other[same_day]] = people["birth"][one[same_day]]
    ward.births_changed()
    people["trap"][one], people["trap"][other] = 1, 1


def odd_names(ward: Ward) -> None:
    """Names with quotes, commas, line breaks, formulas, markup, gaiji and 〓, on a few real people each."""
    rng, people, book = ward.rng, ward.people, ward.book
    foreign = rng.permutation(np.flatnonzero(ward.residents() & (people["foreign"] == 1) & (people["common"] < 0)))
    for place, who in zip([*book.nasty_given] * max(1, len(foreign) // 200), foreign, strict=False):
        people["given"][who] = place
    plain = rng.permutation(np.flatnonzero(ward.residents() & (people["foreign"] == 0)))
    for place in book.unusual:
        known = np.flatnonzero(book.surnames.key == book.surnames.key[place])[0]
        bearers = plain[people["surname"][plain] == known][: max(1, len(plain) // 5000)]
        people["surname"][bearers] = place
