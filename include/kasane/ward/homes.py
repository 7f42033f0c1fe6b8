"""How register households part, join and move: 世帯分離, 世帯合併, 転居, marriage, separation, protection."""

from __future__ import annotations

import numpy as np

from kasane.ward import people as p
from kasane.ward.arrays import Bools, Ints, some
from kasane.ward.days import Month, add_years
from kasane.ward.people import Ward, relate_to_new_head

_PARENTS = (p.FATHER, p.MOTHER)
_PROTECTION_YEARS = 1


def _of_household(ward: Ward, mask: Bools) -> Bools:
    """Households with a resident of whom ``mask`` holds."""
    result = np.zeros(ward.households.size, bool)
    result[ward.people["household"][mask & ward.residents()]] = True
    return result


def split_old_households(ward: Ward, chance: float, day_of_household: Ints) -> None:
    """世帯分離: old parents, or a grown child of an old head, become a register household of their own."""
    people, relation = ward.people, ward.people["relation"]
    age = ward.ages(int(day_of_household.max()))
    parents = ward.residents() & np.isin(relation, _PARENTS) & (age >= 65)
    grown = ward.residents() & (relation == p.CHILD) & (age >= 38)
    homes = some(ward.rng, _of_household(ward, parents | grown), chance)
    leaves = np.zeros(ward.households.size, bool)
    leaves[homes] = True
    going = (parents | grown) & leaves[people["household"]]
    # where parents live with the head it is they who part, else the eldest child alone
    with_parents = _of_household(ward, parents)
    going &= parents | ~with_parents[people["household"]]
    who = np.flatnonzero(going)
    order = np.lexsort((people["birth"][who], people["household"][who]))
    who = who[order]
    home = people["household"][who]
    first = np.r_[True, home[1:] != home[:-1]] if len(home) else np.zeros(0, bool)
    keep = first | with_parents[home]
    part_from_household(ward, who[keep], first[keep], day_of_household[home[keep]], "C10")


def part_from_household(ward: Ward, who: Ints, leads: Bools, days: Ints, reason: str) -> Ints:
    """New register households at the old address, one for each that ``leads``; returns them."""
    if not len(who):
        return np.zeros(0, np.int64)
    people, homes = ward.people, ward.households
    old = people["household"][who]
    new = ward.add_households(people["address"][who[leads]], homes["fragile"][old[leads]])
    homes["split_from"][new] = old[leads]
    homes["split_as"][new] = people["relation"][who[leads]]
    people["household"][who] = new[np.cumsum(leads) - 1]
    relation = people["relation"]
    spouse = np.where(people["sex"][who] == 1, p.HUSBAND, p.WIFE)
    led_by_parent = np.isin(relation[who], _PARENTS)
    relation[who] = np.where(leads, p.HEAD, np.where(led_by_parent, spouse, relation[who]))
    ward.note(who, reason, np.maximum(days, people["birth"][who]))
    return new


def merge_split_households(ward: Ward, month: Month, chance: float) -> None:
    """世帯合併: a household that parted comes back, if both still live at one address."""
    people, homes = ward.people, ward.households
    sizes = ward.household_sizes()
    origin = homes["split_from"]
    there = origin >= 0
    together = there & (sizes == 1) & (sizes[np.maximum(origin, 0)] > 0)
    together &= homes["address"] == homes["address"][np.maximum(origin, 0)]
    back = some(ward.rng, together, chance)
    who = ward.members(back)
    home = people["household"][who]
    people["relation"][who] = homes["split_as"][home]
    people["household"][who] = origin[home]
    homes["split_from"][back] = -1
    ward.note(who, "C11", ward.some_days(month, len(who)))


def move_house(ward: Ward, month: Month, chance: float) -> None:
    """転居: whole register households go to new dwellings of the ward."""
    sizes = ward.household_sizes()
    homes = some(ward.rng, (sizes > 0) & (ward.households["in_home"] == 0), chance)
    _move(ward, month, homes, ward.addresses.dwellings(ward.rng, len(homes)))


def _move(ward: Ward, month: Month, homes: Ints, addresses: Ints) -> None:
    ward.households["address"][homes] = addresses
    who = ward.members(homes)
    day = np.zeros(ward.households.size, np.int64)
    day[homes] = ward.some_days(month, len(homes))
    home = ward.people["household"][who]
    ward.people["address"][who] = ward.households["address"][home]
    ward.people["spelling"][who] = ward.rng.integers(0, 4, len(who))
    ward.note(who, "C01", day[home])


def leave_parents(ward: Ward, month: Month, chance: float) -> None:
    """Grown children find a dwelling of their own in the ward."""
    age = ward.ages(month.last)
    grown = ward.residents() & (ward.people["relation"] == p.CHILD) & (age >= 19) & (age < 34)
    who = some(ward.rng, grown, chance)
    own_household(ward, who, np.ones(len(who), bool), ward.some_days(month, len(who)))


