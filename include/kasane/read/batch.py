"""What the readers of all formats hand on: a batch of delivered records as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from kasane.read.blocks import Block
from kasane.read.quotes import Positions


@dataclass(frozen=True)
class Batch:
    """Records as delivered. ``fields``: text by field name, null in a misfit (a record that can't be cut).

    ``raw``: the whole record's text for the given row indices.
    """

    lines: Positions
    fields: dict[str, pa.Array]
    raw: Callable[[pa.Array], pa.Array]
    misfit: pa.Array | None = None

    def __len__(self) -> int:
        return len(self.lines)


@dataclass
class Frame:
    """The first and last record of a file where they are of a kind of their own, and what they say.

    Filled while the file is read: ``first`` before the first batch, the others after the last.
    """

    takes_first: bool
    takes_last: bool
    first: bytes | None = None
    first_line: int | None = None
    last: bytes | None = None
    last_line: int | None = None
    records: int = 0
    heading_base_date: date | None = field(default=None)

    def middle(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """The blocks without first and last record; never an empty block."""
        held: Block | None = None
        for block in blocks:
            rest = self._without_first(block)
            if not len(rest):
                continue
            if held is not None:
                yield self._counted(held)
            held = rest
        if held is not None and self.takes_last:
            self.last, self.last_line = held.record(-1), int(held.lines[-1])
            held = held.part(0, -1)
        if held is not None and len(held):
            yield self._counted(held)

    def _without_first(self, block: Block) -> Block:
        if not self.takes_first or self.first is not None or not len(block):
            return block
        self.first, self.first_line = block.record(0), int(block.lines[0])
        return block.part(1)

    def _counted(self, block: Block) -> Block:
        self.records += len(block)
        return block


def fields_of(record: bytes) -> list[str]:
    """The fields of one CSV record in UTF-8; none where it is out of all form."""
    try:
        return next(csv.reader([record.decode()]), [])
    except csv.Error:
        return []


def record_of(fields: Iterable[str]) -> str:
    """The text of a record as one line of CSV, for records that were delivered in cells."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(fields)
    return text.getvalue()
