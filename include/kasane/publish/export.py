"""Taking data out by an operator's word: one plain file of all zones, written into the audit log."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from kasane import at_rest
from kasane.errors import KasaneError, Problem
from kasane.publish.release import ZONES, Release
from kasane.settings import DataPaths
from kasane.sql import relation


def export_scorecard(paths: DataPaths, release: Release, out: Path, synthetic: bool) -> None:
    """Join the zones of a release into one plain DuckDB file ``out``.

    ``synthetic`` is the operator's word that no real person is in the data; without it nothing is written.
    The export is noted in the append-only audit log first. Raises KasaneError.
    """
    if not synthetic:
        raise KasaneError(
            Problem(
                what="this export joins the restricted zone with the others",
                remedy="it is for invented data only: say so with --synthetic",
            )
        )
    _audit(paths, release, out)
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    with duckdb.connect(str(temporary)) as connection:
        for zone in ZONES:
            _copy_zone(connection, zone, release.zone_file(zone))
    os.replace(temporary, out)


def _copy_zone(connection: duckdb.DuckDBPyConnection, zone: str, file: Path) -> None:
    at_rest.attach(connection, file, f"zone_{zone}")
    tables = connection.execute(
        "select table_schema, table_name from information_schema.tables where table_catalog = ? order by all",
        [f"zone_{zone}"],
    ).fetchall()
    for schema in ZONES[zone]:
        connection.execute(f'create schema if not exists "{schema}"')
    for schema, name in tables:
        connection.execute(f"create table {relation(schema, name)} as from {relation(f'zone_{zone}', schema, name)}")
    connection.execute(f"detach zone_{zone}")


def _audit(paths: DataPaths, release: Release, out: Path) -> None:
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": "export --scorecard --synthetic",
        "release_id": release.release_id,
        "to": out.name,
        "user_id": os.getuid(),
    }
    paths.decisions.mkdir(parents=True, exist_ok=True)
    with open(paths.decisions / "audit.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
