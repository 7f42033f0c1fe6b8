"""A record belongs to the register's person of its number, unless it contradicts that person twice."""

from datetime import date

import duckdb
import pytest

from kasane.linkage.pseudonym import pseudonym
from kasane.linkage.register import PersonRole, link_records

ROLE = PersonRole("kaigo", "subject", "kaigo", "resident_no", "kana_key", "given_kana_key", "birth_date", "sex")
BORN = date(1940, 4, 1)


@pytest.fixture
def db():
    with duckdb.connect() as connection:
        connection.execute("create schema lake")
        connection.execute("create schema ledger")
        connection.execute("create table ledger.delivery (delivery_id varchar, sequence integer)")
        columns = (
            "record_key varchar, resident_no varchar, given_kana_key varchar, birth_date_earliest date,"
            " birth_date_latest date, sex varchar, base_date date, kana_key varchar,"
            " delivery_id varchar default 'd', line_number bigint default 1"
        )
        for feed in ("jumin", "kaigo"):
            connection.execute(f"create table lake.{feed} ({columns})")
        connection.execute(
            "insert into lake.jumin values ('1', '1', 'タロウ', ?, ?, '1', date '2025-04-30', 'ヤマダタロウ', 'd', 1)",
            [BORN, BORN],
        )
        yield connection


def linked(db, given="タロウ", born=BORN, sex="1", number="1", kana=None, until=None):
    db.execute(
        "insert into lake.kaigo values ('k', ?, ?, ?, ?, ?, date '2025-04-30', ?, 'd', 1)",
        [number, given, born, until or born, sex, kana],
    )
    link_records(db, [ROLE], contradictions_to_review=2)
    return db.execute("select surrogate, method from link.person_link where feed = 'kaigo'").fetchone()


def test_a_known_number_links(db) -> None:
    assert linked(db) == ("jumin|1", "register_id")


@pytest.mark.parametrize(
    "one_difference", [{"given": "ハナコ"}, {"born": date(1941, 4, 1)}, {"sex": "2"}, {"given": None, "sex": "2"}]
)
def test_one_contradiction_still_links(db, one_difference) -> None:
    assert linked(db, **one_difference) == ("jumin|1", "register_id")


@pytest.mark.parametrize("two_differences", [{"given": "ハナコ", "sex": "2"}, {"born": date(1941, 4, 1), "sex": "2"}])
def test_two_contradictions_go_to_review_and_stay_unlinked(db, two_differences) -> None:
    assert linked(db, **two_differences) == ("kaigo|subject|k", "unlinked")
    assert db.execute("select record_key from link.review").fetchall() == [("k",)]


def test_spelling_that_the_official_fuzzy_rules_call_equal_is_no_contradiction(db) -> None:
    assert linked(db, given="タロオ", sex="2") == ("jumin|1", "register_id")


@pytest.mark.parametrize("number", [None, "9"])
def test_no_number_or_an_unknown_one_is_unlinked(db, number) -> None:
    assert linked(db, number=number) == ("kaigo|subject|k", "unlinked")


@pytest.mark.parametrize("number", [None, "9"])
@pytest.mark.parametrize("sex", ["1", None])
def test_without_a_known_number_kana_birth_and_sex_together_link(db, number, sex) -> None:
    assert linked(db, number=number, kana="ヤマダタロウ", sex=sex) == ("jumin|1", "deterministic")


@pytest.mark.parametrize(
    "difference",
    [
        {"kana": "ヤマダタロオ"},
        {"kana": "ヤマダタロウ", "sex": "2"},
        {"kana": "ヤマダタロウ", "born": date(1940, 4, 2)},
        {"kana": "ヤマダタロウ", "until": date(1940, 4, 30)},
    ],
)
def test_without_a_known_number_anything_else_is_unlinked(db, difference) -> None:
    assert linked(db, number=None, **difference) == ("kaigo|subject|k", "unlinked")


def test_a_record_that_two_people_of_the_register_fit_belongs_to_neither(db) -> None:
    db.execute(
        "insert into lake.jumin values ('2', '2', 'タロウ', ?, ?, '1', date '2025-04-30', 'ヤマダタロウ', 'd', 1)",
        [BORN, BORN],
    )
    assert linked(db, number=None, kana="ヤマダタロウ") == ("kaigo|subject|k", "unlinked")


def test_a_record_that_contradicts_its_number_is_not_linked_by_its_name_either(db) -> None:
    db.execute(
        "insert into lake.jumin values ('2', '2', 'ハナコ', ?, ?, '2', date '2025-04-30', 'ヤマダハナコ', 'd', 1)",
        [BORN, BORN],
    )
    assert linked(db, given="ハナコ", sex="2", kana="ヤマダハナコ") == ("kaigo|subject|k", "unlinked")


def test_a_register_person_links_to_itself(db) -> None:
    link_records(db, [ROLE], contradictions_to_review=2)
    assert db.execute("select feed, record_key, surrogate from link.person_link").fetchall() == [
        ("jumin", "1", "jumin|1")
    ]


def test_pseudonyms_differ_by_key_and_domain_and_stay_the_same() -> None:
    key = b"k" * 32
    assert pseudonym(key, "person", "jumin|1") == pseudonym(key, "person", "jumin|1")
    assert pseudonym(key, "person", "jumin|1")[1:] != pseudonym(key, "household", "jumin|1")[1:]
    assert pseudonym(key, "person", "jumin|1") != pseudonym(b"j" * 32, "person", "jumin|1")
