"""Schemas built beside and renamed into place, and the roles that may read them.

Renaming a schema locks no table: who reads goes on reading. Only dropping the old ones waits for their readers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import psycopg
from psycopg import sql

from kasane.errors import Problem, ServingFailedError
from kasane.publish.serving.plan import ServingPlan

LOGGER = logging.getLogger(__name__)
OWN_SCHEMA = "kasane"
WAIT_FOR_READERS = "10s"
Connection = psycopg.Connection[tuple[object, ...]]


def prepare(connection: Connection, plan: ServingPlan) -> None:
    """One loader at a time; the roles and the table of the release; empty schemas to build in.

    Raises ServingFailedError where a schema of our name is somebody else's: it would be renamed away.
    """
    connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(WAIT_FOR_READERS)))
    connection.execute("select pg_advisory_xact_lock(hashtext('kasane serving'))")
    _refuse_foreign(connection, plan)
    for role in plan.roles:
        if not _exists(connection, "select 1 from pg_roles where rolname = %s", role):
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    connection.execute(_RELEASE)
    for schema in plan.schemas:
        for left_over in (f"{schema}__new", f"{schema}__old"):
            _drop(connection, left_over)
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(f"{schema}__new")))


def put_in_place(connection: Connection, plan: ServingPlan) -> None:
    """The schemas built beside take the names of those in force, whose own become ``…__old``."""
    for schema, text in plan.schemas.items():
        if _exists(connection, _IS_SCHEMA, schema):
            _rename(connection, schema, f"{schema}__old")
        _rename(connection, f"{schema}__new", schema)
        connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(text)))


def grant(connection: Connection, plan: ServingPlan) -> None:
    """Each role may read its schemas and which release they are of; nobody else anything."""
    for role, schemas in plan.roles.items():
        for schema in (*schemas, OWN_SCHEMA):
            names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
            connection.execute(sql.SQL("grant usage on schema {schema} to {role}").format(**names))
            connection.execute(sql.SQL("grant select on all tables in schema {schema} to {role}").format(**names))


def drop_old(connection: Connection, plan: ServingPlan) -> None:
    """Drop the schemas that were in force; where somebody still reads one, the next load does it."""
    try:
        connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(WAIT_FOR_READERS)))
        for schema in plan.schemas:
            _drop(connection, f"{schema}__old")
        connection.commit()
    except psycopg.errors.LockNotAvailable:
        connection.rollback()
        LOGGER.info("serve: the old release is still being read; the next load drops it")


def _refuse_foreign(connection: Connection, plan: ServingPlan) -> None:
    if _exists(connection, "select to_regclass('kasane.release') where to_regclass('kasane.release') is not null"):
        return
    wanted: Iterable[str] = (*plan.schemas, OWN_SCHEMA)
    foreign = [schema for schema in wanted if _exists(connection, _IS_SCHEMA, schema)]
    if foreign:
        remedy = "give Kasane a database of its own: loading replaces these schemas"
        raise ServingFailedError(
            [Problem(f"the database holds a schema {schema} that Kasane did not make", remedy) for schema in foreign]
        )


def _drop(connection: Connection, schema: str) -> None:
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))


def _rename(connection: Connection, schema: str, name: str) -> None:
    connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(schema), sql.Identifier(name)))


def _exists(connection: Connection, query: str, *values: str) -> bool:
    return connection.execute(query, values or None).fetchone() is not None


_IS_SCHEMA = "select 1 from pg_namespace where nspname = %s"
_RELEASE = """
create schema if not exists kasane;
comment on schema kasane is 'どの版が入っているか (which release is loaded)';
create table if not exists kasane.release (
    release_id text primary key,
    stamp text not null,
    tables integer not null,
    rows bigint not null,
    loaded_at timestamptz not null default now()
);
comment on table kasane.release is '入っている版。1行だけ (the release that is loaded: one row)';
comment on column kasane.release.release_id is '版の番号。ファイルの版と同じ (id of the release, as on files)';
comment on column kasane.release.stamp is '版のファイルができた時刻のしるし (when its files were made)';
comment on column kasane.release.tables is '表の数 (number of tables)';
comment on column kasane.release.rows is '行の数 (number of rows)';
comment on column kasane.release.loaded_at is '入れた時刻 (when it was loaded)';
"""
