"""The numbers that mart suites name, computed by DuckDB from the build file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from kasane.quality.suite_model import (
    AtLeast,
    ChangeAgainstRelease,
    DifferingGroups,
    MartCheck,
    MartSuite,
    Months,
    OneNumber,
    Ratio,
    Total,
)
from kasane.sql import identifier, literal, relation

PREVIOUS = "previous"
NAMED_AT_MOST = 12

_AGGREGATES = {
    "row_count": "count(*) filter (where {where})::double",
    "null_share": "count(*) filter (where {column} is null and {where}) / nullif(count(*) filter (where {where}), 0)",
    "share": "count(*) filter (where {column} = {value} and {where}) / nullif(count(*) filter (where {where}), 0)",
    "sum": "sum({column}::double) filter (where {where})",
    "mean": "avg({column}::double) filter (where {where})",
    "lowest": "min({column}::double) filter (where {where})",
    "highest": "max({column}::double) filter (where {where})",
}


@dataclass(frozen=True)
class Measured:
    """One number; ``details`` are what it counted in words (months, groups), at most a dozen, also in Japanese."""

    value: float | None
    details: tuple[str, ...] = ()
    details_ja: tuple[str, ...] = ()


def measure(connection: duckdb.DuckDBPyConnection, suite: MartSuite) -> dict[str, Measured]:
    """All numbers of a suite by the names of its checks. ``previous`` may be attached as the release in force."""
    plain = [check for check in suite.checks if isinstance(check.measure, OneNumber | Ratio)]
    found = _measure_plain(connection, suite.relation, plain)
    for check in suite.checks:
        if isinstance(check.measure, Months):
            found[check.name] = _months(connection, suite.relation, check.measure)
        elif isinstance(check.measure, DifferingGroups):
            found[check.name] = _differing_groups(connection, suite.relation, check.measure)
        elif isinstance(check.measure, ChangeAgainstRelease):
            found[check.name] = _change(connection, suite.relation, check.measure)
    return found


def exists(connection: duckdb.DuckDBPyConnection, name: str, catalog: str | None = None) -> bool:
    """Whether a relation is there, in the build file or in the attached release."""
    schema, table = name.split(".")
    found = connection.execute(
        "select 1 from duckdb_columns() where database_name = coalesce(?, current_database()) "
        "and schema_name = ? and table_name = ? limit 1",
        [catalog, schema, table],
    ).fetchone()
    return found is not None


def _measure_plain(
    connection: duckdb.DuckDBPyConnection, name: str, checks: Sequence[MartCheck]
) -> dict[str, Measured]:
    if not checks:
        return {}
    wanted = ", ".join(f"{_aggregate(check.measure)} as {identifier(check.name)}" for check in checks)  # type: ignore[arg-type]
    row = connection.execute(f"select {wanted} from {relation(name)}").fetchone()
    assert row is not None
    return {check.name: Measured(value) for check, value in zip(checks, row, strict=True)}


def _aggregate(wanted: OneNumber | Ratio) -> str:
    where = _where(wanted.where)
    if isinstance(wanted, Ratio):
        above = f"sum({identifier(wanted.numerator)})"
        below = f"sum({identifier(wanted.denominator)})" if wanted.denominator else "count(*)"
        return f"{above} filter (where {where}) / nullif({below} filter (where {where}), 0)"
    return _AGGREGATES[wanted.kind].format(
        column=identifier(wanted.column or ""),
        value=literal(wanted.value) if wanted.value is not None else "null",
        where=where,
    )


def _where(conditions: Mapping[str, str | int | bool | AtLeast]) -> str:
    parts = [
        f"{identifier(column)} >= {literal(wanted.at_least)}"
        if isinstance(wanted, AtLeast)
        else f"{identifier(column)} = {literal(wanted)}"
        for column, wanted in conditions.items()
    ]
    return "(" + " and ".join(parts or ["true"]) + ")"


def _months(connection: duckdb.DuckDBPyConnection, name: str, wanted: Months) -> Measured:
    due = wanted.as_in
    rows = connection.execute(
        f"""
        select coalesce(due.day, here.day)::varchar as day, here.day is null as is_gone
        from (select distinct {identifier(due.column)} as day from {relation(due.relation)}
              where {_where(due.where)}) as due
        full join (select distinct {identifier(wanted.column)} as day from {relation(name)}
                   where {_where(wanted.where)}) as here using (day)
        where due.day is null or here.day is null
        order by all
        """
    ).fetchall()
    named = rows[:NAMED_AT_MOST]
    return Measured(
        float(len(rows)),
        tuple(f"month {day} is {'missing' if gone else 'there but should not be'}" for day, gone in named),
        tuple(f"{day} の月が{'ありません' if gone else '余分にあります'}" for day, gone in named),
    )


def _differing_groups(connection: duckdb.DuckDBPyConnection, name: str, wanted: DifferingGroups) -> Measured:
    groups = ", ".join(identifier(column) for column in wanted.by)
    different = f"""
        select {groups}, coalesce(this.total, 0) as this_total, coalesce(other.total, 0) as other_total
        from ({_total(wanted.this, name, groups)}) as this
        full join ({_total(wanted.other, name, groups)}) as other using ({groups})
        where coalesce(this.total, 0) <> coalesce(other.total, 0)
    """
    counted = connection.execute(f"select count(*) from ({different})").fetchone()
    assert counted is not None
    rows = connection.execute(f"{different} order by all limit {NAMED_AT_MOST}").fetchall()
    named = [(", ".join(str(part) for part in row[:-2]), row[-2], row[-1]) for row in rows]
    return Measured(
        float(counted[0]),
        tuple(f"{group}: {this:,} against {other:,}" for group, this, other in named),
        tuple(f"{group}：{this:,} に対し {other:,}" for group, this, other in named),
    )


def _total(wanted: Total, name: str, groups: str) -> str:
    total = f"sum({identifier(wanted.sum)})" if wanted.sum else "count(*)"
    return (
        f"select {groups}, {total} as total from {relation(wanted.relation or name)} "
        f"where {_where(wanted.where)} group by {groups}"
    )


def _change(connection: duckdb.DuckDBPyConnection, name: str, wanted: ChangeAgainstRelease) -> Measured:
    if not exists(connection, name, PREVIOUS):
        return Measured(None)
    group = identifier(wanted.by) if wanted.by else "true"
    row = connection.execute(
        f"""
        select sum(now.n) / sum(before.n) - 1
        from (select {group} as g, count(*) as n from {relation(name)} group by 1) as now
        join (select {group} as g, count(*) as n from {PREVIOUS}.{relation(name)} group by 1) as before using (g)
        """
    ).fetchone()
    return Measured(row[0] if row else None)
