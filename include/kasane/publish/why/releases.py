"""The two releases that are compared, opened side by side and read-only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kasane import at_rest
from kasane.errors import KasaneError, Problem
from kasane.publish.release import Release, require_release
from kasane.settings import DataPaths

OLD, NEW = "old", "new"
_CLOSED = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "2"}


@dataclass(frozen=True)
class Pair:
    """The older and the newer release, and the files of rules that are not the same in both."""

    old: Release
    new: Release
    changed_rules: tuple[str, ...] = field(default=())


def choose(paths: DataPaths, old_id: str | None, new_id: str | None) -> Pair:
    """The releases of these ids; by default the one in force and the one made before it.

    Raises KasaneError, naming the releases that are kept, where one of them is not there.
    """
    kept = _kept(paths)
    new = _find(kept, new_id) if new_id else require_release(paths)
    before = [release for release in kept if release.release_id != new.release_id]
    if old_id is None and not before:
        raise KasaneError(Problem(what="only one release is kept", remedy="compare again after the next build"))
    old = _find(kept, old_id) if old_id else before[0]
    return Pair(old, new, _changed_rules(old, new))


def _kept(paths: DataPaths) -> list[Release]:
    """Complete releases, the newest first."""
    folders = [path.parent for path in paths.releases.glob("*/release.json")]
    by_age = sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)
    return [Release(folder.name, folder) for folder in by_age]


def _find(kept: list[Release], release_id: str) -> Release:
    found = next((release for release in kept if release.release_id == release_id), None)
    if found is None:
        names = ", ".join(release.release_id for release in kept) or "none"
        raise KasaneError(Problem(what=f"there is no release {release_id}", remedy=f"releases kept are {names}"))
    return found


def _changed_rules(old: Release, new: Release) -> tuple[str, ...]:
    before, after = _rules(old.folder), _rules(new.folder)
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def _rules(folder: Path) -> dict[str, str]:
    content = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    return dict(content.get("rules", {}))


@contextmanager
def side_by_side(pair: Pair) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the catalogs ``old_restricted``, ``old_analyst``, ``new_restricted`` and ``new_analyst``."""
    with duckdb.connect(config=_CLOSED) as connection:
        for side, release in ((OLD, pair.old), (NEW, pair.new)):
            for zone in ("restricted", "analyst"):
                at_rest.attach(connection, release.zone_file(zone), f"{side}_{zone}")
        yield connection
