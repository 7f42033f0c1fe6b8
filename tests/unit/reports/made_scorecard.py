"""Small invented zone files with the tables that the KPI scorecard reads, for every indicator of the seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kasane.reports.kpi_data import Indicator, Wording

NASTY = "=1+1<script>alert('x')</script>&\"'\x07{{ 7*7 }}"
AREAS = {"ALL": "", "E01": "第1地区", "E02": NASTY}
PARTLY = "期間の一部しか届いておらず、届いた分による値です: jumin、shigen_place"
NO_VALUE = "この期間に対象がなく、分母が0です"

_VALUE = pa.schema(
    [
        ("kpi_id", pa.string()), ("period_end_date", pa.date32()), ("area_code", pa.string()),
        *[(name, pa.float64()) for name in ("value", "value_low", "value_high", "target_due", "target", "baseline")],
        ("coverage_months_delivered", pa.int32()), ("coverage_months_due", pa.int32()),
        ("status", pa.string()), ("definition_version", pa.string()), ("reason", pa.string()),
    ]
)  # fmt: skip
_DETAIL = pa.schema(
    [
        ("kpi_id", pa.string()), ("period_end_date", pa.date32()), ("area_code", pa.string()),
        ("measure", pa.string()), ("value", pa.float64()), ("unit", pa.string()), ("label_ja", pa.string()),
    ]
)  # fmt: skip
_PUBLISHED = pa.schema(
    [
        ("period_end_date", pa.date32()), ("kpi_id", pa.string()), ("area_code", pa.string()),
        ("area_label", pa.string()),
        *[(name, pa.float64()) for name in ("value", "target", "baseline")],
        ("status", pa.string()), ("suppressed", pa.bool_()),
    ]
)  # fmt: skip


def make_analyst_file(path: Path, wording: Wording, months: Sequence[date]) -> Path:
    """``marts`` of a release; every status occurs, values are missing here and there, surveys have intervals."""
    dice = random.Random(11)
    rows = [
        _row(each, month, area, dice)
        for month in months
        for area in AREAS
        for each in wording.indicators
        if area == "ALL" or each.kpi_id != "M1-KSI-2"
    ]
    details = [
        {"kpi_id": "M1-KPI-1", "period_end_date": month, "area_code": area, "measure": "median_days",
         "value": None if area == "E02" else round(dice.uniform(3, 20), 3), "unit": "days", "label_ja": "中央値"}
        for month in months for area in AREAS
    ]  # fmt: skip
    areas = [{"area_code": code, "area_name": name} for code, name in AREAS.items() if code != "ALL"]
    unanswered = [{"label": NASTY, "reason": "設問がありません", "would_answer": "設問の追加", "sort_order": 1}]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        _write(connection, "marts.mart_kpi_value", pa.Table.from_pylist(rows, _VALUE))
        _write(connection, "marts.mart_kpi_detail", pa.Table.from_pylist(details, _DETAIL))
        _write(connection, "marts.dim_area", pa.Table.from_pylist(areas))
        _write(connection, "marts.mart_unanswered_indicator", pa.Table.from_pylist(unanswered))
    return path


def make_published_file(path: Path, wording: Wording, months: Sequence[date]) -> Path:
    """``published`` in a file of the same name, as in a release; a third of the values is hidden."""
    dice = random.Random(12)
    rows = [_published(_row(each, month, area, dice), area, dice) for month in months for area in AREAS
            for each in wording.indicators]  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {path.stem}.published")
        _write(connection, f"{path.stem}.published.kpi_value", pa.Table.from_pylist(rows, _PUBLISHED))
    return path


def _row(each: Indicator, month: date, area: str, dice: random.Random) -> dict[str, Any]:
    value = None if dice.random() < 0.15 else dice.choice([0.0, dice.uniform(-20, 1500)])
    is_survey = each.period == "survey_year" and value is not None
    target = None if each.is_annual_count and area != "ALL" else 50.0
    status = "no_data" if value is None else None if target is None else dice.choice(["met", "on_track", "behind"])
    return {
        "kpi_id": each.kpi_id, "period_end_date": month, "area_code": area, "value": value,
        "value_low": value - 3.3 if is_survey and value is not None else None,
        "value_high": value + 4.4 if is_survey and value is not None else None,
        "target": target, "target_due": target / 12 if target and each.is_annual_count else target,
        "baseline": dice.choice([None, 42.7]), "coverage_months_delivered": dice.randint(0, 6),
        "coverage_months_due": 6, "status": status, "definition_version": "1",
        "reason": NO_VALUE if value is None else dice.choice([None, PARTLY]),
    }  # fmt: skip


def _published(row: dict[str, Any], area: str, dice: random.Random) -> dict[str, Any]:
    hidden = dice.random() < 0.34
    told = {name: row[name] for name in ("kpi_id", "period_end_date", "area_code", "target", "baseline")}
    label = "合計" if area == "ALL" else AREAS[area]
    value, status = (None, None) if hidden else (row["value"], row["status"])
    return {**told, "area_label": label, "value": value, "status": status, "suppressed": hidden}


def _write(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("given", table)
    connection.execute(f"create table {name} as select * from given")
    connection.unregister("given")
