"""An audit log whose lines hold each other: append-only, on the disk before anything else happens, chained by hash.

Each line carries the hash of the line before (``previous``) and its own (``hash``); the newest hash stands in
``<log>.head`` besides. A line that was changed, taken out or put in between breaks the chain, and so does one that
was cut off at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kasane.errors import KasaneError, Problem
from kasane.files import append_json_lines, load_json_lines, write_atomically

Entry = dict[str, Any]
_OWNER_ONLY = 0o600
_BEGIN = ""


def append_chained(log: Path, entry: Mapping[str, Any]) -> None:
    """Append one entry, on the disk before this returns. Call it under the writers' lock.

    Raises KasaneError where the log is no longer whole: nothing is added to a log that somebody changed.
    """
    entries = load_chained(log)
    chained = dict(entry, previous=entries[-1]["hash"] if entries else _BEGIN)
    chained["hash"] = _hash(chained)
    append_json_lines(log, [chained], mode=_OWNER_ONLY)
    write_atomically(_head(log), str(chained["hash"]).encode(), _OWNER_ONLY)


def load_chained(log: Path) -> list[Entry]:
    """Every entry in order. Raises KasaneError naming each line that breaks the chain.

    A line torn by a crash was never acknowledged and is left out.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    previous = _BEGIN
    for line, entry in load_json_lines(log):
        if entry.get("previous") != previous or entry.get("hash") != _hash(entry):
            what = "the line was changed, or one before it is gone"
            problems.append(Problem(what, "keep the log as it is and ask who had it", str(log), line))
        previous = str(entry.get("hash"))
        entries.append(entry)
    head = _head(log)
    known = {entry.get("hash") for entry in entries}
    if head.exists() and head.read_text(encoding="utf-8") not in known:
        problems.append(Problem("the log's end is gone", "bring it back from the backup", str(log)))
    if problems:
        raise KasaneError(problems)
    return entries


def _hash(entry: Mapping[str, Any]) -> str:
    told = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _head(log: Path) -> Path:
    return log.with_suffix(".head")
