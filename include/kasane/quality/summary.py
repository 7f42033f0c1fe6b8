"""The quality summaries that owners of the data read, in one folder: index, linkage, offices, and a page a table.

Self-contained, offline, printable on A4, in Japanese. They show files and counts, never a row: no name,
number or address of a person gets here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kasane.contracts.codes import load_policy_rows, load_thresholds
from kasane.files import write_atomically
from kasane.quality.feed_facts import FeedFacts
from kasane.quality.feed_page import feed_page
from kasane.quality.index_page import index_page
from kasane.quality.linkage_facts import read_linkage
from kasane.quality.linkage_page import LINKAGE_PAGE, linkage_page
from kasane.quality.office_facts import read_offices
from kasane.quality.office_page import OFFICES_PAGE, Terms, office_file, office_page, offices_page
from kasane.quality.outcomes import read_outcomes
from kasane.quality.results import batch_results_dir, mart_results_file
from kasane.quality.store import read_json


def write_quality_summary(analyst_file: Path, quality_dir: Path, folder: Path, seed_dirs: Sequence[Path]) -> Path:
    """Write a page a table and an office, one about linkage and the index into ``folder``; returns the index.

    ``analyst_file``: the zone file of the release, for quality.row_outcome, quality.quarantine,
    quality.warning_summary and quality.link_*. ``quality_dir``: Great Expectations' stored results. ``seed_dirs``:
    folders of seeds, the overlay last; labels and remedies come from their ``codes/reason_code.csv`` and
    ``codes/warning_code.csv``.
    """
    facts = _facts(analyst_file, quality_dir, seed_dirs)
    for each in facts:
        write_atomically(folder / f"{each.table}.html", feed_page(each).encode())
    titles = {each.feed: each.feed_title for each in facts if each.results}
    per_thousand = load_thresholds(seed_dirs)["link_reviews_per_thousand"].value
    linkage = linkage_page(read_linkage(analyst_file, per_thousand), titles)
    write_atomically(folder / LINKAGE_PAGE, linkage.encode())
    has_offices = _write_offices(analyst_file, facts, folder, seed_dirs)
    index = folder / "index.html"
    write_atomically(index, index_page(facts, read_json(mart_results_file(quality_dir)), has_offices).encode())
    return index


def _write_offices(analyst_file: Path, facts: Sequence[FeedFacts], folder: Path, seed_dirs: Sequence[Path]) -> bool:
    """A page an office, and their list; none where the release doesn't tell of offices. Whether there are."""
    offices, terms = read_offices(analyst_file, facts), load_terms(seed_dirs)
    for at, office in enumerate(offices, start=1):
        write_atomically(folder / office_file(at), office_page(office, terms).encode())
    if offices:
        write_atomically(folder / OFFICES_PAGE, offices_page(offices, terms).encode())
    return bool(offices)


def load_terms(seed_dirs: Sequence[Path]) -> Terms:
    """Label and meaning of the words of quality, by code."""
    rows = load_policy_rows(seed_dirs, "quality_term", "code", ("kind", "label", "meaning"))
    return {row.values["code"]: (row.values["label"], row.values["meaning"]) for row in rows}


def _facts(analyst_file: Path, quality_dir: Path, seed_dirs: Sequence[Path]) -> list[FeedFacts]:
    outcomes = read_outcomes(analyst_file)
    results = _results(quality_dir)
    reasons, warnings = load_labels(seed_dirs, "reason_code"), load_labels(seed_dirs, "warning_code")
    facts = [
        FeedFacts(table, outcomes.get(table, []), results.get(table, {}), reasons, warnings)
        for table in outcomes.keys() | results.keys()
    ]
    return sorted(facts, key=lambda each: (each.feed, each.table))


def _results(quality_dir: Path) -> dict[str, Mapping[str, Any]]:
    stored = {file.stem: read_json(file) for file in batch_results_dir(quality_dir).glob("*.json")}
    return {table: document for table, document in stored.items() if document is not None}


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
