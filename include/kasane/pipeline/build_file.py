"""The build file: what the ledger and the linkage tell dbt, as the schemas ``ledger``, ``lake`` and ``link``."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from kasane.at_rest import CLOSED, connect, is_encrypted, require_at_rest_key, rewrite, sealed_files
from kasane.contracts.delivery import Delivery
from kasane.pipeline.municipality import is_encrypted_at_rest
from kasane.settings import DataPaths, Settings
from kasane.sql import identifier, literal

LOGGER = logging.getLogger(__name__)
THREADS = 2
MEMORY_LIMIT = "3GB"


def prepare_build_file(settings: Settings) -> None:
    """Bring the build file and the kept releases into the form that the configuration asks for: plain or encrypted.

    A build file of the other form is removed, since everything in it is made again; restricted files of releases
    are written anew. Raises KeyMissingError where files are encrypted and their key is gone. Under the writer lock.
    """
    paths, is_wanted = settings.data, is_encrypted_at_rest(settings)
    others = [file for file in sealed_files(paths) if file.exists() and is_encrypted(file) != is_wanted]
    if is_wanted:
        require_at_rest_key(paths)
    for file in others:
        LOGGER.info("%s is written anew: at rest it is to be %s", file.name, "encrypted" if is_wanted else "plain")
        if file == paths.build_file:
            file.unlink()
            file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
        else:
            rewrite(file, is_wanted)
    if is_wanted and not paths.build_file.exists():
        paths.build_file.parent.mkdir(parents=True, exist_ok=True)
        connect(paths.build_file, config=CLOSED, encrypt=True).close()


@contextmanager
def open_build_file(paths: DataPaths, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the build file that reaches no network and spills below the data directory."""
    paths.build_file.parent.mkdir(parents=True, exist_ok=True)
    spill = paths.work / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection = connect(
        paths.build_file,
        read_only=read_only,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": str(THREADS),
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
        },
    )
    try:
        yield connection
    finally:
        connection.close()


def write_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Replace ``name`` (schema.table, from code) by the rows of an Arrow table."""
    connection.register("written_table", table)
    connection.execute(f"create or replace table {name} as select * from written_table")
    connection.unregister("written_table")


DELIVERY_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("feed", pa.string()),
        ("table", pa.string()),
        ("part", pa.string()),
        ("file_name", pa.string()),
        ("sha256", pa.string()),
        ("base_date", pa.date32()),
        ("sequence", pa.int32()),
        ("status", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("rows_in", pa.int64()),
        ("rows_loaded", pa.int64()),
        ("rows_quarantined", pa.int64()),
        ("rows_superseded", pa.int64()),
        ("warnings", pa.int64()),
        ("in_force", pa.bool_()),
    ]
)


def delivery_table(deliveries: Sequence[Delivery]) -> pa.Table:
    """``ledger.delivery``: a row a delivered file."""
    rows = [{name: getattr(delivery, name) for name in DELIVERY_SCHEMA.names} for delivery in deliveries]
    # `table` is a word of SQL's own.
    return pa.Table.from_pylist(rows, schema=DELIVERY_SCHEMA).rename_columns({"table": "table_name"})


def write_lake_view(
    connection: duckdb.DuckDBPyConnection,
    schema_and_name: str,
    columns: Mapping[str, str],
    files: Sequence[Path],
    where: str | None = None,
    may_lack: bool = False,
) -> None:
    """A view over Parquet files of one shape; with no file, an empty view of that shape.

    ``columns`` maps a column's name to its DuckDB type. ``where`` leaves rows out: SQL made with kasane.sql alone.
    ``may_lack``: files that an earlier reader wrote may lack columns, which are null then.
    """
    empty = ", ".join(f"cast(null as {kind}) as {identifier(name)}" for name, kind in columns.items())
    body = f"select {empty} where false"
    if files:
        listed = ", ".join(literal(str(file)) for file in files)
        names = ", ".join(identifier(name) for name in columns)
        source = f"read_parquet([{listed}])"
        if may_lack:
            source = f"({body} union all by name select * from read_parquet([{listed}], union_by_name = true))"
        body = f"select {names} from {source}" + (f" where {where}" if where else "")
    connection.execute(f"create or replace view {schema_and_name} as {body}")
