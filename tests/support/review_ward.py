"""A small ward for the review queue: a build file and a release in force, with names that try to be something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kasane.settings import DataPaths, Settings

FORMULA, SCRIPT, QUOTES = "=1+1", "<script>alert(1)</script>", '山田 "太郎", 二行\n目'
SECRET_STREET, MATE_STREET = "ひみつ町1-2-3", "ひみつ町の同居人"
# Record id, name, birth, address, person.
RECORDS: Sequence[tuple[str, str, str, str, str]] = (
    ("jumin|subject|01", "山田 太郎", "1950-04-01", "あさひ町1-1", "p1"),
    ("jumin|subject|02", "山田 花子", "1980-04-30", "あさひ町1-1", "p2"),
    ("jumin|subject|03", "佐藤 桜", "1990-01-01", SECRET_STREET, "p3"),
    ("jumin|subject|04", "佐藤 葵", "2015-01-01", MATE_STREET, "p4"),
    ("konkyu|subject|A", FORMULA, "1950-04-01", "あさひ町１－１", "pA"),
    ("konkyu|subject|B", SCRIPT, "1980-04-30", "+81", "pB"),
    ("houkatsu|subject|C|1", QUOTES, "1990-01-01", SECRET_STREET, "pC"),
    ("houkatsu|subject|D|2", "佐藤 あおい", "2015-01-01", MATE_STREET, "pD"),
)
PAIRS: Sequence[tuple[str, str, str, float | None, str]] = (
    ("00000000000000a1", "konkyu|subject|A", "jumin|subject|01", 0.75, "2025-01-31"),
    ("00000000000000b2", "konkyu|subject|B", "jumin|subject|02", None, "2025-02-28"),
    ("00000000000000c3", "houkatsu|subject|C|1", "jumin|subject|03", 0.5, "2025-03-31"),
    ("00000000000000d4", "jumin|subject|04", "houkatsu|subject|D|2", 0.5, "2025-03-31"),
    ("00000000000000e5", "konkyu|subject|A", "jumin|subject|02", 0.6, "2025-04-30"),
)
MEMBERS = (("h1", "p1"), ("h1", "p2"), ("h2", "p3"), ("h2", "p4"))
NEWEST = date(2025, 4, 30)


def make_ward(root: Path) -> Settings:
    """The data directory with its queue of five pairs."""
    settings = Settings(DataPaths(root), None, None, None)
    settings.data.build_file.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.data.build_file)) as db:
        db.execute("create schema link")
        db.execute("create schema ledger")
        _write_records(db)
        _write_pairs(db)
        db.execute("create table ledger.protection_mark (resident_no varchar, protection_measure varchar)")
        db.execute("insert into ledger.protection_mark values ('01', null), ('03', '1')")
    _write_release(settings.data)
    return settings


def _write_records(db: duckdb.DuckDBPyConnection) -> None:
    rows: list[tuple[Any, ...]] = []
    for record_id, name, birth, address, person in RECORDS:
        feed, role, key = record_id.split("|", 2)
        number = key if feed == "jumin" else None
        rows.append((record_id, feed, role, key, number, date.fromisoformat(birth), name, address, person))
    db.execute(
        """
        create table link.told (record_id varchar, feed varchar, role varchar, record_key varchar, number varchar,
            birth date, name_text varchar, address_text varchar, person_id varchar)
        """
    )
    db.executemany("insert into link.told values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute(
        """
        create table link.record as
        select record_id, feed, role, record_key, date '2025-01-31' as first_base_date, number, birth as birth_earliest,
            birth as birth_latest, '1' as sex, name_text, 'カナ' as kana_text, birth::varchar as birth_text,
            address_text, '090-0000-0000' as phone_text
        from link.told
        """
    )
    db.execute(
        """
        create table link.person_link as
        select feed, record_key, role, record_id as surrogate, 'unlinked' as method, person_id from link.told
        """
    )


def _write_pairs(db: duckdb.DuckDBPyConnection) -> None:
    db.execute(
        """
        create table link.review_pair (pair_id varchar, left_record_id varchar, right_record_id varchar,
            probability double, match_weight double, reason varchar, queued_on date,
            evidence struct(comparison varchar, level varchar, weight double)[])
        """
    )
    evidence = (
        "[{'comparison': 'given', 'level': 'same', 'weight': 6.5}, {'comparison': '<b>', 'level': 'x', 'weight': -3}]"
    )
    for pair_id, left, right, probability, queued in PAIRS:
        db.execute(
            f"insert into link.review_pair values (?, ?, ?, ?, 3.5, 'between_thresholds', ?, {evidence})",
            [pair_id, left, right, probability, queued],
        )


def _write_release(paths: DataPaths) -> None:
    folder = paths.releases / "202504-abc"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "restricted.duckdb")) as db:
        db.execute('create schema "restricted"."restricted"')
        table = '"restricted"."restricted".household_member'
        db.execute(f"create table {table} (month_end_date date, household_id varchar, person_id varchar)")
        db.executemany(f"insert into {table} values (?, ?, ?)", [(NEWEST, *member) for member in MEMBERS])
    paths.current.symlink_to("releases/202504-abc")
