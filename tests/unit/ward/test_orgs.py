"""The organisations' feeds: their forms, and the indicators of the answer key counted again from the files."""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from ward_reading import ask

from kasane.ward import generate

Row = dict[str, Any]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ward")
    generate(out, 2_500, 14, 21, date(2024, 1, 1))
    return out


@cache
def in_force(out: Path, prefix: str) -> list[tuple[date, str]]:
    """(base date, file) of the highest accepted sequence of each base date."""
    return ask(
        out,
        f"""select base_date, file_name from file_outcome where prefix = '{prefix}' and status like 'accepted%'
            qualify row_number() over (partition by base_date order by seq desc) = 1 order by 1""",
    )


@cache
def bad_lines(out: Path, name: str) -> set[int]:
    return {line for (line,) in ask(out, f"select line_number from bad_row where file_name = '{name}'")}


@cache
def records(out: Path, feed: str, name: str) -> list[Row]:
    """The good records of a file, by heading; of a workbook with the sheet's name."""
    path, bad = out / "extracts" / feed / name, bad_lines(out, name)
    if path.suffix == ".xlsx":
        lines = sheet_rows(path, {"kaigi": 2}.get(feed, 1))
        return [row for line, row in lines if line not in bad or (feed == "kaigi" and not is_broken(row))]
    data = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            data = archive.read(archive.namelist()[0])
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [row for line, row in enumerate(rows, 2) if line not in bad]


def is_broken(row: Row) -> bool:
    """A conference's row that breaks a rule; the key's row number is the same on every sheet."""
    whole = row["会議ID"] and isinstance(row["開催日"], date) and isinstance(row["検討件数"], float)
    return not whole


def sheet_rows(path: Path, heading: int) -> Iterator[tuple[int, Row]]:
    book = CalamineWorkbook.from_path(path)
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python()
        for line, row in enumerate(rows[heading:], heading + 1):
            yield line, {"sheet": sheet} | dict(zip(rows[heading - 1], row, strict=True))


def at(out: Path, feed: str, prefix: str, month: date) -> list[Row]:
    """A full feed's records in force at a month's end."""
    return records(out, feed, [name for base, name in in_force(out, prefix) if base <= month][-1])


def all_of(out: Path, feed: str, key: str) -> list[Row]:
    """A delta feed's records, the latest version of each."""
    latest: dict[str, Row] = {}
    for _, name in in_force(out, feed.upper()):
        latest |= {row[key]: row for row in records(out, feed, name)}
    return list(latest.values())


def this_year(day: Any, month: date) -> bool:
    start = date(month.year - (month.month < 4), 4, 1)
    return bool(day) and str(start) <= str(day) <= str(month)


def in_post(row: Row, day: str) -> bool:
    return row["在籍開始"] <= day and (not row["在籍終了"] or row["在籍終了"] >= day)


def values(out: Path, kpi_id: str) -> list[tuple[date, float, float]]:
    return ask(
        out, f"select period_end_date, numerator, denominator from kpi_value where kpi_id = '{kpi_id}' order by 1"
    )


def test_conferences_stand_on_three_sheets_with_real_dates(ward: Path) -> None:
    _, name = in_force(ward, "KAIGI")[0]
    book = CalamineWorkbook.from_path(ward / "extracts" / "kaigi" / name)
    assert book.sheet_names == ["支援会議", "重層的支援会議", "地域ケア会議"]
    rows = records(ward, "kaigi", name)
    assert all(isinstance(row["開催日"], date) for row in rows)
    assert {row["sheet"] for row in rows} == set(book.sheet_names)
    assert any("、" in row["参加機関コード"] for row in rows)


def test_conferences_name_consultations_of_the_database(ward: Path) -> None:
    with sqlite3.connect(ward / "extracts" / "soudan" / "soudan.sqlite") as database:
        known = {key for (key,) in database.execute("select consultation_id from consultation")}
    named = {c for row in at(ward, "kaigi", "KAIGI", date(2025, 2, 28)) for c in row["相談ID"].split(";") if c}
    named |= {row["相談ID"] for feed, key in (("sanka", "実施ID"), ("enquete", "回答ID"))
              for row in all_of(ward, feed, key) if row["相談ID"]}  # fmt: skip
    assert named
    assert named <= known


def test_a_list_that_did_not_change_has_the_same_bytes(ward: Path) -> None:
    same = "select count(*) from file_outcome where status = 'accepted|skipped' and count_rule = 'none' and prefix = "
    assert ask(ward, same + "'JINJI_STAFF'")[0][0] > 0
    assert ask(ward, same + "'JINJI_POST'") == [(0,)]


def test_an_empty_delta_file_is_accepted(ward: Path) -> None:
    outcome = "select distinct status, rows_in, rows_loaded from file_outcome where nasty = 'empty'"
    assert ask(ward, outcome) == [("accepted", 0.0, 0)]


