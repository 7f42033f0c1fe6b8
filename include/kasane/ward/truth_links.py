"""Whom a record without linkage can be found for: by its number, else by exact name, birth date and sex.

The register is what its last accepted files say of everybody ever in it. A record of a feed without sex (youtai)
is compared by name and birth date alone; only one match counts (ADR 0015).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Bools, Ints, padded
from kasane.ward.cases import Written
from kasane.ward.days import NONE
from kasane.ward.people import Ward
from kasane.ward.world import World

CASE_FEEDS = ("soudan", "konkyu", "houkatsu", "youtai")
_NOBODY, _SEVERAL = -1, -2
_WITHOUT_SEX = ("youtai",)
_Key = tuple[str, int, int]


@dataclass
class LastSeen:
    """The surname under which the register, and seiho, last wrote each person and record (-1: never)."""

    register: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    assistance: Ints = field(default_factory=lambda: np.zeros(0, np.int32))

    def in_register(self, ward: Ward, who: Ints) -> None:
        """These people stand in the register's file in force."""
        self.register = padded(self.register, ward.people.size, -1)
        self.register[who] = ward.people["surname"][who]

    def in_assistance(self, world: World, serials: Ints) -> None:
        """These records stand in the seiho file in force."""
        members = world.assistance.members
        self.assistance = padded(self.assistance, members.size, -1)
        self.assistance[serials] = world.ward.people["surname"][members["person"][serials]]


def link_records(world: World, seen: LastSeen, known: Bools) -> dict[str, Ints]:
    """By feed (soudan, konkyu, houkatsu, youtai, seiho), the person found for each record, -1 for nobody.

    ``known``: who was ever in the register.
    """
    wanted = {feed: [_key(feed, w) for w in world.cases.written[feed]] for feed in CASE_FEEDS}
    wanted["seiho"] = _assistance_keys(world, seen)
    births = {key[1] for keys in wanted.values() for key in keys if key is not None}
    by_sex, by_name = _register(world.ward, seen.register, known, births)
    result = {}
    for feed, keys in wanted.items():
        index = by_name if feed in _WITHOUT_SEX else by_sex
        found = [_NOBODY if key is None else index.get(key, _NOBODY) for key in keys]
        result[feed] = np.maximum(np.array(found, np.int64), _NOBODY)
    for feed in CASE_FEEDS:
        table = world.cases.table(feed)
        numbered = (table["numbered"] == 1) & (table["person"] >= 0)
        numbered &= known[np.maximum(table["person"], 0)]
        result[feed] = np.where(numbered, table["person"], result[feed])
    return result


def _key(feed: str, written: Written) -> _Key | None:
    if not written.birth_exact:
        return None
    return written.match, written.birth, 0 if feed in _WITHOUT_SEX else written.sex


def _assistance_keys(world: World, seen: LastSeen) -> list[_Key | None]:
    """What the rows of seiho without a number say; None for those with one, or never seen."""
    members, people = world.assistance.members, world.ward.people
    surname = padded(seen.assistance, members.size, -1)
    rows = np.flatnonzero((members["blank"] == 1) & (surname >= 0)).tolist()
    result: list[_Key | None] = [None] * members.size
    families, given = readings(world.ward)
    for row in rows:
        who = int(members["person"][row])
        if people["precision"][who] == days.EXACT:
            name = families[surname[row]] + given[people["given"][who]]
            result[row] = name, int(people["birth"][who] + members["off_birthday"][row]), int(people["sex"][who])
    return result


def readings(ward: Ward) -> tuple[list[str], list[str]]:
    """Surnames and given names in full-width kana without spaces."""
    families, given = (
        [unicodedata.normalize("NFKC", cell.decode("cp932")).replace(" ", "") for cell in table.kana.to_pylist()]
        for table in (ward.book.surnames, ward.book.given)
    )
    return families, given


def _register(ward: Ward, surname: Ints, known: Bools, births: set[int]) -> tuple[dict[_Key, int], dict[_Key, int]]:
    """The register's people born on these days, by name, birth and sex, and by name and birth; -2 for several."""
    people, by_sex, by_name = ward.people, {}, {}  # type: ignore[var-annotated]
    surname = padded(surname, people.size, -1)
    fits = (
        known & (surname >= 0) & (people["precision"] == days.EXACT) & np.isin(people["birth"], list(births or {NONE}))
    )
    families, given = readings(ward)
    for who in np.flatnonzero(fits).tolist():
        name, birth = families[surname[who]] + given[people["given"][who]], int(people["birth"][who])
        for index, sex in ((by_sex, int(people["sex"][who])), (by_name, 0)):
            key = (name, birth, sex)
            index[key] = _SEVERAL if key in index else who
    return by_sex, by_name
