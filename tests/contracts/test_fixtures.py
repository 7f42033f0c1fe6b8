"""One small good file a table, read by its contract: what each of its cells becomes.

``fixtures/<table>/`` holds the file as it would be delivered, and ``rows.yml``: its rows by column, blanks left out. A
date is told as one day, or ``earliest..latest`` where it is partly known.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from kasane.contracts import Contract, load_contracts
from kasane.contracts.codes import load_code_lists, load_fixes
from kasane.contracts.columns import lake_columns
from kasane.contracts.delivery import LandedFile
from kasane.read import read_delivery
from kasane.settings import PROJECT_ROOT

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = [PROJECT_ROOT / "dbt_project" / "seeds"]
CONTRACTS = load_contracts([PROJECT_ROOT / "expectations" / "contracts"])
TABLES = sorted(folder.name for folder in FIXTURES.iterdir())
_OF_THE_DELIVERY = ("delivery_id", "base_date", "line_number")


def _landed(contract: Contract, file: Path) -> LandedFile:
    data = file.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    told = contract.identify(file.name)
    assert told is not None
    return LandedFile(
        contract.feed, file.name, digest, digest, len(data), None, contract.table, told.part, told.base_date,
        told.sequence,
    )  # fmt: skip


def _told(contract: Contract, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    dates = {field.name for field in contract.fields if field.type == "date"}
    made_of_dates = {f"{name}_{end}" for name in dates for end in ("text", "precision", "earliest", "latest")}
    for name, value in row.items():
        if value is not None and name not in made_of_dates and name not in _OF_THE_DELIVERY:
            yield name, value.isoformat(" ") if isinstance(value, datetime) else value
    for name in dates:
        first, last = row[f"{name}_earliest"], row[f"{name}_latest"]
        if first is not None:
            yield name, str(first) if first == last else f"{first}..{last}"


@pytest.mark.parametrize("table", TABLES)
def test_a_good_file_is_read_as_its_contract_says(table: str, tmp_path: Path) -> None:
    contract = CONTRACTS[table]
    (file,) = (path for path in (FIXTURES / table).iterdir() if path.name != "rows.yml")
    manifest = read_delivery(
        _landed(contract, file), lambda: io.BytesIO(file.read_bytes()), contract, load_code_lists(SEEDS),
        load_fixes(SEEDS), tmp_path,
    )  # fmt: skip
    assert manifest.refusal is None
    folder = tmp_path / table / manifest.delivery_id
    assert pq.read_table(folder / "quarantine.parquet").to_pylist() == []
    rows = pq.read_table(folder / "rows.parquet").to_pylist()
    expected = yaml.load((FIXTURES / table / "rows.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    assert [{name: _plain(value) for name, value in _told(contract, row)} for row in rows] == expected
    assert {row["base_date"] for row in rows} == {_landed(contract, file).base_date}


def _plain(value: bool | float | str | date) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("table", TABLES)
def test_a_fixture_shows_every_column_of_its_table(table: str) -> None:
    contract = CONTRACTS[table]
    rows = yaml.load((FIXTURES / table / "rows.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    shown = {name for row in rows for name in row}
    dates = {field.name for field in contract.fields if field.type == "date"}
    single = {column.name for column in lake_columns(contract)} - {
        f"{name}_{end}" for name in dates for end in ("text", "precision", "earliest", "latest")
    }
    assert (dates | single) - shown - set(_OF_THE_DELIVERY) == set()


def test_every_table_that_comes_as_a_text_file_has_a_fixture() -> None:
    wanted = {table for table, each in CONTRACTS.items() if each.layout.format in ("csv", "fixed_width")}
    assert wanted - set(TABLES) == set()
