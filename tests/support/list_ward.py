"""A release in force for lists of persons: unmarked households, consulters who consent, agencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kasane.settings import DataPaths, Settings

TODAY, MONTH_END = date(2025, 4, 10), date(2025, 3, 31)
FORMULA, SECRET = "=1+1", "ひみつ町1-2-3"
# Household, person, name, address (none for who is protected), withheld.
MEMBERS: Sequence[tuple[str, str, str, str | None, bool]] = (
    ("h1", "p1", "山田 太郎", "あさひ町1-1", False),
    ("h1", "p2", FORMULA, "あさひ町1-1", False),
    ("h2", "p3", "佐藤 桜", None, True),
)
# Case, person, name, address.
CONSENTING: Sequence[tuple[str, str, str, str | None]] = (
    ("c1", "p1", "山田 太郎", "@SUM(1)"),
    ("c2", "p4", "鈴木", None),
)
RECIPIENTS = """recipient,name,kind,member_from,member_to,reason
fukushi,福祉課,office,,,
npo,見守りの会,contractor,2025-04-01,2025-04-30,
shakyo,社協,contractor,,,
"""


def make_ward(root: Path) -> Settings:
    """A data directory with a first release, and a configuration that names three recipients."""
    policy = root / "config" / "seeds" / "policy"
    policy.mkdir(parents=True)
    (policy / "list_recipient.csv").write_text(RECIPIENTS, encoding="utf-8")
    settings = Settings(DataPaths(root / "data"), root / "config", None, None)
    put_release(settings.data, "r1", CONSENTING)
    return settings


def put_release(
    paths: DataPaths, release_id: str, consenting: Sequence[tuple[Any, ...]], withheld: Sequence[str] = ()
) -> None:
    """Put another release in force: the same households, and these consulters."""
    folder = paths.releases / release_id
    folder.mkdir(parents=True)
    paths.build_file.parent.mkdir(exist_ok=True)
    paths.build_file.unlink(missing_ok=True)
    with duckdb.connect(str(paths.build_file)) as db:
        db.execute("create schema restricted; create schema intermediate")
        db.execute("create table restricted.withheld_person (person_id varchar)")
        db.execute("insert into restricted.withheld_person select unnest(?)", [list(withheld)])
        db.execute("use intermediate")
        db.execute("create table int_month__spined as select date '2025-03-31' as month_end_date")
        db.execute(_UNMARKED)
        db.executemany(f"insert into int_member__unmarked values (date '2025-03-31', {'?, ' * 5} {_REST})", MEMBERS)
        db.execute(_CONSENTING)
        db.executemany(f"insert into int_consulter__consenting values (?, ?, ?, ?, {_TERMS})", consenting)
    with duckdb.connect(str(folder / "analyst.duckdb")) as db:
        db.execute("create schema core")
        db.execute(_AGENCIES)
    paths.current.unlink(missing_ok=True)
    paths.current.symlink_to(f"releases/{release_id}")


_UNMARKED = """
create table int_member__unmarked (month_end_date date, household_id varchar, person_id varchar, kanji_name varchar,
    address varchar, is_withheld boolean, kana_name varchar, birth_date varchar, sex varchar, area_code varchar,
    has_elderly_need boolean, has_disability_need boolean, has_child_need boolean, has_poverty_need boolean)
"""
_REST = "'カナ', '3470401', '1', null, true, false, true, false"
_CONSENTING = """
create table int_consulter__consenting (case_id varchar, person_id varchar, kanji_name varchar, address varchar,
    agency_scope varchar, agency_code varchar, given_on date, received_on date, kana_name varchar, birth_date varchar,
    sex varchar, phone varchar, is_withheld boolean)
"""
_TERMS = "'all', null, date '2025-03-05', date '2025-03-01', 'カナ', '1947-04-01', '2', '090-0000-0000', false"
_AGENCIES = """
create table core.dim_agency as
select * from (values
    ('K01', '相談センター', date '2020-01-01', null), ('K09', '閉じた所', date '2020-01-01', date '2025-01-01')
) as agency (agency_code, agency_name, opened_on, closed_on)
"""
