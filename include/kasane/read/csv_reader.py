"""CSV files by contract: heading, heading record, record kinds and trailer in any combination."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from kasane.contracts.model import Contract
from kasane.read.batch import Batch, Frame, fields_of
from kasane.read.blocks import Block, csv_blocks
from kasane.read.columns import names_by_heading, plain
from kasane.read.refusal import FileReason, RefusedError

_KIND = "record kind"


def read_csv(stream: BinaryIO, contract: Contract, frame: Frame) -> Iterator[Batch]:
    """Batches of the data records of one CSV file; ``frame`` learns of heading and trailer.

    Raises RefusedError where the file as a whole breaks its layout.
    """
    names: list[str] | None = None
    for block in frame.middle(csv_blocks(stream, contract.layout.encoding)):
        if names is None:
            names = columns_of(contract, frame)
        yield _batch(block, names, contract)
    if names is None and frame.first is None and frame.last is None:
        raise RefusedError(FileReason.EMPTY_FILE, "the file holds no record and no heading")
    if names is None:
        columns_of(contract, frame)


def csv_frame(contract: Contract) -> Frame:
    """Which records of the file are no data."""
    layout = contract.layout
    return Frame(layout.heading or layout.heading_record is not None, layout.trailer is not None)


def trailer_count(contract: Contract, record: bytes) -> int | None:
    """The count in a trailer, -1 where it is no number; None where the record is no trailer."""
    trailer = contract.layout.trailer
    values = [plain(text) for text in fields_of(record)]
    if trailer is None or not values or values[0] != trailer.marker:
        return None
    position = trailer.count_position or 0
    text = values[position - 1] if len(values) >= position else ""
    return int(text) if text.isascii() and text.isdigit() else -1


def columns_of(contract: Contract, frame: Frame) -> list[str]:
    """The field names in the order of this file's columns; checks the heading or heading record."""
    if contract.layout.heading:
        return names_by_heading(contract, fields_of(frame.first or b""), frame.first_line)
    names = [field.name for field in sorted(contract.delivered_fields, key=lambda field: field.position or 0)]
    _check_heading_record(contract, frame)
    return [_KIND, *names] if contract.layout.record_kind else names


def _check_heading_record(contract: Contract, frame: Frame) -> None:
    record = contract.layout.heading_record
    if record is None:
        return
    values = [plain(text) for text in fields_of(frame.first or b"")]
    if not values or values[0] != record.kind:
        message = f"the file does not begin with a record of kind {record.kind}"
        raise RefusedError(FileReason.UNPARSABLE, message, frame.first_line)
    if record.base_date and len(values) >= record.base_date:
        frame.heading_base_date = _day(values[record.base_date - 1])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _batch(block: Block, names: list[str], contract: Contract) -> Batch:
    fields = dict(zip(names, _parse(block, names), strict=True))
    kinds = fields.pop(_KIND, None)
    if kinds is not None:
        _check_kinds(kinds, contract.layout.record_kind or "", block)
    texts = _record_texts(block)
    return Batch(block.lines, fields, lambda rows: pc.utf8_rtrim(texts.take(rows), "\r\n\x1a"))


def _parse(block: Block, names: list[str]) -> list[pa.Array]:
    body = block.body()
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body),
            read_options=arrow_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=max(body.size + 1, 1024)
            ),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
        )
    except pa.ArrowInvalid:
        raise _misshapen(block, len(names)) from None
    if table.num_rows != len(block):
        raise _misshapen(block, len(names))
    return [column.combine_chunks() for column in table.columns]


def _misshapen(block: Block, width: int) -> RefusedError:
    """The refusal that names the first record with a wrong number of fields."""
    for index in range(len(block)):
        found = len(fields_of(block.record(index)))
        if found != width:
            message = f"a record of {found} fields, {width} are due"
            return RefusedError(FileReason.UNPARSABLE, message, int(block.lines[index]))
    return RefusedError(FileReason.UNPARSABLE, "records can't be told apart", int(block.lines[0]))


def _check_kinds(kinds: pa.Array, wanted: str, block: Block) -> None:
    other = np.flatnonzero(pc.not_equal(kinds, wanted).to_numpy(zero_copy_only=False))
    if len(other):
        line = int(block.lines[other[0]])
        raise RefusedError(FileReason.UNPARSABLE, f"a record that is not of kind {wanted}", line)


def _record_texts(block: Block) -> pa.Array:
    """The delivered text of every record with its line end, without copying: offsets into the block."""
    first = block.starts[0]
    offsets = np.append(block.starts - first, block.ends[-1] - first).astype(np.int32)
    return pa.StringArray.from_buffers(len(block), pa.py_buffer(offsets), block.body())
