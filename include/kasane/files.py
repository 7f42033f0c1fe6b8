"""Writing files so that a reader, or a run after a power cut, sees the old one or the new one whole."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LOGGER = logging.getLogger(__name__)


def write_atomically(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write ``content`` to ``path`` through a temporary file beside it, flushed to disk before the rename.

    ``mode``: the file's rights before the umask; 0o600 for what its owner alone may read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk, so that a rename in it outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def point_symlink(link: Path, target_name: str) -> None:
    """Make ``link`` point to its sibling path ``target_name`` in one step."""
    temporary = link.with_name(f".{link.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target_name)
    os.replace(temporary, link)


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it; nothing to do is no error."""
    shutil.rmtree(path, ignore_errors=True)


def append_json_lines(path: Path, entries: Sequence[Mapping[str, Any]], mode: int = 0o666) -> None:
    """Append one JSON object a line, all in one write, on the disk before this returns; ``mode`` for a new file.

    A line that a crash tore is closed first, so that it spoils nothing that follows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries]
    with open(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, mode), "a+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size:
            stream.seek(size - 1)
            lines.insert(0, "" if stream.read(1) == b"\n" else "\n")
        stream.write("".join(lines).encode())
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(path.parent)


def load_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number from 1 and object of each line of such a file; none where there is no file.

    A line torn by a crash was never acknowledged and is left out with a warning.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if isinstance(entry, dict):
            yield number, entry
        else:
            LOGGER.warning("%s: line %d is torn and is left out", path.name, number)
