"""The shared sample's workbooks, read by the contracts: what its layouts promise holds for every file."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kasane.extract import landing
from kasane.settings import PROJECT_ROOT

from .support import CONTRACTS, Reader, landed

SAMPLE = PROJECT_ROOT.parent / "shared" / "extracts" / "sample"
FEEDS = ("houkatsu", "youtai", "kaigi", "kenshu")

pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the shared sample is not here")


def _content(path: Path) -> bytes:
    file = landed(CONTRACTS["kaigi"], path.read_bytes(), name=path.name)
    with landing.open_content(file.__class__(**{**vars(file), "path": path})) as stream:
        return stream.read()


@pytest.mark.parametrize("feed", FEEDS)
def test_every_workbook_is_read_as_the_answer_key_says(read: Reader, feed: str) -> None:
    outcomes = pq.read_table(SAMPLE / "truth" / "file_outcome.parquet").to_pylist()
    bad = pq.read_table(SAMPLE / "truth" / "quarantine.parquet").to_pylist()
    due = {row["file_name"]: row for row in outcomes if row["feed"] == feed}
    wrong = []
    for path in sorted((SAMPLE / "extracts" / feed).iterdir()):
        if due[path.name]["status"] == "skipped":
            continue  # the same bytes as the sequence before it: never read
        identity = CONTRACTS[feed].identify(path.name)
        outcome = read(feed, _content(path), name=path.name, part=identity.part if identity else "")
        lines = {row["line_number"] for row in bad if row["file_name"] == path.name}
        if outcome.manifest.refusal is not None:
            found: object = outcome.refused.code
            right = due[path.name]["status"] == "refused"
        else:
            found = {line for line, _, _ in outcome.faults}, outcome.manifest.rows_in
            right = due[path.name]["status"] != "refused" and found == (lines, due[path.name]["rows_in"])
        if not right:
            wrong.append((path.name, found, lines, due[path.name]))
    assert wrong == []
