"""The published tables: rows with codes and labels, made from the release register; a hidden count is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kasane.contracts.codes import load_policy_table
from kasane.publish.disclosure.areas import OTHER
from kasane.publish.disclosure.figures import ALL
from kasane.publish.disclosure.kpi_figures import is_estimate
from kasane.publish.disclosure.overlap_table import AT_LEAST
from kasane.publish.disclosure.policy import KpiRule
from kasane.publish.disclosure.publication import KpiRow, OverlapRow, Publication, in_force

TOTAL = "合計"
_MATCHES = {"exact": "この組み合わせだけ", "at_least": "この組み合わせを含む"}
_TEXT, _BOOL, _NUMBER = pa.string(), pa.bool_(), pa.float64()

OVERLAP_SCHEMA = pa.schema(
    [
        ("month_end_date", pa.date32()),
        ("area_code", _TEXT),
        ("area_label", _TEXT),
        ("household_type", _TEXT),
        ("household_type_label", _TEXT),
        ("domains", _TEXT),
        ("domains_label", _TEXT),
        ("match", _TEXT),
        ("match_label", _TEXT),
        ("household_count", pa.int64()),
        ("share_of_in_need", _NUMBER),
        ("suppressed", _BOOL),
    ]
)
KPI_SCHEMA = pa.schema(
    [
        ("period_end_date", pa.date32()),
        ("kpi_id", _TEXT),
        ("kpi_label", _TEXT),
        ("unit", _TEXT),
        ("area_code", _TEXT),
        ("area_label", _TEXT),
        ("numerator", _NUMBER),
        ("denominator", _NUMBER),
        ("value", _NUMBER),
        ("target", _NUMBER),
        ("baseline", _NUMBER),
        ("status", _TEXT),
        ("suppressed", _BOOL),
    ]
)
RELEASE_SCHEMA = pa.schema(
    [
        ("publication", pa.int64()),
        ("kind", _TEXT),
        ("month_end_date", pa.date32()),
        ("people_hidden_below", pa.int64()),
        ("detail", pa.int64()),
        ("cells", pa.int64()),
        ("cells_suppressed", pa.int64()),
        ("kpi_rows", pa.int64()),
        ("kpi_rows_suppressed", pa.int64()),
        ("reason", _TEXT),
    ]
)
INTERVAL_SCHEMA = pa.schema(
    [
        ("publication", pa.int64()),
        ("month_end_date", pa.date32()),
        ("table_name", _TEXT),
        ("cell", _TEXT),
        ("low", pa.int64()),
        ("high", pa.int64()),
        ("least_width", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Labels:
    """What codes are called, and which indicators are estimates."""

    household_types: Mapping[str, str]
    domains: Mapping[str, str]
    kpis: Mapping[str, tuple[str, str]]
    estimates: frozenset[str]

    @staticmethod
    def load(seed_dirs: Sequence[Path], rules: Mapping[str, KpiRule]) -> Labels:
        """From the seeds; ``rules`` say which indicators are estimates."""
        types = load_policy_table(seed_dirs, "household_type.csv", ("household_type", "label"))
        domains = load_policy_table(seed_dirs, "domain_combination.csv", ("domains", "label"))
        kpis = load_policy_table(seed_dirs, "kpi.csv", ("kpi_id", "name_ja", "unit"))
        return Labels(
            {row["household_type"]: row["label"] for row in types},
            {row["domains"]: row["label"] for row in domains} | {ALL: "ニーズのある世帯の合計"},
            {row["kpi_id"]: (row["name_ja"], row["unit"]) for row in kpis},
            frozenset(kpi for kpi, rule in rules.items() if is_estimate(rule)),
        )


def published_tables(publications: Sequence[Publication], labels: Labels) -> dict[str, pa.Table]:
    """The tables of the schema ``published`` by name; a month as it was last published."""
    told = in_force(publications)
    overlap = [row for each in told for row in _overlap_rows(each, labels)]
    kpis = [_kpi_row(each, row, labels) for each in told for row in each.kpis]
    return {
        "domain_overlap": pa.Table.from_pylist(overlap, schema=OVERLAP_SCHEMA),
        "kpi_value": pa.Table.from_pylist(kpis, schema=KPI_SCHEMA),
        "publication": pa.Table.from_pylist([_release_row(each) for each in publications], schema=RELEASE_SCHEMA),
    }


def interval_table(publications: Sequence[Publication]) -> pa.Table:
    """The interval report (秘匿インターバル): what an attacker knows of each hidden count. Restricted."""
    rows = [
        {
            "publication": each.number,
            "month_end_date": each.month,
            "table_name": interval.table,
            "cell": interval.cell,
            "low": interval.low,
            "high": interval.high,
            "least_width": interval.least_width,
        }
        for each in publications
        for interval in each.intervals
    ]
    return pa.Table.from_pylist(rows, schema=INTERVAL_SCHEMA)


def _overlap_rows(each: Publication, labels: Labels) -> list[dict[str, Any]]:
    in_need = {(row.area_code, row.household_type): row for row in each.overlap if _is_in_need(row)}
    rows = []
    for row in each.overlap:
        total = in_need[row.area_code, row.household_type]
        has_share = row.is_shown and total.is_shown and total.count > 0
        rows.append(
            {
                "month_end_date": each.month,
                "area_code": row.area_code,
                "area_label": _area_label(each, row.area_code),
                "household_type": row.household_type,
                "household_type_label": labels.household_types.get(row.household_type, TOTAL),
                "domains": row.domains,
                "domains_label": labels.domains[row.domains],
                "match": row.match,
                "match_label": _MATCHES[row.match],
                "household_count": row.count if row.is_shown else None,
                "share_of_in_need": row.count / total.count if has_share else None,
                "suppressed": not row.is_shown,
            }
        )
    return rows


def _is_in_need(row: OverlapRow) -> bool:
    return row.domains == ALL and row.match == AT_LEAST


def _area_label(each: Publication, area: str) -> str:
    if area == ALL:
        return TOTAL
    return "・".join("圏域なし" if code == OTHER else each.area_names.get(code, code) for code in area.split("+"))


def _kpi_row(each: Publication, row: KpiRow, labels: Labels) -> dict[str, Any]:
    name, unit = labels.kpis[row.kpi_id]
    # An estimate's last digits would tell the answers that it was weighted from.
    digits = 1 if row.kpi_id in labels.estimates else 6
    return {
        "period_end_date": each.month,
        "kpi_id": row.kpi_id,
        "kpi_label": name,
        "unit": unit,
        "area_code": row.area_code,
        "area_label": _area_label(each, row.area_code),
        "numerator": _rounded(row.numerator, row.numerator_shown, digits - 1),
        "denominator": _rounded(row.denominator, row.denominator_shown, digits - 1),
        "value": _rounded(row.value, row.value_shown, digits),
        "target": row.target,
        "baseline": row.baseline,
        # How it stands against its target narrows a value down.
        "status": row.status if row.value_shown else None,
        "suppressed": not row.value_shown,
    }


def _rounded(number: float | None, is_shown: bool, digits: int) -> float | None:
    return round(number, digits) if is_shown and number is not None else None


def _release_row(each: Publication) -> dict[str, Any]:
    return {
        "publication": each.number,
        "kind": each.kind,
        "month_end_date": each.month,
        "people_hidden_below": each.under,
        "detail": each.detail,
        "cells": len(each.overlap),
        "cells_suppressed": sum(not row.is_shown for row in each.overlap),
        "kpi_rows": len(each.kpis),
        "kpi_rows_suppressed": sum(not row.value_shown for row in each.kpis),
        "reason": each.reason,
    }
