"""The invented ward's map: towns, areas (圏域), school districts, and every address in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward import names_data as data
from kasane.ward.arrays import Ints, Rng, Table
from kasane.ward.names import pairs

_PREFIXES = (
    ("", ""),
    ("東", "ヒガシ"),
    ("西", "ニシ"),
    ("南", "ミナミ"),
    ("北", "キタ"),
    ("上", "カミ"),
    ("下", "シモ"),
    ("中", "ナカ"),
    ("新", "シン"),
    ("本", "ホン"),
)
_CHOME = "一二三四五六七八九"
_RESIDENTS_A_TOWN, _RESIDENTS_AN_AREA, _RESIDENTS_A_DISTRICT = 1_000, 14_000, 9_000
_SITES_A_BLOCK = 22
NO_BUILDING = -1


@dataclass(frozen=True)
class Town:
    """A 町字 and the areas it lies in."""

    code: str
    name: str
    kana: str
    area_code: str
    area_name: str
    district: str
    postal_code: str
    school: str


def draw_map(residents: int) -> list[Town]:
    """Towns for a ward of this size, in code order; areas and school districts are runs of towns."""
    count = min(max(8, round(residents / _RESIDENTS_A_TOWN)), 9 * 40 * len(_PREFIXES) // 2)
    areas = max(3, round(residents / _RESIDENTS_AN_AREA))
    districts = max(areas, round(residents / _RESIDENTS_A_DISTRICT))
    chome = 2 if count <= 80 else 5
    bases = [(prefix + name, sound + kana) for prefix, sound in _PREFIXES for name, kana in pairs(data.TOWNS)]
    towns = []
    for i in range(count):
        base, kana = bases[i // chome]
        area, district = i * areas // count + 1, i * districts // count + 1
        towns.append(
            Town(
                code=f"{100 + i // chome:04d}{i % chome + 1:03d}",
                name=f"{base}{_CHOME[i % chome]}丁目",
                kana=f"{kana}{i % chome + 1}チョウメ",
                area_code=f"E{area:02d}",
                area_name=f"第{area}地区",
                district=f"第{district}中学校",
                postal_code=f"999{9000 + i % 1000:04d}",
                school=f"{base}小学校",
            )
        )
    return towns


@dataclass
class AddressBook:
    """Every address ever used; two places differ in town, block, house number, building or room.

    Places are handed out one after another, so that an address is shared only where that is meant.
    """

    towns: list[Town]
    table: Table = field(
        default_factory=lambda: Table(
            {
                "town": ("i2", 0),
                "block": ("i4", 0),
                "house": ("i2", 0),
                "building": ("i2", NO_BUILDING),
                "room": ("i2", 0),
            }
        )
    )
    buildings: list[str] = field(default_factory=list)
    _next_site: Ints = field(init=False)

    def __post_init__(self) -> None:
        self._next_site = np.zeros(len(self.towns), np.int64)
        self.buildings = [*data.BUILDINGS.split()]
        self.n_flats = len(self.buildings)
        self.buildings += [f"特別養護老人ホーム{name}" for name in data.CARE_HOMES.split()]
        self.buildings += [f"グループホーム{name}" for name in data.CARE_HOMES.split()]

    def sites(self, rng: Rng, count: int) -> Ints:
        """New house sites in random towns; returns address places."""
        town = rng.integers(0, len(self.towns), count)
        order = np.argsort(town, kind="stable")
        counts = np.bincount(town, minlength=len(self.towns))
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        number = np.empty(count, np.int64)
        number[order] = np.arange(count) - starts + self._next_site[town[order]]
        self._next_site += counts
        # one site in eight carries a block number alone, above all others
        alone = number % 8 == 7
        block = np.where(alone, 3000 + number // 8, number // _SITES_A_BLOCK + 1)
        house = np.where(alone, 0, number % _SITES_A_BLOCK + 1)
        return self.table.append(count, town=town, block=block, house=house)

    def blocks_of_flats(self, rng: Rng, count: int) -> Ints:
        """``count`` flats in new buildings of 6 to 30 rooms with room numbers."""
        sizes = rng.integers(6, 31, count // 6 + 1)
        sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), count)) + 1]
        sites = self.sites(rng, len(sizes))
        self.table["building"][sites] = rng.integers(0, self.n_flats, len(sites))
        repeat = np.repeat(np.arange(len(sizes)), sizes)[:count]
        within = np.arange(len(repeat)) - (np.cumsum(sizes) - sizes)[repeat]
        room = (within // 6 + 1) * 100 + within % 6 + 1
        columns = {name: self.table[name][sites][repeat] for name in ("town", "block", "house", "building")}
        return rng.permutation(self.table.append(count, room=room, **columns))

    def care_home(self, rng: Rng, kind: int) -> int:
        """A new care home (kind 0: 特別養護老人ホーム, 1: グループホーム), without room numbers."""
        site = int(self.sites(rng, 1)[0])
        homes = len(data.CARE_HOMES.split())
        self.table["building"][site] = self.n_flats + kind * homes + rng.integers(0, homes)
        return site

    def dwellings(self, rng: Rng, count: int) -> Ints:
        """``count`` new dwellings for a household each: houses, and flats with a room number."""
        flats = round(count * 0.6)
        result = np.concatenate([self.blocks_of_flats(rng, flats), self.sites(rng, count - flats)])
        return rng.permutation(result)
