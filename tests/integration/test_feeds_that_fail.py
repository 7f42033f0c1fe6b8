"""Every feed missing, empty or late by three months: the build goes through, coverage says so, no number is wrong.

One test a feed: the same ward built again with this one feed failing, beside the ward as it is (``whole``). What a
number rests on is what the seeds `kpi` and `figure_feed` say: all others must stay as they are, to the last digit.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.board_figures import assert_pages_are_the_marts
from support.failing_feeds import (
    EMPTY,
    FEEDS,
    LAST_GOOD,
    LATE_FROM,
    MONTH_ENDS,
    Warehouse,
    database_until,
    failing,
    only,
    rebuilt,
    unfit,
    ward_warehouse,
)
from support.warehouse import DBT_PROJECT

pytestmark = pytest.mark.slow

MISSING, CURRENT, STALE = "missing", "current", "stale"
POLICY = DBT_PROJECT / "seeds" / "policy"
NUMBERS = ("numerator", "denominator", "value", "value_low", "value_high", "target_due", "status")
Rows = dict[tuple[Any, ...], dict[str, Any]]
# Need of a person, and the feeds that make it.
NEEDS = {
    "has_elderly_need": ("kaigo", "houkatsu"),
    "has_disability_need": ("shogai",),
    "has_child_need": ("kodomo",),
    "has_child_need_with_youtai": ("kodomo", "youtai"),
    "has_poverty_need": ("seiho", "konkyu"),
}
# Tables by area: their keys, and of each figure of the seed the columns that show it.
BY_AREA: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "mart_area_balance": (
        ("month_end_date", "area_code"),
        {
            "area_consultations": ("consultation_count", "consultations_per_1000"),
            "area_posts": ("required_fte", "filled_fte"),
            "area_staff": ("staff_count", "staff_per_1000"),
            "area_places": ("place_count", "place_capacity", "places_per_1000"),
            "area_agreements": ("agreement_count", "agreements_per_1000"),
            "area_groups": ("group_count", "groups_per_1000"),
            "area_conferences": ("conference_count", "care_conference_count", "conferences_per_1000"),
        },
    ),
    "mart_overlap_summary": (
        ("month_end_date", "area_code"),
        {"overlap_compound_share": ("in_need_count", "compound_count", "three_or_more_count")},
    ),
    "mart_case_flow": (
        ("month_end_date", "area_code"),
        {"case_flow": ("new_count", "reopened_count", "closed_count"), "open_plans": ("open_plan_count",)},
    ),
    "mart_issue_funnel": (
        ("month_end_date", "area_code"),
        {
            "issues": ("raised_count", "resolved_count", "resident_led_count", "policy_count", "open_issue_count"),
            "issues_discussed": ("discussed_count",),
        },
    ),
    "mart_found_by_route": (
        ("month_end_date", "area_code", "route"),
        {"found_by_route": ("consultation_count", "compound_issue_count")},
    ),
}


@dataclass(frozen=True)
class Failure:
    """What becomes of a feed: how its extracts are made, and what coverage must say in each of the nine months."""

    name: str
    made: Callable[[Warehouse, Path], Path]
    status: tuple[str, ...]


def _monthly(feed: str) -> Failure:
    make = partial(_failing, feed)
    return Failure("missing, empty, late", make, (MISSING,) * EMPTY + (CURRENT,) * 4 + (STALE,) * 3)


def _failing(feed: str, whole: Warehouse, folder: Path) -> Path:
    return failing(whole, feed, folder)


def _files(feed: str, names: dict[str, str], *empty: str) -> Callable[[Warehouse, Path], Path]:
    return lambda whole, folder: only(whole, feed, folder, names, empty)


FAILURES: dict[str, list[Failure]] = {feed: [_monthly(feed)] for feed in FEEDS} | {
    # Without heading and trailer an empty file has 0 bytes, which is refused whoever sent it.
    "seiho": [
        Failure("missing, refused, late", partial(_failing, "seiho"), (MISSING,) * 3 + (CURRENT,) * 3 + (STALE,) * 3)
    ],
    # A yearly file lasts a year: what is missing at first can't be late within nine months.
    "chiku": [
        Failure(
            "missing, empty",
            _files(
                "chiku",
                {"CHIKU_20230401_01.csv": "CHIKU_20231231_01.csv", "CHIKU_20240401_01.csv": "CHIKU_20240131_01.csv"},
                "CHIKU_20231231_01.csv",
            ),
            (MISSING,) * 2 + (CURRENT,) * 7,
        ),
        Failure(
            "late", _files("chiku", {"CHIKU_20230401_01.csv": "CHIKU_20230401_01.csv"}), (CURRENT,) * 6 + (STALE,) * 3
        ),
    ],
    "ishiki": [
        Failure(
            "missing", _files("ishiki", {"ISHIKI_2024_01.csv": "ISHIKI_2024_01.csv"}), (MISSING,) * 6 + (CURRENT,) * 3
        ),
        Failure(
            "empty, late",
            _files("ishiki", {"ISHIKI_2023_01.csv": "ISHIKI_2023_01.csv"}, "ISHIKI_2023_01.csv"),
            (CURRENT,) * 6 + (STALE,) * 3,
        ),
    ],
    # A database without a row is one that nobody writes in: of it nothing is known.
    "soudan": [
        Failure("empty", lambda whole, folder: database_until(whole, folder, date.min), (MISSING,) * 9),
        Failure(
            "late",
            lambda whole, folder: database_until(whole, folder, MONTH_ENDS[LAST_GOOD]),
            (CURRENT,) * 6 + (STALE,) * 3,
        ),
    ],
}


@dataclass(frozen=True)
class Compared:
    """The ward as it is, the ward with one feed failing, and what coverage must say of that feed at each month end."""

    feed: str
    whole: duckdb.DuckDBPyConnection
    broken: duckdb.DuckDBPyConnection
    status: dict[date, str]

    def both(self, table: str, keys: tuple[str, ...]) -> tuple[Rows, Rows]:
        """The rows of a table in both, by key; of months that the broken one has, and of areas that it can know."""
        whole, broken = _rows(self.whole, table, keys), _rows(self.broken, table, keys)
        months = {month for (month,) in self.broken.execute("select month_end from ledger.month").fetchall()}
        kept = {
            key: row
            for key, row in whole.items()
            if (row.get("month_end_date") or row.get("period_end_date")) in months
            and (key in broken or not self._is_unlocated(row))
        }
        assert set(kept) == set(broken)
        return kept, broken

    def _is_unlocated(self, row: dict[str, Any]) -> bool:
        return self.feed == "chiku" and row.get("area_code") not in (None, "ALL")

    def rests(self, sources: str) -> bool:
        """Whether a `;`-joined list of a seed names the feed or one of its tables."""
        return bool({self.feed, *(contract.table for contract in FEEDS[self.feed])} & set(sources.split(";")))


def _rows(db: duckdb.DuckDBPyConnection, table: str, keys: tuple[str, ...]) -> Rows:
    cursor = db.execute(f"select * from {table}")
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {tuple(row[key] for key in keys): row for row in rows}


def _seed(name: str) -> list[dict[str, str]]:
    with (POLICY / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The ward as it is."""
    return ward_warehouse(tmp_path_factory.mktemp("ward"))


