"""What the published zone of a release withholds, in one line."""

from __future__ import annotations

import duckdb

from kasane.publish.release import Release


def withheld_line(release: Release) -> str:
    """How much of the newest published month is hidden; says so where nothing was published yet."""
    with duckdb.connect(str(release.zone_file("published")), read_only=True) as connection:
        there = connection.execute(_EXISTS).fetchone()
        row = connection.execute(_NEWEST).fetchone() if there and there[0] else None
    if row is None:
        return "公表: まだ公表した月はありません"
    month, under, cells, hidden, kpis, hidden_kpis, months = row
    limit = "人・世帯の数は公表しない" if under is None else f"1から{under - 1}と、それが分かる数を秘匿"
    return (
        f"公表: {months}か月、最新 {month:%Y-%m}（{limit}）。"
        f"重なりの表 {cells} のうち {hidden}、指標 {kpis} のうち {hidden_kpis} を秘匿"
    )


_EXISTS = """
select count(*) from information_schema.tables where table_schema = 'published' and table_name = 'publication'
"""
_NEWEST = """
select
    month_end_date, people_hidden_below, cells, cells_suppressed, kpi_rows, kpi_rows_suppressed,
    (select count(distinct month_end_date) from published.published.publication)
from published.published.publication
order by month_end_date desc, publication desc
limit 1
"""
