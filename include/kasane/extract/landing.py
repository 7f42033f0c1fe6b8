"""The landing area: every delivered file byte for byte under its hash, append-only."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from kasane.contracts.delivery import LandedFile, Refusal
from kasane.contracts.file_names import shown_name
from kasane.contracts.model import Contract
from kasane.errors import DeliveryRefusedError, Problem
from kasane.extract import archive, headings
from kasane.extract.index import Entry, read_entries, write_entry
from kasane.extract.seen import SeenFiles
from kasane.extract.source import Source, SourceFile
from kasane.extract.tombstones import read_tombstones
from kasane.files import sync_folder
from kasane.settings import DataPaths
from kasane.workbook import WorkbookTooLargeError

LOGGER = logging.getLogger(__name__)
CHUNK = 1024 * 1024
_TEMPORARY = ".incoming-"


def land(
    contracts: Sequence[Contract],
    extracts: str,
    paths: DataPaths,
    forbidden_headings: frozenset[str],
    known_hosts: Path | None = None,
) -> list[LandedFile]:
    """Copy every delivery of the feed that was not taken yet into the landing area, and list all taken so far.

    ``contracts`` are those of the feed's tables: a file belongs to the one that reads its name.

    ``extracts`` holds one folder a feed: a local path or ``sftp://user@host/path``. A file with a forbidden
    heading, or a zip or workbook that can't be opened safely, is never landed: its name, hash and refusal are recorded.
    A file that changes while it is copied is left for the next run. Raises KasaneError when the source can't
    be reached. The caller holds the writer lock.
    """
    feed = contracts[0].feed
    folder = paths.landing / feed
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    source = Source(extracts, feed, known_hosts)
    seen = SeenFiles(paths.work / "seen" / f"{feed}.json", extracts)
    taken = {(entry.file_name, entry.sha256) for entry in read_entries(folder)}
    buried = {(stone.file_name, stone.sha256) for stone in read_tombstones(folder)}
    for file in source.list():
        if (file.name, seen.sha256(file)) not in taken | buried:
            _take(source, file, folder, contract_of(contracts, file.name), forbidden_headings, seen, buried)
    seen.save()
    return load_landed(contracts, paths)


def load_landed(contracts: Sequence[Contract], paths: DataPaths) -> list[LandedFile]:
    """All deliveries of the feed taken so far, in the order of their names, as the contracts read their names."""
    folder = paths.landing / contracts[0].feed
    return [_landed_file(contract_of(contracts, entry.file_name), folder, entry) for entry in read_entries(folder)]


def contract_of(contracts: Sequence[Contract], file_name: str) -> Contract:
    """The contract of the table that a file belongs to; the feed's first one where none reads its name."""
    return next((contract for contract in contracts if contract.identify(file_name)), contracts[0])


def open_content(landed: LandedFile) -> BinaryIO:
    """The delivered data as a stream, unzipped where it came zipped; the caller closes it.

    Raises DeliveryRefusedError for a file that was not landed.
    """
    if landed.path is None:
        raise DeliveryRefusedError(Problem("the file was not landed", "see its refusal", landed.sha256))
    if archive.is_zip(landed.file_name) and not landed.is_edition:
        return archive.open_member(landed.path)
    return landed.path.open("rb")


def _take(
    source: Source,
    file: SourceFile,
    folder: Path,
    contract: Contract,
    forbidden: frozenset[str],
    seen: SeenFiles,
    buried: Set[tuple[str, str]],
) -> None:
    shown = shown_name(contract, file.name)
    with source.open(file) as stream, _incoming(folder) as temporary:
        content_sha256, refusal = _inspect(stream, file, contract, forbidden)
        stream.seek(0)
        sha256, size = _copy(stream, None if refusal else temporary)
        now = source.look(file)
        if (now.size, now.modified, size) != (file.size, file.modified, file.size):
            LOGGER.warning("extract: %s is still being written, left for the next run", shown)
            return
        if (file.name, sha256) in buried:
            # Deleted here, and still at its source: it does not come back.
            seen.note(file, sha256)
            return
        if refusal is None:
            os.replace(temporary, folder / sha256)
            sync_folder(folder)
    write_entry(folder, Entry(file.name, sha256, content_sha256 or sha256, size, refusal))
    seen.note(file, sha256)
    LOGGER.info("extract: %s %s", shown, refusal.code if refusal else f"landed, {size:,} bytes")


def _inspect(
    stream: BinaryIO, file: SourceFile, contract: Contract, forbidden: frozenset[str]
) -> tuple[str | None, Refusal | None]:
    """The content's hash where it comes zipped, and the refusal of a file that must not be landed."""
    refusal = _refusal_of_heading(stream, file.name, contract, forbidden)
    if refusal is not None or not archive.is_zip(file.name):
        return None, refusal
    return _zip_content(stream, file.size)


def _refusal_of_heading(
    stream: BinaryIO, file_name: str, contract: Contract, forbidden: frozenset[str]
) -> Refusal | None:
    if archive.is_zip(file_name):
        heads = archive.member_heads(stream, headings.HEAD_BYTES)
    else:
        heads = iter([archive.read_head(stream, headings.HEAD_BYTES)])
    try:
        word = next((w for head in heads if (w := headings.forbidden_heading(head, contract, forbidden))), None)
    except WorkbookTooLargeError as error:
        return Refusal("unparsable", f"見出しを確かめられない大きさのブックです ({error})")
    return Refusal("forbidden_column", f"見出しに「{word}」があります (a forbidden heading)", 1) if word else None


def _zip_content(stream: BinaryIO, size: int) -> tuple[str | None, Refusal | None]:
    if size == 0:
        return None, Refusal("empty_file", "0バイトのファイルです (0 bytes)")
    stream.seek(0)
    try:
        return archive.content_sha256(stream), None
    except archive.UnsafeZipError as error:
        return None, Refusal("zip_unsafe", str(error))


@contextmanager
def _incoming(folder: Path) -> Iterator[Path]:
    """A temporary file on the landing area's file system, gone afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(stream: BinaryIO, target: Path | None) -> tuple[str, int]:
    """Hash and size of a stream; its bytes are on the disk in ``target`` afterwards, or nowhere."""
    digest, size = hashlib.sha256(), 0
    with open(target or os.devnull, "wb") as copy:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
        copy.flush()
        if target:
            os.fsync(copy.fileno())
    return digest.hexdigest(), size


def _sweep(folder: Path) -> None:
    """Remove what a killed run left half-copied."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        path.unlink(missing_ok=True)


def _landed_file(contract: Contract, folder: Path, entry: Entry) -> LandedFile:
    identity = contract.identify(entry.file_name)
    unreadable = None
    if identity is None:
        message = f"名前が契約の形 {contract.delivery.file_name} に合わないか、基準日が暦にありません"
        unreadable = Refusal("name_unreadable", message)
    base_date: date | None = identity.base_date if identity else None
    return LandedFile(
        feed=contract.feed,
        table=contract.table,
        file_name=entry.file_name,
        sha256=entry.sha256,
        content_sha256=entry.content_sha256,
        size_bytes=entry.size_bytes,
        path=folder / entry.sha256 if entry.is_landed else None,
        part=identity.part if identity else "",
        base_date=base_date,
        sequence=identity.sequence if identity else 0,
        refusal=entry.refusal or unreadable,
        is_edition=entry.edition,
    )
