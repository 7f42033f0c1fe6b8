"""The overlap report's figures from one release's analysts' file; aggregates only, never a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from kasane.reports.overlap_model import AT_LEAST, MONTHS_SHOWN, Cell, OverlapData, Row, type_order
from kasane.reports.words import ALL
from kasane.reports.zone_file import open_zone_file

REFUSED_SHOWN = 20
SUMMARY = ("household_count", "in_need_count", "compound_count", "three_or_more_count")

# Every query of the report: the columns that its relation must have, and the SQL.
_QUERIES: Mapping[str, tuple[str, str, str]] = {
    "summary": (
        "marts.mart_overlap_summary",
        "month_end_date area_code household_count in_need_count compound_count three_or_more_count",
        """
        select cast(month_end_date as date) as month, area_code, household_count, in_need_count,
               compound_count, three_or_more_count
        from marts.mart_overlap_summary
        where cast(month_end_date as date) >= $first and area_code is not null
        """,
    ),
    "overlap": (
        "marts.mart_domain_overlap",
        "month_end_date area_code household_type domains match household_count in_need_count",
        """
        select cast(month_end_date as date) as month, area_code, household_type, domains, match, household_count,
               in_need_count
        from marts.mart_domain_overlap
        where cast(month_end_date as date) >= $first and area_code is not null
          and ((household_type = 'ALL' and (match = 'exact' or area_code = 'ALL' or not contains(domains, '+')))
               or (area_code = 'ALL' and match = 'exact'))
        """,
    ),
    "compound_kind": (
        "marts.mart_overlap_summary",
        "month_end_date area_code compound_count compound_one_person_count",
        """
        select compound_count, compound_one_person_count from marts.mart_overlap_summary
        where cast(month_end_date as date) = $month and area_code = 'ALL'
        """,
    ),
    "benchmarks": (
        "marts.mart_benchmark",
        "indicator_id benchmark_group month_end_date value nation special_wards label unit source reason"
        " is_fact_checked",
        """
        select indicator_id, label, unit, value, nation, special_wards, source, reason, is_fact_checked
        from marts.mart_benchmark where cast(month_end_date as date) = $month
        order by (value is null), (benchmark_group <> 'overlap'), benchmark_group, indicator_id
        """,
    ),
    "areas": (
        "marts.dim_area",
        "area_code area_name",
        "select area_code, min(area_name) as area_name from marts.dim_area group by area_code",
    ),
    "coverage": (
        "quality.feed_coverage",
        "feed month_end_date is_due base_date age_days status",
        # A feed of several tables is as old as its oldest one, and missing while one of them is.
        """
        select feed, cast(month_end_date as date) as month, bool_or(is_due) as is_due,
               if(count(base_date) = count(*), cast(min(base_date) as date), null) as base_date,
               if(count(base_date) = count(*), max(age_days), null) as age_days,
               bool_and(status = 'not_used') as is_unused
        from quality.feed_coverage where cast(month_end_date as date) between $first and $month
        group by feed, month_end_date
        """,
    ),
    "outcomes": (
        "quality.row_outcome",
        "feed status rows_in rows_loaded rows_quarantined",
        """
        select feed, count(*) as files, count(*) filter (where status = 'refused') as refused,
               coalesce(sum(rows_loaded), 0) as loaded,
               coalesce(sum(rows_quarantined), 0) as quarantined
        from quality.row_outcome group by feed
        """,
    ),
    "warnings": (
        "quality.row_outcome",
        "feed warnings",
        "select feed, coalesce(sum(warnings), 0) as warnings from quality.row_outcome group by feed",
    ),
    "refused": (
        "quality.row_outcome",
        "feed file_name base_date status reason reason_label remedy",
        """
        select feed, file_name, cast(base_date as date) as base_date, reason, reason_label, remedy
        from quality.row_outcome where status = 'refused'
        order by base_date desc nulls first, feed, file_name
        """,
    ),
    "quarantine": (
        "quality.quarantine",
        "feed reason_code reason_label remedy",
        """
        select feed, reason_code, any_value(reason_label) as reason_label, any_value(remedy) as remedy,
               count(*) as rows
        from quality.quarantine group by feed, reason_code order by feed, rows desc, reason_code
        """,
    ),
    "unlinked": (
        "quality.unlinked",
        "feed record_count",
        "select feed, sum(record_count) as records from quality.unlinked group by feed",
    ),
}


def needed_columns() -> dict[str, frozenset[str]]:
    """The columns that the report needs of each relation."""
    needed: dict[str, frozenset[str]] = {}
    for relation, columns, _ in _QUERIES.values():
        needed[relation] = needed.get(relation, frozenset()) | set(columns.split())
    return needed


def read_overlap_data(analyst_file: Path) -> OverlapData:
    """Read the newest ``MONTHS_SHOWN`` months; raises KasaneError when the file can't be opened."""
    with open_zone_file(analyst_file) as connection:
        reader = _Reader(connection)
        months = reader.months()
        shown = months[-MONTHS_SHOWN:]
        limits = {"first": shown[0], "month": shown[-1]} if shown else {}
        tables = {name: reader.rows(name, limits) for name in _QUERIES}
        return _assemble(shown, len(months), tables, reader)


