"""Superset's dashboards as code: they name what the warehouse has, add nothing up, and say what the reports say.

No Superset is needed: the marts are made empty from dbt's own description of them. For real: `make superset`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from kasane.contracts import load_contracts
from kasane.publish.serving.plan import load_plan
from kasane.reports import kpi_words, words
from kasane.settings import PROJECT_ROOT
from kasane.sql import identifier

ASSETS = PROJECT_ROOT / "docker" / "superset" / "assets"
Asset = dict[str, Any]
# What a label stands for: a mark that is set apart by the label is set apart by the code.
STANDS_FOR = {
    "area_name": {"area_code"},
    "household_type_label": {"household_type"},
    "kpi_label": {"kpi_id"},
    "tier_label": {"tier"},
}


@cache
def assets(kind: str) -> dict[str, Asset]:
    """Every file of a kind by its name."""
    files = sorted((ASSETS / kind).rglob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


CHARTS = assets("charts")
DATASETS = assets("datasets")
DASHBOARDS = assets("dashboards")


def dataset_of(chart: Asset) -> Asset:
    return next(each for each in DATASETS.values() if each["uuid"] == chart["dataset_uuid"])


def placed(dashboard: Asset) -> dict[str, int]:
    """The charts of a dashboard, uuid → number within it."""
    parts = [part for part in dashboard["position"].values() if isinstance(part, dict) and part["type"] == "CHART"]
    return {part["meta"]["uuid"]: part["meta"]["chartId"] for part in parts}


def filters(dashboard: Asset) -> list[Asset]:
    return list(dashboard["metadata"]["native_filter_configuration"])


def source(dataset: Asset) -> str:
    if dataset.get("sql"):
        return f"({dataset['sql']}) as made"
    return f"{identifier(dataset['schema'])}.{identifier(dataset['table_name'])}"


@cache
def models() -> dict[tuple[str, str], Asset]:
    """The models of the served schemas that dashboards may read, as dbt describes them."""
    found = {}
    for schema in ("marts", "quality"):
        for file in sorted((PROJECT_ROOT / "dbt_project" / "models" / schema).glob("*.yml")):
            described = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
            found |= {(schema, model["name"]): model for model in described}
    return found


def grain(dataset: Asset) -> set[str]:
    """The columns that tell the rows of the dataset's mart apart, from its own test."""
    relation = re.search(r"from (\w+)\.(\w+)", dataset.get("sql") or f"from {source(dataset)}".replace('"', ""))
    assert relation
    tests = models()[relation[1], relation[2]].get("data_tests", [])
    return set(next(each["has_grain"]["arguments"]["columns"] for each in tests if "has_grain" in each))


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every mart with the columns that dbt describes, and two rows that differ in each."""
    with duckdb.connect() as connection:
        for (schema, name), model in models().items():
            connection.execute(f"create schema if not exists {identifier(schema)}")
            columns = ", ".join(f"{identifier(each['name'])} {each['data_type']}" for each in model["columns"])
            table = f"{identifier(schema)}.{identifier(name)}"
            connection.execute(f"create table {table} ({columns})")
            for number in (1, 2):
                values = ", ".join(_made(each["data_type"], number) for each in model["columns"])
                connection.execute(f"insert into {table} values ({values})")
        yield connection


def _made(kind: str, number: int) -> str:
    return {"varchar": f"'{number}'", "date": f"date '2025-0{number}-01'", "boolean": "true"}.get(
        kind.lower(), str(number)
    )


def test_there_are_dashboards() -> None:
    assert set(DASHBOARDS) == {"kasane-kpi", "kasane-overlap", "kasane-areas", "kasane-quality"}


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_names_columns_and_metrics_that_the_marts_have(name: str, marts: duckdb.DuckDBPyConnection) -> None:
    dataset = DATASETS[name]
    assert dataset["schema"] in load_plan().roles["kasane_analyst"]
    for column in dataset["columns"]:
        marts.execute(f"select {column.get('expression') or identifier(column['column_name'])} from {source(dataset)}")
    for metric in dataset["metrics"]:
        marts.execute(f"select {metric['expression']} from {source(dataset)}")


@pytest.mark.parametrize("name", DATASETS)
def test_a_figure_of_the_marts_is_never_added_up(name: str, marts: duckdb.DuckDBPyConnection) -> None:
    """Over two cells a metric is empty; over one it is that cell's figure."""
    dataset = DATASETS[name]
    for metric in dataset["metrics"]:
        if not metric["metric_name"].startswith("one_"):
            continue
        ask = f"select {metric['expression']} from"
        assert marts.sql(f"{ask} {source(dataset)}").fetchone() == (None,), metric["metric_name"]
        alone = marts.sql(f"{ask} (select * from {source(dataset)} limit 1)").fetchone()
        assert alone is not None
        assert alone[0] is not None, metric["metric_name"]


