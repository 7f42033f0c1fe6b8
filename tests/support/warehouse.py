"""A small warehouse for tests: rows in plain Python become the schemas lake, ledger and link, and dbt runs on them.

It stands in for extract, read and link, so that a test of a definition needs no file of any feed's format.
"""

from __future__ import annotations

import calendar
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kasane.contracts import load_contracts
from kasane.contracts.columns import lake_columns
from kasane.contracts.model import Contract
from kasane.pipeline.link_checks import write_quality_sources
from kasane.quality import contract_checks, load_check_kinds

ROOT = Path(__file__).resolve().parents[2]
DBT_PROJECT = ROOT / "dbt_project"
Row = Mapping[str, Any]
# In a row of a feed without numbers (houkatsu, youtai): the number of the resident that linkage found, or none.
PERSON = "person"


@dataclass(frozen=True)
class SmallDelivery:
    """One in-force file: rows by field name; a date as text (``2025-03-31``, ``2025-03``, ``2025``, ``?``).

    ``sequence`` tells pulls from a database apart, which are all in force together.
    """

    table: str
    base_date: date
    rows: Sequence[Row]
    sequence: int = 1

    @property
    def feed(self) -> str:
        """The feed that the table belongs to."""
        return self.table.split("_")[0]

    @property
    def delivery_id(self) -> str:
        """Readable, and apart for each table, day and sequence."""
        return f"{self.table}-{self.base_date:%Y%m%d}-{self.sequence:02}"


@dataclass(frozen=True)
class SmallWarehouse:
    """What dbt finds: month ends, deliveries, and which months to build (all, unless told)."""

    months: Sequence[date]
    deliveries: Sequence[SmallDelivery]
    needs_build: Sequence[date] | None = None
    outcomes: Sequence[Row] = field(default=())
    quarantine: Sequence[Row] = field(default=())
    warnings: Sequence[Row] = field(default=())
    # Numbers of verdicts: delivery_id, measure, observed.
    observed: Sequence[Row] = field(default=())
    # What records tell of their persons besides whose they are: rows of link.record.
    records: Sequence[Row] = field(default=())
    review_pairs: Sequence[Row] = field(default=())
    decisions: Sequence[Row] = field(default=())
    # Feeds that the municipality does not use.
    unused_feeds: Sequence[str] = ()


def partly_known(text: str | None) -> tuple[str | None, str, date | None, date | None]:
    """Text, precision, earliest and latest day of a date written year-month-day, its end left off or ``?``."""
    if not text:
        return None, "none", None, None
    if text in ("?", "impossible"):
        return text, "unknown" if text == "?" else text, None, None
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    if day:
        return text, "day", date(year, month, day), date(year, month, day)
    first, last = (month, month) if month else (1, 12)
    precision = "month" if month else "year"
    return text, precision, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def write_sources(build_file: Path | duckdb.DuckDBPyConnection, warehouse: SmallWarehouse) -> None:
    """Create or replace the schemas lake, ledger and link of a build file, given by its path or opened."""
    contracts = load_contracts([ROOT / "expectations" / "contracts"])
    opened = duckdb.connect(str(build_file)) if isinstance(build_file, Path) else nullcontext(build_file)
    with opened as connection:
        for schema in ("lake", "ledger", "link"):
            connection.execute(f"create schema if not exists {schema}")
        for table, contract in contracts.items():
            _write_lake(connection, contract, [each for each in warehouse.deliveries if each.table == table])
        _write_ledger(connection, warehouse, contracts)
        _write_links(connection, contracts, warehouse)
        _write(connection, "link.record", _RECORD, warehouse.records)


def _write_lake(connection: duckdb.DuckDBPyConnection, contract: Contract, deliveries: Iterable[SmallDelivery]) -> None:
    columns = [(column.name, column.type) for column in lake_columns(contract)]
    rows = [
        _lake_row(contract, delivery, line, row) for delivery in deliveries for line, row in enumerate(delivery.rows, 2)
    ]
    _write(connection, f"lake.{contract.table}", columns, rows)


def _lake_row(contract: Contract, delivery: SmallDelivery, line: int, row: Row) -> dict[str, Any]:
    given = {name: value for name, value in row.items() if name != PERSON}
    lake: dict[str, Any] = {"delivery_id": delivery.delivery_id, "base_date": delivery.base_date, "line_number": line}
    for each in contract.fields:
        value = given.pop(each.name, None)
        if each.type == "date":
            parts = partly_known(value)
            lake |= {f"{each.name}_{end}": part for end, part in zip(_DATE_COLUMNS, parts, strict=True)}
        else:
            lake[each.name] = value
    lake["record_key"] = _record_key(contract, row)
    if any(item.by == "surname_kana" for item in contract.derive):
        lake["surname_kana_key"] = (row.get("kana_name") or "").split(" ")[0] or None
    return lake | given


def _record_key(contract: Contract, row: Row) -> str:
    return "|".join(str(row.get(name) or "") for name in contract.record_key)


