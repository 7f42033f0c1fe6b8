"""The ward's people and register households, and their numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward.arrays import Bools, Ints, Rng, Table, check_digit
from kasane.ward.days import NONE, Month, completed_years
from kasane.ward.names import NameBook
from kasane.ward.town import AddressBook

EXTERNAL, RESIDENT, MOVED_OUT, DEAD, STRUCK_OFF = 0, 1, 2, 3, 9
RELATIONS = (
    "02", "11", "12", "13", "14", "20", "2020", "2012", "51", "52", "1151", "1152", "61", "62", "71", "72",
    "81", "91", "2011", "2",
)  # fmt: skip
(
    HEAD, HUSBAND, WIFE, HUSBAND_U, WIFE_U, CHILD, GRANDCHILD, CHILDS_WIFE, FATHER, MOTHER, FATHER_IN_LAW,
    MOTHER_IN_LAW, ELDER_BROTHER, ELDER_SISTER, YOUNGER_BROTHER, YOUNGER_SISTER, RELATIVE, COHABITANT,
    CHILDS_HUSBAND, HEAD_LOST_ZERO,
) = range(len(RELATIONS))  # fmt: skip
REASONS = (
    "A01", "A02", "A03", "A04", "D01", "D02", "D03", "D06", "C01", "C02", "C10", "C11", "C12", "C13",
)  # fmt: skip
REASON = {code: place for place, code in enumerate(REASONS)}
# kinds of fragile household: what makes needs of several domains meet in it
POOR, IMPAIRED = 1, 2
_OLD_NUMBER_SHARE = 0.03

_PERSON = {
    "number": ("i8", 0), "household": ("i4", -1), "address": ("i4", -1), "surname": ("i2", 0), "given": ("i2", 0),
    "former": ("i2", -1), "common": ("i2", -1), "birth": ("i4", 0), "precision": ("i1", 0), "sex": ("i1", 1),
    "relation": ("i1", 0), "foreign": ("i1", 0), "state": ("i1", RESIDENT), "reason": ("i1", 0),
    "moved": ("i4", 0), "protection": ("i1", 0), "protected_to": ("i4", NONE), "in_home": ("i1", 0),
    "spelling": ("i1", 0), "luck_care": ("f4", 1.0), "luck_handbook": ("f4", 1.0), "trap": ("i1", 0),
}  # fmt: skip
_HOUSEHOLD = {
    "number": ("i8", 0), "address": ("i4", -1), "fragile": ("i1", 0), "luck_poverty": ("f4", 1.0),
    "luck_aid": ("f4", 1.0), "luck_allowance": ("f4", 1.0), "split_from": ("i4", -1), "split_as": ("i1", -1),
    "in_home": ("i1", 0),
}  # fmt: skip


@dataclass
class Ward:
    """The state of the ward on a day; everything else is derived from it."""

    rng: Rng
    book: NameBook
    addresses: AddressBook
    people: Table = field(default_factory=lambda: Table(_PERSON, 4096))
    households: Table = field(default_factory=lambda: Table(_HOUSEHOLD, 4096))
    _ages: tuple[int, int, Ints] | None = None

    def add_people(self, count: int, **values: Ints | int) -> Ints:
        """New people with new numbers; a few bear old numbers whose check digit doesn't fit."""
        places = self.people.append(count, **values)
        nine = 10_000_000 + places * 7 + 3
        digit = check_digit(nine)
        old = self.rng.random(count) < _OLD_NUMBER_SHARE
        self.people["number"][places] = nine * 10 + np.where(old, (digit + 1 + nine % 8) % 10, digit)
        self.people["luck_care"][places] = self.rng.random(count)
        self.people["luck_handbook"][places] = self.rng.random(count)
        self.people["spelling"][places] = self.rng.integers(0, 4, count)
        return places

    def add_households(self, addresses: Ints, fragile: Ints) -> Ints:
        """New register households at these addresses."""
        count = len(addresses)
        places = self.households.append(count, address=addresses, fragile=fragile)
        nine = 30_000_000 + places * 3 + 5
        self.households["number"][places] = nine * 10 + check_digit(nine)
        for luck in ("luck_poverty", "luck_aid", "luck_allowance"):
            self.households[luck][places] = self.rng.random(count)
        return places

    def residents(self) -> Bools:
        """Who lives here now, one flag a person ever known."""
        result: Bools = self.people["state"] == RESIDENT
        return result

    def ages(self, day: int) -> Ints:
        """Completed years of everybody; kept until someone is born or comes, and not to be written to."""
        if self._ages is None or self._ages[:2] != (day, self.people.size):
            self._ages = (day, self.people.size, completed_years(self.people["birth"], day))
        return self._ages[2]

    def births_changed(self) -> None:
        """Forget the kept ages."""
        self._ages = None

    def household_sizes(self) -> Ints:
        """Residents a household."""
        homes = self.people["household"][self.residents()]
        return np.bincount(homes, minlength=self.households.size)

    def heads(self) -> Ints:
        """Each household's resident head, -1 where it has none."""
        result = np.full(self.households.size, -1, np.int64)
        relation = self.people["relation"]
        who = np.flatnonzero(self.residents() & ((relation == HEAD) | (relation == HEAD_LOST_ZERO)))
        result[self.people["household"][who]] = who
        return result

    def members(self, households: Ints) -> Ints:
        """The residents of these households."""
        wanted = np.zeros(self.households.size, bool)
        wanted[households] = True
        who = np.flatnonzero(self.residents())
        return who[wanted[self.people["household"][who]]]

    def some_days(self, month: Month, count: int) -> Ints:
        """Days of the month."""
        return self.rng.integers(month.first, month.last + 1, count)

    def note(self, who: Ints, reason: str, days: Ints) -> None:
        """The register's reason and day of the last change of these people."""
        self.people["reason"][who] = REASON[reason]
        self.people["moved"][who] = days

    def settle(self, who: Ints, addresses: Ints) -> None:
        """These people (and their households) live at these addresses now."""
        self.people["address"][who] = addresses
        self.households["address"][self.people["household"][who]] = addresses


