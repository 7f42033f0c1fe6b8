"""The workbooks of patterns and areas: every row the mart's, real tables, text that stays text, made for A4."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_board import NASTY, make_board_file
from made_release import month_ends
from python_calamine import CalamineWorkbook

from kasane.reports import load_pattern_wording, read_areas, read_patterns, write_areas, write_patterns
from kasane.reports.areas_words import DESK_MEASURES, MEASURES, ROUTE_MEASURES, SHEETS
from kasane.reports.patterns_words import PatternWording
from kasane.settings import load_settings

MONTHS = month_ends(14, date(2026, 5, 31))
Row = dict[str, Any]


@pytest.fixture(scope="module")
def wording() -> PatternWording:
    return load_pattern_wording(load_settings())


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory, wording: PatternWording) -> Path:
    return make_board_file(tmp_path_factory.mktemp("books") / "analyst.duckdb", wording, MONTHS)


@pytest.fixture(scope="module")
def folder(analyst: Path, wording: PatternWording) -> Path:
    folder = analyst.parent / "reports"
    folder.mkdir()
    write_patterns(read_patterns(analyst, wording), wording, folder, NASTY, "release")
    write_areas(read_areas(analyst, wording), wording, folder, NASTY, "release")
    return folder


def table(folder: Path, book: str, sheet: str) -> list[Row]:
    rows = CalamineWorkbook.from_path(folder / book).get_sheet_by_name(sheet).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def mart(analyst: Path, name: str) -> list[Row]:
    with duckdb.connect(str(analyst), read_only=True) as connection:
        return connection.execute(f"select * from marts.{name}").to_arrow_table().to_pylist()


def assert_same(rows: list[Row], marts: list[Row], keys: Mapping[str, str], figures: Mapping[str, str]) -> None:
    """A row of the sheet for each of the mart, with its figures; ``keys`` and ``figures`` by heading."""
    told = {tuple(row[heading] for heading in keys): row for row in rows}
    assert len(told) == len(rows) == len(marts)
    for found in marts:
        row = told[tuple("" if found[column] is None else found[column] for column in keys.values())]
        for heading, column in figures.items():
            expected = "" if found[column] is None else pytest.approx(found[column], abs=1e-9)
            assert row[heading] == expected, (heading, found)


WHERE = {"月末": "month_end_date", "圏域コード": "area_code"}


def test_every_count_of_a_pattern_is_the_marts(folder: Path, analyst: Path) -> None:
    rows = table(folder, "patterns.xlsx", "パターン")
    found = mart(analyst, "mart_pattern_summary")
    figures = {"世帯数": "household_count", "よりどころの資料": "feed_count", "うち届いたもの": "current_feed_count"}
    assert_same(rows, found, {**WHERE, "パターン": "pattern", "段階": "tier"}, figures)
    counts = {(r["month_end_date"], r["area_code"], r["pattern"], r["tier"]): r["household_count"] for r in found}
    for row in rows:
        key = (row["圏域コード"], row["パターン"], row["段階"])
        now, then = counts[row["月末"], *key], counts.get((_year_before(row["月末"]), *key))
        assert row["12か月前との差"] == ("" if now is None or then is None else now - then)
    months = [row["月末"] for row in rows]
    assert months == sorted(months, reverse=True)
    assert list(dict.fromkeys(row["圏域コード"] for row in rows)) == ["ALL", "E01", "E02", "E03"]


def _year_before(month: date) -> date | None:
    return next((each for each in MONTHS if (each.year, each.month) == (month.year - 1, month.month)), None)


def test_every_moved_setting_is_the_marts(folder: Path, analyst: Path) -> None:
    assert_same(
        table(folder, "patterns.xlsx", "年齢や期間を動かすと"),
        mart(analyst, "mart_pattern_sensitivity"),
        {"パターン": "pattern", "段階": "tier", "動かす値": "parameter", "値": "parameter_value"},
        {"世帯数": "household_count"},
    )


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_figure_of_an_area_is_the_marts(name: str, folder: Path, analyst: Path) -> None:
    figures = {f"{each.heading}({each.unit})": each.column for each in MEASURES[name]}
    assert_same(table(folder, "areas.xlsx", SHEETS[name]), mart(analyst, name), WHERE, figures)


def test_unseen_households_and_resources_stand_in_one_row(folder: Path, analyst: Path) -> None:
    rows = table(folder, "areas.xlsx", "ノーマークと資源")
    balance = {(r["month_end_date"], r["area_code"]): r for r in mart(analyst, "mart_area_balance")}
    tiers = {
        (r["month_end_date"], r["area_code"], r["pattern"]): r["household_count"]
        for r in mart(analyst, "mart_pattern_summary")
    }
    assert len(rows) == len(balance)
    for row in rows:
        key = row["月末"], row["圏域コード"]
        nobody, compound = tiers[*key, "unseen"], balance[key]["compound_count"]
        assert row["ノーマーク(世帯)"] == ("" if nobody is None else nobody)
        assert row["重層未関与(世帯)"] == ("" if (t := tiers[*key, "outside_programme"]) is None else t)
        part = "" if nobody is None or not compound else pytest.approx(nobody / compound)
        assert row["ノーマークの割合(複合的課題世帯のうち)"] == part
        assert row["居場所(か所)"] == ("" if (t := balance[key]["place_count"]) is None else t)


def test_routes_desks_council_and_model_municipalities_are_the_marts(folder: Path, analyst: Path) -> None:
    routes = {f"{each.heading}({each.unit})": each.column for each in ROUTE_MEASURES}
    found = mart(analyst, "mart_found_by_route")
    assert_same(table(folder, "areas.xlsx", "出会った経路"), found, {**WHERE, "経路コード": "route"}, routes)
    desks = {f"{each.heading}({each.unit})": each.column for each in DESK_MEASURES}
    found = mart(analyst, "mart_desk_journey")
    assert_same(
        table(folder, "areas.xlsx", "窓口の道のり"), found, {"月末": "month_end_date", "窓口コード": "desk_code"}, desks
    )
    council = {"件数の帯 下限": "cases_from", "件数の帯 上限": "cases_until"}
    assert_same(
        table(folder, "areas.xlsx", "要対協"), mart(analyst, "mart_council_year"), {"年度": "fiscal_year"}, council
    )
    newest = [row for row in mart(analyst, "mart_exemplar") if row["month_end_date"] == MONTHS[-1]]
    values = {"当自治体の値": "value", "取組の前": "figure_before", "取組の後": "figure_after"}
    rows = table(folder, "areas.xlsx", "先進自治体")
    assert_same(rows, newest, {"指標": "label"}, values)
    assert {row["事実確認"] for row in rows} == {"未(資料のまま)"}


@pytest.mark.parametrize("book", ["patterns.xlsx", "areas.xlsx"])
def test_it_is_a_workbook_that_officials_can_reuse(
    book: str, folder: Path, analyst: Path, wording: PatternWording
) -> None:
    content = (folder / book).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert len([name for name in parts if name.startswith("xl/tables/")]) == len(sheets) - 1
    assert all('paperSize="9"' in text and 'orientation="landscape"' in text for text in sheets)
    assert parts["xl/workbook.xml"].count("_xlnm.Print_Area") == len(sheets)
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets)
    assert "=1+1&lt;script&gt;" in parts["xl/sharedStrings.xml"]
    again = analyst.parent / "again"
    again.mkdir(exist_ok=True)
    write_patterns(read_patterns(analyst, wording), wording, again, NASTY, "release")
    write_areas(read_areas(analyst, wording), wording, again, NASTY, "release")
    assert (again / book).read_bytes() == content


def test_without_a_month_the_tables_are_there_and_blank(wording: PatternWording, tmp_path: Path) -> None:
    empty = make_board_file(tmp_path / "empty.duckdb", wording, [])
    write_patterns(read_patterns(empty, wording), wording, tmp_path, "みほん市", "release")
    write_areas(read_areas(empty, wording), wording, tmp_path, "みほん市", "release")
    assert [set(row.values()) for row in table(tmp_path, "patterns.xlsx", "パターン")] in ([], [{""}])
    assert CalamineWorkbook.from_path(tmp_path / "areas.xlsx").sheet_names[0] == "ノーマークと資源"