def test_some_answer_nothing_and_some_cells_are_silent(ward: Path) -> None:
    for base, name in in_force(ward, "ISHIKI"):
        rows = records(ward, "ishiki", name)
        assert name == f"ISHIKI_{base.year}_01.csv"
        assert len(rows) >= 190
        assert any(row[f"LSNS{item}"] == "" for row in rows for item in range(1, 7))
        cells = {(row["年齢階級"], row["性別"], row["圏域コード"]) for row in rows}
        assert {age for age, _, _ in cells if age} == {"18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-"}
        assert len([cell for cell in cells if "" not in cell and "9" not in cell]) < 7 * 2 * 3


def test_participation_and_plans_counted_from_what_was_delivered(ward: Path) -> None:
    activities = all_of(ward, "sanka", "実施ID")
    with sqlite3.connect(ward / "extracts" / "soudan" / "soudan.sqlite") as database:
        plans = list(database.execute("select decided_on, agency_codes from plan"))
        visits = [day for (day,) in database.execute("select acted_on from support_action where kind = 'outreach'")]
    for month, count, _ in values(ward, "M2-KPI-4"):
        assert count == sum(this_year(row["実施日"], month) for row in activities)
    for month, count, _ in values(ward, "M2-KPI-3"):
        assert count == sum(this_year(day, month) and ";" in codes for day, codes in plans)
    for month, count, _ in values(ward, "M1-KPI-4"):
        assert count == sum(this_year(day, month) for day in visits)


def test_answers_counted_from_what_was_delivered(ward: Path) -> None:
    rows = [row for row in all_of(ward, "enquete", "回答ID") if row["区分"] == "利用者" and row["満足度"]]
    for month, good, valid in values(ward, "M1-KPI-2"):
        of_year = [row["満足度"] for row in rows if this_year(row["回答日"], month)]
        assert (good, valid) == (sum(mark >= "4" for mark in of_year), len(of_year))


def test_trainings_counted_from_what_was_delivered(ward: Path) -> None:
    rows = [row for row in all_of(ward, "kenshu", "受講ID") if row["修了"] == "○"]
    for month, count, _ in values(ward, "M3-KPI-3"):
        of_year = [row for row in rows if this_year(row["開催日"], month) and row["区分"] == "担い手育成"]
        assert count == len({row["受講者ID"] for row in of_year})
    for month, count, staff in values(ward, "M2-KSI-2"):
        staff_rows = at(ward, "jinji", "JINJI_STAFF", month)
        here = {row["職員ID"] for row in staff_rows if in_post(row, str(month))}
        trained = {row["受講者ID"] for row in rows if this_year(row["開催日"], month) and row["区分"] != "担い手育成"}
        assert (count, staff) == (len(here & trained), len(here))


def test_posts_places_agreements_groups_and_issues_counted_from_the_files_in_force(ward: Path) -> None:
    def month_end(prefix: str, month: date) -> list[Row]:
        return at(ward, prefix.split("_")[0].lower(), prefix, month)

    for month, filled, required in values(ward, "M1-KSI-2"):
        posts = [(float(row["うち有資格"]), float(row["必要人数"])) for row in month_end("JINJI_POST", month)]
        assert filled == pytest.approx(sum(min(pair) for pair in posts))
        assert required == pytest.approx(sum(need for _, need in posts))
    for month, count, _ in values(ward, "M3-KSI-1"):
        rows = month_end("SHIGEN_PLACE", month)
        assert count == sum(not row["閉鎖日"] or row["閉鎖日"] > str(month) for row in rows)
    for month, count, _ in values(ward, "M3-KSI-2"):
        rows = month_end("SHIGEN_AGREEMENT", month)
        assert count == len({row["団体名"] for row in rows if not row["終了日"] or row["終了日"] >= str(month)})
    for month, count, _ in values(ward, "M3-KPI-4"):
        rows = month_end("SHIGEN_GROUP", month)
        assert count == sum(row["住民主体"] == "1" and this_year(row["登録日"], month) for row in rows)
    for month, led, solved in values(ward, "M3-KPI-2"):
        rows = [row for row in month_end("SHIGEN_ISSUE", month) if this_year(row["解決日"], month)]
        assert (led, solved) == (sum(row["解決主体"] == "住民" for row in rows), len(rows))


def test_conference_months_and_desks_counted_from_the_files_in_force(ward: Path) -> None:
    for month, held, _ in values(ward, "M2-KSI-1"):
        days = [row["開催日"] for row in at(ward, "kaigi", "KAIGI", month) if row["sheet"] == "重層的支援会議"]
        assert held == len({day.month for day in days if this_year(day, month)})
    for month, desks, _ in values(ward, "M1-KPI-3"):
        rows = at(ward, "kikan", "KIKAN", month)
        assert desks == sum(
            row["総合相談窓口"] == "1" and (not row["閉鎖日"] or row["閉鎖日"] > str(month)) for row in rows
        )


def test_all_24_indicators_stand_for_every_month(ward: Path) -> None:
    assert ask(ward, "select count(*), count(distinct kpi_id) from kpi_value") == [(14 * 24, 24)]
    never = """select kpi_id from kpi_value group by all having count(value) = 0 and kpi_id <> 'M2-KPI-2'"""
    assert ask(ward, never) == []


def test_every_pattern_has_its_tiers_every_month(ward: Path) -> None:
    assert ask(ward, "select count(*), count(distinct (pattern, tier)) from pattern_month") == [(14 * 14, 14)]
