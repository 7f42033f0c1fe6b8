"""A feed is a contract, a staging model a table, and a DAG; this says which is missing or says something else."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from kasane.contracts import by_feed, load_contracts
from kasane.contracts.columns import lake_columns
from kasane.settings import PROJECT_ROOT, load_settings

CONTRACTS = load_contracts(load_settings().contract_dirs[:1])
FEEDS = by_feed(CONTRACTS)
STAGING = PROJECT_ROOT / "dbt_project" / "models" / "staging"
MODELS = sorted(STAGING.glob("*/*.sql"))
_SOURCE = re.compile(r"source\('lake', '(\w+)'\)")
_SELECTED = re.compile(r"^    (?:cast\((\w+) as \w+\) as )?(\w+),?$", re.MULTILINE)
# What a person could be named, reached or looked up by stays in the lake; keys made of it may go on.
_NAMING = re.compile(r"name$|^address$|phone|postal|^(resident|guardian|child|insured)_no$|^(response|building|block)$")
_NAMES_OF_OTHERS = {
    "area_name",
    "agency_name",
    "place_name",
    "organisation_name",
    "group_name",
    "training_name",
    "table_name",
}


def _table(model: Path) -> str:
    (table,) = set(_SOURCE.findall(model.read_text(encoding="utf-8")))
    return table


def _selected(model: Path) -> list[tuple[str, str]]:
    """(column of the lake, name of the view) of each column that a staging model gives on."""
    text = model.read_text(encoding="utf-8").rpartition("\nselect\n")[2]
    return [(cast or name, name) for cast, name in _SELECTED.findall(text)]


def test_every_table_has_exactly_one_staging_model_and_every_model_a_table() -> None:
    assert Counter(_table(model) for model in MODELS) == Counter(CONTRACTS.keys())


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_staging_model_is_named_after_its_feed(model: Path) -> None:
    feed = CONTRACTS[_table(model)].feed
    assert model.parent.name == feed
    assert model.name.startswith(f"stg_{feed}__")


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_staging_model_gives_on_what_the_contract_has_and_names_nobody(model: Path) -> None:
    selected = _selected(model)
    assert [name for _, name in selected[:2]] == ["delivery_id", "base_date"]
    lake = {column.name for column in lake_columns(CONTRACTS[_table(model)])}
    assert {column for column, _ in selected} <= lake
    naming = {name for _, name in selected if _NAMING.search(name)} - _NAMES_OF_OTHERS
    # The register is where a person number comes from.
    assert naming <= ({"resident_no"} if model.stem == "stg_jumin__person" else set())


@cache
def _documented() -> dict[str, list[str]]:
    return {
        each["name"]: [column["name"] for column in each["columns"]]
        for file in STAGING.rglob("_*.yml")
        for each in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_the_columns_of_a_staging_model_are_those_that_are_documented(model: Path) -> None:
    assert _documented()[model.stem] == [name for _, name in _selected(model)]


def test_the_sources_of_dbt_and_the_dictionary_have_every_table() -> None:
    sources = yaml.safe_load((STAGING / "_sources.yml").read_text(encoding="utf-8"))["sources"]
    assert {table["name"] for source in sources for table in source["tables"]} == set(CONTRACTS)
    dictionary = (PROJECT_ROOT / "docs" / "dictionary" / "feeds.md").read_text(encoding="utf-8")
    assert [table for table in CONTRACTS if f"\n## {table} " not in dictionary] == []


def test_tables_of_a_feed_agree_on_who_sends_them_when_and_how_long_they_are_kept() -> None:
    said = ("title", "owner", "schedule", "rhythm", "legal_basis", "retention_years", "connector")
    for feed, tables in FEEDS.items():
        for name in said:
            assert len({getattr(table, name) for table in tables}) == 1, (feed, name)


def test_no_two_feeds_start_at_the_same_minute() -> None:
    schedules = Counter(tables[0].schedule for tables in FEEDS.values())
    assert [schedule for schedule, feeds in schedules.items() if feeds > 1] == []