@pytest.mark.parametrize("feed", sorted(FAILURES))
def test_a_feed_that_fails_makes_no_number_wrong(feed: str, whole: Warehouse, tmp_path: Path) -> None:
    for failure in FAILURES[feed]:
        folder = tmp_path / failure.name.replace(", ", "-")
        folder.mkdir()
        broken = rebuilt(whole, feed, failure.made(whole, folder))
        with _compared(feed, whole, broken, failure.status) as compared:
            for check in CHECKS:
                check(compared)
    # The feed's last failure, late or empty, stands for all.
    assert unfit(broken) == []
    assert_pages_are_the_marts(broken.data.build_file)


@contextmanager
def _compared(feed: str, whole: Warehouse, broken: Warehouse, status: tuple[str, ...]) -> Iterator[Compared]:
    with (
        duckdb.connect(str(whole.data.build_file), read_only=True) as one,
        duckdb.connect(str(broken.data.build_file), read_only=True) as other,
    ):
        yield Compared(feed, one, other, dict(zip(MONTH_ENDS, status, strict=True)))


def _coverage_says_so(compared: Compared) -> None:
    found = compared.broken.execute(
        "select month_end_date, status from quality.feed_coverage where feed = ?", [compared.feed]
    ).fetchall()
    assert {(month, status) for month, status in found} == {
        (month, status) for month, status in compared.status.items() if month in {month for month, _ in found}
    }
    # Without a register, or with one that names nobody, there are no months.
    assert len({month for month, _ in found}) == len(MONTH_ENDS) - (EMPTY + 1 if compared.feed == "jumin" else 0)


