"""``--as-of D`` on a feed from a database: the rows last changed on D or before, whenever they were pulled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from kasane.pipeline import extract, read
from kasane.pipeline.as_of import known_rows
from kasane.pipeline.build_file import write_lake_view
from kasane.pipeline.link import _release_id
from kasane.pipeline.link_ledger import write_ledger
from kasane.pipeline.state import load_ledger
from kasane.settings import Settings, load_settings
from support.soudan import CONTRACTS, Soudan


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("KASANE_SOUDAN_URL", "KASANE_SOUDAN_URL_FILE", "KASANE_AS_OF"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "extracts" / "soudan").mkdir(parents=True)
    return load_settings(tmp_path / "data", extracts=str(tmp_path / "extracts"))


@pytest.fixture
def soudan(tmp_path: Path, settings: Settings) -> Soudan:
    return Soudan(sa.create_engine(f"sqlite:///{tmp_path}/extracts/soudan/soudan.sqlite"))


def take(settings: Settings) -> None:
    extract(settings, "soudan")
    read(settings, "soudan")


def plans(settings: Settings, as_of: str | None) -> list[tuple[str, str]]:
    """Key and closing reason of the lake's plans, in the order of their times."""
    settings = replace(settings, as_of=as_of)
    with duckdb.connect() as connection:
        write_ledger(connection, settings, load_ledger(settings))
        return connection.execute(
            "select record_key, closing_reason from lake.soudan_plan order by updated_at, record_key"
        ).fetchall()


def months_reached(settings: Settings, as_of: str) -> set[date | None]:
    return {item.base_date for item in load_ledger(replace(settings, as_of=as_of)).deliveries}


def test_a_row_changed_later_is_told_as_it_was_pulled_before(settings: Settings, soudan: Soudan) -> None:
    soudan.put("plan", "P1", "2025-04-30T23:59:59", closing_reason="1")
    take(settings)
    soudan.put("plan", "P1", "2025-05-01T00:00:00", closing_reason="6")
    take(settings)
    assert plans(settings, "2025-04-30") == [("P1", "1")]
    assert plans(settings, "2025-05-01") == plans(settings, None) == [("P1", "1"), ("P1", "6")]
    assert plans(settings, "2025-04-29") == []


def test_of_one_pull_only_the_rows_known_that_day_count(settings: Settings, soudan: Soudan) -> None:
    for month in (3, 4, 5):
        soudan.put("plan", f"P{month}", f"2025-0{month}-15T09:00:00")
    take(settings)
    assert [key for key, _ in plans(settings, "2025-04-30")] == ["P3", "P4"]
    (delivery,) = [each for each in load_ledger(replace(settings, as_of="2025-04-30")).deliveries if each.in_force]
    assert (delivery.table, delivery.base_date) == ("soudan_plan", date(2025, 4, 15))
    assert (delivery.rows_in, delivery.rows_loaded) == (2, 2)


def test_no_month_is_reached_by_what_was_pulled_later(settings: Settings, soudan: Soudan) -> None:
    soudan.put("plan", "P1", "2025-03-15T09:00:00")
    take(settings)
    soudan.put("plan", "P2", "2025-06-15T09:00:00")
    take(settings)
    assert months_reached(settings, "2025-05-31") == {date(2025, 3, 15)}
    assert months_reached(settings, "2025-03-01") == set()


def test_a_deletion_found_later_is_not_known_yet(settings: Settings, soudan: Soudan) -> None:
    soudan.put("plan", "P1", "2025-04-01T09:00:00")
    take(settings)
    soudan.delete("plan", "P1")
    soudan.put("plan", "P2", "2025-05-20T09:00:00")
    take(settings)
    lists = [each for each in load_ledger(settings).deliveries if each.table == "soudan_key"]
    assert [each.sequence for each in lists] == [2, 4]
    then = load_ledger(replace(settings, as_of="2025-04-30")).deliveries
    assert [(each.table, each.sequence) for each in then] == [("soudan_key", 2), ("soudan_plan", 1)]


def test_base_dates_and_numbers_tell_one_order_on_every_day(settings: Settings, soudan: Soudan) -> None:
    soudan.put("plan", "P1", "2025-04-20T09:00:00")
    take(settings)
    soudan.put("plan", "P0", "2025-04-14T09:00:00")
    soudan.put("assessment", "S1", "2025-05-20T09:00:00")
    take(settings)
    for day in ("2025-04-15", "2025-04-30", "2025-05-31"):
        found = sorted(load_ledger(replace(settings, as_of=day)).deliveries, key=lambda each: each.sequence)
        assert [each.base_date for each in found] == sorted(each.base_date for each in found if each.base_date)


def test_another_day_that_changes_what_counts_gives_another_release(settings: Settings, soudan: Soudan) -> None:
    soudan.put("plan", "P1", "2025-04-20T09:00:00")
    soudan.put("plan", "P2", "2025-05-20T09:00:00")
    take(settings)
    names: dict[str, Any] = {}
    for day in ("2025-04-30", "2025-05-19", "2025-05-20", "2025-12-31"):
        state = load_ledger(replace(settings, as_of=day))
        names[day] = _release_id(state.deliveries, state.months, "rules", b"key")
    assert names["2025-04-30"] == names["2025-05-19"] != names["2025-05-20"] == names["2025-12-31"]


def test_a_feed_of_files_has_no_row_left_out() -> None:
    assert {known_rows(each, None) for each in CONTRACTS} == {None}
    assert known_rows(CONTRACTS[-1], date(2025, 4, 30)) is None, "a key list counts whole or not at all"


def test_a_view_with_a_condition_quotes_what_it_is_given(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 'a' as x union all select 'b') to '{tmp_path}/it''s.parquet'")
        write_lake_view(connection, "v", {"x": "varchar"}, [tmp_path / "it's.parquet"], where="x <> 'a'")
        assert connection.execute("select * from v").fetchall() == [("b",)]
