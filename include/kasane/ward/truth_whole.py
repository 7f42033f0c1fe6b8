"""The answer key's tables over the whole run: people, links, files, bad rows, what must stay hidden."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.ward import days
from kasane.ward.arrays import Bools, Ints, padded
from kasane.ward.columns import numbers
from kasane.ward.people import EXTERNAL
from kasane.ward.sheet_register import block_text, building_text
from kasane.ward.truth_cases import case_links, delivered_cases, hidden_texts, named_in_cases, outsiders
from kasane.ward.truth_month import Register
from kasane.ward.world import World

_FILE = pa.schema(
    [("feed", pa.string()), ("prefix", pa.string()), ("file_name", pa.string()), ("base_date", pa.date32()),
     ("seq", pa.int64()), ("month", pa.int64()), ("arrives", pa.date32()), ("nasty", pa.string()),
     ("status", pa.string()), ("reason", pa.string()), ("rows_in", pa.float64()), ("rows_loaded", pa.int64()),
     ("rows_quarantined", pa.int64()), ("rows_superseded", pa.int64()), ("count_rule", pa.string())]
)  # fmt: skip
_QUARANTINE = pa.schema(
    [("feed", pa.string()), ("file_name", pa.string()), ("line_number", pa.int64()), ("record_number", pa.int64()),
     ("family", pa.string()), ("contested", pa.bool_())]
)  # fmt: skip
_BAD_ROW = pa.schema(
    [("feed", pa.string()), ("file_name", pa.string()), ("line_number", pa.int64()), ("reason_code", pa.string()),
     ("column_name", pa.string())]
)  # fmt: skip
# the scorecard knows four families; a key held twice is a fault of the key
_FAMILY = {"key_duplicate": "key_missing"}


@dataclass
class WholeTruth:
    """Gathers what the run showed of files, rows and people."""

    files: list[dict[str, Any]] = field(default_factory=list)
    bad_rows: list[dict[str, Any]] = field(default_factory=list)
    forbidden: list[Ints] = field(default_factory=list)
    seen: dict[str, Bools] = field(default_factory=dict)

    def saw(self, feed: str, places: Ints, size: int) -> None:
        """These people (jumin) or records (kaigo, seiho) stood in a delivery that was in force."""
        self.seen[feed] = padded(self.seen.get(feed, np.zeros(0, bool)), size, False)
        self.seen[feed][places] = True

    def write(self, world: World, folder: Path, last: Register | None, agencies: list[list[str]], day: int) -> None:
        """All tables but the monthly ones; ``agencies``: rows of kikan, ``day``: the last of the run."""
        cases = delivered_cases(world, self.seen, day)
        _write(folder, "file_outcome", pa.Table.from_pylist(self.files, schema=_FILE))
        rows = [
            {
                **bad,
                "family": _FAMILY.get(bad["reason_code"], bad["reason_code"]),
                "contested": "date" in bad["reason_code"],
            }
            for bad in self.bad_rows
        ]
        _write(folder, "quarantine", pa.Table.from_pylist(rows, schema=_QUARANTINE))
        _write(folder, "bad_row", pa.Table.from_pylist(self.bad_rows, schema=_BAD_ROW))
        _write(folder, "person", pa.concat_tables([self._person(world, last, cases), outsiders(world.cases)]))
        links = case_links(world, self.known(world), cases, agencies)
        _write(folder, "person_link", pa.concat_tables([self._links(world), *links]))
        hidden = [
            _hidden("case", what, None, pa.array(texts, pa.string()))
            for what, texts in hidden_texts(world.cases, cases)
        ]
        _write(folder, "protected", pa.concat_tables([self._protected(world), *hidden]))
        self._plan(folder / "delivery_plan.csv")

    def _plan(self, path: Path) -> None:
        names = ["feed", "file_name", "base_date", "seq", "arrives", "nasty", "status"]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.files)

    def known(self, world: World) -> Bools:
        """Who was ever in a register's file in force."""
        return padded(self.seen.get("jumin", np.zeros(0, bool)), world.ward.people.size, False)

    def _person(self, world: World, last: Register | None, cases: dict[str, Ints]) -> pa.Table:
        people = world.ward.people
        known = self.known(world)
        who = np.flatnonzero(known | (people["state"] == EXTERNAL) | named_in_cases(world, cases))
        resident = np.zeros(people.size, bool)
        resident[last.person if last is not None else []] = True
        number = _known_numbers(world, who, known)
        return pa.table(
            {
                "register_no": number,
                "true_person": pa.array(who, pa.int64()),
                "birth_year": pa.array(days.years_of(people["birth"][who]), pa.int64()),
                "sex": pa.array(people["sex"][who].astype(np.int64)),
                "is_resident": pa.array(resident[who]),
                "in_register": pa.array(known[who]),
            }
        )

    def _links(self, world: World) -> pa.Table:
        known = self.known(world)
        who = np.flatnonzero(known)
        parts = [_link(world, "jumin", numbers(world.ward.people["number"][who], 10), who, known)]
        parts += [self._care_links(world, known), self._assistance_links(world, known)]
        return pa.concat_tables(parts)

    def _care_links(self, world: World, known: Bools) -> pa.Table:
        records = world.care.records
        rows = np.flatnonzero(padded(self.seen.get("kaigo", np.zeros(0, bool)), records.size, False))
        plain, public = numbers(records["insured"][rows], 10), numbers(records["insured"][rows], 9, "H")
        keys = pc.if_else(pa.array(records["public"][rows] == 1), public, plain)
        return _link(world, "kaigo", keys, records["person"][rows].astype(np.int64), known)

    def _assistance_links(self, world: World, known: Bools) -> pa.Table:
        members, cases = world.assistance.members, world.assistance.cases
        rows = np.flatnonzero(padded(self.seen.get("seiho", np.zeros(0, bool)), members.size, False))
        case = numbers(cases["number"][members["case"][rows]], 7)
        keys = pc.binary_join_element_wise(case, numbers(members["order"][rows], 2), b"|")
        table = _link(world, "seiho", keys, members["person"][rows].astype(np.int64), known)
        given = pc.and_(table["has_number"], pa.array(members["blank"][rows] == 0))
        errors = pa.array(np.where(members["off_birthday"][rows] == 1, "bday", ""))
        table = table.set_column(4, "has_number", given)
        return table.set_column(5, "errors", errors)

    def _protected(self, world: World) -> pa.Table:
        ward, known = world.ward, self.known(world)
        who = np.flatnonzero(known)
        guarded = who[np.isin(ward.people["protection"][who], (1, 2))]
        number = numbers(ward.people["number"], 10).cast(pa.string())
        home = np.unique(ward.people["household"][who])
        parts = [
            _hidden("resident", "number", number.take(pa.array(who)), number.take(pa.array(who))),
            _hidden("resident", "name", number.take(pa.array(who)), written_names(world, who)),
            _hidden("household", "number", None, numbers(ward.households["number"][home], 10).cast(pa.string())),
            _hidden("protected_person", "number", number.take(pa.array(guarded)), number.take(pa.array(guarded))),
            _hidden("protected_person", "name", number.take(pa.array(guarded)), written_names(world, guarded)),
        ]
        for text in (block_text(ward, guarded), building_text(ward, guarded)):
            parts.append(_hidden("protected_person", "address", number.take(pa.array(guarded)), text))
        if any(row["reason_code"] for row in self.bad_rows):
            parts.append(_hidden("junk", "name", None, pa.array(["検疫　太郎", "検疫太郎"])))
        secrets = np.concatenate(self.forbidden) if self.forbidden else np.zeros(0, np.int64)
        parts.append(_hidden("forbidden", "forbidden", None, numbers(secrets, 12).cast(pa.string())))
        return pa.concat_tables(parts)


