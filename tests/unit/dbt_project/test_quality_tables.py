"""What quality.* and the persons' table tell of deliveries and of records that belong to nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from support.warehouse import BUILD_ANEW, SmallDelivery, SmallWarehouse, run_dbt, write_sources

MARCH, APRIL = date(2025, 3, 31), date(2025, 4, 30)
RESIDENT = {"resident_no": "01", "register_household_no": "11", "resident_status": "1", "birth_date": "1950"}
WAREHOUSE = SmallWarehouse(
    months=[MARCH, APRIL],
    deliveries=[
        SmallDelivery("jumin", MARCH, [RESIDENT]),
        SmallDelivery("jumin", APRIL, [RESIDENT]),
        SmallDelivery("kaigo", MARCH, [{"insured_no": "1", "resident_no": "01"}, {"insured_no": "2"}]),
        SmallDelivery("seiho", APRIL, [{"case_no": "1", "member_no": "01", "birth_date": "1948-07-01", "sex": "2"}]),
        SmallDelivery("kodomo", APRIL, [{"child_no": "98", "guardian_no": "01", "benefit_status": "20"}]),
        SmallDelivery("chiku", date(2024, 4, 30), [{"town_code": "1", "area_code": "E01", "area_name": "第1地区"}]),
    ],
    outcomes=[
        {
            "delivery_id": "bad",
            "feed": "shogai",
            "file_name": "SHOGAI_20250430_01.txt",
            "status": "refused",
            "reason_code": "trailer_mismatch",
            "in_force": False,
        }
    ],
    quarantine=[
        {"feed": "jumin", "file_name": "J", "line_number": 7, "reason_code": "key_missing", "column_name": "宛名番号"}
    ],
    warnings=[
        {"feed": "jumin", "file_name": "J", "line_number": n, "warning_code": "gaiji", "column_name": "氏名漢字"}
        for n in (3, 4)
    ],
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    build_file: Path = tmp_path_factory.mktemp("quality") / "kasane.duckdb"
    write_sources(build_file, WAREHOUSE)
    assert run_dbt(build_file, BUILD_ANEW) == []
    return duckdb.connect(str(build_file), read_only=True)


def test_a_refused_file_says_why_and_what_to_do(built: duckdb.DuckDBPyConnection) -> None:
    row = built.execute(
        "select status, reason, remedy is not null, rows_loaded from quality.row_outcome where delivery_id = 'bad'"
    ).fetchone()
    assert row == ("refused", "件数の不一致", True, None)


def test_quarantine_says_where_and_why(built: duckdb.DuckDBPyConnection) -> None:
    row = built.execute("select line_number, reason_code, reason_label, column_name from quality.quarantine").fetchone()
    assert row == (7, "key_missing", "必須の鍵が空", "宛名番号")


def test_warnings_are_counted(built: duckdb.DuckDBPyConnection) -> None:
    assert built.execute("select warning_code, warning_count from quality.warning_summary").fetchall() == [("gaiji", 2)]


@pytest.mark.parametrize(
    ("feed", "month", "expected"),
    [
        ("jumin", APRIL, (True, APRIL, 0, "current")),
        ("kaigo", MARCH, (True, MARCH, 0, "current")),
        ("kaigo", APRIL, (True, MARCH, 30, "stale")),
        ("shogai", APRIL, (True, None, None, "missing")),
        ("seiho", MARCH, (True, None, None, "missing")),
        ("chiku", MARCH, (False, date(2024, 4, 30), 335, "current")),
        ("chiku", APRIL, (True, date(2024, 4, 30), 365, "stale")),
    ],
)
def test_coverage_of_a_feed(
    built: duckdb.DuckDBPyConnection, feed: str, month: date, expected: tuple[object, ...]
) -> None:
    found = built.execute(
        "select is_due, base_date, age_days, status from quality.feed_coverage where feed = ? and month_end_date = ?",
        [feed, month],
    ).fetchone()
    assert found == expected


def test_records_of_nobody_are_counted_apart(built: duckdb.DuckDBPyConnection) -> None:
    unlinked = built.execute(
        "select feed, role, record_count, record_total from quality.unlinked order by all"
    ).fetchall()
    assert unlinked == [
        ("kaigo", "subject", 1, 2),
        ("kodomo", "child", 1, 1),
        ("kodomo", "guardian", 0, 1),
        ("seiho", "subject", 1, 1),
    ]


def test_who_is_not_in_the_register_is_a_person_without_household(built: duckdb.DuckDBPyConnection) -> None:
    persons = built.execute(
        "select is_registered, is_resident, birth_year, sex from marts.dim_person order by all desc"
    ).fetchall()
    assert persons == [(True, True, 1950, None), (False, False, 1948, "2")] + [(False, False, None, None)] * 2
    assert built.execute("select sum(member_count) from marts.fct_household_month").fetchone() == (2,)
