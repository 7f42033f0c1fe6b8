"""The release register: release_register/<n>-<month>.json, one a publication, only ever added to; restricted.

Published tables are made from it alone, so that deleting the warehouse changes nothing that was published.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from kasane.errors import KasaneError, KeyMissingError, Problem
from kasane.files import sync_folder, write_atomically
from kasane.publish.disclosure.publication import Publication
from kasane.settings import DataPaths

_DIGITS = 5
_SEED_BYTES = 32
_RESTORE = "restore the folder from its safe copy"


def load_register(paths: DataPaths) -> list[Publication]:
    """All publications in their order; raises KasaneError naming every file that can't be read or is missing."""
    publications, problems = [], []
    for path in sorted(paths.release_register.glob("[!.]*")):
        try:
            publications.append(Publication.of_json(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            problems.append(Problem(f"this is no publication ({type(error).__name__})", _RESTORE, str(path)))
    publications.sort(key=lambda each: each.number)
    if not problems and [each.number for each in publications] != list(range(1, len(publications) + 1)):
        what = "the publications are not numbered from 1 on without gaps"
        problems.append(Problem(what, _RESTORE, str(paths.release_register)))
    if problems:
        raise KasaneError(problems)
    return publications


def add_to_register(paths: DataPaths, publications: Sequence[Publication]) -> None:
    """Add publications, each on the disk before this returns; one that stands there already is left as it is."""
    known = {each.number for each in load_register(paths)}
    paths.release_register.mkdir(parents=True, exist_ok=True, mode=0o700)
    for each in publications:
        if each.number not in known:
            path = paths.release_register / f"{each.number:0{_DIGITS}}-{each.month:%Y%m}.json"
            content = json.dumps(each.as_json(), ensure_ascii=False, indent=0)
            write_atomically(path, content.encode(), mode=0o600)
    sync_folder(paths.release_register)


def register_hash(publications: Sequence[Publication]) -> str:
    """A hash of all that was ever published."""
    text = json.dumps([each.as_json() for each in publications], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def secret_seed(paths: DataPaths) -> bytes:
    """The secret that blurs prices: made with the first publication, never replaced in silence.

    Raises KeyMissingError where there are publications and their seed is gone, or where the file holds none.
    """
    path = paths.keys / "disclosure.key"
    if not path.exists():
        if any(paths.release_register.glob("[!.]*")):
            what = "the secret seed that earlier publications were made with is missing"
            raise KeyMissingError(Problem(what, "restore it from its safe copy", str(path)))
        _create(path)
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != _SEED_BYTES:
        what = f"this is no seed of {_SEED_BYTES} bytes in hexadecimal"
        raise KeyMissingError(Problem(what, "restore the file from its safe copy", str(path)))
    return seed


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(path, (secrets.token_hex(_SEED_BYTES) + "\n").encode(), mode=0o600)
    os.chmod(path, 0o600)
