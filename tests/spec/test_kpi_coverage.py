"""What a missing, empty or late feed does to an indicator: no data is said to be none, late data is used and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.warehouse import BUILD_ANEW, WITHOUT_TESTS, SmallDelivery, SmallWarehouse, run_dbt, write_sources

MONTHS = [date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 30), date(2024, 7, 31), date(2024, 8, 31)]
AUGUST = MONTHS[-1]
RESIDENT = {"resident_no": "01", "register_household_no": "11", "resident_status": "1", "birth_date": "1950-01-01"}
TOWN = {"town_code": "1", "area_code": "E01", "area_name": "第1地区", "school_district": "a"}
PLACE = {"place_id": "B1", "area_code": "E01", "school_district": "a", "opened_on": "2020-01-01"}
CONSULTATION = {"consultation_id": "c", "received_on": "2024-05-01", "topics": "12;03"}
OUTREACH = {"action_id": "a", "consultation_id": "c", "acted_on": "2024-05-10", "action_kind": "outreach"}
WITHOUT_SOUDAN = [
    SmallDelivery("chiku", date(2024, 4, 1), [TOWN]),
    *(SmallDelivery("jumin", month, [RESIDENT]) for month in MONTHS),
    # Late by two months.
    *(
        SmallDelivery("sanka", month, [{"activity_id": f"{month}", "held_on": f"{month}", "activity_kind": "居場所"}])
        for month in MONTHS[:3]
    ),
    # Not a file of this fiscal year.
    SmallDelivery("kenshu", date(2024, 3, 31), []),
    # A state that nobody has told anew.
    SmallDelivery("shigen_place", MONTHS[0], [PLACE]),
    # Empty, each month.
    *(SmallDelivery(table, month, []) for month in MONTHS for table in ("shigen_group", "enquete", "kaigi")),
]
SOUDAN_OF_JUNE = [
    SmallDelivery("soudan_consultation", date(2024, 6, 20), [CONSULTATION]),
    SmallDelivery("soudan_support_action", date(2024, 6, 20), [OUTREACH]),
]
VALUE = """
select value, status, coverage_months_delivered, coverage_months_due, reason from marts.mart_kpi_value
where kpi_id = ? and period_end_date = ? and area_code = 'ALL'
"""


def _build(folder: Path, deliveries: Sequence[SmallDelivery]) -> duckdb.DuckDBPyConnection:
    build_file = folder / "kasane.duckdb"
    write_sources(build_file, SmallWarehouse(MONTHS, deliveries))
    assert run_dbt(build_file, [*BUILD_ANEW, *WITHOUT_TESTS, "--select", "+mart_kpi_value", "+mart_kpi_detail"]) == []
    return duckdb.connect(str(build_file), read_only=True)


@pytest.fixture(scope="module")
def without_soudan(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return _build(tmp_path_factory.mktemp("missing"), WITHOUT_SOUDAN)


@pytest.fixture(scope="module")
def with_late_soudan(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return _build(tmp_path_factory.mktemp("late"), [*WITHOUT_SOUDAN, *SOUDAN_OF_JUNE])


def _told(built: duckdb.DuckDBPyConnection, kpi: str, month: date = AUGUST) -> tuple[Any, ...]:
    row = built.execute(VALUE, [kpi, month]).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("kpi", ["M1-KGI-1", "M1-KGI-2", "M1-KPI-1", "M1-KPI-4", "M2-KGI-1", "M2-KPI-1", "M2-KPI-3"])
def test_without_the_consultation_feed_there_is_no_data_never_0(
    without_soudan: duckdb.DuckDBPyConnection, kpi: str
) -> None:
    value, status, delivered, _, reason = _told(without_soudan, kpi)
    assert (value, status, delivered) == (None, "no_data", 0)
    assert "soudan" in reason


def test_a_detail_is_told_no_more_than_its_indicator(without_soudan: duckdb.DuckDBPyConnection) -> None:
    told = without_soudan.execute(
        "select count(*) from marts.mart_kpi_detail where kpi_id in ('M1-KPI-1', 'M2-KGI-1') and value is not null"
    ).fetchone()
    assert told == (0,)


def test_a_pull_of_june_tells_what_is_known_of_august_and_says_how_much_that_is(
    with_late_soudan: duckdb.DuckDBPyConnection,
) -> None:
    value, status, delivered, due, reason = _told(with_late_soudan, "M1-KPI-4")
    assert (value, status, delivered, due) == (1, "behind", 3, 5)
    assert "soudan" in reason
    assert _told(with_late_soudan, "M1-KPI-4", MONTHS[2])[2:4] == (3, 3)


def test_a_feed_that_decides_who_counts_is_told_where_it_is_missing(
    with_late_soudan: duckdb.DuckDBPyConnection,
) -> None:
    value, _, delivered, _, reason = _told(with_late_soudan, "M1-KPI-1")
    assert (value, delivered) == (9, 3)
    assert "kaigo" in reason
    assert "soudan" in reason


def test_a_late_feed_is_used_as_far_as_it_goes(without_soudan: duckdb.DuckDBPyConnection) -> None:
    value, _, delivered, due, reason = _told(without_soudan, "M2-KPI-4")
    assert (value, delivered, due) == (3, 3, 5)
    assert "sanka" in reason


def test_a_feed_that_told_nothing_of_the_whole_period_gives_no_value(
    without_soudan: duckdb.DuckDBPyConnection,
) -> None:
    value, status, delivered, _, reason = _told(without_soudan, "M3-KPI-3")
    assert (value, status, delivered) == (None, "no_data", 0)
    assert "kenshu" in reason


def test_a_state_lasts_until_it_is_told_anew(without_soudan: duckdb.DuckDBPyConnection) -> None:
    value, status, delivered, due, reason = _told(without_soudan, "M3-KSI-1")
    assert (value, status, delivered, due) == (1, "behind", 0, 1)
    assert "shigen_place" in reason


def test_an_empty_file_counts_nothing_and_is_no_missing_file(without_soudan: duckdb.DuckDBPyConnection) -> None:
    assert _told(without_soudan, "M3-KPI-4")[:4] == (0, "behind", 5, 5)
    assert _told(without_soudan, "M2-KSI-1")[:4] == (0, "behind", 5, 5)


def test_an_empty_file_of_answers_gives_no_share(without_soudan: duckdb.DuckDBPyConnection) -> None:
    value, status, _, _, reason = _told(without_soudan, "M1-KPI-2")
    assert (value, status) == (None, "no_data")
    assert reason.startswith("この期間に対象がなく、分母が0です")
