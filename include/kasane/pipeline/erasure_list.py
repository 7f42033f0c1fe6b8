"""``decisions/erasure.jsonl``: whose records were erased, as keyed marks that tell nothing without ``erasure.key``.

The key is one of its own, so that neither a rotation nor a retirement of the pseudonym key forgets who was erased.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from kasane.contracts.model import Contract, Field
from kasane.errors import KeyMissingError, Problem
from kasane.files import append_json_lines, load_json_lines
from kasane.keys import create_key, read_key
from kasane.read.batch import Batch
from kasane.read.sieve import record_keys
from kasane.settings import DataPaths

_NUMBER, _RECORD = "number", "record"
_NUMBER_WORD = "宛名番号"
_DIGITS = re.compile(r"(?<!\d)\d{6,12}(?!\d)")


class ErasureList:
    """The marks of all erased persons. Empty where nobody was erased, and then it costs nothing."""

    def __init__(self, key: bytes, marks: Collection[str]) -> None:
        self._key = key
        self._marks = frozenset(marks)

    def __bool__(self) -> bool:
        return bool(self._marks)

    def is_number(self, number: str) -> bool:
        """Whether a municipal person number is an erased person's."""
        return mark(self._key, _NUMBER, number) in self._marks

    def is_record(self, feed: str, record_key: str) -> bool:
        """Whether a record is an erased person's."""
        return mark(self._key, _RECORD, f"{feed}|{record_key}") in self._marks

    def chosen(self, batch: Batch, contract: Contract, case_key: str | None) -> np.ndarray:
        """Which records are, or name, an erased person; ``case_key``: the field that names the feed's case."""
        out = self._hits(record_keys(batch, contract), lambda key: self.is_record(contract.feed, key))
        for field in contract.fields:
            if field.name not in batch.fields:
                continue
            if names_number(field):
                out |= self._hits(batch.fields[field.name], partial(self._is_number_of, field))
            elif field.name == case_key:
                out |= self._hits(batch.fields[field.name], lambda key: self.is_record(contract.feed, key.strip()))
        if batch.misfit is not None:
            out |= self._in_misfits(batch, batch.misfit)
        return out

    def _is_number_of(self, field: Field, text: str) -> bool:
        return self.is_number(_number(text, field))

    def _hits(self, values: pa.Array, is_erased: Callable[[str], bool]) -> np.ndarray:
        distinct = values.unique().to_pylist()
        erased = {value for value in distinct if value and is_erased(value)}
        if not erased:
            return np.zeros(len(values), dtype=bool)
        return np.array([value in erased for value in values.to_pylist()], dtype=bool)

    def _in_misfits(self, batch: Batch, misfit: pa.Array) -> np.ndarray:
        """A record out of all form is looked through for numbers."""
        out = np.zeros(len(batch), dtype=bool)
        places = np.flatnonzero(np.asarray(misfit.fill_null(False)))
        for place, text in zip(places, batch.raw(pa.array(places)).to_pylist(), strict=True):
            out[place] = any(self.is_number(found) for found in _DIGITS.findall(text or ""))
        return out


def names_number(field: Field) -> bool:
    """Whether a field holds a municipal person number, by its heading or meaning."""
    return field.is_delivered and _NUMBER_WORD in field.source + field.description


def case_key_of(contracts: Iterable[Contract], feed: str) -> str | None:
    """The field by which the other tables of a feed name the record that is a person's."""
    found = [
        each.record_key[0] for each in contracts if each.feed == feed and each.people and len(each.record_key) == 1
    ]
    return found[0] if found else None


def load_erasure_list(paths: DataPaths) -> ErasureList:
    """All that was erased so far; raises KeyMissingError where there is a list and its key is gone."""
    marks = [each for _, entry in load_json_lines(_file(paths)) for each in entry.get("marks", ())]
    if not marks:
        return ErasureList(b"", ())
    if not _key_file(paths).exists():
        what = "persons were erased here and the key that knows them again is missing"
        raise KeyMissingError(Problem(what, "restore it from its safe copy", str(_key_file(paths))))
    return ErasureList(read_key(_key_file(paths)), marks)


def note_erasure(
    paths: DataPaths, told: Mapping[str, str | int], numbers: Iterable[str], records: Iterable[tuple[str, str]]
) -> None:
    """Append one person's marks; on the disk before this returns. Neither number nor key stands in it plainly."""
    if not _key_file(paths).exists():
        load_erasure_list(paths)
        create_key(_key_file(paths))
    key = read_key(_key_file(paths))
    marks = [mark(key, _NUMBER, number) for number in numbers]
    marks += [mark(key, _RECORD, f"{feed}|{record_key}") for feed, record_key in records]
    append_json_lines(_file(paths), [{**told, "marks": sorted(set(marks))}], mode=0o600)


def mark(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA256 of a number or a record, apart by kind."""
    return hmac.digest(key, f"{kind}\x1f{value}".encode(), hashlib.sha256).hex()[:40]


def _number(text: str, field: Field) -> str:
    """A number as the register writes it: what a workbook made of it is undone."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    return plain.zfill(field.length or 0) if plain.isdecimal() else plain


def _key_file(paths: DataPaths) -> Path:
    return paths.keys / "erasure.key"


def _file(paths: DataPaths) -> Path:
    return paths.decisions / "erasure.jsonl"