_DATE_COLUMNS = ("text", "precision", "earliest", "latest")


def _write_ledger(
    connection: duckdb.DuckDBPyConnection, warehouse: SmallWarehouse, contracts: Mapping[str, Contract]
) -> None:
    needs_build = warehouse.months if warehouse.needs_build is None else warehouse.needs_build
    months = [{"month_end": month, "needs_build": month in needs_build} for month in warehouse.months]
    _write(connection, "ledger.month", [("month_end", "DATE"), ("needs_build", "BOOLEAN")], months)
    accepted = [_outcome(delivery) for delivery in warehouse.deliveries]
    _write(connection, "ledger.delivery", _DELIVERY, [*accepted, *warehouse.outcomes])
    _write(connection, "ledger.month_delivery", _MONTH_DELIVERY, list(_in_force(warehouse, contracts)))
    _write(connection, "ledger.unused_feed", [("feed", "VARCHAR")], [{"feed": each} for each in warehouse.unused_feeds])
    connection.execute(
        "create or replace table ledger.protection_mark as select distinct resident_no, base_date, protection_measure"
        " from lake.jumin where protection_measure is not null"
    )
    quarantined = [*_LINE, ("reason_code", "VARCHAR"), ("raw_record", "VARCHAR")]
    _write(connection, "ledger.quarantine", quarantined, warehouse.quarantine)
    _write(connection, "ledger.warning", [*_LINE, ("warning_code", "VARCHAR")], warehouse.warnings)
    kinds = load_check_kinds([DBT_PROJECT / "seeds"])
    checks = [check for contract in contracts.values() for check in contract_checks(contract, kinds, {})]
    write_quality_sources(connection, contracts, checks)
    observed = [("delivery_id", "VARCHAR"), ("measure", "VARCHAR"), ("observed", "DOUBLE")]
    _write(connection, "ledger.check_observed", observed, warehouse.observed)


def _outcome(delivery: SmallDelivery) -> Row:
    rows = len(delivery.rows)
    return {
        "delivery_id": delivery.delivery_id,
        "feed": delivery.feed,
        "table_name": delivery.table,
        "part": "",
        "file_name": f"{delivery.feed.upper()}_{delivery.base_date:%Y%m%d}_{delivery.sequence:02}.csv",
        "base_date": delivery.base_date,
        "sequence": delivery.sequence,
        "status": "accepted",
        "rows_in": rows,
        "rows_loaded": rows,
        "rows_quarantined": 0,
        "rows_superseded": 0,
        "warnings": 0,
        "in_force": True,
    }


def _in_force(warehouse: SmallWarehouse, contracts: Mapping[str, Contract]) -> Iterable[Row]:
    tables = sorted({each.table for each in warehouse.deliveries if contracts[each.table].kind == "full"})
    for month in warehouse.months:
        for table in tables:
            given = [each for each in warehouse.deliveries if each.table == table and each.base_date <= month]
            if given:
                newest = max(given, key=lambda each: each.base_date)
                yield {
                    "month_end": month,
                    "feed": newest.feed,
                    "part": "",
                    "delivery_id": newest.delivery_id,
                    "base_date": newest.base_date,
                }


def _write_links(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], warehouse: SmallWarehouse
) -> None:
    """A record belongs to the register's person of its number; pseudonyms are the numbers with a letter."""
    links = [
        {"feed": contract.feed, "record_key": key, "role": person.role, "no": number}
        for contract in contracts.values()
        for person in contract.people
        for key, number in _numbers(warehouse, contract, person.number or PERSON).items()
    ]
    _write(connection, "link.review_pair", _REVIEW_PAIR, warehouse.review_pairs)
    _write(connection, "link.decision", _DECISION, warehouse.decisions)
    _write(connection, "link.numbered", [(name, "VARCHAR") for name in ("feed", "record_key", "role", "no")], links)
    cases = [contract for contract in contracts.values() if contract.case]
    keys = [f"select '{contract.feed}' as feed, record_key from lake.{contract.table}" for contract in cases]
    connection.execute(_LINKS)
    connection.execute(_SUPPORTER_KEYS)
    connection.execute(_CASE_KEYS.format(records=" union all ".join(keys) or _NO_RECORDS))


def _numbers(warehouse: SmallWarehouse, contract: Contract, column: str) -> dict[str, str | None]:
    """Each record's number as its latest version tells it; one that came and went is kept."""
    told = [(each, row) for each in warehouse.deliveries if each.table == contract.table for row in each.rows]
    numbers: dict[str, str | None] = {}
    for _, row in sorted(told, key=lambda pair: (str(pair[1].get(contract.version or "")), pair[0].base_date)):
        key = _record_key(contract, row)
        numbers[key] = row.get(column) or numbers.get(key)
    return numbers


