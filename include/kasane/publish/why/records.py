"""What became of the records behind a unit between two releases: linked otherwise, come, gone or corrected.

The lake keeps every delivery as read, so the records of both releases are still there to compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from kasane.publish.why.releases import NEW, OLD
from kasane.settings import DataPaths
from kasane.sql import identifier, literal

# Where and when a record was delivered says nothing of what it says.
_ABOUT_DELIVERY = ("delivery_id", "base_date", "line_number")


def write_reasons(connection: duckdb.DuckDBPyConnection, paths: DataPaths, month: date, tables: Iterable[str]) -> None:
    """Temp table ``unit_reason`` (unit, reason): ``links``, ``new_data`` or ``corrected_data``, one or more a unit.

    ``tables``: tables of the lake whose records a unit may stand for itself (a place, a group), by record key.
    """
    connection.execute(_LINKS)
    connection.execute(_RECORDS)
    for side in (OLD, NEW):
        _deliveries(connection, side, month)
    _own_records(connection, tables)
    connection.execute(
        "create or replace temp table version (side varchar, unit varchar, table_name varchar, "
        "record_key varchar, base_date date, sequence integer, is_full boolean, content hugeint)"
    )
    for side, table, files in _files(connection, paths):
        _versions(connection, side, table, files)
    connection.execute(_REASONS)


_LINKS = f"""
create or replace temp table changed_link as
select now.feed, now.record_key, was.person_id as old_person, now.person_id as new_person
from {OLD}_restricted.restricted.person_link as was
inner join {NEW}_restricted.restricted.person_link as now using (feed, record_key, role)
where was.person_id <> now.person_id
"""
_RECORDS = f"""
create or replace temp table unit_record as
with link as (
    select feed, record_key, person_id from {OLD}_restricted.restricted.person_link
    union
    select feed, record_key, person_id from {NEW}_restricted.restricted.person_link
)
select distinct unit_person.unit, link.feed, link.record_key, cast(null as varchar) as table_name
from unit_person inner join link using (person_id)
"""


def _deliveries(connection: duckdb.DuckDBPyConnection, side: str, month: date) -> None:
    """``<side>_delivery``: what is in force at the month end; of delta feeds and databases all that is."""
    connection.execute(
        f"""
        create or replace temp table {identifier(f"{side}_delivery")} as
        select distinct feed, table_name, delivery_id, base_date, sequence, month_end_date is not null as is_full
        from {identifier(f"{side}_restricted")}.restricted.delivery_in_force
        where month_end_date = ? or month_end_date is null
        """,
        [month],
    )


def _own_records(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    for table in tables:
        connection.execute(
            "insert into unit_record select unit, null, unit, ? from unit"
            " where unit not in (select unit from unit_person)",
            [table],
        )


def _files(connection: duckdb.DuckDBPyConnection, paths: DataPaths) -> list[tuple[str, str, list[Path]]]:
    """Side, table and the lake files to look into; a delivery in force in both need not be opened for full feeds."""
    rows = connection.execute(
        f"""
        with shared as (select delivery_id from {OLD}_delivery where is_full
                      intersect select delivery_id from {NEW}_delivery where is_full)
        select side, table_name, list(delivery_id order by delivery_id)
        from (select '{OLD}' as side, * from {OLD}_delivery union all select '{NEW}', * from {NEW}_delivery)
        where delivery_id not in (select delivery_id from shared)
        group by side, table_name
        """
    ).fetchall()
    found = []
    for side, table, ids in rows:
        files = [paths.lake / table / delivery_id / "rows.parquet" for delivery_id in ids]
        found.append((side, table, [file for file in files if file.exists()]))
    return [each for each in found if each[2]]


def _versions(connection: duckdb.DuckDBPyConnection, side: str, table: str, files: list[Path]) -> None:
    """The records of the units in one table of one release: the latest delivery of each, and a hash of what it says."""
    listed = ", ".join(literal(str(file)) for file in files)
    about = ", ".join(_ABOUT_DELIVERY)
    connection.execute(
        f"""
        insert into version
        select {literal(side)}, wanted.unit, {literal(table)}, record.record_key,
               max(delivery.base_date), arg_max(delivery.sequence, (delivery.base_date, delivery.sequence)),
               bool_or(delivery.is_full),
               arg_max(record.content, (delivery.base_date, delivery.sequence))
        from (
            select record_key, delivery_id, hash(columns(* exclude ({about}, record_key))::varchar)::hugeint as content
            from read_parquet([{listed}])
        ) as record
        inner join {identifier(f"{side}_delivery")} as delivery using (delivery_id)
        inner join unit_record as wanted
            on record.record_key = wanted.record_key
            and coalesce(wanted.table_name = delivery.table_name, wanted.feed = delivery.feed)
        group by all
        """
    )


_REASONS = f"""
create or replace temp table unit_reason as
with latest as (
    select table_name, max(base_date) as base_date from {NEW}_delivery where is_full group by table_name
)
select distinct unit_person.unit, 'links' as reason
from unit_person inner join changed_link
    on unit_person.person_id in (changed_link.old_person, changed_link.new_person)
union
select
    coalesce(was.unit, now.unit) as unit,
    -- A later state, or a record nobody had told of, is news; the same day told otherwise is a correction.
    case
        when now.is_full and was.base_date is not null and now.base_date > was.base_date then 'new_data'
        when was.unit is null then 'new_data'
        -- So is a record that a later state no longer has.
        when now.unit is null and was.is_full and latest.base_date > was.base_date then 'new_data'
        else 'corrected_data'
    end as reason
from (select * from version where side = '{OLD}') as was
full join (select * from version where side = '{NEW}') as now using (unit, table_name, record_key)
left join latest on was.table_name = latest.table_name
where was.content is distinct from now.content
"""
