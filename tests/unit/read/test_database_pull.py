"""What becomes of rows pulled from a database."""

from __future__ import annotations

import io
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kasane.read import parquet_reader

from .support import CONTRACTS, Reader, parquet_of

ASSESSMENT = {
    "assessment_id": ["A1", "A2", "A3"],
    "consultation_id": ["C1", "C2", None],
    "assessed_on": ["2024-04-09", "2024-04-31", None],
    "isolation_score": ["12", "7", "x"],
    "updated_at": ["2024-04-09T14:37:00", "2024-04-09 14:37:00.250+09:00", "2024-04-10T00:00:00Z"],
}


def test_rows_are_numbered_from_one_and_nulls_are_blank(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_reader, "_ROWS_A_BATCH", 2)
    outcome = read("soudan_assessment", parquet_of(ASSESSMENT))
    (row,) = outcome.table("rows")
    assert (row["line_number"], row["record_key"], row["assessed_on_earliest"]) == (1, "A1", date(2024, 4, 9))
    assert outcome.faults == {(2, "date_impossible", "assessed_on"), (3, "number_invalid", "isolation_score")}
    assert {r["raw_record"] for r in outcome.table("quarantine")} == {
        "A2,C2,2024-04-31,7,2024-04-09 14:37:00.250+09:00",
        "A3,,,x,2024-04-10T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-04-09T14:37:00", datetime(2024, 4, 9, 14, 37)),
        ("2024-04-09 14:37", datetime(2024, 4, 9, 14, 37)),
        ("2024-04-09 14:37:05.123456", datetime(2024, 4, 9, 14, 37, 5, 123456)),
        ("2024-04-09T14:37:00+09:00", datetime(2024, 4, 9, 14, 37)),
        ("2024-04-09T14:37:00Z", datetime(2024, 4, 9, 14, 37)),
        ("2024-04-31T14:37:00", None),
        ("2024-04-09T25:00:00", None),
        ("2024-04-09", None),
        ("きのう", None),
    ],
)
def test_a_time_is_kept_as_written(read: Reader, written: str, meant: datetime | None) -> None:
    one = {name: values[:1] for name, values in ASSESSMENT.items()} | {"updated_at": [written]}
    outcome = read("soudan_assessment", parquet_of(one))
    assert [row["updated_at"] for row in outcome.table("rows")] == ([meant] if meant else [])
    assert outcome.faults == (set() if meant else {(1, "date_impossible", "updated_at")})


def test_an_incremental_pull_holds_a_record_as_often_as_it_changed(read: Reader) -> None:
    twice = {name: [*values[:1], *values[:1]] for name, values in ASSESSMENT.items()}
    assert read("soudan_assessment", parquet_of(twice)).manifest.rows_good == 2


def test_files_that_are_no_such_pull_are_refused(read: Reader) -> None:
    def code(data: bytes) -> str:
        return read("soudan_assessment", data).refused.code

    columns = [field.source for field in CONTRACTS["soudan_assessment"].fields]
    assert code(b"PAR1 no") == "unparsable"
    assert code(parquet_of(ASSESSMENT | {"note": ["a", "b", "c"]})) == "columns_unknown"
    assert code(parquet_of({name: ASSESSMENT[name] for name in columns[1:]})) == "columns_missing"
    typed = io.BytesIO()
    pq.write_table(pa.table(ASSESSMENT | {"isolation_score": [1, 2, 3]}), typed)
    assert code(typed.getvalue()) == "unparsable"
