"""Whether what a chart was given is what the marts hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

HERE = Path(__file__).parent
Row = tuple[str, ...]


def expected_queries() -> dict[str, str]:
    """Chart (by the name of its file) → query on the marts."""
    return dict(yaml.safe_load((HERE / "figures.yml").read_text(encoding="utf-8")))


def differences(key: str, query: str, data: Iterable[Mapping[str, Any]], zone: duckdb.DuckDBPyConnection) -> list[str]:
    """What is shown and not held, and what is held and not shown; labels that the mart lacks are left aside."""
    wanted = Counter(_row(row) for row in zone.sql(query).fetchall())
    shown = Counter(_row(value for name, value in row.items() if name not in RANKS) for row in data)
    words = {value for row in wanted for value in row}
    if key in LABELLED:
        shown = Counter(tuple(value for value in row if value in words) for row in shown.elements())
    lost, made_up = wanted - shown, shown - wanted
    return [f"{key}: not shown {row}" for row in lost][:3] + [f"{key}: not in the mart {row}" for row in made_up][:3]


# A heat map asks for the place of a value among all, to colour it.
RANKS = {"rank"}
# Their rows carry Japanese labels of codes beside the figures.
LABELLED = {"kpi_table", "kpi_status", "pattern_table"}


def _row(values: Iterable[Any]) -> Row:
    return tuple(sorted(_value(each) for each in values if each is not None))


def _value(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | date | str):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    # Superset tells days as milliseconds; no figure of a ward is that large.
    if value > 10**11:
        return datetime.fromtimestamp(float(value) / 1000, UTC).date().isoformat()
    return f"{float(value):.6g}"