def test_only_the_quality_of_files_is_added_up() -> None:
    """A row of the marts is a month end and area: no metric sums over them."""
    summed = {
        dataset["schema"]
        for dataset in DATASETS.values()
        for each in dataset["metrics"]
        if "sum(" in each["expression"]
    }
    assert summed == {"quality"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_names_columns_and_metrics_of_its_dataset(name: str) -> None:
    dataset = dataset_of(CHARTS[name])
    known = {each["column_name"] for each in dataset["columns"]}
    metrics = {each["metric_name"] for each in dataset["metrics"]}
    used_metrics, used_columns = used(CHARTS[name])
    assert used_metrics <= metrics
    assert used_columns <= known
    assert used_metrics or used_columns


def used(chart: Asset) -> tuple[set[str], set[str]]:
    """The metrics and the columns that a chart names."""
    params = chart["params"]
    metrics = {*params.get("metrics", []), *([params["metric"]] if "metric" in params else [])}
    groups = params.get("groupby", [])
    columns = {*groups} if isinstance(groups, list) else {groups}
    for key in ("all_columns", "groupbyRows", "groupbyColumns"):
        columns |= set(params.get(key, []))
    columns |= {params["x_axis"]} if "x_axis" in params else set()
    columns |= {re.findall(r'"(\w+)"', each)[0] for each in params.get("order_by_cols", [])}
    columns |= {each["subject"] for each in params["adhoc_filters"]}
    order = params.get("x_axis_sort")
    columns |= {order} - metrics if order else set()
    return metrics, columns


@pytest.mark.parametrize("name", CHARTS)
def test_each_mark_of_a_chart_is_one_cell(name: str) -> None:
    """What tells a mart's rows apart is on the chart, or chosen once by the dashboard's filters or the chart's."""
    chart = CHARTS[name]
    metrics, _ = used(chart)
    if not any(each.startswith("one_") for each in metrics):
        return
    dashboard = next(each for each in DASHBOARDS.values() if chart["uuid"] in placed(each))
    columns = dataset_of(chart)["columns"]
    known = {each["column_name"] for each in columns}
    chosen = {each["targets"][0]["column"]["name"] for each in in_scope(dashboard, chart)} & known
    chosen |= {each["subject"] for each in chart["params"]["adhoc_filters"] if each["operator"] == "=="}
    params = chart["params"]
    shown = {params.get("x_axis"), *params.get("groupbyRows", []), *params.get("groupbyColumns", [])}
    shown |= {params["groupby"]} if isinstance(params.get("groupby"), str) else set(params.get("groupby", []))
    apart = chosen | {each for each in shown if each}
    apart |= {column["expression"] for column in columns if column["column_name"] in apart and "expression" in column}
    apart |= {code for label in apart for code in STANDS_FOR.get(label, set())}
    if "label" in apart:
        # A label of the mart itself: of a combination, or of a pattern's tier.
        apart |= {"domains", "pattern", "tier"}
    assert grain(dataset_of(chart)) <= apart


def in_scope(dashboard: Asset, chart: Asset) -> list[Asset]:
    number = placed(dashboard)[chart["uuid"]]
    return [each for each in filters(dashboard) if number not in each["scope"]["excluded"]]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboards_filters_aim_at_columns_and_choose_one(name: str) -> None:
    dashboard = DASHBOARDS[name]
    datasets = {each["uuid"]: each for each in DATASETS.values()}
    numbers = set(placed(dashboard).values())
    assert len(numbers) == len(placed(dashboard))
    for each in filters(dashboard):
        target = each["targets"][0]
        columns = {column["column_name"] for column in datasets[target["datasetUuid"]]["columns"]}
        assert target["column"]["name"] in columns
        assert set(each["scope"]["excluded"]) < numbers
        control = each["controlValues"]
        preset = each["defaultDataMask"]["filterState"].get("value")
        is_chosen = not control["multiSelect"] and control["enableEmptyFilter"]
        # Only deliveries may be looked at all together.
        assert name == "kasane-quality" or (is_chosen and (control["defaultToFirstItem"] or preset))
        # Without it the bar shows the first value as chosen, and the charts don't know.
        assert bool(each.get("requiredFirst")) == control["defaultToFirstItem"]
        if target["column"]["name"].endswith("_date"):
            assert control["sortAscending"] is False
            assert control["defaultToFirstItem"]


def test_every_chart_is_on_one_dashboard_and_every_dataset_is_used() -> None:
    on = Counter(uuid for dashboard in DASHBOARDS.values() for uuid in placed(dashboard))
    assert on == Counter(chart["uuid"] for chart in CHARTS.values())
    assert {chart["dataset_uuid"] for chart in CHARTS.values()} == {each["uuid"] for each in DATASETS.values()}


def test_names_and_uuids_are_unique_and_shown_as_they_are() -> None:
    every = [*assets("databases").values(), *DATASETS.values(), *CHARTS.values(), *DASHBOARDS.values()]
    assert len({each["uuid"] for each in every}) == len(every)
    assert all(each["is_managed_externally"] for each in every)
    names = {chart["uuid"]: chart["slice_name"] for chart in CHARTS.values()}
    assert len(set(names.values())) == len(names)
    for dashboard in DASHBOARDS.values():
        parts = [part for part in dashboard["position"].values() if isinstance(part, dict) and part["type"] == "CHART"]
        assert [part["meta"]["sliceName"] for part in parts] == [names[part["meta"]["uuid"]] for part in parts]


def test_every_part_of_a_dashboard_has_its_place() -> None:
    for dashboard in DASHBOARDS.values():
        parts = {key: part for key, part in dashboard["position"].items() if isinstance(part, dict)}
        children = [child for part in parts.values() for child in part.get("children", [])]
        assert len(children) == len(set(children))
        assert set(children) == set(parts) - {"ROOT_ID", "HEADER_ID"}


def test_nothing_refers_to_the_restricted_zone_or_holds_a_password() -> None:
    for file in ASSETS.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"restricted|person_id|household_id|fct_|dim_person", text), file.name
    (database,) = assets("databases").values()
    assert not re.search(r"://[^/@]*:[^/@]*@", database["sqlalchemy_uri"])
    assert not any(
        database[each] for each in ("allow_dml", "allow_ctas", "allow_cvas", "allow_csv_upload", "expose_in_sqllab")
    )