def _an_empty_file_after_a_long_one_is_refused(compared: Compared) -> None:
    if compared.feed != "jumin":
        return
    row = compared.broken.execute(
        "select status, reason_code from quality.row_outcome where feed = 'jumin' and base_date = ?",
        [MONTH_ENDS[LATE_FROM]],
    ).fetchone()
    assert row == ("refused", "volume")


def _kpis_rest_on_what_was_delivered(compared: Compared) -> None:
    keys = ("kpi_id", "period_end_date", "area_code")
    whole, broken = compared.both("marts.mart_kpi_value", keys)
    for kpi in _seed("kpi"):
        rows = [(whole[key], row) for key, row in broken.items() if row["kpi_id"] == kpi["kpi_id"]]
        for was, row in rows:
            told = f"{compared.feed}: {kpi['kpi_id']} {row['period_end_date']} {row['area_code']}"
            status = compared.status[row["period_end_date"]]
            if compared.rests(kpi["feeds"]):
                _kpi_of_the_feed(told, status, row)
            elif compared.rests(kpi["feeds_beside"]):
                _kpi_beside_the_feed(told, compared.feed, status, row)
            else:
                # Months before the first register are no months of the warehouse: coverage can't count them.
                columns = NUMBERS if compared.feed == "jumin" else tuple(row)
                assert [row[each] for each in columns] == [was[each] for each in columns], told


def _kpi_of_the_feed(told: str, status: str, row: dict[str, Any]) -> None:
    if status == MISSING:
        assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (None, None, None, "no_data"), (
            told
        )
        assert "届いて" in row["reason"], told
    if status == STALE:
        assert row["coverage_share"] < 1, told
        assert "届いて" in row["reason"], told
    if row["value"] is None:
        assert row["status"] == "no_data", told
        assert row["reason"], told


def _kpi_beside_the_feed(told: str, feed: str, status: str, row: dict[str, Any]) -> None:
    if status != CURRENT and row["value"] is not None:
        assert feed in row["reason"], told


def _other_kpis_of_whole_files_are_as_they_were(compared: Compared) -> None:
    """A full feed's file tells all that was so far: once it is there the number is the same, whatever was missing."""
    if (
        any((each.kind, each.rhythm) != ("full", "monthly") for each in FEEDS[compared.feed])
        or compared.feed == "jumin"
    ):
        return
    whole, broken = compared.both("marts.mart_kpi_value", ("kpi_id", "period_end_date", "area_code"))
    resting = [kpi["kpi_id"] for kpi in _seed("kpi") if compared.rests(kpi["feeds"])]
    good = [MONTH_ENDS[month] for month in range(EMPTY + 1, LAST_GOOD + 1)]
    for key, row in broken.items():
        if key[0] in resting and key[1] in good and compared.status[key[1]] == CURRENT:
            for column in ("numerator", "denominator", "value"):
                assert row[column] == whole[key][column], (compared.feed, key)


def _needs_of_other_feeds_stay(compared: Compared) -> None:
    if compared.feed == "jumin":
        return
    for need, feeds in NEEDS.items():
        for month, status in compared.status.items():
            whole, broken = (_in_need(db, need, month) for db in (compared.whole, compared.broken))
            if compared.feed not in feeds:
                assert broken == whole, (compared.feed, need, month)
            elif status == MISSING:
                assert broken <= whole, (compared.feed, need, month)
                assert broken == set() or len(feeds) > 1
                assert compared.feed in ("houkatsu", "youtai") or broken < whole, (compared.feed, need, month)
            elif EMPTY < MONTH_ENDS.index(month) <= LAST_GOOD and compared.feed != "houkatsu":
                assert broken == whole, (compared.feed, need, month)


