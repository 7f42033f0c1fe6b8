"""A later word of a centre on a consultation changes the months that it touches, and no other."""

from datetime import date

import duckdb
import pytest

from kasane.pipeline.month_needs import need_digests

MARCH, APRIL, OCTOBER = date(2025, 3, 31), date(2025, 4, 30), date(2025, 10, 31)
MONTHS = [MARCH, APRIL, OCTOBER]
DAYS = 183


@pytest.fixture
def db():
    with duckdb.connect() as connection:
        for schema in ("lake", "ledger", "link"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table lake.houkatsu (delivery_id varchar, line_number bigint, record_key varchar,"
            " received_on_earliest date, received_on_latest date)"
        )
        connection.execute(
            "create table ledger.delivery (delivery_id varchar, base_date date, sequence int, in_force boolean)"
        )
        connection.execute("create table link.person_link (feed varchar, record_key varchar, surrogate varchar)")
        yield connection


def told(db, key, received, base_date=APRIL, whose="jumin|01"):
    delivery = f"{base_date}"
    db.execute("insert into ledger.delivery values (?, ?, 1, true)", [delivery, base_date])
    db.execute("insert into lake.houkatsu values (?, 1, ?, ?, ?)", [delivery, key, received, received])
    db.execute("delete from link.person_link where record_key = ?", [key])
    db.execute("insert into link.person_link values ('houkatsu', ?, ?)", [key, whose])


def months_with_needs(db):
    return {month for month, _ in need_digests(db, MONTHS, DAYS)}


@pytest.mark.parametrize(
    ("received", "counted"),
    [
        (date(2025, 3, 31), {MARCH, APRIL}),
        (date(2025, 4, 1), {APRIL}),
        (date(2025, 5, 1), set()),  # 183 days before October's end, the first day out
        (date(2025, 5, 2), {OCTOBER}),
    ],
)
def test_a_consultation_counts_from_its_day_for_so_many_days(db, received, counted) -> None:
    told(db, "K|1", received)
    assert months_with_needs(db) == counted


def test_only_the_latest_word_on_a_consultation_counts(db) -> None:
    told(db, "K|1", date(2025, 3, 10), base_date=MARCH)
    told(db, "K|1", date(2025, 10, 1), base_date=OCTOBER)
    assert months_with_needs(db) == {OCTOBER}


def test_a_record_that_is_nobodys_of_the_register_changes_no_month_until_it_is_linked(db) -> None:
    told(db, "K|1", date(2025, 4, 1), whose="houkatsu|subject|K|1")
    assert months_with_needs(db) == set()
    db.execute("update link.person_link set surrogate = 'jumin|01'")
    assert months_with_needs(db) == {APRIL}


def test_who_counts_decides_not_how_often_nor_in_which_order(db) -> None:
    told(db, "K|1", date(2025, 4, 1))
    before = need_digests(db, MONTHS, DAYS)
    told(db, "K|2", date(2025, 4, 2))
    assert need_digests(db, MONTHS, DAYS) == before
    told(db, "K|3", date(2025, 4, 2), whose="jumin|02")
    assert need_digests(db, MONTHS, DAYS) != before


def test_without_months_there_is_nothing_to_tell(db) -> None:
    assert need_digests(db, [], DAYS) == []
