"""A small invented feed, its deliveries in a lake folder, and a build file with the marts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kasane.contracts.model import Contract


def field(name: str, source: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "source": source, "type": kind, "secrecy": "internal", "description": source, **more}


@pytest.fixture
def contract() -> Contract:
    """Completeness of the birth date only warns; too few residents refuse the batch."""
    return Contract.model_validate_json(
        json.dumps(
            {
                "feed": "jumin",
                "table": "jumin",
                "title": "住民記録",
                "description": "住民の一覧",
                "owner": "戸籍住民課",
                "kind": "full",
                "rhythm": "monthly",
                "schedule": "0 5 3 * *",
                "legal_basis": "法",
                "retention_years": 5,
                "record_key": ["resident_no"],
                "delivery": {"file_name": r"^JUMIN_(?P<base_date>\d{8})_(?P<sequence>\d{2})\.csv$"},
                "layout": {"format": "csv", "encoding": "cp932", "heading": True},
                "fields": [
                    field("resident_no", "宛名番号", "digits"),
                    field("birth_date", "生年月日", "date", shape=["eyymmdd"]),
                    field("resident_status", "住民状態", "code", codes="resident_status"),
                ],
                "batch": {
                    "volume": {"max_change": 0.3, "not_under_rows": 50},
                    "completeness": [{"field": "birth_date", "at_least": 0.95, "severity": "warning"}],
                    "share": [{"field": "resident_status", "value": "1", "at_least": 0.5, "severity": "refuse"}],
                },
            }
        )
    )


Rows = Sequence[tuple[str, str | None, str]]


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[[str, Rows], Path]:
    """Put a delivery of (resident_no, earliest birth day, status) into the lake; returns its folder."""

    def put(delivery_id: str, rows: Rows) -> Path:
        folder = tmp_path / "lake" / "jumin" / delivery_id
        folder.mkdir(parents=True)
        columns = {
            "delivery_id": [delivery_id] * len(rows),
            "record_key": [row[0] for row in rows],
            "resident_no": [row[0] for row in rows],
            "birth_date_earliest": [row[1] for row in rows],
            "resident_status": [row[2] for row in rows],
        }
        pq.write_table(
            pa.table({name: pa.array(v, pa.string()) for name, v in columns.items()}), folder / "rows.parquet"
        )
        return folder

    return put


def people(count: int, blanks: int = 0, leavers: int = 0) -> list[tuple[str, str | None, str]]:
    return [(f"{at:010}", None if at < blanks else "1950-01-01", "2" if at < leavers else "1") for at in range(count)]


MARTS = """
create schema ledger; create schema marts; create schema restricted; create schema quality;
create table ledger.month as
    select unnest([date '2024-06-30', date '2024-07-31', date '2024-08-31']) as month_end;
create table ledger.delivery as select 'jumin' as feed, 'J_1.csv' as file_name;
create table quality.row_outcome as
    select 'jumin' as feed, 'accepted' as status, 100 as rows_in, 1 as rows_quarantined;
create table marts.dim_person as
    select 'p' || i as person_id, 1950 as birth_year, true as is_resident, 'A1' as area_code from range(200) t(i);
create table marts.fct_household_month as
    select month_end as month_end_date, 'h' || i as household_id, 'A1' as area_code, 'AO' as household_type,
        2 as member_count, i < 20 as has_elderly_need, i < 10 as has_disability_need, i < 5 as has_child_need,
        i < 5 as has_poverty_need,
        (i < 20)::int + (i < 10)::int + (i < 5)::int + (i < 5)::int as domain_count
    from ledger.month, range(100) t(i);
create table restricted.household_member as
    select month_end_date, household_id, household_id || '-' || m as person_id, 'r' as register_household_no
    from marts.fct_household_month, range(2) t(m);
create table marts.mart_kpi_value as
    select month_end as period_end_date, 'ALL' as area_code, 'percent' as unit, 42.0 as value, 'behind' as status
    from ledger.month;
create table marts.fct_pattern_month as
    select month_end as month_end_date, 'E01' as area_code, 'h1' as household_id from ledger.month;
create table marts.mart_domain_overlap as
    select month_end_date, 'ALL' as area_code, 'ALL' as household_type, 'exact' as match,
        domain_count::varchar as domains, count(*) as household_count, 0.25 as share_of_in_need
    from marts.fct_household_month where domain_count > 0 group by all;
"""


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """A build file with sound marts, changed by the statements given."""

    def make(*changes: str, name: str = "build.duckdb") -> Path:
        file = tmp_path / name
        with duckdb.connect(str(file)) as connection:
            connection.execute(MARTS)
            for change in changes:
                connection.execute(change)
        return file

    return make