def _in_need(db: duckdb.DuckDBPyConnection, need: str, month: date) -> set[tuple[str, ...]]:
    found = db.execute(
        f"select resident_no from intermediate.int_person_need__at_month where {need} and month_end_date = ?", [month]
    )
    return set(found.fetchall())


def _households_stay(compared: Compared) -> None:
    """Who lives together is told by the register; kaigo tells which address is a facility."""
    if compared.feed in ("jumin", "kaigo"):
        return
    whole, broken = compared.both("marts.fct_household_month", ("month_end_date", "household_id"))
    columns = ["household_type", "member_count", *([] if compared.feed == "chiku" else ["area_code"])]
    columns += [
        need for need, feeds in NEEDS.items() if compared.feed not in feeds and need in next(iter(whole.values()))
    ]
    for key, row in broken.items():
        assert {each: row[each] for each in columns} == {each: whole[key][each] for each in columns}, compared.feed


def _figures_beside_the_kpis(compared: Compared) -> None:
    for table, name in (("mart_benchmark", "indicator_id"), ("mart_exemplar", "exemplar_id")):
        whole, broken = compared.both(f"marts.{table}", (name, "month_end_date"))
        for key, row in broken.items():
            _figure(compared, key[0], ("value",), whole[key], row)
            assert row["value"] is not None or row["reason"], (compared.feed, key)


def _figures_by_area(compared: Compared) -> None:
    for table, (keys, figures) in BY_AREA.items():
        whole, broken = compared.both(f"marts.{table}", keys)
        for key, row in broken.items():
            for figure, columns in figures.items():
                _figure(compared, figure, columns, whole[key], row)


def _desk_journeys_say_what_is_late(compared: Compared) -> None:
    """Of a desk that nobody is known to have come to there is no row: what is there tells what it lacks."""
    journeys = _rows(compared.broken, "marts.mart_desk_journey", ("month_end_date", "desk_code"))
    resting = [each for each in FIGURES if each["figure_id"] == "desk_journey" and compared.rests(each["source_name"])]
    for (month, _), row in journeys.items():
        if resting and compared.status[month] != CURRENT:
            assert compared.feed in row["reason"], (compared.feed, month)


def _figure(
    compared: Compared, figure: str, columns: tuple[str, ...], was: dict[str, Any], row: dict[str, Any]
) -> None:
    sources = {each["source_name"]: each for each in FIGURES if each["figure_id"] == figure}
    resting = [each for name, each in sources.items() if compared.rests(name)]
    told = (compared.feed, figure, row["month_end_date"], row.get("area_code"))
    status = compared.status[row["month_end_date"]]
    if not resting:
        assert [row[each] for each in columns if each not in HEADS] == [
            was[each] for each in columns if each not in HEADS
        ], told
    elif status == MISSING and any(each["is_essential"] == "true" for each in resting):
        assert {row[each] for each in columns} == {None}, told
        assert compared.feed in row["reason"], told
    elif status != CURRENT and any(row[each] is not None for each in columns):
        assert compared.feed in row["reason"], told


FIGURES = _seed("figure_feed")
# A thousand households in need: another number where another need is known.
HEADS = {
    column for _, figures in BY_AREA.values() for each in figures.values() for column in each if "per_1000" in column
}


def _what_became_is_not_what_came_to_be_known(compared: Compared) -> None:
    """Households did not come into need in the month in which a feed was delivered for the first time."""
    if compared.feed not in {feed for feeds in NEEDS.values() for feed in feeds} - {"youtai"}:
        return
    first_told = min(month for month, status in compared.status.items() if status != MISSING)
    _, broken = compared.both("marts.mart_household_flow", ("month_end_date", "area_code"))
    row = broken[first_told, "ALL"]
    assert row["became_in_need_count"] is None
    assert compared.feed in row["reason"]


CHECKS: list[Callable[[Compared], None]] = [
    _coverage_says_so,
    _an_empty_file_after_a_long_one_is_refused,
    _kpis_rest_on_what_was_delivered,
    _other_kpis_of_whole_files_are_as_they_were,
    _needs_of_other_feeds_stay,
    _households_stay,
    _figures_beside_the_kpis,
    _figures_by_area,
    _desk_journeys_say_what_is_late,
    _what_became_is_not_what_came_to_be_known,
]
