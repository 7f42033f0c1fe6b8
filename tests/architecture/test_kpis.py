"""The seed of the 24 indicators, the metric models, the codes and the feeds that they name agree."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kasane.contracts import load_contracts

ROOT = Path(__file__).resolve().parents[2]
DBT = ROOT / "dbt_project"
METRICS = DBT / "models" / "metrics"


def _rows(seed: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KPIS = _rows("policy/kpi")
KEYS = {row["kpi_id"].lower().replace("-", "_") for row in KPIS}
METRIC_SQL = [
    *METRICS.rglob("*.sql"),
    *(DBT / "macros").glob("metric*.sql"),
    *(DBT / "models" / "marts").glob("*kpi*.sql"),
]


def test_there_are_24_indicators_with_a_metric_and_counted_rows_each() -> None:
    assert len(KPIS) == 24
    assert {path.stem.removeprefix("metric_") for path in METRICS.glob("*.sql")} == KEYS
    assert {path.stem.removeprefix("int_counted__") for path in (METRICS / "counted").glob("*.sql")} == KEYS


def test_the_list_that_the_macros_walk_is_the_seed_in_its_order() -> None:
    macro = (DBT / "macros" / "metric.sql").read_text(encoding="utf-8")
    listed = re.findall(r"'(m\d_\w+_\d)'", macro.partition("macro kpi_keys")[2].partition("endmacro")[0])
    assert listed == [row["kpi_id"].lower().replace("-", "_") for row in KPIS]


@pytest.mark.parametrize("row", KPIS, ids=lambda row: row["kpi_id"])
def test_a_metric_reads_its_own_counted_rows(row: dict[str, str]) -> None:
    key = row["kpi_id"].lower().replace("-", "_")
    text = (METRICS / f"metric_{key}.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"m\d_k\w+_\d", text)) == {key}
    assert row["kpi_id"] in text.splitlines()[0]


def test_annual_counts_are_those_counted_by_the_year() -> None:
    assert {row["kpi_id"] for row in KPIS if row["is_annual_count"] == "true"} == {
        row["kpi_id"] for row in KPIS if row["unit"] == "count_per_year"
    }


def test_the_feeds_that_an_indicator_rests_on_are_there() -> None:
    contracts = load_contracts([ROOT / "expectations" / "contracts"])
    known = set(contracts) | {contract.feed for contract in contracts.values()}
    named = {name for row in KPIS for name in f"{row['feeds']};{row['feeds_beside']}".split(";") if name}
    assert named - known == set()


def test_every_threshold_and_code_set_that_is_read_is_there_and_every_one_that_is_there_is_read() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*DBT.rglob("models/**/*.sql"), *METRIC_SQL))
    thresholds = {row["threshold_id"] for row in _rows("policy/threshold") if row["threshold_id"].startswith("kpi_")}
    sets = {row["code_set"] for row in _rows("policy/kpi_code")}
    assert {name for name in thresholds if f"'{name}'" not in text} == set()
    assert {name for name in re.findall(r"threshold\('(kpi_\w+)'\)", text)} - thresholds == set()
    assert {name for name in sets if f"'{name}'" not in text} == set()


def test_a_code_that_an_indicator_counts_is_a_code_of_its_field() -> None:
    lists = {
        "action_kind": "support_action_kind",
        "closing_reason": "plan_closing_reason",
        "resolved_by": "issue_resolver",
    }
    unknown = [
        row
        for row in _rows("policy/kpi_code")
        if row["code"] not in {each["code"] for each in _rows(f"codes/{lists.get(row['field'], row['field'])}")}
    ]
    assert unknown == []


def test_a_measure_stands_beside_an_indicator_whose_details_are_computed() -> None:
    for row in _rows("policy/kpi_measure"):
        key = row["kpi_id"].lower().replace("-", "_")
        detail = (METRICS / "detail" / f"int_detailed__{key}.sql").read_text(encoding="utf-8")
        side, _, what = row["measure"].partition("_")
        assert f"'{row['measure']}'" in detail or (f"'{side}'" in detail and f"'_{what}'" in detail)
