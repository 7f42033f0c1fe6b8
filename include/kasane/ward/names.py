"""Names of invented people: tables of bytes as the feeds hold them, and who is likely to bear which."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kasane.ward import names_data as data
from kasane.ward.arrays import Floats, Ints, Rng
from kasane.ward.kana import half_width, loose_key

_PAIR = re.compile(r"^(.+?)([ァ-ヴー]+)$")
_BORN_FROM = (1930, 1950, 1970, 1990, 2010)


def pairs(text: str) -> list[tuple[str, str]]:
    """(written, reading) of each entry; a name in kana alone is its own reading."""
    result = []
    for entry in text.split():
        match = _PAIR.match(entry)
        written, reading = match.groups() if match else (entry, entry)
        half = len(entry) // 2
        result.append((entry[:half],) * 2 if entry[:half] == entry[half:] else (written, reading))
    return result


def _coloned(text: str) -> list[tuple[str, str]]:
    """Entries ``WRITTEN:reading``, either of which may hold spaces."""
    found = re.findall(r"([A-Z][A-Z ]*|[一-龥]+):([ァ-ヴー]+(?: [ァ-ヴー]+)*)", text)
    return [(written.strip(), reading) for written, reading in found]


@dataclass(frozen=True)
class NameTable:
    """A table of names: CP932 bytes, half-width kana bytes, likelihoods; ``key`` is equal where readings are."""

    written: pa.Array
    kana: pa.Array
    text: tuple[str, ...]
    key: Ints

    @classmethod
    def of(cls, entries: list[tuple[str, str]]) -> NameTable:
        """A table of (written, full-width reading)."""
        readings = [half_width(reading) for _, reading in entries]
        keys: dict[str, int] = {}
        return cls(
            written=pa.array([written.encode("cp932") for written, _ in entries], pa.binary()),
            kana=pa.array([reading.encode("cp932") for reading in readings], pa.binary()),
            text=tuple(written for written, _ in entries),
            key=np.array([keys.setdefault(reading, len(keys)) for reading in readings], np.int32),
        )


@dataclass(frozen=True)
class NameBook:
    """All names of the ward and the places of each kind in the tables."""

    surnames: NameTable
    given: NameTable
    japanese: Floats
    foreign: range
    unusual: range
    given_ranges: dict[tuple[int, int], range]
    foreign_given: dict[int, range]
    nasty_given: range

    def draw_surnames(self, rng: Rng, count: int) -> Ints:
        """Japanese surnames by their frequency."""
        return np.searchsorted(self.japanese, rng.random(count)).astype(np.int16)

    def draw_given(self, rng: Rng, birth_years: Ints, sexes: Ints) -> Ints:
        """Given names of the birth decade and sex."""
        result = np.zeros(len(birth_years), np.int16)
        era = np.clip(np.searchsorted(_BORN_FROM, birth_years, "right") - 1, 0, 4)
        for (sex, index), names in self.given_ranges.items():
            mask = (sexes == sex) & (era == index)
            # the first names of a list are the favourites
            drawn = (rng.random(int(mask.sum())) ** 1.4 * len(names)).astype(np.int16)
            result[mask] = names.start + drawn
        return result

    def draw_foreign_given(self, rng: Rng, sexes: Ints) -> Ints:
        """Given names of foreign residents."""
        ranges = {sex: (names.start, len(names)) for sex, names in self.foreign_given.items()}
        first = np.where(sexes == 1, ranges[1][0], ranges[2][0])
        size = np.where(sexes == 1, ranges[1][1], ranges[2][1])
        return (first + (rng.random(len(sexes)) * size).astype(np.int64)).astype(np.int16)


def _distinct_readings(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without surnames that only a loose comparison would call equal to a commoner one."""
    seen: dict[str, str] = {}
    return [e for e in entries if seen.setdefault(loose_key(half_width(e[1])), e[1]) == e[1]]


def _given(table: dict[int, str], sex: int, entries: list[tuple[str, str]]) -> dict[tuple[int, int], range]:
    places = {}
    for index, born in enumerate(_BORN_FROM):
        found = pairs(table[born])
        places[sex, index] = range(len(entries), len(entries) + len(found))
        entries.extend(found)
    return places


def _append(entries: list[tuple[str, str]], more: list[tuple[str, str]]) -> range:
    entries.extend(more)
    return range(len(entries) - len(more), len(entries))


def load_names() -> NameBook:
    """The tables of names_data as one book."""
    unusual = [("〓田", "シバタ"), ("〓本", "ヤマモト"), ("\ue040木", "スズキ"), ("\ue041藤", "サトウ")]
    japanese = pairs(data.SURNAMES)
    surnames = _distinct_readings(japanese + _coloned(data.FOREIGN_SURNAMES))
    n_japanese = sum(entry in set(japanese) for entry in surnames)
    n_all = len(surnames)
    weights = 1 / (np.arange(n_japanese) + 9.0) ** 0.85
    given: list[tuple[str, str]] = []
    ranges = _given(data.MALE, 1, given) | _given(data.FEMALE, 2, given)
    foreign = {
        1: _append(given, _coloned(data.FOREIGN_MALE)),
        2: _append(given, _coloned(data.FOREIGN_FEMALE)),
    }
    nasty = _append(given, [(text, kana) for text, _, kana in (n.rpartition(":") for n in data.NASTY_GIVEN)])
    return NameBook(
        surnames=NameTable.of(surnames + unusual),
        given=NameTable.of(given),
        japanese=np.cumsum(weights / weights.sum()),
        foreign=range(n_japanese, n_all),
        unusual=range(n_all, n_all + len(unusual)),
        given_ranges=ranges,
        foreign_given=foreign,
        nasty_given=nasty,
    )
