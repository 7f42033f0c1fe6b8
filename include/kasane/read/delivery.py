"""Reading one landed file by its contract into the lake: all or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kasane.contracts.delivery import LandedFile, Manifest
from kasane.contracts.manifest import manifest_json, parse_manifest
from kasane.contracts.model import Contract
from kasane.files import write_atomically
from kasane.read.checks import Rules
from kasane.read.folder import MANIFEST, QUARANTINE_FILE, WARNINGS_FILE, empty_folder, staged_folder
from kasane.read.load import Opener, load
from kasane.read.refusal import RefusedError
from kasane.read.sieve import Context

# Raise it when reading the same bytes by the same contract gives something else; every file is then read anew.
READER_VERSION = "3"


def delivery_id(landed: LandedFile, contract: Contract) -> str:
    """16 hexadecimal digits that stand for this file under this name, as read by this contract and reader."""
    parts = (landed.feed, landed.file_name, landed.sha256, contract.read_hash, READER_VERSION)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def read_delivery(
    landed: LandedFile,
    content: Opener,
    contract: Contract,
    codes: Mapping[str, frozenset[str]],
    fixes: Mapping[str, Mapping[str, str]],
    lake: Path,
) -> Manifest:
    """Read a landed file into ``lake/<table>/<delivery_id>/`` and return its manifest.

    The folder holds rows.parquet, quarantine.parquet, warnings.parquet and manifest.json, and appears by one
    rename; for a refused file manifest.json alone. One that is there already is returned as it is. ``content``
    opens the data inside (the member of a zip) and may be called twice. Memory is bounded by the size of a
    block, not of the file. A file that can't be taken is no error: the manifest carries the refusal.
    """
    context = Context(landed, delivery_id(landed, contract), contract, Rules(codes, fixes))
    final = lake / contract.table / context.delivery_id
    if (final / MANIFEST).exists():
        return parse_manifest((final / MANIFEST).read_bytes())
    with staged_folder(final) as folder:
        manifest = _read_into(folder, context, content)
        write_atomically(folder / MANIFEST, manifest_json(manifest))
    return manifest


def _read_into(folder: Path, context: Context, content: Opener) -> Manifest:
    if context.landed.refusal is not None:
        return _manifest(context, refusal=context.landed.refusal)
    try:
        counts = load(folder, context, content)
    except RefusedError as refused:
        empty_folder(folder)
        return _manifest(context, refusal=refused.refusal, rows_in=refused.rows_in)
    return _manifest(
        context,
        rows_in=counts.rows_in,
        rows_good=counts.good,
        rows_quarantined=counts.faulty,
        rows_repeated=counts.repeated,
        warnings=_tally(folder / WARNINGS_FILE, "warning_code"),
        quarantined=_tally(folder / QUARANTINE_FILE, "reason_code"),
    )


def _manifest(context: Context, **counted: Any) -> Manifest:
    landed = context.landed
    return Manifest(
        delivery_id=context.delivery_id,
        feed=landed.feed,
        table=context.contract.table,
        file_name=landed.file_name,
        sha256=landed.sha256,
        content_sha256=landed.content_sha256,
        part=landed.part,
        base_date=landed.base_date,
        sequence=landed.sequence,
        read_hash=context.contract.read_hash,
        **counted,
    )


def _tally(path: Path, column: str) -> dict[str, int]:
    """How many lines of the file carry each code."""
    counts: Counter[str] = Counter()
    for batch in pq.ParquetFile(path).iter_batches(columns=[column]):
        for entry in batch.column(0).value_counts().to_pylist():
            counts[entry["values"]] += entry["counts"]
    return dict(sorted(counts.items()))
