"""A source of delivered files: a folder or an SFTP address, listed and opened through fsspec."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import fsspec
import paramiko

from kasane.errors import KasaneError, Problem

_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_BROKEN_CONNECTION = (paramiko.SSHException, ConnectionError, TimeoutError)
_TEMPORARY_ENDS = (".part", ".tmp", ".filepart", ".crdownload", ".swp", "~")


@dataclass(frozen=True)
class SourceFile:
    """One file of a source as it is listed; ``modified`` in seconds since 1970, None where not told."""

    name: str
    path: str
    size: int
    modified: float | None


class Source:
    """The extracts of one feed: ``<extracts>/<feed>/``.

    ``extracts`` is a local folder or ``sftp://user@host:port/path``. An SFTP server's key must stand in the
    user's known_hosts: extracts of a register are not handed to, or taken from, a server nobody vouched for.
    """

    def __init__(self, extracts: str, feed: str, known_hosts: Path | None = None) -> None:
        self._shown = _without_password(extracts)
        options: dict[str, Any] = {}
        if urlsplit(extracts).scheme in {"sftp", "ssh"}:
            hosts = known_hosts or Path.home() / ".ssh" / "known_hosts"
            options = {"host_key_policy": _KnownHostsOnly(hosts), "skip_instance_cache": True}
        with self._reachable():
            self._files, root = fsspec.core.url_to_fs(extracts, **options)
            self._root = root.rstrip("/") or "/"
            self._folder = f"{self._root}/{feed}"

    def list(self) -> list[SourceFile]:
        """Every file that may be a delivery, by name; hidden and half-copied ones are left for a later run.

        A feed without a folder has delivered nothing; an address that does not exist is a KasaneError.
        """
        with self._reachable():
            if not self._files.isdir(self._root):
                raise FileNotFoundError("no such folder")
            if not self._files.isdir(self._folder):
                return []
            self._files.invalidate_cache()
            found = [_source_file(item) for item in self._files.ls(self._folder, detail=True) if _is_file(item)]
        return sorted((file for file in found if not is_temporary(file.name)), key=lambda file: file.name)

    def look(self, file: SourceFile) -> SourceFile:
        """The file as it is now, to see whether it changed while it was being copied."""
        with self._reachable():
            self._files.invalidate_cache()
            return _source_file({**self._files.info(file.path), "name": file.path})

    @contextmanager
    def open(self, file: SourceFile) -> Iterator[BinaryIO]:
        """The bytes of a file, seekable."""
        with self._reachable():
            stream = cast(BinaryIO, self._files.open(file.path, "rb"))
        with self._reachable(_BROKEN_CONNECTION), stream:
            yield stream

    @contextmanager
    def _reachable(self, errors: tuple[type[Exception], ...] = (paramiko.SSHException, OSError)) -> Iterator[None]:
        try:
            yield
        except errors as error:
            what = f"the extracts can't be reached: {type(error).__name__}: {error}"
            raise KasaneError(Problem(what, "check the address, the rights and known_hosts", self._shown)) from error


def is_temporary(name: str) -> bool:
    """Whether a name is hidden, a system's own, or one that programs give to files still being written."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return folded.startswith((".", "~$")) or folded.endswith(_TEMPORARY_ENDS) or folded in _IGNORED_NAMES


class _KnownHostsOnly(paramiko.MissingHostKeyPolicy):
    """Refuse every server whose key is not in known_hosts."""

    def __init__(self, known_hosts: Path) -> None:
        self._known_hosts = known_hosts

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        hosts = paramiko.HostKeys()
        if self._known_hosts.is_file():
            hosts.load(str(self._known_hosts))
        if not hosts.check(hostname, key):
            raise paramiko.SSHException(f"the key of {hostname} is not in {self._known_hosts}")


def _is_file(item: dict[str, Any]) -> bool:
    return bool(item["type"] == "file")


def _source_file(item: dict[str, Any]) -> SourceFile:
    path = str(item["name"])
    modified = item.get("mtime")
    seconds = modified.timestamp() if isinstance(modified, datetime) else modified
    return SourceFile(path.rsplit("/", 1)[-1], path, int(item["size"]), seconds)


def _without_password(address: str) -> str:
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", address)
