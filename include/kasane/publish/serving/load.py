"""Load a release into PostgreSQL: built beside the one in force, put in its place in the same transaction."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import psycopg
import pyarrow.csv as pa_csv
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from kasane.errors import Problem, ServingFailedError
from kasane.publish.release import ZONES, Release
from kasane.publish.serving.plan import ServingPlan
from kasane.publish.serving.relations import Descriptions, Relation, relations
from kasane.publish.serving.swap import WAIT_FOR_READERS, drop_old, grant, prepare, put_in_place
from kasane.sql import identifier, relation

LOGGER = logging.getLogger(__name__)
ROWS_A_BLOCK = 50_000
_STAYS = "the release on files is in force; mend it, then `kasane serve`"
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Loaded:
    """What PostgreSQL holds now."""

    release_id: str
    tables: int
    rows: int
    is_new: bool


def load_release(address: str, release: Release, plan: ServingPlan, descriptions: Descriptions) -> Loaded:
    """Put the release's tables into the PostgreSQL at ``address``, whole or not at all.

    Who reads meanwhile sees the release before. A release that is loaded already is left as it is.
    Raises ServingFailedError, which repeats neither the address nor a value.
    """
    with _told(address), psycopg.connect(_plain(address), connect_timeout=10) as connection:
        stamp = str((release.folder / "release.json").stat().st_mtime_ns)
        prepare(connection, plan)
        held = connection.execute("select release_id, stamp, tables, rows from kasane.release").fetchone()
        if held and held[:2] == (release.release_id, stamp):
            connection.rollback()
            return Loaded(release.release_id, int(str(held[2])), int(str(held[3])), is_new=False)
        loaded = [
            each for schema in plan.schemas for each in _load_schema(connection, release, plan, schema, descriptions)
        ]
        put_in_place(connection, plan)
        grant(connection, plan)
        connection.execute("delete from kasane.release")
        connection.execute(
            "insert into kasane.release (release_id, stamp, tables, rows) values (%s, %s, %s, %s)",
            (release.release_id, stamp, len(loaded), sum(loaded)),
        )
        connection.commit()
        drop_old(connection, plan)
    return Loaded(release.release_id, len(loaded), sum(loaded), is_new=True)


def _load_schema(
    connection: Connection, release: Release, plan: ServingPlan, schema: str, descriptions: Descriptions
) -> Iterator[int]:
    """The rows of each table of a schema, loaded into the schema beside."""
    zone = next(name for name, schemas in ZONES.items() if schema in schemas)
    with duckdb.connect(str(release.zone_file(zone)), read_only=True) as source:
        for table in relations(source, zone, schema, descriptions):
            yield _load_table(connection, source, plan, table)


def _load_table(connection: Connection, source: duckdb.DuckDBPyConnection, plan: ServingPlan, table: Relation) -> int:
    target = sql.Identifier(f"{table.schema}__new", table.name)
    # A type is one of ours, by the name of DuckDB's: no value of the data.
    columns = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in table.columns.items()]
    connection.execute(sql.SQL("create table {} ({})").format(target, sql.SQL(", ").join(columns)))
    indexes = plan.indexes_of(list(table.columns))
    rows = _copy(connection, source, table, target, indexes[0] if indexes else ())
    for index in indexes:
        names = sql.SQL(", ").join(map(sql.Identifier, index))
        connection.execute(sql.SQL("create index on {} ({})").format(target, names))
    _comment(connection, table, target)
    connection.execute(sql.SQL("analyze {}").format(target))
    return rows


def _copy(
    connection: Connection,
    source: duckdb.DuckDBPyConnection,
    table: Relation,
    target: sql.Identifier,
    order_by: tuple[str, ...],
) -> int:
    """COPY in blocks, sorted so that what is looked up together lies together.

    FREEZE lets a reader whose snapshot is older than the load see the new rows rather than none.
    """
    rows = 0
    order = f" order by {', '.join(map(identifier, order_by))}" if order_by else ""
    query = f"from {relation(table.zone, table.schema, table.name)}{order}"
    blocks = source.sql(query).to_arrow_reader(ROWS_A_BLOCK)
    form = pa_csv.WriteOptions(include_header=False)
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("copy {} from stdin with (format csv, freeze)").format(target)) as copy,
    ):
        for block in blocks:
            text = io.BytesIO()
            pa_csv.write_csv(block, text, form)
            copy.write(text.getbuffer())
            rows += block.num_rows
    return rows


def _comment(connection: Connection, table: Relation, target: sql.Identifier) -> None:
    if table.text.table:
        connection.execute(sql.SQL("comment on table {} is {}").format(target, sql.Literal(table.text.table)))
    for name in table.columns:
        if text := table.text.columns.get(name):
            column = sql.Identifier(f"{table.schema}__new", table.name, name)
            connection.execute(sql.SQL("comment on column {} is {}").format(column, sql.Literal(text)))


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Turn what PostgreSQL says into a sentence: its own may quote a value, and an address holds a password."""
    try:
        shown = _shown(address)
        yield
    except psycopg.errors.LockNotAvailable:
        what = f"somebody reads an old release at {shown}, or loads one, for longer than {WAIT_FOR_READERS}"
        raise ServingFailedError(Problem(what, f"try again later; {_STAYS}")) from None
    except psycopg.OperationalError as error:
        what = f"PostgreSQL at {shown} can't be reached, or went away ({_kind(error)})"
        raise ServingFailedError(Problem(what, f"see that it runs and takes this login; {_STAYS}")) from None
    except psycopg.errors.InsufficientPrivilege:
        what = f"the login at {shown} may not do what loading needs"
        raise ServingFailedError(Problem(what, f"give it the rights of docs/serving.md; {_STAYS}")) from None
    except psycopg.Error as error:
        what = f"PostgreSQL at {shown} refused the release ({_kind(error)})"
        raise ServingFailedError(Problem(what, f"its own log says more; {_STAYS}")) from None


def _shown(address: str) -> str:
    try:
        parts = conninfo_to_dict(_plain(address))
    except psycopg.ProgrammingError:
        what = "the address in KASANE_SERVING_URL can't be understood"
        remedy = (
            "write postgresql://user:password@host:5432/database, with %40, %2F and %3A for @, / and : in a password"
        )
        raise ServingFailedError(Problem(what, f"{remedy}; {_STAYS}")) from None
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def _kind(error: psycopg.Error) -> str:
    return f"{type(error).__name__}{' ' + error.sqlstate if error.sqlstate else ''}"