def own_household(ward: Ward, who: Ints, leads: Bools, days: Ints) -> None:
    """These people leave for new dwellings, each one that ``leads`` with those who follow."""
    new = part_from_household(ward, who, leads, days, "C01")
    ward.households["split_from"][new] = -1
    ward.households["address"][new] = ward.addresses.dwellings(ward.rng, len(new))
    ward.people["address"][who] = ward.households["address"][ward.people["household"][who]]


def marry(ward: Ward, month: Month, couples: int) -> None:
    """Single people marry; the wife moves in and takes the husband's surname, some keep theirs as 旧氏."""
    people, rng = ward.people, ward.rng
    age = ward.ages(month.last)
    single = (ward.household_sizes() == 1)[people["household"]] & ward.residents() & (people["foreign"] == 0)
    single &= (age >= 20) & (age < 46) & (people["protection"] == 0)
    single &= np.isin(people["relation"], (p.HEAD, p.HEAD_LOST_ZERO))
    men = rng.permutation(np.flatnonzero(single & (people["sex"] == 1)))
    women = rng.permutation(np.flatnonzero(single & (people["sex"] == 2)))
    count = min(couples, len(men), len(women))
    # young with young
    men, women = (who[:count][np.argsort(people["birth"][who[:count]], kind="stable")] for who in (men, women))
    keeps = rng.random(count) < 0.2
    people["former"][women[keeps]] = people["surname"][women[keeps]]
    people["surname"][women] = people["surname"][men]
    people["household"][women], people["address"][women] = people["household"][men], people["address"][men]
    people["spelling"][women] = people["spelling"][men]
    people["relation"][women] = p.WIFE
    ward.note(women, "C01", ward.some_days(month, count))


def separate(ward: Ward, month: Month, chance: float, violent: float) -> None:
    """A wife leaves with the children under 18; in violent cases under protection measures."""
    people, rng = ward.people, ward.rng
    age = ward.ages(month.last)
    young = ward.residents() & (people["relation"] == p.CHILD) & (age < 18)
    wives = ward.residents() & (people["relation"] == p.WIFE) & (age < 55)
    homes = some(rng, _of_household(ward, wives) & (ward.households["in_home"] == 0), chance)
    leaves = np.zeros(ward.households.size, bool)
    leaves[homes] = True
    who = np.flatnonzero((young | wives) & leaves[people["household"]])
    who = who[np.lexsort((people["relation"][who] != p.WIFE, people["household"][who]))]
    leads = people["relation"][who] == p.WIFE
    old = people["household"][who]
    day = np.zeros(ward.households.size, np.int64)
    day[homes] = ward.some_days(month, len(homes))
    own_household(ward, who, leads, day[old])
    back = leads & (rng.random(len(who)) < 0.5)
    people["surname"][who[back]] = ward.book.draw_surnames(rng, int(back.sum()))
    fled = np.zeros(len(leaves), bool)
    fled[homes] = rng.random(len(homes)) < violent
    left = ward.members(np.flatnonzero(fled))
    protect(ward, who[fled[old]], np.where(leads[fled[old]], 1, 2), day[old[fled[old]]])
    protect(ward, left[people["relation"][left] == p.HEAD], 3, month.last)


def protect(ward: Ward, who: Ints, role: Ints | int, days: Ints | int) -> None:
    """支援措置 for these people from a day on, for a year; it doesn't lapse by itself."""
    ward.people["protection"][who] = role
    ward.people["protected_to"][who] = add_years(np.broadcast_to(days, len(who)), _PROTECTION_YEARS)


def found_protection(ward: Ward, day: int) -> None:
    """Protection that began before the first file, and the other side where it lives in the ward."""
    people, rng = ward.people, ward.rng
    women = ward.residents() & (people["relation"] == p.HEAD) & (people["sex"] == 2) & (ward.ages(day) < 60)
    who = rng.permutation(np.flatnonzero(women & (people["in_home"] == 0)))[: max(2, ward.people.size // 1100)]
    home = ward.members(people["household"][who])
    protect(ward, home, 2, day - rng.integers(0, 700, len(home)))
    protect(ward, who, 1, people["protected_to"][who] - 365)
    men = ward.residents() & (people["relation"] == p.HEAD) & (people["sex"] == 1) & (people["protection"] == 0)
    other = rng.permutation(np.flatnonzero(men))[: max(1, len(who) // 2)]
    protect(ward, other, 3, day - rng.integers(0, 700, len(other)))


def lose_head(ward: Ward, gone: Ints, days: Ints) -> None:
    """After these people died or left: households without a head get a new one."""
    heads = ward.heads()
    home = ward.people["household"][gone]
    without = (heads[home] < 0) & (ward.household_sizes()[home] > 0)
    relate_to_new_head(ward, home[without], days[without])
