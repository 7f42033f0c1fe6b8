"""The scorecard's workbook: every figure the mart's, real tables, text that stays text, made for A4."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_release import month_ends
from made_scorecard import NASTY, make_analyst_file, make_published_file
from python_calamine import CalamineWorkbook
from test_kpi_scorecard import MARKS, OWN_RATE, by_key, rows_of

from kasane.reports import load_wording, read_public_scorecard, read_scorecard, write_scorecard
from kasane.reports.kpi_data import FIGURES, PUBLISHED_FIGURES, Wording
from kasane.reports.kpi_sheet import ALL_SHEET, CARD_SHEET, DETAIL_SHEET, FIGURE_HEADINGS, workbook_bytes
from kasane.settings import load_settings

MONTHS = month_ends(4, date(2026, 5, 31))


@pytest.fixture(scope="module")
def wording() -> Wording:
    return load_wording(load_settings())


def table(content: bytes, sheet: str) -> list[dict[str, Any]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def assert_rows(content: bytes, mart: dict[tuple[str, str, str], dict[str, Any]], figures: tuple[str, ...]) -> None:
    rows = table(content, ALL_SHEET)
    told = {(row["指標ID"], row["月末"].isoformat(), row["圏域コード"]): row for row in rows}
    assert set(told) == set(mart)
    assert len(rows) == len(mart)
    for key, row in told.items():
        for name in figures:
            expected = mart[key][name]
            assert row[FIGURE_HEADINGS[name]] == ("" if expected is None else pytest.approx(expected, abs=1e-9)), key
    newest = [row for row in rows if (row["月末"], row["圏域コード"]) == (MONTHS[-1], "ALL")]
    assert table(content, CARD_SHEET) == newest
    assert len(newest) == 24


def test_every_cell_is_the_marts(tmp_path: Path, wording: Wording) -> None:
    file = make_analyst_file(tmp_path / "analyst.duckdb", wording, MONTHS)
    content = workbook_bytes(read_scorecard(file), wording, "みほん市")
    assert_rows(content, by_key(file, "marts.mart_kpi_value"), FIGURES)
    details = {(r["指標ID"], r["月末"], r["圏域コード"]): r["値"] for r in table(content, DETAIL_SHEET)}
    assert details == {
        (r["kpi_id"], r["period_end_date"], r["area_code"]): "" if r["value"] is None else pytest.approx(r["value"])
        for r in rows_of(file, "marts.mart_kpi_detail")
    }
    notes = [row["注"] for row in table(content, ALL_SHEET) if row["指標ID"] == "M1-KGI-1"]
    assert [OWN_RATE in note for note in notes] == [True] * 12


def test_every_public_cell_is_the_published(tmp_path: Path, wording: Wording) -> None:
    file = make_published_file(tmp_path / "published.duckdb", wording, MONTHS)
    content = workbook_bytes(read_public_scorecard(file), wording, "みほん市")
    mart = by_key(file, "published.published.kpi_value")
    assert_rows(content, mart, PUBLISHED_FIGURES)
    rows = table(content, ALL_SHEET)
    assert not set(rows[0]) & {FIGURE_HEADINGS[name] for name in set(FIGURES) - set(PUBLISHED_FIGURES)}
    hidden = {key for key, row in mart.items() if row["suppressed"]}
    marked = {(r["指標ID"], r["月末"].isoformat(), r["圏域コード"]) for r in rows if r["状態"] == MARKS["hidden"]}
    assert marked == hidden


def test_it_is_a_workbook_that_officials_can_reuse(tmp_path: Path, wording: Wording) -> None:
    card = read_scorecard(make_analyst_file(tmp_path / "analyst.duckdb", wording, MONTHS))
    content = workbook_bytes(card, wording, NASTY)
    assert content == workbook_bytes(card, wording, NASTY)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert len([name for name in parts if name.startswith("xl/tables/")]) == 4
    assert len(sheets) == 5
    assert all('paperSize="9"' in text and 'orientation="landscape"' in text for text in sheets)
    assert parts["xl/workbook.xml"].count("_xlnm.Print_Area") == 5
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets)
    assert not [name for name in archive.namelist() if "vba" in name.lower()]
    assert "=1+1&lt;script&gt;" in parts["xl/sharedStrings.xml"]


def test_page_and_workbook_lie_side_by_side(tmp_path: Path, wording: Wording) -> None:
    card = read_scorecard(make_analyst_file(tmp_path / "analyst.duckdb", wording, []))
    page = write_scorecard(card, wording, tmp_path / "reports", "みほん市", "release")
    assert sorted(path.name for path in page.parent.iterdir()) == ["kpi.html", "kpi.xlsx"]
    assert CalamineWorkbook.from_path(page.with_suffix(".xlsx")).sheet_names[0] == CARD_SHEET
