"""From a stream of bytes to blocks of whole records, with the physical line each record begins on.

A block is some megabytes; a file may be larger than memory. In CP932 and UTF-8 no byte of a longer character
equals LF, so cutting at line ends never cuts a character. (The quote is searched in UTF-8, for the same reason.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from kasane.read.quotes import LF, Positions, record_ends
from kasane.read.refusal import FileReason, RefusedError

BLOCK_BYTES = 8 * 1024 * 1024
# No record of a silo system comes near; beyond it a quote was opened that is never closed.
LONGEST_RECORD = 16 * 1024 * 1024
_FIRST_OF_THREE_BYTES = "\u0800"
_BOM = b"\xef\xbb\xbf"
_EOF = b"\x1a"
_CR = 0x0D
_EMPTY = (LF, _CR, _EOF[0])


@dataclass(frozen=True)
class Block:
    """Some whole records: their bytes, where each begins and ends (line end included), and its line."""

    text: bytes
    starts: Positions
    ends: Positions
    lines: Positions

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, first: int, last: int | None = None) -> Block:
        """The records from ``first`` up to ``last``."""
        cut = slice(first, last)
        return Block(self.text, self.starts[cut], self.ends[cut], self.lines[cut])

    def record(self, index: int) -> bytes:
        """One record without its line end."""
        return self.text[self.starts[index] : self.ends[index]].rstrip(b"\r\n\x1a")

    def body(self) -> pa.Buffer:
        """The bytes from the first record to the end of the last; blank lines between stay in."""
        first = int(self.starts[0]) if len(self) else 0
        return pa.py_buffer(self.text).slice(first, int(self.ends[-1]) - first if len(self) else 0)


def csv_blocks(stream: BinaryIO, encoding: str) -> Iterator[Block]:
    """Blocks of CSV records as UTF-8; a record may hold line breaks inside quotes.

    Raises RefusedError: undecodable (with the line) or unparsable (a quote that is never closed).
    """
    return _blocks(_decoded(_line_chunks(stream), encoding), record_ends)


def line_blocks(stream: BinaryIO) -> Iterator[Block]:
    """Blocks of records that are one physical line each, as the bytes delivered."""
    return _blocks(_line_chunks(stream), lambda text: np.flatnonzero(np.frombuffer(text, np.uint8) == LF) + 1)


def _line_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Chunks that end with a line end, the last one mended; without byte order mark and closing EOF."""
    rest = stream.read(len(_BOM)).removeprefix(_BOM)
    while chunk := stream.read(BLOCK_BYTES):
        whole, newline, rest = (rest + chunk).rpartition(b"\n")
        if newline:
            yield whole + newline
        if len(rest) > LONGEST_RECORD + BLOCK_BYTES:
            raise RefusedError(FileReason.UNPARSABLE, "a line has no end")
    if rest := rest.rstrip(_EOF):
        yield rest + b"\n"


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Each chunk as UTF-8, strictly decoded."""
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    line = 1
    for chunk in chunks:
        try:
            if codec != "utf-8" and _is_japanese_utf8(chunk):
                raise RefusedError(FileReason.UNDECODABLE, f"this is UTF-8, not {encoding}")
            text = chunk.decode(codec)
        except UnicodeDecodeError as error:
            where = line + chunk.count(b"\n", 0, error.start)
            raise RefusedError(
                FileReason.UNDECODABLE, f"bytes that are not {encoding} ({error.reason})", where
            ) from None
        yield chunk if codec == "utf-8" else text.encode()
        line += chunk.count(b"\n")


def _is_japanese_utf8(chunk: bytes) -> bool:
    """Whether these bytes are UTF-8 with Japanese in it: CP932 would read them without an error, as other names.

    Some half-width kana of CP932 are two-byte UTF-8 by chance; Japanese is three bytes long there.
    """
    if chunk.isascii():
        return False
    try:
        return max(chunk.decode("utf-8")) >= _FIRST_OF_THREE_BYTES
    except UnicodeDecodeError:
        return False


def _blocks(chunks: Iterator[bytes], ends_of: Callable[[bytes], Positions]) -> Iterator[Block]:
    carried, line = b"", 1
    for chunk in chunks:
        text = carried + chunk
        ends = ends_of(text)
        whole = int(ends[-1]) if len(ends) else 0
        if whole:
            yield _without_blank_lines(text, ends, line)
            line += text.count(b"\n", 0, whole)
        carried = text[whole:]
        if len(carried) > LONGEST_RECORD:
            break
    if carried:
        raise RefusedError(FileReason.UNPARSABLE, "a quote is opened that is never closed", line)


def _without_blank_lines(text: bytes, ends: Positions, first_line: int) -> Block:
    data = np.frombuffer(text, np.uint8)
    starts = np.concatenate(([0], ends[:-1]))
    newlines = np.flatnonzero(data == LF)
    lines = first_line + np.searchsorted(newlines, starts)
    filled = ~((ends - starts <= 3) & np.isin(data[starts], _EMPTY))
    return Block(text, starts[filled], ends[filled], lines[filled])
