"""The zones' own answer to each figure of the overlap report, asked anew and one by one."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kasane.settings import PROJECT_ROOT

# The marts' own answer to each figure of the page, asked anew and one by one.
_CELL = """
from marts.mart_domain_overlap where month_end_date = $month and area_code = $area
 and household_type = $household_type and domains = $domains and match = $match
"""
_SUMMARY = "from marts.mart_overlap_summary where month_end_date = $month and area_code = $area"
_THEN = (
    "from marts.mart_overlap_summary where month_end_date = last_day($month - interval 1 year) and area_code = 'ALL'"
)
_TYPE = """
from marts.mart_domain_overlap where month_end_date = $month and area_code = 'ALL' and match = 'exact'
 and household_type = $household_type
"""
_TWO = "contains(domains, '+')"
_APART = """
from marts.mart_overlap_summary where month_end_date = $month
"""
_PARTS = {
    "in_need_count": "household_count",
    "compound_count": "in_need_count",
    "three_or_more_count": "compound_count",
}
_COLUMNS = ("household_count", "in_need_count", "compound_count", "three_or_more_count", "compound_one_person_count")
ANSWERS = {
    "combination_households": f"select household_count {_CELL}",
    "combination_share": f"select share_of_in_need {_CELL}",
    "domain_households": """
        select household_count from marts.mart_domain_overlap where month_end_date = $month and area_code = $area
         and household_type = 'ALL' and domains = $domain and match = 'at_least'
    """,
    "domain_count_households": """
        select sum(household_count) from marts.mart_domain_overlap where month_end_date = $month
         and area_code = $area and household_type = 'ALL' and match = 'exact'
         and len(string_split(domains, '+')) = $size
    """,
    "compound_share": f"select compound_count / in_need_count {_SUMMARY}",
    "compound_one_person_share": f"select compound_one_person_count / compound_count {_SUMMARY}",
    "type_in_need": f"select sum(household_count) {_TYPE}",
    "type_compound": f"select sum(household_count) filter ({_TWO}) {_TYPE}",
    "type_compound_share": f"select sum(household_count) filter ({_TWO}) / sum(household_count) {_TYPE}",
    "households_without_area": f"select sum(if(area_code = 'ALL', 1, -1) * household_count) {_APART}",
    "in_need_without_area": f"select sum(if(area_code = 'ALL', 1, -1) * in_need_count) {_APART}",
    "source_age_days": """
        select max(age_days) from quality.feed_coverage where feed = $feed
        group by month_end_date order by month_end_date desc limit 1
    """,
    "months_due": """
        select count(distinct month_end_date) from quality.feed_coverage where feed = $feed
         and (is_due or last_day(base_date) = month_end_date)
    """,
    "months_delivered": """
        select count(*) from (
            select min(last_day(base_date)) as oldest, month_end_date from quality.feed_coverage where feed = $feed
            group by month_end_date
        ) where oldest = month_end_date
    """,
    "files_received": "select count(*) from quality.row_outcome where feed = $feed",
    "files_refused": "select count(*) from quality.row_outcome where feed = $feed and status = 'refused'",
    "rows_loaded": "select sum(rows_loaded) from quality.row_outcome where feed = $feed",
    "rows_quarantined": "select sum(rows_quarantined) from quality.row_outcome where feed = $feed",
    "warnings": "select sum(warnings) from quality.row_outcome where feed = $feed",
    "records_unlinked": "select coalesce(sum(record_count), 0) from quality.unlinked where feed = $feed",
    "quarantine_rows": "select count(*) from quality.quarantine where feed = $feed and reason_code = $reason",
}
ANSWERS |= {column: f"select {column} {_SUMMARY}" for column in _COLUMNS}
ANSWERS |= {f"{a}_share": f"select {a} / {b} {_SUMMARY}" for a, b in _PARTS.items()}
ANSWERS |= {f"{a}_change": f"select {a} - (select {a} {_THEN}) {_SUMMARY}" for a in _COLUMNS}
ANSWERS |= {
    f"{a}_share_change": f"select 100 * ({a} / {b} - (select {a} / {b} {_THEN})) {_SUMMARY}" for a, b in _PARTS.items()
}
ANSWERS |= {
    f"benchmark_{column}": f"""
        select {column} from marts.mart_benchmark where month_end_date = $month and indicator_id = $indicator
    """
    for column in ("value", "nation", "special_wards")
}

# The same of the published zone, each with whether it is hidden.
_ROW = """
from {db}.published.domain_overlap where month_end_date = $month and area_code = $area
 and household_type = $household_type and domains = $domains and match = $match
"""
_NEED = """
(select household_count, suppressed from {db}.published.domain_overlap where month_end_date = last_day($month - interval
 ({back}) month) and area_code = $area and household_type = 'ALL' and domains = 'ALL')
