"""What quality.link_* tell of linkage: methods, precision by band, the review queue, what is unlinked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.warehouse import BUILD_ANEW, SmallDelivery, SmallWarehouse, run_dbt, write_sources

APRIL = date(2025, 4, 30)
RESIDENT = {"resident_no": "01", "register_household_no": "11", "resident_status": "1", "birth_date": "1950"}
CHILD = {"case_no": "Y1", "person": "01", "accepted_on": "2025-04-01"}


def pair(name: str, left: str, right: str, probability: float | None, reason: str, queued_on: date) -> dict[str, Any]:
    return {
        "pair_id": name, "left_record_id": left, "right_record_id": right, "probability": probability,
        "reason": reason, "queued_on": queued_on,
    }  # fmt: skip


def decided(name: str, decision: str, probability: float | None, feed: str = "konkyu") -> dict[str, Any]:
    left, right = sorted((f"{feed}|subject|{name}", "jumin|subject|01"))
    return {"left_record_id": left, "right_record_id": right, "decision": decision, "probability": probability}


WAREHOUSE = SmallWarehouse(
    months=[APRIL],
    deliveries=[
        SmallDelivery("jumin", APRIL, [RESIDENT]),
        SmallDelivery("kaigo", APRIL, [{"insured_no": str(n), "resident_no": "01"} for n in range(19)]),
        SmallDelivery("seiho", APRIL, [{"case_no": "1", "member_no": "01"}]),
        SmallDelivery("youtai", APRIL, [CHILD]),
    ],
    review_pairs=[
        pair("a", "jumin|subject|01", "konkyu|subject|K1", 0.7, "between_thresholds", date(2025, 4, 15)),
        pair("b", "konkyu|subject|K2", "jumin|subject|01", 0.8, "between_thresholds", date(2025, 4, 1)),
        pair("c", "konkyu|subject|K3", "jumin|subject|01", None, "own_veto", date(2024, 9, 1)),
        pair("late", "konkyu|subject|K4", "jumin|subject|01", 0.6, "close_rival", date(2025, 5, 1)),
        pair("done", "konkyu|subject|D0", "jumin|subject|01", 0.95, "close_rival", date(2025, 4, 1)),
        pair("secret", "youtai|subject|Y1", "jumin|subject|01", 0.6, "between_thresholds", date(2025, 4, 1)),
    ],
    decisions=[
        *(decided(f"D{n}", "must_link", 0.95) for n in range(19)),
        decided("D19", "cannot_link", 0.95),
        *(decided(f"E{n}", "cannot_link", 0.85) for n in range(40)),
        *(decided(f"F{n}", "must_link", 0.2) for n in range(1)),
        decided("G", "must_link", None),
        decided("Y1", "must_link", 0.95, "youtai"),
    ],
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    build_file: Path = tmp_path_factory.mktemp("link") / "kasane.duckdb"
    write_sources(build_file, WAREHOUSE)
    assert run_dbt(build_file, BUILD_ANEW) == []
    return duckdb.connect(str(build_file), read_only=True)


def test_methods_are_counted_by_feed_and_youtai_is_in_none(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select feed, role, method, method_label, linked_count, record_total from quality.link_method order by all"
    ).fetchall()
    assert rows == [
        ("kaigo", "subject", "register_id", "宛名番号", 19, 19),
        ("seiho", "subject", "unlinked", "未突合", 1, 1),
    ]


def test_the_share_that_is_unlinked_is_judged_by_the_threshold(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select feed, record_total, unlinked_count, unlinked_share, outside_register_count, status"
        " from quality.link_unlinked order by feed"
    ).fetchall()
    assert rows == [("kaigo", 19, 0, 0.0, 0, "within"), ("seiho", 1, 1, 1.0, 1, "over")]


def test_precision_by_band_stands_beside_the_models_probability(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select band, waiting_count, reviewed_count, must_link_count, round(observed_precision, 3), "
        "round(precision_low, 3), round(precision_high, 3), round(model_mean, 3), status "
        "from quality.link_accuracy order by sort_order"
    ).fetchall()
    nothing = (0, 0, 0, None, None, None, None, "no_data")
    assert rows == [
        ("p000", *nothing),
        ("p100", 0, 1, 1, 1.0, 0.207, 1.0, 0.2, "apart"),
        ("p500", 3, 40, 0, 0.0, 0.0, 0.088, 0.85, "apart"),
        ("p900", 0, 20, 19, 0.95, 0.764, 0.991, 0.95, "close"),
        ("p990", *nothing),
        ("p999", *nothing),
        ("unscored", 1, 1, 1, 1.0, 0.207, 1.0, None, "no_data"),
    ]


def test_the_queue_is_aged_by_the_newest_base_date(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select feed, reason_label, age_class, is_late, pair_count, oldest_queued_on, as_of_date"
        " from quality.link_review_age order by oldest_queued_on"
    ).fetchall()
    assert rows == [
        ("konkyu", "own_veto", "d184", True, 1, date(2024, 9, 1), APRIL),
        ("konkyu", "基準の間", "d000", False, 2, date(2025, 4, 1), APRIL),
        ("konkyu", "僅差の候補", "d000", False, 1, date(2025, 5, 1), APRIL),
    ]
