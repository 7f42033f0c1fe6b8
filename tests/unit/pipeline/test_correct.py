"""An approved correction, from the release in force to the published tables."""

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from kasane.errors import KasaneError
from kasane.pipeline.correct import correct_publication
from kasane.pipeline.disclose import commit, disclose, is_stale
from kasane.publish.disclosure.figures import ALL, Figures, load_figures
from kasane.publish.disclosure.register import load_register
from kasane.publish.release import put_in_force, write_release
from kasane.settings import DataPaths, Settings
from support.made_figures import MONTH, counted, made_figures


def write_marts(file: Path, figures: Figures) -> None:
    """What disclosure control reads, and nothing else."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as db:
        db.execute("create schema if not exists marts")
        db.execute("create or replace table marts.dim_area (area_code varchar, area_name varchar)")
        db.executemany("insert into marts.dim_area values (?, ?)", [list(each) for each in figures.area_names.items()])
        db.execute(
            "create or replace table marts.mart_domain_overlap (month_end_date date, area_code varchar,"
            " household_type varchar, domains varchar, match varchar, household_count bigint, is_complete boolean)"
        )
        rows = [[figures.month, *key, "exact", count, True] for key, count in figures.overlap.items()]
        db.executemany("insert into marts.mart_domain_overlap values (?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute(
            "create or replace table marts.fct_household_month"
            " (month_end_date date, area_code varchar, member_count int)"
        )
        located = {area: count for area, count in figures.residents.items() if area != ALL}
        people = [[figures.month, area, count] for area, count in located.items()]
        people.append([figures.month, None, figures.residents[ALL] - sum(located.values())])
        db.executemany("insert into marts.fct_household_month values (?, ?, ?)", people)
        db.execute(
            "create or replace table marts.mart_kpi_value (kpi_id varchar, area_code varchar, numerator double,"
            " denominator double, value double, target double, baseline double, status varchar, period_end_date date)"
        )
        kpis = [[*vars(each).values(), figures.month] for each in figures.kpis]
        for row in kpis:
            db.execute("insert into marts.mart_kpi_value values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.execute(
            "create or replace table marts.fct_kpi_case (kpi_id varchar, subgroup varchar, is_numerator boolean,"
            " period_end_date date)"
        )


def publish(settings: Settings, figures: Figures, release_id: str) -> None:
    """The step *publish* over marts that are there."""
    write_marts(settings.data.build_file, figures)
    disclosure = disclose(settings)
    anew = is_stale(settings.data, release_id, disclosure)
    release = write_release(settings.data, release_id, {}, anew, disclosure.files)
    commit(settings, disclosure)
    put_in_force(settings.data, release)


def elderly(settings: Settings) -> int | None:
    with duckdb.connect(str(settings.data.current / "published.duckdb"), read_only=True) as db:
        row = db.execute(
            "select household_count from published.published.domain_overlap where area_code = 'ALL'"
            " and household_type = 'ALL' and domains = 'elderly' and match = 'exact'"
        ).fetchone()
    return row[0] if row else None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(DataPaths(tmp_path / "data"), None, None, None)


def grown(figures: Figures, by: int) -> Figures:
    overlap = dict(figures.overlap)
    for area in ("E01", ALL):
        for kind in ("AO", "ALL"):
            overlap[area, kind, "elderly"] = overlap.get((area, kind, "elderly"), 0) + by
    return replace(figures, overlap=overlap)


def test_figures_come_back_from_the_marts(tmp_path: Path) -> None:
    figures = made_figures(kpis=counted("M1-KPI-4", {ALL: (40, 1)}))
    write_marts(tmp_path / "kasane.duckdb", figures)
    with duckdb.connect(str(tmp_path / "kasane.duckdb"), read_only=True) as db:
        found = load_figures(db, MONTH)
    assert found == figures
    assert found.residents_by_area["OTHER"] == 100


def test_what_is_published_stands_until_a_correction_is_approved(settings: Settings) -> None:
    figures = made_figures()
    publish(settings, figures, "202506-a")
    first = elderly(settings)
    assert first is not None
    publish(settings, grown(figures, 25), "202506-b")
    assert elderly(settings) == first
    correct_publication(settings, MONTH, "課長", "名寄せの訂正")
    publish(settings, grown(figures, 25), "202506-b")
    assert elderly(settings) == first + 25
    heading = (settings.data.current / "published" / "domain_overlap.csv").read_text(encoding="utf-8-sig")
    assert "訂正: 2025-06 名寄せの訂正" in heading
    (entry,) = (settings.data.audit / "publication.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(entry)["by"] == "課長"
    assert [each.kind for each in load_register(settings.data)] == ["first", "correction"]


def test_a_month_that_was_never_published_has_nothing_to_correct(settings: Settings) -> None:
    publish(settings, made_figures(), "202506-a")
    with pytest.raises(KasaneError, match="never published"):
        correct_publication(settings, MONTH.replace(year=2020), "課長", "名寄せの訂正")


def test_the_newest_month_waits_for_its_feeds(settings: Settings) -> None:
    write_marts(settings.data.build_file, made_figures())
    with duckdb.connect(str(settings.data.build_file)) as db:
        db.execute("update marts.mart_domain_overlap set is_complete = false")
    assert list(disclose(settings).new) == []