def written_names(world: World, who: Ints) -> pa.Array:
    """Names as the register's file writes them."""
    book, people = world.ward.book, world.ward.people
    surname = pa.array(book.surnames.text).take(pa.array(people["surname"][who].astype(np.int32)))
    given = pa.array(book.given.text).take(pa.array(people["given"][who].astype(np.int32)))
    return pc.binary_join_element_wise(surname, given, "　")


def _known_numbers(world: World, who: Ints, known: Bools) -> pa.Array:
    number = numbers(world.ward.people["number"][who], 10).cast(pa.string())
    return pc.if_else(pa.array(known[who]), number, pa.scalar(None, pa.string()))


def _link(world: World, feed: str, keys: pa.Array, who: Ints, known: Bools) -> pa.Table:
    count = len(who)
    return pa.table(
        {
            "feed": pa.array([feed] * count, pa.string()),
            "record_key": keys.cast(pa.string()),
            "true_person": pa.array(who, pa.int64()),
            "register_no": _known_numbers(world, who, known),
            "has_number": pa.array(known[who]),
            "errors": pa.array([""] * count, pa.string()),
            "trap": pa.array(world.ward.people["trap"][who] == 1),
        }
    )


def _hidden(kind: str, what: str, number: pa.Array | None, text: pa.Array) -> pa.Table:
    count = len(text)
    return pa.table(
        {
            "kind": pa.array([kind] * count, pa.string()),
            "register_no": pa.nulls(count, pa.string()) if number is None else number,
            "what": pa.array([what] * count, pa.string()),
            "text": text.cast(pa.string()),
        }
    )


def _write(folder: Path, name: str, table: pa.Table) -> None:
    pq.write_table(table, folder / f"{name}.parquet")
