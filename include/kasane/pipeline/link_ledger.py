"""What was delivered, as the build file tells dbt and the linkage: schema ``ledger`` and the views ``lake.<table>``."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from kasane.contracts.columns import lake_columns
from kasane.pipeline.as_of import known_rows
from kasane.pipeline.build_file import delivery_table, write_lake_view, write_table
from kasane.pipeline.deletion import protection_kept
from kasane.pipeline.link_checks import write_checks
from kasane.pipeline.link_records import REGISTER_FEED
from kasane.pipeline.state import LedgerState, as_of
from kasane.settings import Settings
from kasane.sql import identifier


def write_ledger(connection: duckdb.DuckDBPyConnection, settings: Settings, state: LedgerState) -> None:
    """Write the schema ``ledger`` and the views ``lake.<table>`` over what is in force."""
    for schema in ("ledger", "lake", "link", "ops"):
        connection.execute(f"create schema if not exists {schema}")
    write_table(connection, "ledger.delivery", delivery_table(state.deliveries))
    write_table(connection, "ledger.month_delivery", _month_delivery_table(state))
    unused = pa.table({"feed": pa.array(sorted(state.unused), pa.string())})
    write_table(connection, "ledger.unused_feed", unused)
    for name, file_name, columns in _OUTCOME_TABLES:
        files = [
            folder / file_name
            for delivery in state.deliveries
            if delivery.status == "accepted"
            and (folder := settings.data.lake / delivery.table / delivery.delivery_id).joinpath(file_name).exists()
        ]
        write_lake_view(connection, name, columns, files, may_lack=True)
    _write_protection_marks(connection, settings, state)
    for table, contract in state.contracts.items():
        write_lake_view(
            connection,
            f"lake.{identifier(table)}",
            {column.name: column.type for column in lake_columns(contract)},
            [
                settings.data.lake / table / delivery.delivery_id / "rows.parquet"
                for delivery in state.deliveries
                if delivery.table == table and delivery.in_force
            ],
            where=known_rows(contract, as_of(settings)),
        )
    write_checks(connection, settings, state)


def _write_protection_marks(connection: duckdb.DuckDBPyConnection, settings: Settings, state: LedgerState) -> None:
    """``ledger.protection_mark``: 支援措置 in any accepted delivery, one that a later sequence replaced included."""
    accepted = [each for each in state.deliveries if each.feed == REGISTER_FEED and each.status == "accepted"]
    files = [settings.data.lake / each.table / each.delivery_id / "rows.parquet" for each in accepted]
    files += protection_kept(settings.data)
    columns = {"resident_no": "varchar", "base_date": "date", "protection_measure": "varchar"}
    write_lake_view(connection, "ledger.protection_mark", columns, files)


_OUTCOME_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "ledger.quarantine",
        "quarantine.parquet",
        {
            "feed": "varchar",
            "file_name": "varchar",
            "delivery_id": "varchar",
            "line_number": "bigint",
            "reason_code": "varchar",
            "column_name": "varchar",
            "record_key": "varchar",
            "delivered_value": "varchar",
            "raw_record": "varchar",
        },
    ),
    (
        "ledger.warning",
        "warnings.parquet",
        {
            "feed": "varchar",
            "file_name": "varchar",
            "delivery_id": "varchar",
            "line_number": "bigint",
            "warning_code": "varchar",
            "column_name": "varchar",
            "record_key": "varchar",
            "delivered_value": "varchar",
        },
    ),
)


def _month_delivery_table(state: LedgerState) -> pa.Table:
    schema = pa.schema(
        [
            ("month_end", pa.date32()),
            ("feed", pa.string()),
            ("part", pa.string()),
            ("delivery_id", pa.string()),
            ("base_date", pa.date32()),
        ]
    )
    rows = [
        {
            "month_end": month,
            "feed": delivery.feed,
            "part": delivery.part,
            "delivery_id": delivery.delivery_id,
            "base_date": delivery.base_date,
        }
        for month, delivery in state.month_deliveries
    ]
    return pa.Table.from_pylist(rows, schema=schema)
