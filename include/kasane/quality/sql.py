"""Names and values as SQL text, and DuckDB connections that fetch nothing and stay within memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

MEMORY_LIMIT = "2GB"


def identifier(name: str) -> str:
    """One quoted name."""
    return '"' + name.replace('"', '""') + '"'


def relation(name: str) -> str:
    """``schema.table`` with both parts quoted."""
    return ".".join(identifier(part) for part in name.split("."))


def literal(value: str | int | float | bool) -> str:
    """One quoted value; DuckDB knows no escapes in strings but the doubled quote."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + value.replace("'", "''") + "'"


def connect(file: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to ``file``, or one in memory; extensions are neither fetched nor loaded."""
    config: dict[str, Any] = {
        "memory_limit": MEMORY_LIMIT,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if file is None:
        # In memory, DuckDB would spill into the folder it happens to run in.
        return duckdb.connect(config=config | {"temp_directory": ""})
    return duckdb.connect(str(file), read_only=True, config=config)
