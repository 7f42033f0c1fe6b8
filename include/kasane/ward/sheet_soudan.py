"""soudan: the four tables of the consultation database as they stand after the last month (a SQLite file)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kasane.ward.arrays import Ints
from kasane.ward.cases import (
    ACTION_KINDS,
    FITS,
    PLAN_AGENCIES,
    THEMES,
    CaseBook,
    action_id,
    assessment_id,
    codes,
    consultation_id,
    happened,
    meeting_id,
    plan_id,
)
from kasane.ward.days import NONE, date_of
from kasane.ward.people import Ward
from kasane.ward.sheet_konkyu import written_numbers

TABLES = {
    "consultation": "consultation_id text primary key, received_at text, desk_code text, route text, atena_no text, "
    "name text, name_kana text, birth_date text, sex text, postal_code text, address text, phone text, consent text, "
    "topics text, issues text, theme text, scheme_fit text, desks_visited integer, emergency_at text, updated_at text",
    "support_action": "action_id text primary key, consultation_id text, acted_on text, kind text, agency_code text, "
    "updated_at text",
    "plan": "plan_id text primary key, consultation_id text, decided_on text, meeting_id text, agency_codes text, "
    "started_on text, reviewed_on text, closed_on text, closing_reason text, updated_at text",
    "assessment": "assessment_id text primary key, consultation_id text, assessed_on text, isolation_score integer, "
    "updated_at text",
}
Rows = Iterator[tuple[Any, ...]]


def write_database(book: CaseBook, ward: Ward, agencies: list[list[str]], last: int, folder: Path) -> int:
    """Write ``soudan.sqlite`` with all that has happened by a day; returns its size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "soudan.sqlite"
    agency = [row[0] for row in agencies]
    rows = {
        "consultation": _consultations(book, ward, agency, last),
        "support_action": _actions(book, agency, last),
        "plan": _plans(book, agency, last),
        "assessment": _assessments(book, last),
    }
    connection = sqlite3.connect(path)
    try:
        for name, columns in TABLES.items():
            connection.execute(f"create table {name}({columns})")
            marks = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"insert into {name} values ({marks})", rows[name])
        connection.commit()
    finally:
        connection.close()
    return path.stat().st_size


def known_consultations(book: CaseBook, last: int) -> Ints:
    """Rows that the database holds on a day."""
    return np.flatnonzero(happened(book.consultations["received"], last))


def _consultations(book: CaseBook, ward: Ward, agency: list[str], last: int) -> Rows:
    table, written = book.consultations, book.written["soudan"]
    numbers = written_numbers(ward, table["person"], table["numbered"])
    for row in known_consultations(book, last).tolist():
        who, received, minute = written[row], int(table["received"][row]), int(table["minute"][row])
        emergency, changed = _seen(table["emergency"][row], last), _seen(table["changed"][row], last)
        yield (
            consultation_id(row), f"{date_of(received)}T{minute // 60:02d}:{minute % 60:02d}:00",
            agency[table["desk"][row]], str(table["route"][row]), numbers[row] or None, who.name, who.kana,
            who.birth_text or None, str(who.sex), who.postal_code or None, who.address or None, who.phone or None,
            str(table["consent"][row]), ";".join(codes(int(table["topics"][row]))),
            ";".join(codes(int(table["issues"][row]))), THEMES[table["theme"][row]], FITS[table["scheme_fit"][row]],
            int(table["desks_visited"][row]), _iso(emergency), _updated(received, emergency, changed),
        )  # fmt: skip


def _actions(book: CaseBook, agency: list[str], last: int) -> Rows:
    table = book.actions
    for row in np.flatnonzero(happened(table["acted"], last)).tolist():
        acted = int(table["acted"][row])
        yield (
            action_id(row), consultation_id(int(table["consultation"][row])), _iso(acted),
            ACTION_KINDS[table["kind"][row]], agency[table["agency"][row]], _updated(acted),
        )  # fmt: skip


def _plans(book: CaseBook, agency: list[str], last: int) -> Rows:
    table = book.plans
    for row in np.flatnonzero(happened(table["decided"], last)).tolist():
        days = [_seen(table[name][row], last) for name in ("decided", "started", "reviewed", "closed")]
        places = [int(table[f"agency_{i + 1}"][row]) for i in range(PLAN_AGENCIES)]
        yield (
            plan_id(row), consultation_id(int(table["consultation"][row])), _iso(days[0]),
            meeting_id(int(table["meeting"][row])), ";".join(agency[place] for place in places if place >= 0),
            *map(_iso, days[1:]), str(table["reason"][row]) if days[3] != NONE else None, _updated(*days),
        )  # fmt: skip


def _assessments(book: CaseBook, last: int) -> Rows:
    table = book.assessments
    for row in np.flatnonzero(happened(table["assessed"], last)).tolist():
        day = int(table["assessed"][row])
        yield (
            assessment_id(row), consultation_id(int(table["consultation"][row])), _iso(day),
            int(table["score"][row]), _updated(day),
        )  # fmt: skip


def _seen(day: Any, last: int) -> int:
    """The day if it has come, else NONE."""
    return int(day) if day != NONE and day <= last else NONE


def _iso(day: int) -> str | None:
    return None if day == NONE else str(date_of(day))


def _updated(*days: int) -> str:
    """When the row was last written: the evening of the latest of its days."""
    return f"{date_of(max(days))}T18:00:00"
