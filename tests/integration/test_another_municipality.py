"""Another municipality as an official sets it up: init, a feed in its own form, five feeds less, run, the pages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from kasane.contracts import load_contracts
from kasane.quality.sql import connect
from kasane.settings import DataPaths, Settings, load_settings
from support.commands import succeed
from support.quality_answers import Release
from support.quality_answers_link import first_answers
from support.quality_checks import assert_page, assert_quality_pages

pytestmark = pytest.mark.slow

UNUSED = ("shogai", "sanka", "kenshu", "enquete", "ishiki")
AGE = "pattern_8050_parent_age_from"
OVERLAY = r"""
feed: kaigo
delivery:
  file_name: '^認定_(?P<base_date>[0-9]{8})_(?P<sequence>[0-9]{2})\.csv$'
layout: {encoding: utf-8-sig, heading: true, heading_record: null, record_kind: null, trailer: null}
fields:
  - {name: care_level, source: 介護度}
"""


def rewritten(folder: Path) -> None:
    """The care certifications as another system delivers them: UTF-8, headings, other order, other names."""
    headings = {field.name: field.source for field in load_contracts(load_settings().contract_dirs[:1])["kaigo"].fields}
    headings["care_level"] = "介護度"
    for file in list(folder.iterdir()):
        _, *records, _ = list(csv.reader(file.read_text(encoding="cp932").splitlines()))
        table = [list(headings.values()), *(record[1:] for record in records)]
        with (folder / file.name.replace("KAIGO", "認定")).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([*row[5:], *row[:5]] for row in table)
        file.unlink()


def renamed_areas(extracts: Path) -> None:
    """The invented ward's areas under codes as another municipality may have them."""
    for feed in ("chiku", "kikan", "shigen"):
        for file in (extracts / feed).iterdir():
            text = file.read_text(encoding="utf-8")
            file.write_text(re.sub(r"\bE0(\d)\b", r"北\1-ア", text), encoding="utf-8", newline="")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``config``, ``ward`` and the ``data`` made of them."""
    place = tmp_path_factory.mktemp("another")
    config = place / "config"
    off = ("--feeds-off", ",".join(UNUSED), "--change", "kaigo", "--threshold", f"{AGE}=80")
    succeed("init", config, "--code", "131237", "--name", "ためし'区", *off)
    (config / "contracts" / "kaigo.yml").write_text(OVERLAY, encoding="utf-8")
    size = ("--residents", 400, "--months", 3, "--seed", 4, "--no-dirt")
    succeed("generate", *size, "--out", place / "ward", "--config", config)
    assert b"131237" in next((place / "ward" / "extracts" / "kaigo").iterdir()).read_bytes()[:20]
    rewritten(place / "ward" / "extracts" / "kaigo")
    renamed_areas(place / "ward" / "extracts")
    succeed("run", "--extracts", place / "ward" / "extracts", "--data", place / "data", "--config", config)
    return place


@pytest.fixture(scope="module")
def release(place: Path) -> Iterator[Release]:
    settings = Settings(DataPaths(place / "data"), place / "config", None, None)
    with connect(settings.data.current / "analyst.duckdb") as db:
        yield Release(settings, db)


@pytest.fixture(scope="module")
def marts(place: Path) -> duckdb.DuckDBPyConnection:
    db = connect(place / "data" / "current" / "analyst.duckdb")
    db.execute(f"create temp view truth as select * from '{place}/ward/truth/household_month.parquet'")
    return db


def test_needs_of_the_feeds_in_use_are_the_true_ones(marts: duckdb.DuckDBPyConnection) -> None:
    """The care certifications of the other form among them; of a domain that no feed tells, no household has a need."""
    needs = ("has_elderly_need", "has_child_need", "has_poverty_need")
    counted = ", ".join(f"count(*) filter (where {need})" for need in needs)
    of_all = "from {} group by 1 order by 1"
    found = marts.execute(f"select month_end_date, {counted} {of_all.format('marts.fct_household_month')}").fetchall()
    assert found == marts.execute(f"select month_end, {counted} {of_all.format('truth')}").fetchall()
    assert all(count > 0 for _, *counts in found for count in counts)
    assert marts.execute("select count(*) from marts.fct_household_month where has_disability_need").fetchone() == (0,)


def test_areas_are_those_that_chiku_brings(marts: duckdb.DuckDBPyConnection) -> None:
    areas = {code for (code,) in marts.execute("select area_code from marts.dim_area").fetchall()}
    assert areas
    assert all(re.fullmatch(r"北\d-ア", code) for code in areas)
    for mart in ("mart_kpi_value", "mart_overlap_summary", "mart_pattern_summary"):
        found = {code for (code,) in marts.execute(f"select distinct area_code from marts.{mart}").fetchall()}
        assert found == areas | {"ALL"}, mart
    lived_in = marts.execute("select distinct area_code from marts.fct_household_month where area_code is not null")
    assert {code for (code,) in lived_in.fetchall()} <= areas


def test_what_is_not_used_is_named_wherever_a_number_lacks_it(marts: duckdb.DuckDBPyConnection) -> None:
    overlap = marts.execute("select distinct reason from marts.mart_overlap_summary").fetchall()
    assert overlap == [("この自治体では使わないデータがあり、対象の一部を数えていません: shogai",)]
    kpis = dict(marts.execute("select kpi_id, status from marts.mart_kpi_value where area_code = 'ALL'").fetchall())
    assert {kpis[kpi] for kpi in ("M1-KSI-1", "M2-KGI-2", "M2-KPI-4", "M3-KPI-3")} == {"no_data"}
    assert kpis["M1-KPI-3"] != "no_data"
    states = marts.execute("select distinct feed from quality.feed_coverage where status <> 'current'").fetchall()
    assert {feed for (feed,) in states} == set(UNUSED)


def test_the_pages_say_which_feeds_are_not_used(place: Path) -> None:
    reports = place / "data" / "current" / "reports"
    index = (reports / "index.html").read_text(encoding="utf-8")
    (told,) = re.findall(r'<p class="caution" id="unused">(.*?)</p>', index, re.DOTALL)
    for title in ("障害福祉", "参加支援", "研修", "アンケート", "住民意識調査"):
        assert title in told
    assert "届くはずのものがすべて届いています" in index
    assert "ためし&#39;区" in index
    # Nobody owns a feed that is not there, so there is no page to hand to its office.
    assert {each.stem for each in (reports / "quality").glob("*.html")} & set(UNUSED) == set()
    assert "この自治体では使わない資料" in (reports / "overlap.html").read_text(encoding="utf-8")
    assert "この自治体では使わないデータによる指標で、算出しません" in (reports / "kpi.html").read_text(
        encoding="utf-8"
    )


def test_every_number_of_the_quality_pages_and_of_the_first_is_the_releases(release: Release) -> None:
    reports = release.settings.data.current / "reports"
    compared = assert_quality_pages(release, reports / "quality")
    assert all(compared.values())
    first = (reports / "index.html").read_text(encoding="utf-8")
    assert assert_page(first, first_answers(release, "ためし'区")) > 8


def test_the_newest_month_is_published_and_says_what_it_does_not_count(place: Path) -> None:
    """Nobody waits for a feed that will never come."""
    text = (place / "data" / "current" / "published" / "domain_overlap.csv").read_text(encoding="utf-8-sig")
    assert "2023-12-31" in text
    (told,) = [line for line in text.splitlines() if "使わない" in line]
    assert "障害福祉" in told


def test_thresholds_reach_sql_as_they_reach_python(place: Path) -> None:
    with duckdb.connect(str(DataPaths(place / "data").build_file), read_only=True) as db:
        assert db.execute(f"select value from seeds.threshold where threshold_id = '{AGE}'").fetchone() == (80,)


def test_status_tells_unused_feeds_from_those_without_a_file(place: Path) -> None:
    lines = succeed("status", "--data", place / "data", "--config", place / "config").splitlines()
    assert {line.split()[1] for line in lines if "not used" in line} == set(UNUSED)
