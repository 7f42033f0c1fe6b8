"""How a delivery is deleted down to landing: a tombstone first, then bytes, lake, and all that was made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.contracts.delivery import LandedFile, Manifest
from kasane.contracts.manifest import parse_manifest
from kasane.contracts.model import Contract
from kasane.extract.index import read_entries
from kasane.extract.tombstones import Cause, Tombstone, entry_name, read_tombstones, write_tombstone
from kasane.files import append_json_lines, load_json_lines, remove_tree
from kasane.pipeline.link_records import REGISTER_FEED
from kasane.publish.release import current_release
from kasane.settings import DataPaths

MARKS = ("resident_no", "base_date", "protection_measure")
_DELETIONS = "deletions.jsonl"


def bury(
    paths: DataPaths,
    file: LandedFile,
    contract: Contract,
    cause: Cause,
    reason: str,
    replaced_by: str | None = None,
) -> None:
    """Delete one delivery and leave a tombstone. Killed anywhere, ``sweep_buried`` ends it."""
    folder = paths.landing / file.feed
    manifest = manifest_of(paths, file, contract)
    if cause == "retention_over" and file.feed == REGISTER_FEED:
        _keep_protection(paths, _folders(paths, contract.table, file.file_name, file.sha256))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_tombstone(folder, Tombstone(file.file_name, file.sha256, cause, now, reason, manifest, replaced_by))
    _remove(paths, contract.table, folder, file.file_name, file.sha256)


def sweep_buried(paths: DataPaths, contracts: Mapping[str, Contract]) -> None:
    """End what a killed deletion left: everything of a delivery that has a tombstone goes."""
    for contract in contracts.values():
        folder = paths.landing / contract.feed
        for stone in read_tombstones(folder):
            _remove(paths, contract.table, folder, stone.file_name, stone.sha256)


def forget_what_was_made(paths: DataPaths, what: str) -> None:
    """Remove the build file and all releases but the one in force, and note that something was deleted.

    The release in force goes with the next build: ``prune_releases``.
    """
    append_json_lines(paths.decisions / _DELETIONS, [{"at": datetime.now(UTC).timestamp(), "what": what}], mode=0o600)
    for file in (paths.build_file, paths.build_file.with_name(f"{paths.build_file.name}.wal")):
        file.unlink(missing_ok=True)
    prune_releases(paths)


def prune_releases(paths: DataPaths) -> None:
    """Remove the releases, but the one in force, that were made before something was last deleted."""
    times = [float(entry["at"]) for _, entry in load_json_lines(paths.decisions / _DELETIONS)]
    release = current_release(paths)
    for manifest in paths.releases.glob("*/release.json") if times else ():
        is_shown = release is not None and manifest.parent == release.folder
        if not is_shown and manifest.stat().st_mtime < max(times):
            remove_tree(manifest.parent)


def protection_kept(paths: DataPaths) -> Sequence[Path]:
    """The file of 支援措置 marks whose deliveries are deleted, where there are any: protection outlives them."""
    file = paths.decisions / "protection_kept.parquet"
    return [file] if file.exists() else []


def write_protection_kept(paths: DataPaths, marks: pa.Table) -> None:
    """Replace the kept marks in one step; for the owner alone."""
    target = paths.decisions / "protection_kept.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.tmp")
    draft.touch(mode=0o600)
    pq.write_table(marks, draft)
    draft.replace(target)


def _keep_protection(paths: DataPaths, folders: Iterable[Path]) -> None:
    files = [folder / "rows.parquet" for folder in folders if (folder / "rows.parquet").exists()]
    tables = [pq.read_table(file, columns=list(MARKS)) for file in (*files, *protection_kept(paths))]
    if tables:
        marks = pa.concat_tables(tables, promote_options="permissive")
        marked = marks.filter(pc.is_valid(marks["protection_measure"]))
        write_protection_kept(paths, marked.group_by(list(MARKS)).aggregate([]))


def manifest_of(paths: DataPaths, file: LandedFile, contract: Contract) -> Manifest | None:
    """How a delivery was read last; None where it was not."""
    folders = _folders(paths, contract.table, file.file_name, file.sha256)
    newest = max(folders, key=lambda folder: (folder / "manifest.json").stat().st_mtime_ns, default=None)
    return parse_manifest((newest / "manifest.json").read_bytes()) if newest else None


def _folders(paths: DataPaths, table: str, file_name: str, sha256: str) -> list[Path]:
    found = []
    for path in (paths.lake / table).glob("*/manifest.json"):
        told = json.loads(path.read_bytes())
        if (told.get("file_name"), told.get("sha256")) == (file_name, sha256):
            found.append(path.parent)
    return found


def _remove(paths: DataPaths, table: str, folder: Path, file_name: str, sha256: str) -> None:
    for names in (folder / f"{sha256}.names", folder / "refused" / f"{sha256}.names"):
        (names / entry_name(file_name)).unlink(missing_ok=True)
        if names.is_dir() and not any(names.iterdir()):
            names.rmdir()
    # The same bytes may have come under another name that is still kept.
    if not any(entry.sha256 == sha256 for entry in read_entries(folder)):
        (folder / sha256).unlink(missing_ok=True)
    for delivery in _folders(paths, table, file_name, sha256):
        remove_tree(delivery)
