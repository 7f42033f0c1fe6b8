"""Questions to the analysts' zone, in a sandbox: a read-only connection alone could still read other files."""

from __future__ import annotations

from typing import Any

import duckdb

from kasane.errors import KasaneError, Problem
from kasane.publish.release import require_release
from kasane.settings import DataPaths

_SANDBOX = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
    "threads": "2",
}


def query_analyst_zone(paths: DataPaths, sql: str, rows: int) -> tuple[list[str], list[tuple[Any, ...]], bool]:
    """Column names, at most ``rows`` rows, and whether there were more. Raises KasaneError on bad SQL."""
    release = require_release(paths)
    with duckdb.connect(str(release.zone_file("analyst")), read_only=True, config=_SANDBOX) as connection:
        try:
            result = connection.execute(sql)
        except duckdb.Error as error:
            raise KasaneError(Problem(what=str(error).strip(), remedy="mend the query")) from None
        names = [column[0] for column in result.description or []]
        values = result.fetchmany(rows + 1)
    return names, values[:rows], len(values) > rows
