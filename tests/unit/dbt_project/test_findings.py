"""Stories of faults from file to file: since when they stand, whether they were mended, whether they came back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.warehouse import WITHOUT_TESTS, SmallDelivery, SmallWarehouse, run_dbt, write_sources

JAN, FEB, MAR, APR = (date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30)))
MONTHS = [JAN, FEB, MAR, APR]
GOOD = {"resident_no": "0000000001", "resident_status": "1"}


def bad(table: str, day: date, line: int, key: str | None, reason: str, column: str, **more: Any) -> dict[str, Any]:
    """A row in quarantine of the one file that a table has on a day."""
    feed = table.split("_")[0]
    return {
        "feed": feed, "file_name": f"{feed.upper()}_{day:%Y%m%d}_01.csv", "delivery_id": f"{table}-{day:%Y%m%d}-01",
        "line_number": line, "record_key": key, "reason_code": reason, "column_name": column,
        "raw_record": f"text of {key}", **more,
    }  # fmt: skip


WAREHOUSE = SmallWarehouse(
    months=MONTHS,
    deliveries=[
        *(SmallDelivery("jumin", month, [GOOD] * 4) for month in MONTHS),
        *(SmallDelivery("kaigo", month, [{"insured_no": "9"}]) for month in MONTHS),
        SmallDelivery("youtai", APR, [{"case_no": "Y9"}]),
        SmallDelivery("sanka", JAN, [{"activity_id": "S0"}]),
        SmallDelivery("sanka", FEB, [{"activity_id": "S1"}]),
        SmallDelivery("sanka", MAR, [{"activity_id": "S2"}]),
    ],
    quarantine=[
        # Mended in March, back in April.
        *(
            bad("jumin", month, 7, "0000000002", "code_unknown", "住民状態", delivered_value="7")
            for month in (JAN, FEB, APR)
        ),
        # Never mended; its line moves from file to file.
        *(
            bad("kaigo", month, line, "0000000003", "date_impossible", "認定有効開始")
            for line, month in enumerate(MONTHS, 2)
        ),
        # Without a key: told from another by its text.
        *(bad("kaigo", month, 9, None, "key_missing", "被保険者番号", raw_record="the same") for month in (MAR, APR)),
        bad("kaigo", APR, 10, None, "key_missing", "被保険者番号", raw_record="another"),
        # In a feed that adds records, only a file that holds the record tells of it.
        *(bad("sanka", JAN, 3, key, "code_unknown", "種別") for key in ("S1", "S3")),
        bad("youtai", APR, 4, "Y1", "code_unknown", "区分"),
    ],
    warnings=[
        {"delivery_id": f"jumin-{APR:%Y%m%d}-01", "feed": "jumin", "line_number": line, "warning_code": "check_digit",
         "column_name": "宛名番号", "record_key": "0000000001", "file_name": "J"}
        for line in (2, 3)
    ],
    observed=[{"delivery_id": f"jumin-{APR:%Y%m%d}-01", "measure": "complete__sex", "observed": 0.5}],
)  # fmt: skip
SELECTED = ("--select", "+open_finding", "+finding_month", "+check_result")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    build_file: Path = tmp_path_factory.mktemp("findings") / "kasane.duckdb"
    write_sources(build_file, WAREHOUSE)
    assert run_dbt(build_file, ("build", "--full-refresh", *WITHOUT_TESTS, *SELECTED)) == []
    return duckdb.connect(str(build_file), read_only=True)


@pytest.mark.parametrize(
    ("table", "key", "expected"),
    [
        ("jumin", "0000000002", [("戸籍住民課", "entry", 7, JAN, 3, 1, 89)]),
        ("kaigo", "0000000003", [("介護保険課", "entry", 5, JAN, 4, 0, 89)]),
        ("kaigo", None, [("介護保険課", "entry", 9, MAR, 2, 0, 30), ("介護保険課", "entry", 10, APR, 1, 0, 0)]),
        ("sanka", "S1", []),
        ("sanka", "S3", [("地域福祉課", "entry", 3, JAN, 1, 0, 89)]),
        ("youtai", "Y1", [("子ども家庭課", "entry", 4, APR, 1, 0, 0)]),
    ],
)
def test_an_open_fault_says_since_when_and_whether_it_came_back(
    built: duckdb.DuckDBPyConnection, table: str, key: str | None, expected: list[tuple[object, ...]]
) -> None:
    found = built.execute(
        "select owner, origin, line_number, first_seen_on, deliveries_seen, times_returned, age_days"
        " from restricted.open_finding where table_name = ? and record_key is not distinct from ? and is_fault"
        " order by line_number",
        [table, key],
    ).fetchall()
    assert found == expected


@pytest.mark.parametrize(
    ("table", "kind", "expected"),
    [
        ("jumin", "code_unknown", [(JAN, 1, 1, 0, 0), (FEB, 1, 0, 0, 0), (MAR, 0, 0, 0, 1), (APR, 1, 0, 1, 0)]),
        ("kaigo", "key_missing", [(MAR, 1, 1, 0, 0), (APR, 2, 1, 0, 0)]),
        ("sanka", "code_unknown", [(JAN, 2, 2, 0, 0), (FEB, 1, 0, 0, 1), (MAR, 1, 0, 0, 0), (APR, 1, 0, 0, 0)]),
        ("youtai", "code_unknown", []),
    ],
)
def test_the_months_add_up(
    built: duckdb.DuckDBPyConnection, table: str, kind: str, expected: list[tuple[object, ...]]
) -> None:
    found = built.execute(
        "select month_end_date, open_count, new_count, returned_count, mended_count from quality.finding_month"
        " where table_name = ? and check_kind = ? order by 1",
        [table, kind],
    ).fetchall()
    assert found == expected


def test_a_check_says_what_was_observed_and_what_is_asked(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        "select check_kind, column_name, broken_count, observed, at_least, at_most, status from quality.check_result"
        " where table_name = 'jumin' and base_date = date '2025-04-30'"
        " and check_id in ('jumin:code_unknown:住民状態', 'jumin:code_unknown:性別', 'jumin:check_digit:宛名番号',"
        " 'jumin:complete__sex:性別', 'jumin:trailer_missing:') order by 1, 2"
    ).fetchall()
    assert found == [
        # Under 50 rows a share says nothing.
        ("check_digit", "宛名番号", 2, 0.5, None, 0.1, "no_data"),
        ("code_unknown", "住民状態", 1, 0.25, None, 0.0, "outside"),
        ("code_unknown", "性別", 0, 0.0, None, 0.0, "within"),
        ("complete", "性別", None, 0.5, 0.95, None, "outside"),
        ("trailer_missing", None, 0, 0.0, None, 0.0, "within"),
    ]


def test_what_did_not_come_is_late_and_secret_tables_are_not_judged_in_the_open(
    built: duckdb.DuckDBPyConnection,
) -> None:
    late = built.execute(
        "select month_end_date, status from quality.check_result where check_id = 'sanka:delivered:' order by 1"
    ).fetchall()
    assert late == [(JAN, "within"), (FEB, "within"), (MAR, "within"), (APR, "outside")]
    for relation in ("check_result", "finding_month"):
        assert built.execute(f"select count(*) from quality.{relation} where feed = 'youtai'").fetchone() == (0,)
