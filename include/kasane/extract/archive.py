"""Zips, opened without trust: exactly one file, not encrypted, within bounds, never unpacked to a path."""

from __future__ import annotations

import hashlib
import lzma
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from kasane.workbook import FILE_BYTES_MOST, is_workbook

CHUNK = 1024 * 1024
MEMBER_BYTES_MOST = 20 * 1024**3
RATIO_MOST = 200
RATIO_FROM_BYTES = 64 * 1024**2
MEMBERS_LOOKED_AT = 64
_ENCRYPTED = 0x1
# NotImplementedError and RuntimeError: an unknown method, an encrypted member. struct.error: a short file over SFTP.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, NotImplementedError, RuntimeError, ValueError, OSError),
)


class UnsafeZipError(Exception):
    """A zip that is not opened, and why."""


def is_zip(file_name: str) -> bool:
    """Whether a delivery comes zipped, by its name alone: an XLSX is a zip as well."""
    return unicodedata.normalize("NFKC", file_name).lower().endswith(".zip")


def content_sha256(stream: BinaryIO) -> str:
    """SHA-256 of the one file in a zip; raises UnsafeZipError. Nothing is kept in memory or written."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(stream) as archive:
            for chunk in _checked_chunks(archive, _only_member(archive)):
                digest.update(chunk)
    except _DAMAGE as error:
        raise UnsafeZipError(f"the zip is damaged or of an unknown kind ({type(error).__name__})") from error
    return digest.hexdigest()


def member_heads(stream: BinaryIO, most_bytes: int) -> Iterator[bytes]:
    """What the check of headings looks at in every file of a zip that can be read; none raises nothing."""
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist()[:MEMBERS_LOOKED_AT]:
                yield from _head(archive, member, most_bytes)
    except _DAMAGE:
        return


def read_head(content: BinaryIO, most_bytes: int) -> bytes:
    """The first bytes of a file, or a whole workbook: its headings stand anywhere in its bytes."""
    head = content.read(most_bytes)
    return head + content.read(FILE_BYTES_MOST) if is_workbook(head) else head


def open_member(path: Path) -> BinaryIO:
    """The content of a landed zip that passed ``content_sha256`` when it was landed."""
    with zipfile.ZipFile(path) as archive:
        return cast(BinaryIO, archive.open(_only_member(archive)))


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most_bytes: int) -> list[bytes]:
    try:
        with archive.open(member) as content:
            return [read_head(cast(BinaryIO, content), most_bytes)]
    except _DAMAGE:
        return []


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise UnsafeZipError(f"the zip holds {len(members)} files, not one")
    if members[0].flag_bits & _ENCRYPTED:
        raise UnsafeZipError("the zip is encrypted")
    return members[0]


def _checked_chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content by chunks; what a zip says of its own size is not believed."""
    total = 0
    with archive.open(member) as content:
        while chunk := content.read(CHUNK):
            total += len(chunk)
            if total > MEMBER_BYTES_MOST:
                raise UnsafeZipError(f"the file in the zip is larger than {MEMBER_BYTES_MOST} bytes")
            if total > RATIO_FROM_BYTES and total > RATIO_MOST * max(member.compress_size, 1):
                raise UnsafeZipError(f"the zip unpacks to more than {RATIO_MOST} times its size")
            yield chunk
