"""What a pull from a database landed: Parquet of text columns, named as the source names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.contracts.model import Contract
from kasane.read.batch import Batch, Frame, record_of
from kasane.read.columns import names_by_heading
from kasane.read.refusal import FileReason, RefusedError

_ROWS_A_BATCH = 50_000


def read_parquet(stream: BinaryIO, contract: Contract, frame: Frame) -> Iterator[Batch]:
    """Batches of the rows; line numbers count rows from 1. A null is a blank.

    Raises RefusedError where the file is no Parquet, a column is not text, or the columns are not the contract's.
    """
    try:
        source = pq.ParquetFile(stream)
        names = names_by_heading(contract, source.schema_arrow.names, None)
        _check_text(source.schema_arrow)
        for rows in source.iter_batches(_ROWS_A_BATCH):
            yield _batch(rows, names, frame.records)
            frame.records += len(rows)
    except (pa.ArrowException, OSError) as error:
        raise RefusedError(FileReason.UNPARSABLE, f"no readable Parquet file ({type(error).__name__})") from None


def parquet_frame(contract: Contract) -> Frame:
    """Every row is a record."""
    return Frame(False, False)


def _check_text(schema: pa.Schema) -> None:
    other = [field.name for field in schema if field.type not in (pa.string(), pa.large_string(), pa.null())]
    if other:
        raise RefusedError(FileReason.UNPARSABLE, f"columns that are not text: {', '.join(other)}")


def _batch(rows: pa.RecordBatch, names: list[str], before: int) -> Batch:
    texts = [pc.fill_null(column.cast(pa.string()), "") for column in rows.columns]
    lines = np.arange(before + 1, before + 1 + len(rows), dtype=np.int64)

    def raw(wanted: pa.Array) -> pa.Array:
        cells = zip(*(column.take(wanted).to_pylist() for column in texts), strict=True)
        return pa.array([record_of(record) for record in cells], pa.string())

    return Batch(lines, dict(zip(names, texts, strict=True)), raw)
