"""The secret keys behind every pseudonym: made once, kept at 0600, never replaced in silence (docs/adr/0042).

Version 1 is ``<data>/keys/pseudonym.key`` or KASANE_KEY_FILE; version n lies beside it as ``pseudonym-n.key``. Which
versions there are, who made them and why stands in ``decisions/keys.jsonl``; the highest is in force.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kasane.errors import KasaneError, KeyMissingError, Problem
from kasane.files import load_json_lines
from kasane.settings import Settings

KEY_BYTES = 32
FIRST = 1
ROTATE, RETIRE = "rotate", "retire"
_HISTORY = "keys.jsonl"


@dataclass(frozen=True)
class PseudonymKey:
    """One version of the key, and its name for people: ``key_id`` tells keys apart and gives nothing of them away."""

    version: int
    key: bytes

    @property
    def key_id(self) -> str:
        """12 hexadecimal digits."""
        return key_id(self.key)


def key_id(key: bytes) -> str:
    """What a key is called where it must not be shown: 12 hexadecimal digits."""
    return hashlib.sha256(b"key id" + key).hexdigest()[:12]


def pseudonym_key(settings: Settings) -> PseudonymKey:
    """The key in force, made on the very first run.

    Raises KeyMissingError where data were already made with a key that is gone (a new key would give every
    person a new id), where a key file is another than the one that was noted, or holds no key.
    """
    version = active_version(settings)
    path = key_path(settings, version)
    if version == FIRST and not path.exists():
        _refuse_second_key(settings, path)
        create_key(path)
    return load_version(settings, version)


def load_version(settings: Settings, version: int) -> PseudonymKey:
    """One version of the key; raises KeyMissingError where it is retired, missing or another than was noted."""
    path = key_path(settings, version)
    if not path.exists():
        what = f"version {version} of the pseudonym key is missing"
        if version in retired_versions(settings):
            what = f"version {version} of the pseudonym key was retired: nothing can be traced through it any more"
        raise KeyMissingError(Problem(what, "restore it from its safe copy; a new key is never made", str(path)))
    found = PseudonymKey(version, read_key(path))
    noted = {entry["version"]: entry["key_id"] for entry in key_history(settings) if entry["what"] == ROTATE}
    if noted.get(version, found.key_id) != found.key_id:
        what = f"this is another key than version {version} as it was noted in decisions/{_HISTORY}"
        raise KeyMissingError(Problem(what, "restore the right key file from its safe copy", str(path)))
    return found


def key_history(settings: Settings) -> Sequence[dict[str, Any]]:
    """Every rotation and retirement in order; raises KasaneError for a line that is neither."""
    path = history_file(settings)
    entries, problems = [], []
    for line, entry in load_json_lines(path):
        if entry.get("what") in (ROTATE, RETIRE) and isinstance(entry.get("version"), int):
            entries.append(entry)
        else:
            problems.append(Problem("this is no entry about a key", "restore the file from its copy", str(path), line))
    if problems:
        raise KasaneError(problems)
    return entries


def history_file(settings: Settings) -> Path:
    """Where rotations and retirements are noted; append-only."""
    return settings.data.decisions / _HISTORY


def active_version(settings: Settings) -> int:
    """The version in force."""
    return max((entry["version"] for entry in key_history(settings) if entry["what"] == ROTATE), default=FIRST)


def retired_versions(settings: Settings) -> frozenset[int]:
    """The versions whose key files were destroyed."""
    return frozenset(entry["version"] for entry in key_history(settings) if entry["what"] == RETIRE)


def key_path(settings: Settings, version: int) -> Path:
    """Where the key of a version lies, or would."""
    first = settings.key_file or settings.data.keys / "pseudonym.key"
    return first if version == FIRST else first.with_name(f"{first.stem}-{version}{first.suffix}")


def _refuse_second_key(settings: Settings, path: Path) -> None:
    data = settings.data
    made_before = any(place.exists() for place in (data.lake, data.build_file, data.releases, data.key_ledger))
    if made_before or settings.key_file is not None:
        raise KeyMissingError(
            Problem(
                what="the key that the data here were made with is missing",
                remedy="restore it from its safe copy or set KASANE_KEY_FILE; a new key is never made over old data",
                file=str(path),
            )
        )


def create_key(path: Path) -> None:
    """Write a new random key, whole or not at all, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def read_key(path: Path) -> bytes:
    """The key of a file; raises KeyMissingError where it holds none."""
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyMissingError(
            Problem(
                what=f"this is no key of {KEY_BYTES} bytes in hexadecimal",
                remedy="restore the key file from its safe copy",
                file=str(path),
            )
        )
    return key
