"""A delivery's folder in the lake: written beside its place, put there by one rename."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.files import remove_tree

ROWS, QUARANTINE_FILE, WARNINGS_FILE, MANIFEST = (
    "rows.parquet",
    "quarantine.parquet",
    "warnings.parquet",
    "manifest.json",
)
_STAGED = ".staged-"


@contextmanager
def staged_folder(final: Path) -> Iterator[Path]:
    """An empty folder that becomes ``final`` in one step when the block ends well, and vanishes when not."""
    staged = final.with_name(f"{_STAGED}{final.name}-{os.getpid()}")
    remove_tree(staged)
    staged.mkdir(parents=True)
    try:
        yield staged
        _flush(staged)
        remove_tree(final)
        os.rename(staged, final)
        _fsync(final.parent)
    finally:
        remove_tree(staged)


def empty_folder(folder: Path) -> None:
    """Remove all that is in the folder."""
    for path in folder.iterdir():
        path.unlink() if path.is_file() else remove_tree(path)


def sweep(feed_folder: Path) -> None:
    """Remove what killed runs left; call it while holding the writer lock."""
    for leftover in feed_folder.glob(f"{_STAGED}*"):
        remove_tree(leftover)


def parquet_writer(path: Path, schema: pa.Schema, unique: frozenset[str] = frozenset()) -> pq.ParquetWriter:
    """A Parquet writer for the lake; ``unique``: columns whose values hardly repeat, written plainly."""
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[name for name in schema.names if name not in unique],
        store_schema=False,
    )


def without_lines(path: Path, lines: pa.Array) -> None:
    """Rewrite a Parquet file without the rows of the given line numbers."""
    _rewrite(path, lambda table: table.filter(pc.invert(pc.is_in(table["line_number"], lines))))


def with_lines(path: Path, shown: Callable[[pa.Array], pa.Array]) -> None:
    """Rewrite a Parquet file with its line numbers as ``shown`` gives them."""

    def change(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index("line_number")
        return table.set_column(place, table.schema.field(place), shown(table["line_number"]))

    _rewrite(path, change)


def _rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Rewrite a Parquet file, a row group at a time."""
    source = pq.ParquetFile(path)
    mended = path.with_suffix(".mended")
    with parquet_writer(mended, source.schema_arrow) as writer:
        for group in range(source.num_row_groups):
            writer.write_table(change(source.read_row_group(group)))
    source.close()
    os.replace(mended, path)


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        _fsync(path)
    _fsync(folder)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
