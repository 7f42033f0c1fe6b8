"""DuckDB connections that fetch nothing and stay within memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from kasane import at_rest

MEMORY_LIMIT = "2GB"


def connect(file: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to ``file``, encrypted or not, or one in memory; nothing is fetched."""
    config: dict[str, Any] = {
        "memory_limit": MEMORY_LIMIT,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if file is None:
        # In memory, DuckDB would spill into the folder it happens to run in.
        return duckdb.connect(config=config | {"temp_directory": ""})
    return at_rest.connect(file, read_only=True, config=config)
