"""What became of every delivered file, as the analysts' zone of a release tells it: the facts of the pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kasane.quality.sql import connect

# Columns of quality.row_outcome and what stands for one that an older release lacks.
_COLUMNS = {
    "feed": "''",
    "table_name": "feed",
    "file_name": "''",
    "base_date": "null",
    "status": "''",
    "reason": "null",
    "rows_in": "null",
    "rows_loaded": "0",
    "rows_quarantined": "0",
    "rows_superseded": "0",
    "reason_code": "null",
    "part": "''",
    "sequence": "null",
    "warnings": "0",
    "is_in_force": "status = 'accepted' and rows_loaded > 0",
    "delivery_id": "''",
}
# Table, its code column and what counts: rows in quarantine once however many columns are bad.
_COUNTS = {
    "quarantine": ("reason_code", "count(distinct line_number)"),
    "warning_summary": ("warning_code", "sum(warning_count)"),
}


@dataclass(frozen=True)
class FileOutcome:
    """A row of ``quality.row_outcome``, with its rows in quarantine and its doubtful values by code."""

    feed: str
    table_name: str
    file_name: str
    base_date: date | None
    status: str
    reason: str | None
    rows_in: int | None
    rows_loaded: int
    rows_quarantined: int
    rows_superseded: int
    reason_code: str | None = None
    part: str = ""
    sequence: int | None = None
    warnings: int = 0
    is_in_force: bool = False
    delivery_id: str = ""
    quarantine_by_code: Mapping[str, int] = field(default_factory=dict)
    warnings_by_code: Mapping[str, int] = field(default_factory=dict)

    @property
    def age(self) -> tuple[str, str, int, str, str]:
        """Sorts from old to new; a file whose name says no date comes last, where it is seen."""
        day = self.base_date.isoformat() if self.base_date else "9"
        return day, self.part, self.sequence or 0, self.file_name, self.delivery_id


def read_outcomes(analyst_file: Path) -> dict[str, list[FileOutcome]]:
    """By table, every delivered file, newest first."""
    connection = connect(analyst_file)
    try:
        rows = _rows(connection)
        by_file = {table: _counts(connection, table, *counted) for table, counted in _COUNTS.items()}
    finally:
        connection.close()
    by_table: dict[str, list[FileOutcome]] = defaultdict(list)
    for row in rows:
        key = (row["feed"], row["file_name"])
        is_taken = row["status"] == "accepted"
        codes = {table: counts[key] if is_taken else {} for table, counts in by_file.items()}
        by_table[row["table_name"]].append(
            FileOutcome(**row, quarantine_by_code=codes["quarantine"], warnings_by_code=codes["warning_summary"])
        )
    return {name: sorted(files, key=lambda each: each.age, reverse=True) for name, files in sorted(by_table.items())}


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    found = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'quality' and table_name = ?"
        " and database_name = current_database()",
        [table],
    ).fetchall()
    return {name for (name,) in found}


def _rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    there = _columns(connection, "row_outcome")
    if not there:
        return []
    wanted = ", ".join(f"{name if name in there else instead} as {name}" for name, instead in _COLUMNS.items())
    rows = connection.execute(f"select {wanted} from {_table(connection, 'row_outcome')}").fetchall()
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _counts(
    connection: duckdb.DuckDBPyConnection, table: str, code: str, count: str
) -> dict[tuple[str, str], Counter[str]]:
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    if code not in _columns(connection, table):
        return counted
    rows = connection.execute(
        f"select feed, file_name, {code}, {count} from {_table(connection, table)} group by all"
    ).fetchall()
    for feed, file_name, found, number in rows:
        counted[feed, file_name][found] = int(number)
    return counted


def _table(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    # A file's catalogue may be named like a schema in it, and then a short name is ambiguous.
    row = connection.execute("select current_database()").fetchone()
    assert row is not None
    catalog = str(row[0]).replace('"', '""')
    return f'"{catalog}".quality.{table}'
