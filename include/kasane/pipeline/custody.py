"""``audit/custody.jsonl``: what the custodian of keys did, took out, deleted or looked up; no names, no numbers."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from kasane.errors import KasaneError, Problem
from kasane.files import append_json_lines
from kasane.pipeline.audit import user_name
from kasane.settings import DataPaths


def note_custody(paths: DataPaths, what: str, by: str, reason: str, **details: str | int) -> dict[str, str | int]:
    """Append one entry and return it; it is on the disk before this returns.

    ``details`` hold codes, versions, file names and counts, never a record, a key or a person's number.
    """
    entry: dict[str, str | int] = {**accountable(by, reason), "what": what, **details}
    append_json_lines(paths.audit / "custody.jsonl", [entry], mode=0o600)
    return entry


def accountable(by: str, reason: str) -> dict[str, str | int]:
    """Who, why and when; raises KasaneError, both problems at once, where who or why is blank."""
    problems = []
    if not by.strip():
        problems.append(Problem("nobody is named", "say with --by who does this"))
    if not reason.strip():
        problems.append(Problem("no reason is given", "say with --reason why; it is kept"))
    if problems:
        raise KasaneError(problems)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": now, "by": by.strip(), "reason": reason.strip(), "user": user_name()}


def refuse_place(paths: DataPaths, out: Path) -> None:
    """Raise KasaneError for an output file below the data directory, where readers or runs would meet it."""
    if out.resolve().is_relative_to(paths.root):
        what = "what is taken out must not lie in the data directory"
        raise KasaneError(Problem(what, "name a file elsewhere with --out", str(out)))


def own_file(path: Path) -> None:
    """Let nobody but the owner read a file that was taken out."""
    os.chmod(path, 0o600)
