"""Fixed-width files: records of so many bytes, fields cut by bytes, each cut decoded strictly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kasane.contracts.model import Contract
from kasane.read.batch import Batch, Frame
from kasane.read.blocks import Block, line_blocks
from kasane.read.quotes import CR, LF, Bytes, Positions
from kasane.read.refusal import FileReason, RefusedError

_PADDING = " \u3000\n"


def read_fixed(stream: BinaryIO, contract: Contract, frame: Frame) -> Iterator[Batch]:
    """Batches of the records of one fixed-width file; a record of another width is a misfit.

    Raises RefusedError (undecodable, with the line) where a cut splits a character or a byte is not of the encoding.
    """
    for block in frame.middle(line_blocks(stream)):
        yield _batch(block, contract)
    if not frame.records and frame.last is None:
        raise RefusedError(FileReason.EMPTY_FILE, "the file holds no record")


def fixed_frame(contract: Contract) -> Frame:
    """Which records of the file are no data."""
    return Frame(False, contract.layout.trailer is not None)


def fixed_trailer_count(contract: Contract, record: bytes) -> int | None:
    """The count in a trailer, -1 where it is no number; None where the record is no trailer."""
    trailer = contract.layout.trailer
    if trailer is None or not record.startswith(trailer.marker.encode("ascii")):
        return None
    start = (trailer.count_from or 1) - 1
    text = record[start : start + (trailer.count_bytes or 0)].strip()
    return int(text) if text.isdigit() else -1


def _batch(block: Block, contract: Contract) -> Batch:
    width, encoding = contract.layout.record_bytes or 0, contract.layout.encoding
    data = np.frombuffer(block.text, np.uint8)
    stops = _without_line_end(data, block.ends)
    fits = stops - block.starts == width
    _check_misfits(block, np.flatnonzero(~fits), encoding)
    records = data[block.starts[fits][:, None] + np.arange(width)]
    spread = pa.array(np.where(fits, np.cumsum(fits) - 1, 0), mask=~fits)
    fields = {}
    for field in contract.delivered_fields:
        start = (field.from_ or 1) - 1
        cut = records[:, start : start + (field.bytes or 0)]
        fields[field.name] = _decode(cut, block.lines[fits], encoding, field.source).take(spread)
    return Batch(block.lines, fields, lambda rows: _texts(block, rows, encoding), pa.array(~fits))


def _without_line_end(data: Bytes, ends: Positions) -> Positions:
    """The position after the last byte of each record, CR LF or LF left out."""
    stops = ends - 1
    stops -= data[np.maximum(stops - 1, 0)] == CR
    return stops


def _decode(cut: Bytes, lines: Positions, encoding: str, source: str) -> pa.Array:
    """One field of every record: decoded together, a line end between, so that no cut can borrow a byte."""
    rows, width = cut.shape
    fenced = np.full((rows, width + 1), LF, dtype=np.uint8)
    fenced[:, :width] = cut
    try:
        text = fenced.tobytes().decode(encoding).encode()
    except UnicodeDecodeError as error:
        line = int(lines[error.start // (width + 1)])
        message = f"{source}: bytes that are not {encoding} ({error.reason})"
        raise RefusedError(FileReason.UNDECODABLE, message, line) from None
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == LF) + 1
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    values = pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(text))
    return pc.utf8_trim(values, _PADDING)


def _check_misfits(block: Block, rows: Positions, encoding: str) -> None:
    """A record cut off within a character is a misfit; any other byte out of place refuses the file."""
    for row in rows:
        try:
            block.record(row).decode(encoding)
        except UnicodeDecodeError as error:
            if "incomplete" not in error.reason:
                message = f"bytes that are not {encoding} ({error.reason})"
                raise RefusedError(FileReason.UNDECODABLE, message, int(block.lines[row])) from None


def _texts(block: Block, rows: pa.Array, encoding: str) -> pa.Array:
    """The delivered text of some records."""
    texts = [block.record(row).decode(encoding, "backslashreplace") for row in rows.to_pylist()]
    return pa.array(texts, pa.string())
