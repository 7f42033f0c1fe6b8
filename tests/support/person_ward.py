"""A small ward, read and linked, nothing built: what deletion, erasure and disclosure to a person work on."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.contracts import by_feed, load_contracts
from kasane.pipeline import ingest, key_ledger, link
from kasane.pipeline.build_file import open_build_file
from kasane.settings import DataPaths, Settings
from kasane.ward import generate
from support.warehouse import ROOT

RELEASE = "202401-a"


def linked_data(session: Path) -> Settings:
    """Three months of 300 residents with spoilt deliveries among them, and a key ledger of one release.

    Made once below the session's folder; who changes something takes a copy.
    """
    folder = session / "linked-ward"
    settings = Settings(DataPaths(folder / "data"), None, str(folder / "ward" / "extracts"), None)
    if not folder.exists():
        generate(folder / "ward", residents=300, months=3, seed=3, dirt=True, truth=False)
        ingest_all(settings)
        link(settings)
        key_ledger.commit_pending(settings.data, RELEASE)
    return settings


def ingest_all(settings: Settings) -> None:
    for feed in by_feed(load_contracts(settings.contract_dirs)):
        ingest(settings, feed)


def copy_of(settings: Settings, folder: Path) -> Settings:
    """The same data and extracts in a place of their own; views of the build file lead to the copy after ``link``."""
    shutil.copytree(settings.data.root, folder / "data", symlinks=True)
    shutil.copytree(str(settings.extracts), folder / "extracts")
    return replace(settings, data=DataPaths(folder / "data"), extracts=str(folder / "extracts"))


def kept_one_year(settings: Settings, folder: Path) -> Settings:
    """The same with contracts that keep every delivery for one year."""
    (folder / "config" / "contracts").mkdir(parents=True)
    for contract in (ROOT / "expectations" / "contracts").glob("*.yml"):
        lines = contract.read_text(encoding="utf-8").splitlines()
        short = ["retention_years: 1" if line.startswith("retention_years:") else line for line in lines]
        (folder / "config" / "contracts" / contract.name).write_text("\n".join(short), encoding="utf-8")
    return replace(settings, config_dir=folder / "config")


def somebody(settings: Settings) -> str:
    """The number of the person of the register whom most feeds know."""
    with open_build_file(settings.data, read_only=True) as db:
        row = db.execute(
            "select surrogate from link.person_link where surrogate like 'jumin|%'"
            " group by surrogate order by count(distinct feed) desc, surrogate limit 1"
        ).fetchone()
    assert row is not None
    return str(row[0]).removeprefix("jumin|")


def files_with(root: Path, text: str) -> list[Path]:
    """Every file below ``root`` in which a text stands; Parquet is opened."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        is_table = content[:4] == b"PAR1"
        if text.encode() in content or (is_table and _is_told(pq.read_table(path), text)):
            found.append(path)
    return found


def _is_told(table: pa.Table, text: str) -> bool:
    texts = (column for column in table.columns if pa.types.is_string(column.type))
    return any(pc.any(pc.match_substring(column, text)).as_py() for column in texts)


def lake_rows(settings: Settings) -> dict[str, set[str]]:
    """By table of persons every record that was read, with its line."""
    rows: dict[str, set[str]] = {}
    with duckdb.connect() as db:
        for table, contract in load_contracts(settings.contract_dirs).items():
            files = [str(path) for path in (settings.data.lake / table).glob("*/rows.parquet")]
            if files and contract.people:
                # A pull is written without the rows, so that those after them move up.
                left_out = "delivery_id, line_number" if contract.layout.format == "parquet" else "delivery_id"
                told = db.execute(f"select * exclude ({left_out}) from read_parquet(?)", [files]).fetchall()
                rows[table] = set(map(repr, told))
    return rows
