"""What dbt-duckdb does before it opens an encrypted build file: dbt never sees the key (docs/adr/0041)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from kasane.at_rest import attach
from kasane.sql import identifier


class Plugin(BasePlugin):  # type: ignore[misc]
    """Attaches the build file with its key, and makes it the default catalog of every cursor.

    The profile's own ``attach`` names the same file and finds it attached already.
    """

    def configure_connection(self, conn: Any) -> None:
        """Called once, before the profile's attachments."""
        attach(conn, _build_file(), _build_file().stem, read_only=False)

    def configure_cursor(self, cursor: Any) -> None:
        """Called for each cursor: the default catalog does not go over from the connection."""
        cursor.execute(f"use {identifier(_build_file().stem)}")


def _build_file() -> Path:
    return Path(os.environ["KASANE_BUILD_FILE"])
