"""Each dashboard of Superset is an exposure that reads what its charts and filters read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import exp

from kasane.dictionary.models import load_exposures
from kasane.settings import PROJECT_ROOT

ASSETS = PROJECT_ROOT / "docker" / "superset" / "assets"
DASHBOARDS = sorted((ASSETS / "dashboards").glob("*.yaml"))


@cache
def _yaml(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _by_uuid(folder: str) -> dict[str, Any]:
    return {found["uuid"]: found for file in (ASSETS / folder).rglob("*.yaml") for found in [_yaml(file)]}


def _values(content: Any, name: str) -> set[str]:
    """Every value under this key, however deep."""
    if isinstance(content, dict):
        own = {content[name]} if isinstance(content.get(name), str) else set()
        return own.union(*(_values(each, name) for each in content.values()))
    return set().union(*(_values(each, name) for each in content)) if isinstance(content, list) else set()


def _read_by(dashboard: Any) -> set[str]:
    charts = _by_uuid("charts")
    used = {charts[uuid]["dataset_uuid"] for uuid in _values(dashboard, "uuid") if uuid in charts}
    datasets = _by_uuid("datasets")
    return {table for uuid in used | _values(dashboard, "datasetUuid") for table in _tables(datasets[uuid])}


def _tables(dataset: Any) -> set[str]:
    if not dataset.get("sql"):
        return {f"{dataset['schema']}.{dataset['table_name']}"}
    tree = sqlglot.parse_one(dataset["sql"], dialect="postgres")
    return {f"{each.db}.{each.name}" for each in tree.find_all(exp.Table) if each.db}


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_a_dashboard_is_an_exposure_that_reads_what_its_charts_read(file: Path) -> None:
    exposures = {each.name: each for each in load_exposures()}
    name = "superset_" + file.stem.removeprefix("kasane-").replace("-", "_")
    assert name in exposures
    assert set(exposures[name].reads) == _read_by(_yaml(file))
