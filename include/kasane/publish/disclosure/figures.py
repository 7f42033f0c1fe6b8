"""What there is to publish of one month, read from the marts of the build file; nothing of the restricted zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from kasane.publish.disclosure.areas import OTHER

ALL = "ALL"
SINGLE_TYPES = ("AO", "AC", "CO", "UN")


@dataclass(frozen=True)
class KpiFigure:
    """One row of marts.mart_kpi_value."""

    kpi_id: str
    area_code: str
    numerator: float | None
    denominator: float | None
    value: float | None
    target: float | None
    baseline: float | None
    status: str | None


@dataclass(frozen=True)
class Figures:
    """One month end.

    ``residents`` by area code, ``ALL`` among them. ``overlap``: households by area, household type and exact
    combination of domains, totals among them. ``least_case_count``: of an indicator that is an estimate, the smallest
    number of answers or cases, other than 0, that it rests on. ``is_complete``: whether every feed in use has come.
    """

    month: date
    residents: Mapping[str, int]
    area_names: Mapping[str, str]
    overlap: Mapping[tuple[str, str, str], int]
    kpis: tuple[KpiFigure, ...]
    least_case_count: Mapping[str, int]
    is_complete: bool

    @property
    def located(self) -> frozenset[str]:
        """The areas that households are counted in."""
        return frozenset(area for area, _, _ in self.overlap if area != ALL)

    @property
    def residents_by_area(self) -> dict[str, int]:
        """Residents of each area, with those of none under ``OTHER``."""
        located = {area: count for area, count in self.residents.items() if area != ALL}
        return located | {OTHER: self.residents.get(ALL, 0) - sum(located.values())}


def months_told(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """The month ends of the marts, the oldest first."""
    rows = connection.execute("select distinct month_end_date from marts.mart_domain_overlap order by 1").fetchall()
    return [day for (day,) in rows]


def load_figures(connection: duckdb.DuckDBPyConnection, month: date) -> Figures:
    """The figures of one month end."""

    def rows(sql: str) -> list[Any]:
        return list(connection.execute(sql, [month]).fetchall())

    return Figures(
        month=month,
        residents={area: int(count) for area, count in rows(_RESIDENTS)},
        area_names=dict(connection.execute(_AREAS).fetchall()),
        overlap={(area, kind, domains): int(count) for area, kind, domains, count in rows(_OVERLAP)},
        kpis=tuple(KpiFigure(*row) for row in rows(_KPIS)),
        least_case_count={kpi: int(count) for kpi, count in rows(_CASES)},
        is_complete=rows(_GAPS)[0][0] == 0,
    )


_OVERLAP = """
select area_code, household_type, domains, household_count
from marts.mart_domain_overlap where month_end_date = ? and match = 'exact'
"""
_GAPS = "select count(*) from marts.mart_domain_overlap where month_end_date = ? and not is_complete"
# A household without an area, a protected one among them, counts under ALL alone.
_RESIDENTS = """
select coalesce(area_code, 'ALL'), sum(member_count)
from marts.fct_household_month where month_end_date = ?
group by grouping sets ((), (area_code))
having grouping(area_code) = 1 or area_code is not null
"""
_AREAS = "select area_code, coalesce(area_name, area_code) from marts.dim_area order by all"
_KPIS = """
select kpi_id, area_code, numerator, denominator, value, target, baseline, status
from marts.mart_kpi_value where period_end_date = ? order by kpi_id, area_code
"""
# An estimate tells of those who are in the numerator, of the others, and of each group that it is the mean of.
_CASES = """
with cases as (
    select kpi_id, subgroup, is_numerator from marts.fct_kpi_case where period_end_date = ?
),

sides as (
    select kpi_id, count(*) as case_count from cases group by kpi_id, is_numerator
    union all
    -- Classes of a survey's answers only weight them; they are not told apart.
    select kpi_id, count(*) as case_count from cases where kpi_id in ('M2-KGI-2', 'M2-KPI-2') group by kpi_id, subgroup
)

select kpi_id, min(case_count) from sides group by kpi_id
"""
