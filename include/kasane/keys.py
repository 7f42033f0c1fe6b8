"""The secret key behind every pseudonym: made once, kept at 0600, never replaced in silence."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from kasane.errors import KeyMissingError, Problem
from kasane.settings import Settings

KEY_BYTES = 32


def pseudonym_key(settings: Settings) -> bytes:
    """The key of the data directory, made on the very first run.

    Raises KeyMissingError where data were already made with a key that is gone (a new key would give every
    person a new id) or where the key file holds no key of 32 bytes in hexadecimal.
    """
    path = settings.key_file or settings.data.keys / "pseudonym.key"
    if not path.exists():
        _refuse_second_key(settings, path)
        _create(path)
    return _read(path)


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


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _read(path: Path) -> bytes:
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
