"""What an erasure leaves of a delivered file: its other records as delivered, as Parquet (docs/adr/0044)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.contracts.model import Contract
from kasane.read.batch import Batch, Frame

_LINE, _RAW, _MISFIT = "line_number", "raw_record", "is_misfit"
_PREFIX = "field_"
Chosen = Callable[[Batch], np.ndarray]


def write_edition(batches: Iterator[Batch], chosen: Chosen, contract: Contract, target: Path) -> int:
    """Write the records that are not ``chosen`` (a boolean a record) with their line numbers; how many were left out.

    Where none is chosen nothing is worth keeping: the caller removes ``target``.
    """
    names = [field.name for field in contract.fields if field.is_delivered or field.from_sheet]
    schema = pa.schema(
        [(_LINE, pa.int64()), (_RAW, pa.string()), (_MISFIT, pa.bool_())]
        + [(_PREFIX + name, pa.string()) for name in names]
    )
    dropped = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in batches:
            out = chosen(batch)
            dropped += int(out.sum())
            kept = pa.array(np.flatnonzero(~out))
            misfit = batch.misfit if batch.misfit is not None else pa.array(np.zeros(len(batch), dtype=bool))
            columns = [pa.array(batch.lines).take(kept), batch.raw(kept), misfit.take(kept)]
            columns += [batch.fields[name].take(kept) for name in names]
            arrays = [column.cast(field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays([_whole(each) for each in arrays], schema=schema))
    return dropped


def read_edition(stream: BinaryIO, contract: Contract, frame: Frame) -> Iterator[Batch]:
    """The records of an edition as its format's own reader gave them; a field that it lacks is blank."""
    for rows in pq.ParquetFile(stream).iter_batches():
        frame.records += len(rows)
        held = set(rows.schema.names)
        blank = pa.repeat(pa.scalar(""), len(rows))
        wanted = [field.name for field in contract.fields if field.is_delivered or field.from_sheet]
        fields = {name: rows[_PREFIX + name] if _PREFIX + name in held else blank for name in wanted}
        raw = rows[_RAW]
        misfit = rows[_MISFIT] if pc.any(rows[_MISFIT]).as_py() else None
        yield Batch(np.asarray(rows[_LINE]), fields, raw.take, misfit)


def without_rows(batches: Iterator[Batch], chosen: Chosen, source: Path, target: Path) -> int:
    """The same for what was landed as Parquet: the file less the chosen rows, in its own columns."""
    parts = [chosen(batch) for batch in batches]
    out = np.concatenate(parts) if parts else np.zeros(0, dtype=bool)
    if out.any():
        table = pq.read_table(source)
        kept = table.filter(pa.array(~out)).replace_schema_metadata(table.schema.metadata)
        pq.write_table(kept, target, compression="zstd")
    return int(out.sum())


def _whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
