"""Records of one file that share a key: found by key first, compared whole in a second look at the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.read.batch import Batch
from kasane.read.checks import judge
from kasane.read.folder import parquet_writer
from kasane.read.refusal import Reason
from kasane.read.sieve import KEYS, QUARANTINE, Context, dropped_rows, raw_records, record_keys

_MEMORY = "512MB"
_SEPARATOR = "\x1f"
_CANDIDATES = pa.schema([*KEYS, ("content", pa.string()), ("raw_record", pa.string())])

_SHARED_KEYS = """
with keys as (
    select record_key, line_number from read_parquet($rows)
    union all
    select record_key, line_number from read_parquet($faulty)
)
select line_number from keys
where record_key in (select record_key from keys group by record_key having count(*) > 1)
"""
_COMPARED = """
select
    candidate.line_number,
    candidate.record_key,
    candidate.raw_record,
    loaded.line_number is not null as is_loaded,
    min(content) over same_key <> max(content) over same_key as differs,
    min(candidate.line_number) over same_key < candidate.line_number as is_again
from read_parquet($candidates) as candidate
left join read_parquet($rows) as loaded using (line_number)
window same_key as (partition by candidate.record_key)
order by candidate.line_number
"""


@dataclass(frozen=True)
class KeyFiles:
    """Where the keys of one file lie: of its good rows, and of faulty rows with a well-formed key."""

    rows: Path
    scratch: Path

    @property
    def faulty_keys(self) -> Path:
        """Line and key of faulty rows."""
        return self.scratch / "faulty_keys.parquet"

    @property
    def candidates(self) -> Path:
        """The records that share a key, whole."""
        return self.scratch / "candidates.parquet"


@dataclass(frozen=True)
class Repeats:
    """Lines of good rows to take out: ``conflicting`` (now in quarantine) and ``again`` (equal copies)."""

    conflicting: pa.Array
    again: pa.Array


def find_repeats(
    files: KeyFiles,
    context: Context,
    batches: Callable[[], Iterator[Batch]],
    quarantine: pq.ParquetWriter,
) -> Repeats:
    """Compare all records of a full file that share a complete and well-formed key.

    Different records with one key all go to ``quarantine`` as key_duplicate, those with another fault too;
    of equal ones the first stays. Two records are equal where every field is, as delivered.
    """
    nothing = pa.array([], pa.int64())
    if context.contract.kind != "full":
        return Repeats(nothing, nothing)
    with _engine(files.scratch) as engine:
        parameters = {"rows": str(files.rows), "faulty": str(files.faulty_keys)}
        lines = engine.execute(_SHARED_KEYS, parameters).to_arrow_table()["line_number"]
        if not len(lines):
            return Repeats(nothing, nothing)
        _collect(files.candidates, context, batches(), lines)
        parameters = {"rows": str(files.rows), "candidates": str(files.candidates)}
        return _compare(engine.execute(_COMPARED, parameters).to_arrow_reader(), context, quarantine)


def _collect(path: Path, context: Context, batches: Iterator[Batch], lines: pa.ChunkedArray) -> None:
    """The records of the given lines, whole."""
    wanted = lines.combine_chunks()
    with parquet_writer(path, _CANDIDATES) as writer:
        for batch in batches:
            rows = pc.indices_nonzero(pc.is_in(pa.array(batch.lines), wanted))
            if len(rows):
                writer.write_table(_candidates(batch, rows, context))


def _candidates(batch: Batch, rows: pa.Array, context: Context) -> pa.Table:
    contract = context.contract
    dropping = [field for field in contract.fields if field.drop_values]
    judged = {field.name: judge(field, batch.fields[field.name], context.rules) for field in dropping}
    fields = [batch.fields[field.name].take(rows) for field in contract.fields]
    return pa.table(
        [
            pa.array(batch.lines).take(rows),
            record_keys(batch, contract).take(rows),
            pc.binary_join_element_wise(*fields, _SEPARATOR),
            raw_records(batch, rows, contract, dropped_rows(judged)),
        ],
        schema=_CANDIDATES,
    )


def _compare(found: pa.RecordBatchReader, context: Context, quarantine: pq.ParquetWriter) -> Repeats:
    conflicting, again = [], []
    for batch in found:
        table = pa.Table.from_batches([batch])
        quarantine.write_table(_conflicts(table.filter(table["differs"]), context))
        loaded = table.filter(table["is_loaded"])
        copy = pc.and_(loaded["is_again"], pc.invert(loaded["differs"]))
        conflicting.append(loaded.filter(loaded["differs"])["line_number"])
        again.append(loaded.filter(copy)["line_number"])
    return Repeats(_joined(conflicting), _joined(again))


def _conflicts(table: pa.Table, context: Context) -> pa.Table:
    contract = context.contract
    return context.table(
        QUARANTINE,
        line_number=table["line_number"].combine_chunks(),
        reason_code=Reason.KEY_DUPLICATE.value,
        column_name="|".join(contract.by_name[name].source for name in contract.record_key),
        record_key=table["record_key"].combine_chunks(),
        delivered_value=None,
        raw_record=table["raw_record"].combine_chunks(),
    )


def _joined(parts: list[pa.ChunkedArray]) -> pa.Array:
    chunks = [chunk for part in parts for chunk in part.chunks]
    return pa.chunked_array(chunks, pa.int64()).combine_chunks()


@contextmanager
def _engine(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that spills into the delivery's own scratch folder."""
    connection = duckdb.connect(
        config={
            "memory_limit": _MEMORY,
            "threads": "1",
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    try:
        yield connection
    finally:
        connection.close()
