"""The tables of a release as PostgreSQL is to hold them: columns, types, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from kasane.errors import KasaneError, Problem

_TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "SMALLINT": "smallint",
    "TINYINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True)
class TableText:
    """What a table and its columns mean."""

    table: str
    columns: Mapping[str, str] = field(default_factory=dict)


Descriptions = Mapping[tuple[str, str], TableText]
"""By schema and name of the relation."""


@dataclass(frozen=True)
class Relation:
    """One table of a zone's file: name and PostgreSQL type of its columns in order, and what it and they mean."""

    zone: str
    schema: str
    name: str
    columns: Mapping[str, str]
    text: TableText


def relations(
    connection: duckdb.DuckDBPyConnection, zone: str, schema: str, descriptions: Descriptions
) -> list[Relation]:
    """The tables of one schema of an opened zone file. Where no model describes one, its own comments do.

    Raises KasaneError for every column of a type that has no like in PostgreSQL here.
    """
    found: dict[str, dict[str, str]] = {}
    own: dict[str, TableText] = {}
    problems = []
    for table, table_text, column, kind, column_text in connection.execute(_COLUMNS, [schema]).fetchall():
        translated = _translated(kind)
        if translated is None:
            what = f"{schema}.{table}.{column} is of type {kind}, which is not loaded into PostgreSQL"
            problems.append(Problem(what, "cast it in its model"))
        found.setdefault(table, {})[column] = translated or ""
        text = own.setdefault(table, TableText(table_text or "", {}))
        own[table] = TableText(text.table, {**text.columns, column: column_text or ""})
    if problems:
        raise KasaneError(problems)
    return [
        Relation(zone, schema, table, columns, descriptions.get((schema, table), own[table]))
        for table, columns in found.items()
    ]


_COLUMNS = """
select tables.table_name, tables.comment, columns.column_name, columns.data_type, columns.comment
from duckdb_tables() as tables
inner join duckdb_columns() as columns on tables.table_oid = columns.table_oid
    and tables.database_name = columns.database_name
where tables.schema_name = ?
order by tables.table_name, columns.column_index
"""


def _translated(kind: str) -> str | None:
    decimal = _DECIMAL.fullmatch(kind)
    return f"numeric({decimal[1]}, {decimal[2]})" if decimal else _TYPES.get(kind)
