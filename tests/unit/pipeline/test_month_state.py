"""Months are built when something of them changed, and a build that was cut off is not forgotten."""

from datetime import date

import duckdb
import pytest

from kasane.pipeline.month_state import fingerprints, note_built, note_pending

APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)


@pytest.fixture
def db():
    with duckdb.connect() as connection:
        yield connection


def wanted(**ids):
    pairs = [(APRIL, each) for each in ids.get("april", ())] + [(MAY, each) for each in ids.get("may", ())]
    return fingerprints(pairs, [APRIL, MAY])


def test_nothing_built_yet_means_everything(db) -> None:
    assert note_pending(db, wanted(april="a", may="b"), [], "rules") == ({APRIL, MAY}, True)


def test_only_the_month_with_another_delivery_is_built_again(db) -> None:
    note_pending(db, wanted(april="a", may="b"), [], "rules")
    note_built(db, wanted(april="a", may="b"), "rules")
    assert note_pending(db, wanted(april="a", may="b"), [], "rules") == (set(), False)
    assert note_pending(db, wanted(april="a", may="c"), [], "rules") == ({MAY}, False)


def test_other_rules_build_every_month_from_nothing(db) -> None:
    note_pending(db, wanted(april="a", may="b"), [], "rules")
    note_built(db, wanted(april="a", may="b"), "rules")
    assert note_pending(db, wanted(april="a", may="b"), [], "new rules") == ({APRIL, MAY}, True)
    assert note_pending(db, wanted(april="a", may="b"), [], "new rules") == ({APRIL, MAY}, True)


def test_a_month_whose_build_was_cut_off_is_built_even_if_its_files_are_as_before(db) -> None:
    note_pending(db, wanted(april="a", may="b"), [], "rules")
    note_built(db, wanted(april="a", may="b"), "rules")
    note_pending(db, wanted(april="a", may="c"), [], "rules")  # killed while dbt worked on May
    assert note_pending(db, wanted(april="a", may="b"), [], "rules") == ({MAY}, False)
