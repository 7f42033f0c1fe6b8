"""Which months to build: those whose deliveries, links or rules changed since they were last built whole.

A month is noted as pending before dbt touches it and as built only after all of dbt went well, so a run that
was killed half-way is made good by the next one, whatever was delivered in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb

_TABLES = """
create schema if not exists ops;
create table if not exists ops.month_state (month_end date, fingerprint varchar);
create table if not exists ops.pending_month (month_end date);
create table if not exists ops.project_state (project_hash varchar);
"""


def fingerprints(month_deliveries: Iterable[tuple[date, str]], months: Sequence[date]) -> dict[date, str]:
    """A hash a month of what it rests on: pairs of month end and delivery id (or another digest of what it reads)."""
    by_month: dict[date, list[str]] = {month: [] for month in months}
    for month, delivery_id in month_deliveries:
        by_month[month].append(delivery_id)
    return {month: hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16] for month, ids in by_month.items()}


def note_pending(
    connection: duckdb.DuckDBPyConnection,
    wanted: Mapping[date, str],
    also: Iterable[date],
    project_hash: str,
) -> tuple[set[date], bool]:
    """The months to build, noted as pending, and whether all must be built from nothing.

    ``wanted`` holds each month's fingerprint, ``also`` months that changed for another reason (links).
    """
    connection.execute(_TABLES)
    built = dict(connection.execute("select month_end, fingerprint from ops.month_state").fetchall())
    pending = {month for (month,) in connection.execute("select month_end from ops.pending_month").fetchall()}
    known = connection.execute("select project_hash from ops.project_state").fetchone()
    is_full = known is None or known[0] != project_hash
    changed = {month for month, fingerprint in wanted.items() if is_full or built.get(month) != fingerprint}
    to_build = (changed | pending | set(also)) & set(wanted)
    if is_full:
        connection.execute("delete from ops.project_state")
    connection.execute("delete from ops.pending_month")
    if to_build:
        connection.executemany("insert into ops.pending_month values (?)", [[month] for month in sorted(to_build)])
    return to_build, is_full


def note_built(connection: duckdb.DuckDBPyConnection, wanted: Mapping[date, str], project_hash: str) -> None:
    """Note every month as built; call it after the whole of dbt succeeded."""
    connection.execute("begin")
    connection.execute("delete from ops.month_state")
    if wanted:
        connection.executemany("insert into ops.month_state values (?, ?)", [list(item) for item in wanted.items()])
    connection.execute("delete from ops.pending_month")
    connection.execute("delete from ops.project_state")
    connection.execute("insert into ops.project_state values (?)", [project_hash])
    connection.execute("commit")