"""
_BOTH = """
(select denominator, denominator is null and suppressed as suppressed from {db}.published.kpi_value
 where period_end_date = last_day($month - interval ({back}) month) and area_code = $area and kpi_id = 'M1-KGI-1')
"""
_NOW = {"in_need_count": _NEED.replace("{back}", "0"), "compound_count": _BOTH.replace("{back}", "0")}
_YEAR_AGO = {"in_need_count": _NEED.replace("{back}", "12"), "compound_count": _BOTH.replace("{back}", "12")}
_RATE = f"""
select denominator / household_count, need.suppressed or compound.suppressed
from {_NOW["in_need_count"]} as need, {_NOW["compound_count"]} as compound
"""
PUBLIC_ANSWERS = {
    "combination_households": f"select household_count, suppressed {_ROW}",
    "combination_share": f"select share_of_in_need, suppressed {_ROW}",
    "domain_households": f"""
        select household_count, suppressed {_ROW.replace("$domains", "$domain").replace("$match", "'at_least'")}
    """,
    "type_in_need": f"""
        select household_count, suppressed {_ROW.replace("$domains", "'ALL'").replace("$match", "'at_least'")}
    """,
    "in_need_count": f"from {_NOW['in_need_count']}",
    "compound_count": f"from {_NOW['compound_count']}",
    "compound_count_share": _RATE,
    "compound_share": _RATE,
    "in_need_count_change": f"""
        select a.household_count - b.household_count, false
        from {_NOW["in_need_count"]} as a, {_YEAR_AGO["in_need_count"]} as b
    """,
    "compound_count_change": f"""
        select a.denominator - b.denominator, false
        from {_NOW["compound_count"]} as a, {_YEAR_AGO["compound_count"]} as b
    """,
    "compound_count_share_change": f"""
        select 100 * (a.denominator / c.household_count - b.denominator / d.household_count), false
        from {_NOW["compound_count"]} as a, {_YEAR_AGO["compound_count"]} as b,
         {_NOW["in_need_count"]} as c, {_YEAR_AGO["in_need_count"]} as d
    """,
}
_PAIR = """
select 100 * share_of_in_need, false from {db}.published.domain_overlap where month_end_date = $month
 and area_code = 'ALL' and household_type = 'ALL' and match = 'at_least'
 and 'overlap_' || replace(domains, '+', '_') = $indicator
"""


@dataclass(frozen=True)
class Told:
    """What a zone says of a figure; ``is_hidden`` by disclosure control."""

    value: float | None
    is_hidden: bool = False


class Zone:
    """One zone's file, asked anew for each figure."""

    def __init__(self, file: Path, is_public: bool) -> None:
        self.is_public = is_public
        # Attached, not opened: whoever reads the file beside it may do so with another configuration.
        self._connection = duckdb.connect()
        self._connection.execute(f"attach '{file}' as zone (read_only); use zone")
        self._db = "zone"
        self._known: dict[tuple[object, ...], Told] = {}

    def told(self, metric: str, **given: str) -> Told:
        """The figure by its metric and the keys that name it; not there at all is no value."""
        key = (metric, *sorted(given.items()))
        if key not in self._known:
            self._known[key] = self._ask(metric, {"household_type": "ALL", "area": "ALL"} | given)
        return self._known[key]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Of a query in which ``{db}`` is the file."""
        return self._connection.execute(sql.replace("{db}", self._db)).fetchall()

    def _ask(self, metric: str, given: Mapping[str, str]) -> Told:
        if self.is_public and metric.startswith("benchmark_"):
            return self._benchmark(metric.removeprefix("benchmark_"), given)
        query = (PUBLIC_ANSWERS if self.is_public else ANSWERS)[metric].replace("{db}", self._db)
        query = query.replace("$month", "cast($month as date)")
        used = {name: given[name] for name in set(re.findall(r"\$(\w+)", query))}
        row = self._connection.execute(query, used).fetchone()
        if row is None:
            assert self.is_public, (metric, given)
            return Told(None)
        value = None if row[0] is None or row[0] != row[0] else float(row[0])
        return Told(value, bool(len(row) > 1 and row[1]))

    def _benchmark(self, column: str, given: Mapping[str, str]) -> Told:
        if column != "value":
            with (PROJECT_ROOT / "dbt_project/seeds/policy/benchmark.csv").open(encoding="utf-8") as stream:
                (row,) = [row for row in csv.DictReader(stream) if row["indicator_id"] == given["indicator"]]
            return Told(float(row[column]) if row[column] else None)
        if given["indicator"] == "overlap_compound_share":
            value = self.told("compound_share", month=given["month"]).value
            return Told(None if value is None else 100 * value)
        month = given["month"]
        row = self._connection.execute(
            _PAIR.replace("{db}", self._db).replace("$month", "cast($month as date)"),
            {"month": month, "indicator": given["indicator"]},
        ).fetchone()
        return Told(row[0] if row else None)
