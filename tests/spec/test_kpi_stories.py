"""Every indicator gives the numbers that were counted by hand, on the boundary days of its windows too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from kpi_story import KpiStory, kpi_warehouse, load_kpi_stories

from support.warehouse import BUILD_ANEW, run_dbt, write_sources

STORIES = load_kpi_stories()
VALUES = """
select kpi_id, numerator, denominator, value, status, target, target_due, value_low, value_high
from marts.mart_kpi_value where kpi_id = ? and period_end_date = ? and area_code = ?
"""
MEASURES = """
select measure, value from marts.mart_kpi_detail where kpi_id = ? and period_end_date = ? and area_code = ?
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One build over all stories; dbt's own tests must hold on them too."""
    build_file: Path = tmp_path_factory.mktemp("kpi") / "kasane.duckdb"
    write_sources(build_file, kpi_warehouse(STORIES))
    assert run_dbt(build_file, BUILD_ANEW) == []
    return duckdb.connect(str(build_file), read_only=True)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_indicator_holds(story: KpiStory, built: duckdb.DuckDBPyConnection) -> None:
    wrong = [
        line
        for moment in story.moments
        for row in moment.tables["expect kpi"]
        for line in _differences(built, story, moment.month, row)
    ]
    assert wrong == []


def _differences(built: duckdb.DuckDBPyConnection, story: KpiStory, month: date, row: dict[str, str]) -> list[str]:
    key = [row["kpi"], month, story.area(row.get("area", "1"))]
    result = built.execute(VALUES, key)
    names = [column[0] for column in result.description]
    made = dict(zip(names, result.fetchone() or [], strict=False))
    made |= dict(built.execute(MEASURES, key).fetchall())
    return [
        f"{month} {row['kpi']} {key[-1]} has {name} {made.get(name)}, not {wanted}"
        for name, wanted in row.items()
        if name not in ("kpi", "area") and not _is_same(made.get(name), wanted)
    ]


def _is_same(made: object, wanted: str) -> bool:
    if wanted == "-":
        return made is None
    if isinstance(made, float | int):
        return abs(float(made) - float(wanted)) < 1e-4
    return made == wanted


def test_the_sum_of_the_counted_rows_is_the_value(built: duckdb.DuckDBPyConnection) -> None:
    """An indicator's rows can be listed down to pseudonymous cases, and they are all of them."""
    off = built.execute(
        """
        with counted as (
            select kpi_id, period_end_date, sum(numerator_amount) as n, sum(denominator_amount) as d
            from marts.fct_kpi_case group by all
        )
        select kpi_id, period_end_date from marts.mart_kpi_value join counted using (kpi_id, period_end_date)
        join marts.dim_kpi using (kpi_id)
        where area_code = 'ALL' and kpi_id not in ('M2-KGI-2', 'M2-KSI-1', 'M2-KPI-2', 'M3-KSI-1')
            and (abs(numerator - n) > 1e-6 or (d > 0 and abs(denominator - d) > 1e-6))
        """
    ).fetchall()
    assert off == []


def test_every_indicator_has_a_row_for_every_month_and_area(built: duckdb.DuckDBPyConnection) -> None:
    counts = built.execute(
        "select kpi_id, has_areas, count(*) from marts.mart_kpi_value join marts.dim_kpi using (kpi_id) group by all"
    ).fetchall()
    (areas,) = built.execute("select count(*) from marts.dim_area").fetchone() or (0,)
    assert len(counts) == 24
    assert {count for _, has_areas, count in counts if has_areas} == {20 * (areas + 1)}
    assert {count for _, has_areas, count in counts if not has_areas} == {20}


def test_counted_rows_name_no_supporter_and_no_resident(built: duckdb.DuckDBPyConnection) -> None:
    named = built.execute(
        "select distinct kpi_id from marts.fct_kpi_case"
        " where kpi_id in ('M2-KSI-2', 'M3-KPI-3') and case_ref is not null"
    ).fetchall()
    assert named == []
    numbers = [story.numbered("1") for story in STORIES]
    assert built.execute(
        "select count(*) from marts.fct_kpi_case where list_contains(?, case_ref)", [numbers]
    ).fetchone() == (0,)


def test_an_annual_count_is_due_by_twelfths_for_the_municipality_alone(built: duckdb.DuckDBPyConnection) -> None:
    due = built.execute(
        """
        select period_end_date, target, target_due from marts.mart_kpi_value
        where kpi_id = 'M1-KPI-4' and area_code = 'ALL' and period_end_date in ('2024-04-30', '2025-03-31')
        order by 1
        """
    ).fetchall()
    assert [(target, round(part, 4)) for _, target, part in due] == [(1000, 83.3333), (1000, 1000)]
    with_target = built.execute(
        """
        select distinct kpi_id from marts.mart_kpi_value join marts.dim_kpi using (kpi_id)
        where is_annual_count and area_code <> 'ALL' and (mart_kpi_value.target is not null or status is not null)
        """
    ).fetchall()
    assert with_target == []
