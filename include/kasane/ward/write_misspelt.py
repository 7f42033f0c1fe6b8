"""People as consultation desks write them down: by ear, from memory, with half an address.

The error codes are those of the sample ward's key: ktypo, gtypo (a wrong kana in surname, given name), dak (a
voicing mark lost or put), hira, kanaonly (the name in kana), maiden, byear (a wrong birth year), bswap (day and
month swapped), part (birth date known in part), nobirth, addrold (an address that isn't theirs now), room (no room
number), phone (none, or a wrong one). A missing space between surname and given name is no error.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Rng
from kasane.ward.cases import Written
from kasane.ward.days import date_of, day_of
from kasane.ward.people import Ward
from kasane.ward.write_jtext import jtext, jtext_month, jtext_year

CITY = "見本区"
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_CHOME = {name: str(place) for place, name in enumerate("一二三四五六七八九", 1)}
_SLIPS = dict(
    zip(
        "シツソンナメクケワウチテコユアマスヌルレタクハホ",
        "ツシンソメナケクウワテチユコマアヌスレルクタホハ",
        strict=True,
    )
)
_VOICE = dict(zip("カキクケコサシスセソタテトハヒフヘホ", "ガギグゲゴザジズゼゾダデドバビブベボ", strict=True))
_UNVOICE = {voiced: plain for plain, voiced in _VOICE.items()}
_ERRORS = ("ktypo", "gtypo", "dak", "hira", "kanaonly", "maiden", "byear", "bswap", "part", "addrold", "room", "phone")
_SHARES = (0.17, 0.11, 0.08, 0.08, 0.10, 0.06, 0.09, 0.04, 0.04, 0.07, 0.09, 0.07)
_OF_BIRTH = ("byear", "bswap", "part", "nobirth")
_STREETS = ("中央", "本町", "南", "緑が丘", "栄町")
_ELSEWHERE = ("東京都隣野区", "隣野区", "神奈川県海辺市", "埼玉県野原市")


@dataclass(frozen=True)
class Habit:
    """How an office writes: likelihood of an error and of a blank birth date; ``era``: dates as 和暦 text."""

    errors: float
    no_birth: float
    era: bool
    no_phone: float = 0.12
    prefix: float = 0.75


HABITS = {
    "soudan": Habit(0.17, 0.13, False),
    "konkyu": Habit(0.10, 0.02, False, 0.16, 0.6),
    "houkatsu": Habit(0.16, 0.05, True),
    "youtai": Habit(0.15, 0.04, True, 1.0, 0.6),
}


@dataclass
class Who:
    """Somebody about to be written down."""

    surname: int
    given: int
    birth: int
    precision: int
    sex: int
    former: int
    address: int | None
    numbered: bool


@dataclass
class Scribe:
    """Writes people down; ``dirt``: whether with mistakes."""

    ward: Ward
    rng: Rng
    dirt: bool
    _phones: dict[tuple[int, int, int], str] = field(default_factory=dict)

    @cached_property
    def _kana(self) -> tuple[list[str], list[str]]:
        """Readings of surnames and given names in full-width kana."""
        book = self.ward.book
        surnames, given = (
            [unicodedata.normalize("NFKC", cell.decode("cp932")) for cell in table.kana.to_pylist()]
            for table in (book.surnames, book.given)
        )
        return surnames, given

    @cached_property
    def _plain_surname(self) -> list[int]:
        """For each surname itself, for one with a missing character its usual spelling."""
        keys = self.ward.book.surnames.key
        first: dict[int, int] = {}
        usual = [first.setdefault(int(key), place) for place, key in enumerate(keys)]
        odd = self.ward.book.unusual
        return [usual[place] if place in odd else place for place in range(len(usual))]

    def person(self, place: int, numbered: bool) -> Who:
        """Somebody of the register, as they are today."""
        people = self.ward.people
        return Who(
            int(people["surname"][place]), int(people["given"][place]), int(people["birth"][place]),
            int(people["precision"][place]), int(people["sex"][place]), int(people["former"][place]),
            int(people["address"][place]), numbered,
        )  # fmt: skip

    def write(self, who: Who, feed: str) -> Written:
        """One person in one office's record."""
        habit = HABITS[feed]
        errors = self._mistakes(who, habit)
        surname = self._plain_surname[who.surname]
        family, given = self.ward.book.surnames.text[surname], self.ward.book.given.text[who.given].replace("\n", " ")
        kana_family, kana_given = self._kana[0][surname], self._kana[1][who.given]
        if "maiden" in errors:
            former = self._plain_surname[
                who.former if who.former >= 0 else int(self.ward.book.draw_surnames(self.rng, 1)[0])
            ]
            family, kana_family = self.ward.book.surnames.text[former], self._kana[0][former]
        kana_family, kana_given = self._misheard(kana_family, kana_given, errors)
        # a given name of two words needs the space before it, or the surname would end at the wrong one
        kana = kana_family + self._space(0.0 if " " in kana_given else 0.2) + kana_given
        name = kana if "kanaonly" in errors else family + self._space(0.1) + given
        return Written(
            name=name,
            kana=_hiragana(kana) if "hira" in errors else kana,
            birth_text=self._birth(who, errors, habit),
            sex=who.sex,
            postal_code=self._postal(who),
            address=self._address(who, errors, habit),
            phone=self._phone(who, errors, habit),
            errors=";".join(errors),
        )

    def _mistakes(self, who: Who, habit: Habit) -> list[str]:
        if not self.dirt:
            return []
        found = []
        if self.rng.random() < habit.errors:
            # a record with a number has one mistake: two of name, birth and sex would speak against its number
            count = 1 if who.numbered or self.rng.random() < 0.8 else 2
            drawn = self.rng.choice(len(_ERRORS), count, replace=False, p=np.array(_SHARES) / sum(_SHARES))
            found = [_ERRORS[place] for place in drawn.tolist()]
        if who.sex == 1 and "maiden" in found:
            found.remove("maiden")
        if self.rng.random() < habit.no_birth:
            found = [error for error in found if error not in _OF_BIRTH] + ["nobirth"]
        return found

    def _misheard(self, family: str, given: str, errors: list[str]) -> tuple[str, str]:
        if "ktypo" in errors:
            family = self._slip(family)
        if "gtypo" in errors:
            given = self._slip(given)
        if "dak" in errors:
            family = self._voicing(family)
        return family, given

    def _slip(self, kana: str) -> str:
        """One kana taken for another."""
        place = int(self.rng.integers(0, len(kana)))
        wrong = _SLIPS.get(kana[place], "ン" if kana[place] != "ン" else "ソ")
        return kana[:place] + wrong + kana[place + 1 :]

    def _voicing(self, kana: str) -> str:
        """A voicing mark lost, or put where none is."""
        places = [place for place, letter in enumerate(kana) if letter in _VOICE or letter in _UNVOICE]
        if not places:
            return self._slip(kana)
        place = places[int(self.rng.integers(0, len(places)))]
        letter = _VOICE.get(kana[place]) or _UNVOICE[kana[place]]
        return kana[:place] + letter + kana[place + 1 :]

    def _space(self, missing: float) -> str:
        coin = self.rng.random()
        return "" if coin < missing else "　" if coin < missing + 0.45 else " "

    def _birth(self, who: Who, errors: list[str], habit: Habit) -> str:
        """The birth date as it is written, blank where it is not."""
        if "nobirth" in errors or who.precision == days.ALL_UNKNOWN:
            return ""
        birth = self._wrong_birth(who.birth, errors)
        vague = "part" in errors or who.precision in (days.DAY_UNKNOWN, days.MONTH_UNKNOWN)
        if vague and habit.era:
            whole = who.precision == days.MONTH_UNKNOWN or self.rng.random() < 0.4
            return jtext_year(birth) if whole else jtext_month(birth, self.rng)
        if vague:
            return ""
        return jtext(birth, self.rng) if habit.era else str(date_of(birth))

    def _wrong_birth(self, birth: int, errors: list[str]) -> int:
        day = date_of(birth)
        if "byear" in errors:
            return day_of(date(day.year - int(self.rng.choice([1, 2, 10])), day.month, min(day.day, 28)))
        if "bswap" in errors and day.day <= 12 and day.day != day.month:
            return day_of(date(day.year, day.day, day.month))
        return birth

    def _postal(self, who: Who) -> str:
        if who.address is None or self.rng.random() < 0.06:
            return ""
        return self.ward.addresses.towns[int(self.ward.addresses.table["town"][who.address])].postal_code

    def _address(self, who: Who, errors: list[str], habit: Habit) -> str:
        if who.address is None:
            return self._elsewhere()
        if self.rng.random() < 0.02:
            return ""
        table, place = self.ward.addresses.table, who.address
        if "addrold" in errors:
            place = int(self.rng.integers(0, table.size))
        town = self.ward.addresses.towns[int(table["town"][place])].name
        street = self._street(town, int(table["block"][place]), int(table["house"][place]))
        coin = self.rng.random()
        before = "東京都" + CITY if coin < habit.prefix * 0.7 else CITY if coin < habit.prefix else ""
        building, room = int(table["building"][place]), int(table["room"][place])
        if building < 0:
            return before + street
        room_text = "" if room == 0 or "room" in errors else f"{room}{('号室', '')[int(self.rng.random() < 0.4)]}"
        gap = ("　", " ", "")[int(self.rng.integers(0, 3))]
        between = ("　", " ", "")[int(self.rng.integers(0, 3))] if room_text else ""
        return before + street + gap + self.ward.addresses.buildings[building] + between + room_text

    def _street(self, town: str, block: int, house: int) -> str:
        """Town and house number: 丁目 and 番地 in words, or all in hyphens, in either width."""
        base, chome = town[:-3], _CHOME[town[-3]]
        tail = f"-{house}" if house else ""
        style = int(self.rng.integers(0, 4))
        if style == 0:
            return f"{town}{block}番{f'{house}号' if house else '地'}"
        if style == 1:
            return f"{base}{chome}丁目{block}番地{f'{house}号' if house else ''}"
        text = f"{chome}-{block}{tail}"
        return base + (text.translate(_WIDE) if style == 2 else text)

    def _elsewhere(self) -> str:
        numbers = self.rng.integers(1, 30, 3)
        city = _ELSEWHERE[int(self.rng.integers(0, len(_ELSEWHERE)))]
        return f"{city}{_STREETS[int(self.rng.integers(0, len(_STREETS)))]}{numbers[0]}-{numbers[1]}-{numbers[2]}"

    def _phone(self, who: Who, errors: list[str], habit: Habit) -> str:
        """One number a person, wherever they come; blank or wrong now and then."""
        key = (who.surname, who.given, who.birth)
        known = self._phones.get(key) or self._phones.setdefault(key, self._new_phone())
        if self.rng.random() < habit.no_phone:
            return ""
        if "phone" in errors:
            return self._new_phone() if self.rng.random() < 0.6 else ""
        return known

    def _new_phone(self) -> str:
        head = ("03", "090", "080", "070")[int(self.rng.integers(0, 4))]
        first, second = self.rng.integers(2000, 9999, 2)
        return f"{head}-{first}-{second}"


def _hiragana(kana: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)
