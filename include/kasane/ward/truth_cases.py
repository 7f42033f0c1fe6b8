"""The answer key of case work: whose each record is, people from elsewhere, and what was written of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kasane.ward import days
from kasane.ward.arrays import Bools, Ints, padded
from kasane.ward.cases import CASE_FEEDS, OUTSIDER, CaseBook, consultation_id, true_persons
from kasane.ward.columns import numbers
from kasane.ward.sheet_konkyu import support_no
from kasane.ward.sheet_soudan import known_consultations
from kasane.ward.sheet_youtai import case_no
from kasane.ward.world import World

# shorter texts would be found in words that are nobody's name
_SHORTEST_NAME = 4


def delivered_cases(world: World, seen: dict[str, Bools], last: int) -> dict[str, Ints]:
    """By feed, the records that a file in force (soudan: the database) has shown."""
    rows = {"soudan": known_consultations(world.cases, last)}
    for feed in CASE_FEEDS[1:]:
        size = world.cases.table(feed).size
        rows[feed] = np.flatnonzero(padded(seen.get(feed, np.zeros(0, bool)), size, False))
    return rows


def record_keys(book: CaseBook, feed: str, rows: Ints, agencies: list[list[str]]) -> list[str]:
    """record_key of each row: 相談ID, 支援番号, centre|番号, 管理番号."""
    places = rows.tolist()
    if feed == "soudan":
        return [consultation_id(row) for row in places]
    if feed == "konkyu":
        return [support_no(int(book.konkyu["received"][row]), row) for row in places]
    if feed == "youtai":
        return [case_no(row) for row in places]
    table = book.houkatsu
    return [f"{agencies[table['centre'][row]][0]}|{table['number'][row]}" for row in places]


def case_links(world: World, known: Bools, rows: dict[str, Ints], agencies: list[list[str]]) -> list[pa.Table]:
    """person_link of the four feeds of case work; ``known``: who was ever in the register."""
    book, people = world.cases, world.ward.people
    number = numbers(people["number"], 10).cast(pa.string())
    tables = []
    for feed, places in rows.items():
        table = book.table(feed)
        person = table["person"][places].astype(np.int64)
        registered = (person >= 0) & known[np.maximum(person, 0)]
        mine = number.take(pa.array(np.maximum(person, 0)))
        columns = {
            "feed": pa.array([feed] * len(places), pa.string()),
            "record_key": pa.array(record_keys(book, feed, places, agencies), pa.string()),
            "true_person": pa.array(true_persons(table, places), pa.int64()),
            "register_no": pc.if_else(pa.array(registered), mine, pa.scalar(None, pa.string())),
            "has_number": pa.array(registered & (table["numbered"][places] == 1)),
            "errors": pa.array([book.written[feed][row].errors for row in places.tolist()], pa.string()),
            "trap": pa.array((person >= 0) & (people["trap"][np.maximum(person, 0)] == 1)),
        }
        tables.append(pa.table(columns))
    return tables


def named_in_cases(world: World, rows: dict[str, Ints]) -> Bools:
    """People of the ward of whom a case-work record speaks, even before the register's file does."""
    result = np.zeros(world.ward.people.size, bool)
    for feed, places in rows.items():
        person = world.cases.table(feed)["person"][places]
        result[person[person >= 0]] = True
    return result


def outsiders(book: CaseBook) -> pa.Table:
    """Rows of ``person`` for people from elsewhere."""
    table = book.outsiders
    count = table.size
    return pa.table(
        {
            "register_no": pa.nulls(count, pa.string()),
            "true_person": pa.array(OUTSIDER + np.arange(count), pa.int64()),
            "birth_year": pa.array(days.years_of(table["birth"]), pa.int64()),
            "sex": pa.array(table["sex"].astype(np.int64)),
            "is_resident": pa.array(np.zeros(count, bool)),
            "in_register": pa.array(np.zeros(count, bool)),
        }
    )


def hidden_texts(book: CaseBook, rows: dict[str, Ints]) -> list[tuple[str, list[str]]]:
    """(what, texts) that must stay in the restricted zone: names in kanji and kana, telephone numbers."""
    written = [book.written[feed][row] for feed, places in rows.items() for row in places.tolist()]
    names = {name for w in written for name in (w.name, w.kana) if len("".join(name.split())) >= _SHORTEST_NAME}
    return [("name", sorted(names)), ("phone", sorted({w.phone for w in written if w.phone}))]
