"""Which pseudonym of one key version is which of another: for the custodian alone (docs/adr/0042)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv

from kasane.errors import KasaneError, Problem
from kasane.files import write_atomically
from kasane.keys import PseudonymKey, active_version, load_version
from kasane.linkage.pseudonym import pseudonyms
from kasane.lock import writer_lock
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.custody import accountable, note_custody, refuse_place
from kasane.pipeline.key_ledger import ledger_files, load_entries
from kasane.settings import Settings
from kasane.sql import identifier, literal


def write_crosswalk(settings: Settings, old: int, new: int | None, out: Path, by: str, reason: str) -> int:
    """Write domain, old_id and new_id of everything that ever had an id, as CSV for its owner alone; how many.

    ``new``: the version in force where none is named. Raises KasaneError before anything is written.
    """
    accountable(by, reason)
    refuse_place(settings.data, out)
    wanted = new or active_version(settings)
    keys = load_version(settings, old), load_version(settings, wanted)
    with writer_lock(settings.data), open_ids(settings) as connection:
        write_ids(connection, "old_id", keys[0])
        write_ids(connection, "new_id", keys[1])
        note_custody(settings.data, "keys crosswalk", by, reason, old=old, new=wanted, to=out.name)
        found = connection.execute(_PAIRS).to_arrow_table()
        text = io.BytesIO()
        pa_csv.write_csv(found, text)
        write_atomically(out, text.getvalue(), mode=0o600)
    return int(found.num_rows)


_PAIRS = """
select domain, old_id.id as old_id, new_id.id as new_id
from old_id join new_id using (domain, surrogate, began_on)
order by all
"""


@contextmanager
def open_ids(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, read only, with ``id_source`` (domain, surrogate) and ``id_later`` (surrogate, began_on).

    ``id_source``: what an id was ever made of. ``id_later``: households that took over a number that was another's,
    whose id is made of the first one's and a month (ADR 0027). Raises KasaneError where nothing was linked yet.
    """
    if not settings.data.build_file.exists():
        where = str(settings.data.build_file)
        raise KasaneError(Problem("no records are linked yet", "run `kasane build` first", where))
    with open_build_file(settings.data, read_only=True) as connection:
        _write_sources(connection, settings)
        _write_later(connection)
        yield connection


def write_ids(connection: duckdb.DuckDBPyConnection, name: str, key: PseudonymKey) -> None:
    """Temp table ``name`` (domain, surrogate, began_on or '', id): every id as this key makes it."""
    connection.execute(
        f"create or replace temp table {identifier(name)} (domain varchar, surrogate varchar, id varchar)"
    )
    for domain in connection.execute("select distinct domain from id_source order by 1").fetchall():
        sources = connection.execute("select surrogate from id_source where domain = ?", domain).to_arrow_table()
        surrogates = sources["surrogate"]
        made = pa.array(pseudonyms(key.key, domain[0], surrogates.to_pylist()), pa.string())
        connection.register("made_ids", pa.table({"surrogate": surrogates, "id": made}))
        connection.execute(f"insert into {identifier(name)} select ?, surrogate, id from made_ids", domain)
        connection.unregister("made_ids")
    connection.execute(
        f"""
        create or replace temp table {identifier(name)} as
        with base as (
            from {identifier(name)}
            union all
            -- A household of one without a number goes by its person's pseudonym.
            select 'household', 'person ' || surrogate, 'h' || substring(id, 2)
            from {identifier(name)} where domain = 'person'
        )
        select domain, surrogate, '' as began_on, id from base
        union all
        select domain, surrogate, began_on, {_LATER_ID} from base join id_later using (domain, surrogate)
        """
    )


# As the macro derived_pseudonym of the dbt project has it.
_LATER_ID = "substring(id, 1, 1) || translate(substring(sha256(id || '|' || began_on), 1, 20), '0189', 'ghij')"


def _write_sources(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    tables = connection.execute(
        """
        select table_name, first(column_name order by column_index)
        from duckdb_columns()
        where schema_name = 'link' and database_name = current_database() and table_name like '%\\_key' escape '\\'
        group by table_name
        having bool_or(column_name = 'key_id') and count(*) = 3
        order by table_name
        """
    ).fetchall()
    load_entries(connection, ledger_files(settings.data))
    parts = [
        f"select {literal(table.removesuffix('_key'))} as domain, {identifier(column)} as surrogate"
        f" from link.{identifier(table)}"
        for table, column in tables
    ]
    parts.append("select 'person', surrogate from key_ledger_entry where surrogate is not null")
    connection.execute(f"create temp table id_source as {' union '.join(parts)}")


def _write_later(connection: duckdb.DuckDBPyConnection) -> None:
    """By trying each number with each month: only few ids were made so."""
    connection.execute("create temp table id_later (domain varchar, surrogate varchar, began_on varchar)")
    found = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'intermediate'"
        " and table_name = 'int_household__anchored' and database_name = current_database()"
    ).fetchone()
    if not found or not found[0]:
        return
    connection.execute(
        f"""
        insert into id_later
        with base as (
            select register_household_no as surrogate, household_id as id from link.household_key
            union all
            select 'person ' || surrogate, 'h' || substring(person_id, 2) from link.person_key
        ),
        shown as (
            select distinct household_id from intermediate.int_household__anchored
            where household_id not in (select id from base)
        ),
        tried as (
            select surrogate, cast(month_end as varchar) as began_on, id from base cross join ledger.month
            where exists (from shown)
        )
        select distinct 'household', surrogate, began_on from tried where {_LATER_ID} in (from shown)
        """
    )
