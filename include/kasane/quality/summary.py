"""The quality summaries that owners of the data read: <data>/quality/index.html and <feed>.html.

Self-contained, offline, printable on A4, in Japanese. They show files and counts, never a row: no name,
number or address of a person gets here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from kasane.contracts.delivery import Delivery, Manifest
from kasane.contracts.model import Contract
from kasane.files import write_atomically
from kasane.quality.feed_page import FeedFacts, feed_page
from kasane.quality.index_page import index_page
from kasane.quality.results import batch_results_file, mart_results_file
from kasane.quality.store import read_json


def write_quality_summary(
    quality_dir: Path,
    contracts: Mapping[str, Contract],
    deliveries: Sequence[Delivery],
    manifests: Sequence[Manifest],
    seed_dirs: Sequence[Path],
) -> Path:
    """Write one page a feed and the index; returns the index.

    Great Expectations' results are read from where ``store_batch_results`` and ``store_mart_results`` put
    them. ``seed_dirs``: folders of seeds, the overlay last; labels and remedies come from their
    ``codes/reason_code.csv`` and ``codes/warning_code.csv``.
    """
    reasons = load_labels(seed_dirs, "reason_code")
    warnings = load_labels(seed_dirs, "warning_code")
    by_delivery = {manifest.delivery_id: manifest for manifest in manifests}
    facts = [
        FeedFacts(
            contract=contract,
            deliveries=_newest_first([each for each in deliveries if each.feed == feed]),
            manifests=by_delivery,
            results=read_json(batch_results_file(quality_dir, feed)) or {},
            reasons=reasons,
            warnings=warnings,
        )
        for feed, contract in sorted(contracts.items())
    ]
    for each in facts:
        write_atomically(quality_dir / f"{each.contract.feed}.html", feed_page(each).encode())
    index = quality_dir / "index.html"
    write_atomically(index, index_page(facts, read_json(mart_results_file(quality_dir))).encode())
    return index


def load_labels(seed_dirs: Sequence[Path], name: str) -> dict[str, tuple[str, str]]:
    """Label and remedy by code, from ``codes/<name>.csv``; a later folder's rows win."""
    labels: dict[str, tuple[str, str]] = {}
    for folder in seed_dirs:
        file = folder / "codes" / f"{name}.csv"
        if file.exists():
            with file.open(encoding="utf-8-sig", newline="") as opened:
                rows = csv.DictReader(opened)
                labels |= {row["code"]: (row["label"], row.get("remedy") or "") for row in rows}
    return labels


def _newest_first(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """By base date, part and sequence; a file whose name can't be read comes first: it wants attention."""
    return sorted(
        deliveries,
        key=lambda each: (
            each.base_date.isoformat() if each.base_date else "9",
            each.part,
            each.sequence,
            each.file_name,
            each.delivery_id,
        ),
        reverse=True,
    )
