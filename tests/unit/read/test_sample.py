"""The sample extracts, where they are at hand: what the answer key says of files and bad rows."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import duckdb
import pytest

from kasane.contracts.delivery import LandedFile, Manifest
from kasane.read import read_delivery
from kasane.settings import PROJECT_ROOT

from .support import CODES, CONTRACTS, FIXES

SAMPLE = PROJECT_ROOT.parent / "shared" / "extracts" / "sample"
pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample extracts are not here")


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Manifest]]:
    lake = tmp_path_factory.mktemp("lake")
    paths = [path for feed in CONTRACTS for path in sorted((SAMPLE / "extracts" / feed).iterdir())]
    return lake, {path.name: _read(path, lake) for path in paths}


def _read(path: Path, lake: Path) -> Manifest:
    contract, data = CONTRACTS[path.parent.name], path.read_bytes()
    named, digest = contract.identify(path.name), hashlib.sha256(data).hexdigest()
    assert named is not None
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            data = archive.read(archive.namelist()[0])
    identity = (named.part, named.base_date, named.sequence)
    file = LandedFile(contract.feed, path.name, digest, digest, len(data), path, *identity)
    return read_delivery(file, lambda: io.BytesIO(data), contract, CODES, FIXES, lake)


def _truth(name: str) -> duckdb.DuckDBPyRelation:
    return duckdb.read_parquet(str(SAMPLE / "truth" / f"{name}.parquet"))


def test_records_are_counted_as_the_key_counts_them(manifests: tuple[Path, dict[str, Manifest]]) -> None:
    columns = "file_name, rows_in, rows_quarantined, nasty"
    for name, rows_in, quarantined, nasty in _truth("file_outcome").project(columns).fetchall():
        manifest = manifests[1].get(name)
        if manifest is None:
            continue
        if rows_in is not None:
            assert (manifest.refusal, manifest.rows_in) == (None, rows_in), name
            assert manifest.rows_quarantined == quarantined, name
        elif not nasty.startswith(("loss", "resend")):
            assert manifest.refusal is not None, name


def test_the_bad_rows_are_those_of_the_key(manifests: tuple[Path, dict[str, Manifest]]) -> None:
    feeds = ",".join(f"'{feed}'" for feed in CONTRACTS)
    columns = "file_name, line_number, family"
    due = set(_truth("quarantine").filter(f"feed in ({feeds})").project(columns).fetchall())
    found = duckdb.read_parquet(str(manifests[0] / "*" / "*" / "quarantine.parquet"))
    assert set(found.project("file_name, line_number, reason_code").fetchall()) == due
