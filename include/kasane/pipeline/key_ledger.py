"""The key ledger's files: key_ledger/<n>-<release id>.parquet, one a published release, only ever added to.

A file holds what changed against all files before it, so its size is that of the change. Files and the decisions
are what ids and redirects can be made again from when lake, build file and releases are gone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from kasane.errors import KasaneError, Problem
from kasane.files import sync_folder
from kasane.linkage.key_ledger import EMPTY_ENTRIES, write_pending, write_redirects
from kasane.linkage.pseudonym import pseudonyms
from kasane.linkage.register import REGISTER_FEED
from kasane.pipeline.build_file import open_build_file
from kasane.settings import DataPaths
from kasane.sql import literal

_DIGITS = 5


@dataclass(frozen=True)
class LedgerFile:
    """One published release's file, the ``number``-th from 1."""

    number: int
    release_id: str
    path: Path


def ledger_files(paths: DataPaths) -> list[LedgerFile]:
    """All files in the order of their releases; raises KasaneError where one is missing or is named otherwise."""
    found, problems = [], []
    for path in sorted(paths.key_ledger.glob("[!.]*")):
        number, _, release_id = path.stem.partition("-")
        if path.suffix == ".parquet" and number.isdecimal() and release_id:
            found.append(LedgerFile(int(number), release_id, path))
        else:
            problems.append(Problem("this is no file of the key ledger", "move it elsewhere", str(path)))
    found.sort(key=lambda each: each.number)
    missing = set(range(1, len(found) + 1)) - {each.number for each in found}
    if missing or len({each.number for each in found}) < len(found):
        what = f"the key ledger's files are not numbered from 1 on without gaps; look at {min(missing)}"
        problems.append(Problem(what, "restore the folder from its safe copy", str(paths.key_ledger)))
    if problems:
        raise KasaneError(problems)
    return found


def note_pending(connection: duckdb.DuckDBPyConnection, paths: DataPaths, release_id: str, key: bytes) -> None:
    """Write ``link.key_ledger_pending``, ``link.person_redirect`` and ``link.retired_surrogate_feed`` of a release.

    What the ledger holds of this release itself counts for nothing where it is its last file: a release that is
    built again is compared with the one before it, as it was the first time.
    """
    files = ledger_files(paths)
    before = files[:-1] if files and files[-1].release_id == release_id else files
    load_entries(connection, before)
    write_pending(connection)
    write_redirects(connection, release_id, f"{REGISTER_FEED}|")
    _add_person_ids(connection, key)


def load_entries(connection: duckdb.DuckDBPyConnection, files: Sequence[LedgerFile]) -> None:
    """The temporary table ``key_ledger_entry`` from these files."""
    connection.execute(EMPTY_ENTRIES)
    if files:
        listed = ", ".join(literal(str(each.path)) for each in files)
        connection.execute(f"insert into key_ledger_entry by name select * from read_parquet([{listed}])")


def _add_person_ids(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """The ids that readers saw and see: after a rebuild nothing else holds those of retired persons."""
    surrogates = connection.execute(
        """
        select retired_surrogate from link.person_redirect
        union
        select surrogate from link.person_redirect where surrogate is not null
        """
    ).to_arrow_table()["retired_surrogate"]
    ids = pa.array(pseudonyms(key, "person", surrogates.to_pylist()), pa.string())
    connection.register("redirect_ids", pa.table({"surrogate": surrogates, "person_id": ids}))
    connection.execute(
        """
        create or replace table link.person_redirect as
        select redirect.*, retired.person_id as retired_person_id, redirect_ids.person_id
        from link.person_redirect as redirect
        join redirect_ids as retired on redirect.retired_surrogate = retired.surrogate
        left join redirect_ids on redirect.surrogate = redirect_ids.surrogate
        """
    )
    connection.unregister("redirect_ids")


def is_return(paths: DataPaths, release_id: str) -> bool:
    """Whether a release was published before another one was: its redirects may differ from what they were then."""
    files = ledger_files(paths)
    return release_id in {each.release_id for each in files[:-1]} and files[-1].release_id != release_id


def commit_pending(paths: DataPaths, release_id: str) -> None:
    """Add what is pending as the file of ``release_id``; nothing where that is the last file already."""
    files = ledger_files(paths)
    if files and files[-1].release_id == release_id:
        return
    number = len(files) + 1
    target = paths.key_ledger / f"{number:0{_DIGITS}}-{release_id}.parquet"
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    paths.key_ledger.mkdir(parents=True, exist_ok=True)
    for stale in paths.key_ledger.glob(".*.tmp"):
        stale.unlink()
    with open_build_file(paths, read_only=True) as connection:
        connection.execute(
            f"""
            copy (
                select {number}::integer as n, {literal(release_id)} as release_id, feed, role, record_key, surrogate
                from link.key_ledger_pending
                order by feed, role, record_key
            ) to {literal(str(draft))} (format parquet, compression zstd)
            """
        )
    _flush(draft)
    os.replace(draft, target)
    sync_folder(paths.key_ledger)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
