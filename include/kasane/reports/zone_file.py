"""One zone's DuckDB file of a release, opened to be read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kasane.errors import KasaneError, Problem


@contextmanager
def open_zone_file(zone_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read this file and nothing else; raises KasaneError when it can't be opened."""
    if not zone_file.is_file():
        remedy = "build a release first (kasane build), or check the path"
        raise KasaneError(Problem("the file of the release is not there", remedy, str(zone_file)))
    closed = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "2"}
    try:
        connection = duckdb.connect(str(zone_file), read_only=True, config=closed)
    except duckdb.Error as error:
        remedy = "see that no program is writing to it and that it is a whole DuckDB file"
        raise KasaneError(Problem("the file of the release can't be opened", remedy, str(zone_file))) from error
    try:
        connection.execute("set enable_external_access = false")
        yield connection
    finally:
        connection.close()


def read_rows(
    connection: duckdb.DuckDBPyConnection, sql: str, file: Path, given: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a query, ``{catalog}`` in it the file's own; raises KasaneError where the zone lacks its relation."""
    # The file's own catalog may be named like its schema: only the whole path is unambiguous.
    name = str(connection.execute("select current_database()").fetchall()[0][0])
    catalog = '"' + name.replace('"', '""') + '"'
    try:
        cursor = connection.execute(sql.format(catalog=catalog), given)
    except duckdb.Error as error:
        what = f"the release lacks what the report reads ({type(error).__name__})"
        raise KasaneError(Problem(what, "build the release anew: kasane build", str(file))) from error
    heads = [column[0] for column in cursor.description or ()]
    return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]
