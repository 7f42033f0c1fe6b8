"""The form of the dbt project: grain, length, documented columns, and what marts may not hold."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from support.warehouse import (
    BUILD_ANEW,
    DBT_PROJECT,
    WITHOUT_TESTS,
    SmallDelivery,
    SmallWarehouse,
    run_dbt,
    write_sources,
)

MODELS = sorted((DBT_PROJECT / "models").rglob("*.sql"))
# Columns by which a person, an address or a household could be named outside the restricted zone.
NAMING = re.compile(r"resident_no|household_no|record_key|insured|address|phone|kana|kanji|birth_date|protection")


@cache
def _documented() -> dict[str, dict[str, str]]:
    models = [
        model
        for file in (DBT_PROJECT / "models").rglob("_*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    ]
    return {model["name"]: {each["name"]: each["description"] for each in model["columns"]} for model in models}


def _documented_after_dbt() -> list[str]:
    """Of the tables that disclosure control writes."""
    files = [DBT_PROJECT / "models" / name for name in ("published/_published.yml", "restricted/_disclosure.yml")]
    sources = [each for file in files for each in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]]
    return [column["description"] for source in sources for table in source["tables"] for column in table["columns"]]


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_model_says_its_grain_is_short_and_documented(model: Path) -> None:
    lines = model.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("-- One row a")
    assert len(lines) <= 120
    assert model.stem in _documented()


def test_every_column_has_one_doc_block_and_every_block_a_column() -> None:
    files = sorted((DBT_PROJECT / "models").glob("docs*.md"))
    blocks = [block for file in files for block in re.findall(r"{% docs (\w+) %}", file.read_text(encoding="utf-8"))]
    used = [text for columns in _documented().values() for text in columns.values()]
    assert len(blocks) == len(set(blocks))
    assert {f"{{{{ doc('{block}') }}}}" for block in blocks} == {*used, *_documented_after_dbt()}


@pytest.mark.parametrize("folder", ["core", "marts", "quality"])
def test_the_analysts_zone_names_nobody(folder: str) -> None:
    models = {path.stem for path in MODELS if path.parent.name == folder}
    named = {f"{model}.{column}" for model in models for column in _documented()[model] if NAMING.search(column)}
    assert named == set()


def test_no_threshold_and_no_code_list_stands_in_the_sql() -> None:
    lists = [path.stem for path in MODELS if re.search(r"\bin \('", path.read_text(encoding="utf-8"))]
    assert lists == []


def test_dbt_unit_tests_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = date(2025, 3, 31)
    build_file = tmp_path / "kasane.duckdb"
    write_sources(build_file, SmallWarehouse([month], [SmallDelivery("jumin", month, [])]))
    monkeypatch.setenv("KASANE_DBT_UNIT_TESTS", "true")
    # A model under test wants its inputs to be there, for their columns; the rest of the project it doesn't.
    tested = [
        f"+{test['model']}"
        for file in (DBT_PROJECT / "models").rglob("_unit_tests.yml")
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["unit_tests"]
    ]
    assert run_dbt(build_file, [*BUILD_ANEW, *WITHOUT_TESTS, "--select", *tested]) == []