def labels(dataset: str, relation: str) -> dict[str, str]:
    """Code → label of one list of values in a dataset's SQL."""
    found = re.search(
        rf"\(values((?:(?!\(values).)*?)\) as {relation} \(code, label\)", DATASETS[dataset]["sql"], re.DOTALL
    )
    assert found
    return dict(re.findall(r"\('([^']*)', '([^']*)'\)", found[1]))


def test_labels_are_those_of_the_reports() -> None:
    states = {
        code: f"{kpi_words.STATES[code].mark} {kpi_words.STATES[code].word}" for code in labels("kpi_value", "status")
    }
    assert labels("kpi_value", "status") == states
    assert set(states) == {"met", "on_track", "behind", "no_data"}
    assert labels("kpi_value", "level") == kpi_words.LEVELS
    units = labels("kpi_value", "unit")
    assert units == {code: kpi_words.unit(code).written for code in units}
    with (PROJECT_ROOT / "dbt_project/seeds/policy/kpi.csv").open(encoding="utf-8") as seed:
        used_units = {row["unit"] for row in csv.DictReader(seed)}
    assert used_units <= set(units)
    assert labels("domain_overlap", "kind") == {"ALL": "合計", **words.HOUSEHOLD_TYPES}


def test_annual_counts_get_no_verdict() -> None:
    """docs/adr/0045: the scorecard alone knows the months without one."""
    assert "when kpi.is_annual_count then" in DATASETS["kpi_value"]["sql"]


def test_the_quality_dashboard_tells_every_feeds_title() -> None:
    contracts = load_contracts((PROJECT_ROOT / "expectations" / "contracts",))
    titles = {contract.feed: contract.title for contract in contracts.values()}
    text = DASHBOARDS["kasane-quality"]["position"]["MARKDOWN-intro"]["meta"]["code"]
    assert dict(re.findall(r"`(\w+)` ([^、\n]+)", text)) == titles


def test_the_real_trial_knows_what_every_chart_must_show() -> None:
    figures = yaml.safe_load((PROJECT_ROOT / "tests/superset_stack/figures.yml").read_text(encoding="utf-8"))
    assert set(figures) == set(CHARTS)
    assert Path(PROJECT_ROOT / "tests/superset_stack/run.py").is_file()
