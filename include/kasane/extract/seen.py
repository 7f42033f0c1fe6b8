"""What a source held at the last look, so that unchanged large files are not read again. It may be deleted."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from kasane.extract.source import SourceFile
from kasane.files import write_atomically

SETTLED_SECONDS = 2.0


class SeenFiles:
    """Name (as a hash: it may name a person), size and time of change of a source's files → the hash that they had."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = hashlib.sha256(source.encode()).hexdigest()  # an address may hold a password
        self._known = self._load()

    def sha256(self, file: SourceFile) -> str | None:
        """The hash the file had when it looked just like this; None when that is not known."""
        known = self._known.get(_key(file))
        return str(known[2]) if known and known[:2] == [file.size, file.modified] else None

    def note(self, file: SourceFile, sha256: str) -> None:
        """Remember a file, unless it changed so lately that another change could look the same."""
        self._known.pop(_key(file), None)
        if file.modified is not None and time.time() - file.modified > SETTLED_SECONDS:
            self._known[_key(file)] = [file.size, file.modified, sha256]

    def save(self) -> None:
        """Write what is remembered."""
        content = json.dumps({"source": self._source, "files": self._known})
        write_atomically(self._path, content.encode())

    def _load(self) -> dict[str, list[object]]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return dict(content["files"]) if content["source"] == self._source else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}


def _key(file: SourceFile) -> str:
    return hashlib.sha256(file.name.encode("utf-8", "surrogateescape")).hexdigest()
