"""A release: the zones split out of the build file into one folder, which is put in force by one rename.

Readers open ``current``; they see the whole old release or the whole new one, and keep what they have opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kasane import at_rest
from kasane.errors import KasaneError, Problem
from kasane.files import point_symlink, remove_tree, write_atomically
from kasane.settings import DataPaths
from kasane.sql import relation

RELEASES_KEPT = 3
ZONES: dict[str, tuple[str, ...]] = {
    "restricted": ("restricted",),
    "analyst": ("core", "marts", "quality"),
    "published": ("published",),
}
BUILD_CATALOG = "kasane"
SEALED = ("restricted",)


@dataclass(frozen=True)
class Release:
    """A release that is complete on disk."""

    release_id: str
    folder: Path

    def zone_file(self, zone: str) -> Path:
        """The DuckDB file of one zone: restricted, analyst or published."""
        return self.folder / f"{zone}.duckdb"


def current_release(paths: DataPaths) -> Release | None:
    """The release in force, if there is one."""
    if not paths.current.exists():
        return None
    folder = paths.current.resolve()
    return Release(folder.name, folder)


def require_release(paths: DataPaths) -> Release:
    """The release in force; raises KasaneError when there is none."""
    release = current_release(paths)
    if release is None:
        raise KasaneError(
            Problem(what="there is no release yet", remedy="run `kasane run` first", file=str(paths.root))
        )
    return release


def publish_release(paths: DataPaths, release_id: str, rules: Mapping[str, str] | None = None) -> Release:
    """Split the build file into the release's zones and put the release in force.

    ``rules``: hashes of the files that say how it was built, kept with it to tell releases apart.

    A release that is complete already is only put in force again, so a run that was killed can be run again.
    """
    release = write_release(paths, release_id, rules)
    put_in_force(paths, release)
    return release


def write_release(
    paths: DataPaths,
    release_id: str,
    rules: Mapping[str, str] | None = None,
    anew: bool = False,
    files: Mapping[str, bytes] | None = None,
) -> Release:
    """Split the build file into the release's zones; one that is complete is left as it is, unless ``anew``.

    ``files``: further files of the release, by their path below its folder.
    """
    folder = paths.releases / release_id
    if anew or not (folder / "release.json").exists():
        _write_release(paths, folder, rules or {}, files or {})
    return Release(release_id, folder)


def put_in_force(paths: DataPaths, release: Release) -> None:
    """Let readers see a release that is complete on disk, and remove the oldest ones."""
    point_symlink(paths.current, str(release.folder.relative_to(paths.root)))
    _remove_old(paths)


def _write_release(paths: DataPaths, folder: Path, rules: Mapping[str, str], files: Mapping[str, bytes]) -> None:
    paths.releases.mkdir(parents=True, exist_ok=True)
    for stale in paths.releases.glob(".new-*"):
        remove_tree(stale)
    remove_tree(folder)
    draft = paths.releases / f".new-{folder.name}"
    draft.mkdir()
    for zone, schemas in ZONES.items():
        _write_zone(paths, draft / f"{zone}.duckdb", schemas)
    for name, content in files.items():
        write_atomically(draft / name, content)
    write_atomically(draft / "release.json", json.dumps({"release_id": folder.name, "rules": dict(rules)}).encode())
    _flush(draft)
    os.replace(draft, folder)


def _write_zone(paths: DataPaths, zone_file: Path, schemas: Sequence[str]) -> None:
    # What is reckoned on the way is restricted: it spills where the build's does, not beside the zone's file.
    config = {**_CLOSED, "temp_directory": str(paths.work / "spill")}
    # Names and numbers stay encrypted where the build file is; the other zones hold neither.
    is_sealed = zone_file.stem in SEALED and at_rest.is_encrypted(paths.build_file)
    with at_rest.connect(zone_file, config=config, encrypt=is_sealed) as connection:
        at_rest.attach(connection, paths.build_file, BUILD_CATALOG)
        for schema in schemas:
            # The file's own catalog is named like its schema: only the whole path is unambiguous.
            connection.execute(f"create schema if not exists {relation(zone_file.stem, schema)}")
            for (name,) in connection.execute(_RELATIONS, [schema]).fetchall():
                own, source = relation(zone_file.stem, schema, name), relation(BUILD_CATALOG, schema, name)
                connection.execute(f"create table {own} as from {source}")
        connection.execute(f"detach {BUILD_CATALOG}")
        connection.execute("checkpoint")


_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "2",
    "preserve_insertion_order": "false",
}
_RELATIONS = f"""
select table_name from information_schema.tables
where table_catalog = '{BUILD_CATALOG}' and table_schema = ? order by table_name
"""


def _flush(folder: Path) -> None:
    """Flush every file and the folder itself: a release is renamed into place only when it is on disk."""
    for path in [*folder.iterdir(), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_old(paths: DataPaths) -> None:
    """Keep the release in force and the ones before it; who has an old file open reads it to the end."""
    in_force = paths.current.resolve()
    complete = [path for path in paths.releases.iterdir() if (path / "release.json").exists()]
    by_age = sorted(complete, key=lambda path: path.stat().st_mtime, reverse=True)
    others = [path for path in by_age if path != in_force]
    for old in others[RELEASES_KEPT - 1 :]:
        remove_tree(old)


def table_hashes(folder: Path) -> dict[str, str]:
    """A hash a table of a release, blind to the order of rows: ``{"marts.dim_person": "1623:8f3a…"}``.

    Two runs made the same warehouse when these are equal.
    """
    hashes: dict[str, str] = {}
    for zone in ZONES:
        with at_rest.connect(folder / f"{zone}.duckdb", read_only=True) as connection:
            for schema, name in connection.execute(_TABLES, [zone]).fetchall():
                source = relation(zone, schema, name)
                row = connection.execute(
                    f"select count(*), coalesce(sum(hash(row_of)), 0) from {source} as row_of"
                ).fetchone()
                assert row is not None
                hashes[f"{schema}.{name}"] = f"{row[0]}:{int(row[1]):x}"
    return hashes


_TABLES = "select table_schema, table_name from information_schema.tables where table_catalog = ? order by all"
