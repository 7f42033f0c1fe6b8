"""One zone's DuckDB file of a release, opened to be read only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