def relate_to_new_head(ward: Ward, households: Ints, days: Ints) -> None:
    """Give households that lost their head a new one: the spouse, else the eldest adult, and say 続柄 anew."""
    people, relation = ward.people, ward.people["relation"]
    who = ward.members(households)
    if not len(who):
        return
    rank = np.select([np.isin(relation[who], (HUSBAND, WIFE, HUSBAND_U, WIFE_U)), relation[who] == CHILD], [0, 1], 2)
    order = np.lexsort((people["birth"][who], rank, people["household"][who]))
    who, home = who[order], people["household"][who[order]]
    first = np.r_[True, home[1:] != home[:-1]]
    leader = np.maximum.accumulate(np.where(first, np.arange(len(who)), 0))
    was = relation[who][leader]
    relation[who] = _new_relation(
        relation[who], was, people["sex"][who], people["birth"][who] < people["birth"][who[leader]]
    )
    relation[who[first]] = HEAD
    day_of_home = np.full(ward.households.size, NONE)
    day_of_home[households] = days
    ward.note(who, "C13", day_of_home[home])


def _new_relation(now: Ints, head_was: Ints, sex: Ints, elder: Ints) -> Ints:
    """続柄 to the new head, who was ``head_was`` to the old one."""
    spouse_leads = np.isin(head_was, (HUSBAND, WIFE, HUSBAND_U, WIFE_U))
    child_leads = head_was == CHILD
    sibling = np.where(
        sex == 1, np.where(elder, ELDER_BROTHER, YOUNGER_BROTHER), np.where(elder, ELDER_SISTER, YOUNGER_SISTER)
    )
    by_spouse = np.select(
        [np.isin(now, (CHILD, GRANDCHILD, CHILDS_WIFE)), now == FATHER, now == MOTHER],
        [now, FATHER_IN_LAW, MOTHER_IN_LAW],
        RELATIVE,
    )
    by_child = np.select([now == CHILD, now == CHILDS_WIFE, now == GRANDCHILD], [sibling, WIFE, CHILD], RELATIVE)
    result: Ints = np.select([spouse_leads, child_leads], [by_spouse, by_child], RELATIVE)
    return result
