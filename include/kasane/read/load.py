"""One pass over a file into a staged folder, and a second look only where records share a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from kasane.contracts.model import Contract
from kasane.files import remove_tree
from kasane.read.batch import Batch, Frame
from kasane.read.csv_reader import csv_frame, read_csv, trailer_count
from kasane.read.edition import read_edition
from kasane.read.fixed_reader import fixed_frame, fixed_trailer_count, read_fixed
from kasane.read.folder import QUARANTINE_FILE, ROWS, WARNINGS_FILE, parquet_writer, with_lines, without_lines
from kasane.read.parquet_reader import parquet_frame, read_parquet
from kasane.read.refusal import FileReason, RefusedError, Warned
from kasane.read.repeats import KeyFiles, Repeats, find_repeats
from kasane.read.sieve import KEYS, QUARANTINE, WARNINGS, Context, rows_schema, sieve
from kasane.read.xlsx_reader import read_xlsx, sheet_rows, xlsx_frame

Opener = Callable[[], BinaryIO]
_H_BASE_DATE = "基準日"


@dataclass(frozen=True)
class _Format:
    frame: Callable[[Contract], Frame]
    read: Callable[[BinaryIO, Contract, Frame], Iterator[Batch]]
    trailer_count: Callable[[Contract, bytes], int | None]


def _no_trailer(contract: Contract, record: bytes) -> int | None:
    return None


_FORMATS = {
    "csv": _Format(csv_frame, read_csv, trailer_count),
    "fixed_width": _Format(fixed_frame, read_fixed, fixed_trailer_count),
    "xlsx": _Format(xlsx_frame, read_xlsx, _no_trailer),
    "parquet": _Format(parquet_frame, read_parquet, _no_trailer),
}


@dataclass
class Counts:
    """The records of one file by what became of them; ``rows_in`` is the sum of the others."""

    rows_in: int = 0
    good: int = 0
    faulty: int = 0
    repeated: int = 0


def load(folder: Path, context: Context, content: Opener) -> Counts:
    """Write rows, quarantine and warnings of one file into ``folder``; raises RefusedError.

    The quarantine stays open until records that share a key have been compared.
    """
    scratch = folder / "scratch"
    scratch.mkdir()
    files = KeyFiles(folder / ROWS, scratch)
    with parquet_writer(folder / QUARANTINE_FILE, QUARANTINE) as quarantine:
        counts = _first_pass(folder, files, context, content, quarantine)
        repeats = find_repeats(files, context, lambda: _batches(context, content), quarantine)
    _take_out(folder, repeats, counts)
    _show_lines(folder, context.contract)
    remove_tree(scratch)
    return counts


def _first_pass(
    folder: Path, files: KeyFiles, context: Context, content: Opener, quarantine: pq.ParquetWriter
) -> Counts:
    counts, contract = Counts(), context.contract
    frame = _FORMATS[contract.layout.format].frame(contract)
    with ExitStack() as stack:
        rows = stack.enter_context(parquet_writer(files.rows, rows_schema(contract), _unique(contract)))
        warnings = stack.enter_context(parquet_writer(folder / WARNINGS_FILE, WARNINGS))
        faulty_keys = stack.enter_context(parquet_writer(files.faulty_keys, KEYS))
        for batch in _batches(context, content, frame):
            found = sieve(batch, context)
            counts.rows_in += len(batch)
            counts.faulty += found.faulty
            rows.write_table(found.rows)
            quarantine.write_table(found.quarantine)
            warnings.write_table(found.warnings)
            faulty_keys.write_table(found.faulty_keys)
        if not is_rewritten(context):
            _check_trailer(contract, frame)
            warnings.write_table(_heading_warning(context, frame))
    counts.good = counts.rows_in - counts.faulty
    return counts


def _batches(context: Context, content: Opener, frame: Frame | None = None) -> Iterator[Batch]:
    contract = context.contract
    form = _FORMATS[contract.layout.format]
    read = read_edition if is_rewritten(context) else form.read
    with content() as stream:
        for batch in read(stream, contract, frame or form.frame(contract)):
            yield _with_part(batch, context)


def is_rewritten(context: Context) -> bool:
    """Whether the bytes are an erasure's edition in a form of its own; a pull stays the Parquet file it was."""
    return context.landed.is_edition and context.contract.layout.format != "parquet"


def delivered_batches(context: Context, content: Opener) -> Iterator[Batch]:
    """The records of a file as text, before they are judged; raises RefusedError."""
    return _batches(context, content)


def _with_part(batch: Batch, context: Context) -> Batch:
    """The batch with the fields that say what the file's name says of its part."""
    part = pa.repeat(pa.scalar(context.landed.part), len(batch))
    from_part = {field.name: part for field in context.contract.fields if field.from_part}
    return replace(batch, fields=batch.fields | from_part) if from_part else batch


def _unique(contract: Contract) -> frozenset[str]:
    """Columns whose values hardly repeat."""
    keys = {field.name for field in contract.fields if field.secrecy == "identifier"}
    return frozenset(keys | {"record_key", "line_number"})


def _check_trailer(contract: Contract, frame: Frame) -> None:
    """Raises RefusedError where the closing record is missing or counts otherwise."""
    if contract.layout.trailer is None:
        return
    counted = None
    if frame.last is not None:
        counted = _FORMATS[contract.layout.format].trailer_count(contract, frame.last)
    if counted is None:
        raise RefusedError(FileReason.TRAILER_MISSING, "the last record is no trailer", frame.last_line)
    if counted != frame.records:
        said = f"{counted:,}" if counted >= 0 else "no number"
        message = f"the trailer says {said}, the file holds {frame.records:,} records"
        raise RefusedError(FileReason.TRAILER_MISMATCH, message, frame.last_line, frame.records)


def _heading_warning(context: Context, frame: Frame) -> pa.Table:
    """A warning where the heading record names another base date than the file's name."""
    record = context.contract.layout.heading_record
    differs = (
        record is not None and record.base_date is not None and frame.heading_base_date != context.landed.base_date
    )
    lines = pa.array([frame.first_line] if differs else [], pa.int64())
    code = Warned.H_RECORD_DATE.value
    nobody: dict[str, str | None] = {"record_key": None, "delivered_value": None}
    return context.table(WARNINGS, line_number=lines, warning_code=code, column_name=_H_BASE_DATE, **nobody)


def _take_out(folder: Path, repeats: Repeats, counts: Counts) -> None:
    """Remove what turned out to conflict or to repeat from rows and warnings."""
    lines = pa.concat_arrays([repeats.conflicting, repeats.again])
    if len(lines):
        without_lines(folder / ROWS, lines)
        without_lines(folder / WARNINGS_FILE, lines)
    counts.faulty += len(repeats.conflicting)
    counts.repeated = len(repeats.again)
    counts.good -= len(lines)


def _show_lines(folder: Path, contract: Contract) -> None:
    """Only now, with every record told apart, do rows of different sheets get equal numbers."""
    if len(contract.layout.sheets) > 1:
        for name in (ROWS, QUARANTINE_FILE, WARNINGS_FILE):
            with_lines(folder / name, sheet_rows)