_LINKS = """
create or replace table link.person_link as
with linked as (
    select *, coalesce(no in (select resident_no from lake.jumin), false) as is_known from link.numbered
)
select
    feed, record_key, role,
    case when is_known then 'jumin|' || no else feed || '|' || role || '|' || record_key end as surrogate,
    case when is_known then 'p' || no else 'p-' || feed || '-' || role || '-' || record_key end as person_id,
    case when is_known then 'register_id' else 'unlinked' end as method,
    case when is_known then 1.0::double end as probability
from linked;
create or replace table link.person_redirect (
    retired_surrogate varchar, retired_person_id varchar, person_id varchar, reason varchar, since_release varchar
);
create or replace table link.retired_surrogate_feed (retired_surrogate varchar, feed varchar);
create or replace table link.pseudonym_key as select 1::integer as key_version, 'none' as key_id;
create or replace table link.household_key as
select distinct register_household_no, 'h' || register_household_no as household_id
from lake.jumin where register_household_no is not null;
"""
_REVIEW_PAIR = [
    *((name, "VARCHAR") for name in ("pair_id", "left_record_id", "right_record_id", "reason")),
    *(("probability", "DOUBLE"), ("match_weight", "DOUBLE"), ("queued_on", "DATE")),
]
_DECISION = [
    *((name, "VARCHAR") for name in ("left_record_id", "right_record_id", "decision", "decided_by", "reason")),
    *(("decided_on", "DATE"), ("probability", "DOUBLE")),
]
_SUPPORTER_KEYS = """
create or replace table link.supporter_key as
select distinct attendee_id, 's-' || attendee_id as supporter_id from lake.kenshu where attendee_id is not null
"""
_NO_RECORDS = "select '' as feed, '' as record_key where false"
_CASE_KEYS = """
create or replace table link.case_key as
select distinct feed || '|' || record_key as case_key, 'c-' || feed || '-' || record_key as case_id from ({records})
"""
_RECORD = [
    *((name, "VARCHAR") for name in ("feed", "record_key", "role", "surname_kana", "town", "block", "door")),
    ("first_base_date", "DATE"),
]
_LINE = [
    *((name, "VARCHAR") for name in ("feed", "file_name", "delivery_id", "column_name")),
    *((name, "VARCHAR") for name in ("record_key", "delivered_value")),
    ("line_number", "BIGINT"),
]
_DELIVERY = [
    *((name, "VARCHAR") for name in ("delivery_id", "feed", "table_name", "part", "file_name", "sha256")),
    ("base_date", "DATE"),
    ("sequence", "INTEGER"),
    *((name, "VARCHAR") for name in ("status", "reason_code", "reason")),
    *((name, "BIGINT") for name in ("rows_in", "rows_loaded", "rows_quarantined", "rows_superseded", "warnings")),
    ("in_force", "BOOLEAN"),
]
_MONTH_DELIVERY = [
    ("month_end", "DATE"),
    *((name, "VARCHAR") for name in ("feed", "part", "delivery_id")),
    ("base_date", "DATE"),
]


# DuckDB takes one statement of many rows far faster than many of one.


def _write(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Row]
) -> None:
    names = [name for name, _ in columns]
    unknown = {name for row in rows for name in row} - set(names)
    if unknown:
        raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
    connection.execute(f"create or replace table {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
    if rows:
        written = pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])
        connection.register("written_rows", written)
        connection.execute(f"insert into {table} select * from written_rows")
        connection.unregister("written_rows")


BUILD_ANEW = ("build", "--full-refresh")
WITHOUT_TESTS = ("--exclude-resource-type", "test")
_WORKSHOPS: dict[Path, tempfile.TemporaryDirectory[str]] = {}


def run_dbt(build_file: Path, command: Sequence[str], project: Path = DBT_PROJECT) -> list[str]:
    """Run dbt in this process; the failures as text, none when all went well.

    A project is built under one path, whatever ``build_file`` is: dbt then parses it once, not for each test.
    """
    workshop = Path(_WORKSHOPS.setdefault(project, tempfile.TemporaryDirectory(prefix="kasane-dbt-")).name)
    bench = workshop / "kasane.duckdb"
    shutil.copy(build_file, bench)
    failures = _invoke_dbt(bench, command, project)
    shutil.copy(bench, build_file)
    return failures


def _invoke_dbt(build_file: Path, command: Sequence[str], project: Path) -> list[str]:
    from dbt.adapters.duckdb import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    target = build_file.parent / "target"
    os.environ |= {
        "KASANE_BUILD_FILE": str(build_file),
        "KASANE_SPILL_DIR": str(build_file.parent / "spill"),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    places = ["--project-dir", str(project), "--profiles-dir", str(project)]
    scratch = ["--target-path", str(target), "--log-path", str(target / "logs")]
    try:
        outcome = dbtRunner().invoke(["--quiet", "--no-use-colors", *command, *places, *scratch])
    finally:
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception is not None:
        return [str(outcome.exception)]
    failed = [each for each in getattr(outcome.result, "results", []) if each.status in ("error", "fail", "skipped")]
    return [f"{each.node.name}: {each.status}: {each.message}" for each in failed]