class _Reader:
    """Runs the queries whose relation is there, and notes the relations that are not."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.missing: set[str] = set()
        self.available: set[str] = set()
        self._columns: dict[str, set[str]] = {}
        for relation, column in connection.execute(_COLUMNS).fetchall():
            self._columns.setdefault(relation, set()).add(column)

    def months(self) -> list[date]:
        """Every month end of the summary, oldest first."""
        if not self._has("marts.mart_overlap_summary", "month_end_date"):
            return []
        return [month for (month,) in self._connection.execute(_MONTHS).fetchall()]

    def rows(self, name: str, limits: Mapping[str, date]) -> list[Row]:
        """The rows of one query, none when its relation is missing or it asks for a month and there is none."""
        relation, columns, sql = _QUERIES[name]
        if not self._has(relation, columns) or ("$" in sql and not limits):
            return []
        self.available.add(name)
        used = {key: value for key, value in limits.items() if f"${key}" in sql}
        cursor = self._connection.execute(sql, used)
        heads = [column[0] for column in cursor.description or ()]
        return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]

    def _has(self, relation: str, columns: str) -> bool:
        lacking = set(columns.split()) - self._columns.get(relation, set())
        if lacking:
            whole = relation not in self._columns
            self.missing.add(relation if whole else f"{relation}({'、'.join(sorted(lacking))})")
        return not lacking


def _assemble(
    months: Sequence[date], months_in_file: int, tables: Mapping[str, list[Row]], reader: _Reader
) -> OverlapData:
    names = {row["area_code"]: row["area_name"] for row in tables["areas"]}
    seen = {row["area_code"] for row in tables["summary"]}
    codes = sorted((seen | set(names)) - {ALL, None}) if months else []
    nobody = {(row["month"], row["area_code"], ALL) for row in tables["summary"] if not row["in_need_count"]}
    return OverlapData(
        is_public=False,
        months=tuple(months),
        months_in_file=months_in_file,
        areas=tuple((code, names.get(code) or code) for code in codes),
        types=type_order({row["household_type"] for row in tables["overlap"]}),
        summary={
            (row["month"], row["area_code"]): {name: Cell(int(row[name])) for name in SUMMARY}
            for row in tables["summary"]
        },
        cells={**_cells(tables["overlap"]), **_in_need_by_type(tables["overlap"])},
        tables=tables,
        missing=tuple(sorted(reader.missing)),
        available=frozenset(reader.available),
        known=frozenset(nobody | {_group(row) for row in tables["overlap"]}),
    )


def _group(row: Row) -> tuple[date, str, str]:
    return row["month"], row["area_code"], row["household_type"]


def _cells(rows: Sequence[Row]) -> dict[tuple[date, str, str, str, str], Cell]:
    return {(*_group(row), row["match"], row["domains"]): Cell(int(row["household_count"])) for row in rows}


def _in_need_by_type(rows: Sequence[Row]) -> dict[tuple[date, str, str, str, str], Cell]:
    return {
        (*_group(row), AT_LEAST, ALL): Cell(int(row["in_need_count"])) for row in rows if row["household_type"] != ALL
    }


_MONTHS = """
select distinct cast(month_end_date as date) as month from marts.mart_overlap_summary
where month_end_date is not null and area_code = 'ALL' order by month
"""
_COLUMNS = """
select table_schema || '.' || table_name, column_name from information_schema.columns
where table_schema in ('marts', 'quality')
"""
