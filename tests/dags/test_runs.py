"""The DAGs run for real, through Airflow, on a tiny ward: what `make run` does, in a home of its own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from support.board_figures import Marts, assert_figures
from support.dag_runs import run_dags
from support.overlap_answers import Zone
from support.overlap_checks import assert_choices, assert_page, assert_workbook
from support.shown import Page

pytestmark = [pytest.mark.airflow, pytest.mark.slow]


def xcoms(place: Path) -> list[tuple[str, str, str, object]]:
    with closing(sqlite3.connect(place / "airflow" / "airflow.db")) as connection:
        rows = connection.execute(
            "select dag_id, run_id, task_id, value from xcom where key = 'return_value'"
        ).fetchall()
    return [(dag_id, run_id, task_id, decoded(value)) for dag_id, run_id, task_id, value in rows]


def decoded(value: str) -> object:
    found = json.loads(value)
    return json.loads(found) if isinstance(found, str) else found


def test_the_dags_take_a_wards_extracts_to_its_reports(
    place: Path, first_run: subprocess.CompletedProcess[str]
) -> None:
    assert first_run.returncode == 0, first_run.stdout[-3000:] + first_run.stderr[-2000:]
    reports = place / "data" / "current" / "reports"
    assert (reports / "overlap.html").stat().st_size > 0
    assert 'href="overlap.html"' in (reports / "index.html").read_text(encoding="utf-8")


def test_every_figure_of_the_overlap_reports_is_the_releases(
    place: Path, first_run: subprocess.CompletedProcess[str]
) -> None:
    current = place / "data" / "current"
    # So few people publish no count: each is hidden, and the public page says so of each.
    for zone_file, folder, match in (("analyst", "reports", "exact"), ("published", "published/reports", "at_least")):
        zone = Zone(current / f"{zone_file}.duckdb", is_public=zone_file == "published")
        page = Page((current / folder / "overlap.html").read_text(encoding="utf-8"))
        assert len(assert_page(page, zone)) > 5
        assert assert_choices(page, zone) > 10
        assert assert_workbook((current / folder / "overlap.xlsx").read_bytes(), zone, match) > 0


def test_patterns_and_areas_are_written_for_the_analysts_alone(
    place: Path, first_run: subprocess.CompletedProcess[str]
) -> None:
    current = place / "data" / "current"
    marts = Marts(current / "analyst.duckdb")
    newest = max(month for month, *_ in marts.rows["mart_area_balance"])
    for name in ("patterns", "areas"):
        page = (current / "reports" / f"{name}.html").read_text(encoding="utf-8")
        assert assert_figures(page, marts, newest, "ALL") > 100
        assert (current / "reports" / f"{name}.xlsx").stat().st_size > 0
    assert [file for file in (current / "published").rglob("*") if file.stem in ("patterns", "areas")] == []


def test_airflow_keeps_counts_only(place: Path, first_run: subprocess.CompletedProcess[str]) -> None:
    values = [value for *_, value in xcoms(place)]
    assert values
    assert [value for value in values if not isinstance(value, dict)] == []
    assert {type(count) for value in values if isinstance(value, dict) for count in value.values()} == {int}


def test_a_second_run_loads_nothing_twice(place: Path, first_run: subprocess.CompletedProcess[str]) -> None:
    release = (place / "data" / "current").resolve()
    known = set(map(str, xcoms(place)))
    second = run_dags(place)
    assert second.returncode == 0, second.stdout[-3000:] + second.stderr[-2000:]
    fresh = {(d, t): value for d, r, t, value in xcoms(place) if str((d, r, t, value)) not in known}
    assert {value["new_files"] for (_, task), value in fresh.items() if task == "extract"} == {0}  # type: ignore[index]
    assert {value["files_read"] for (_, task), value in fresh.items() if task == "read"} == {0}  # type: ignore[index]
    assert (place / "data" / "current").resolve() == release


def test_after_a_failed_feed_nothing_is_built(place: Path) -> None:
    done = run_dags(place, "ingest_kikan", "build_warehouse", extracts="nowhere")
    assert done.returncode == 1
    assert "build_warehouse: not started, because ingest_kikan failed" in done.stderr
