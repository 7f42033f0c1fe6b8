"""What dashboards ask of the serving PostgreSQL (scripts/serving_queries.yml), as DuckDB asks it of the same tables."""

from __future__ import annotations

import re

import duckdb
import yaml

from kasane.settings import PROJECT_ROOT

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def refused_queries(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The queries that the analysts' tables can't answer, with why; none of the published zone's is asked."""
    asked = yaml.safe_load((PROJECT_ROOT / "scripts" / "serving_queries.yml").read_text(encoding="utf-8"))
    # Some value of each parameter, so that its type is the column's.
    values = {name: connection.execute(sql).fetchall() for name, sql in asked["values"].items()}
    refused = []
    for name, sql in asked["queries"].items():
        if "published." in sql:
            continue
        given = {each: values[each][0][0] if values[each] else None for each in _PARAMETER.findall(sql)}
        try:
            connection.execute(_PARAMETER.sub(r"$\1", sql), given)
        except duckdb.Error as error:
            refused.append(f"{name}: {error}")
    return refused
