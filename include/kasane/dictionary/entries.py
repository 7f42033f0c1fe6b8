"""What the data dictionary (データ辞書) says of a relation, and of who reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_BOTH = re.compile(r"(?P<ja>.*?)\s*\((?P<en>(?:[^()]|\([^()]*\))*)\)\s*", re.DOTALL)
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Meaning:
    """A meaning in Japanese and in English; the English is empty where nobody wrote one."""

    ja: str
    en: str = ""

    @property
    def head(self) -> str:
        """The Japanese up to the first full stop: what a column is called."""
        return self.ja.partition("。")[0]

    def lacks(self, name: str) -> bool:
        """Whether a language is missing, or only repeats the name that it explains."""
        return not _JAPANESE.search(self.ja) or not self.en or self.en.casefold().replace(" ", "_") == name


def meaning_of(text: str) -> Meaning:
    """The two languages of a description that is written ``日本語 (English)``."""
    found = _BOTH.fullmatch(" ".join(text.split()))
    return Meaning(found["ja"], found["en"]) if found else Meaning(text.strip())


@dataclass(frozen=True)
class Column:
    """One column: SQL type, meaning, and the fields that its values come of (``jumin.birth_date``, ``seeds.kpi``).

    ``decided_by``: of a column that holds no delivered value, a count or a flag, the fields that decide what it says.
    """

    name: str
    type: str
    meaning: Meaning
    made_of: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A table that people read: ``grain`` is its row, ``rests_on`` the tables of feeds that decide what is in it."""

    schema: str
    name: str
    meaning: Meaning
    grain: Meaning
    columns: tuple[Column, ...]
    rests_on: tuple[str, ...] = ()
    shown_in: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """``marts.dim_area``."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Exposure:
    """Something that people open: its files below the release's folder, and the relations and modules behind it."""

    name: str
    label: str
    kind: str
    owner: str
    meaning: Meaning
    readers: str
    files: tuple[str, ...]
    code: tuple[str, ...]
    reads: tuple[str, ...]


Catalog = Mapping[str, Relation]
"""Relations by their full name, in the order of the zones."""
