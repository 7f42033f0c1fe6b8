"""Accuracy of the linkage on invented wards of 20,000 residents: every figure from one build a ward."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import scoring

from support.commands import succeed

pytestmark = pytest.mark.slow
RESIDENTS, MONTHS = 20_000, 12


@dataclass(frozen=True)
class Ward:
    """An invented ward and the data directory made of it."""

    truth: Path
    data: Path

    @cached_property
    def scores(self) -> scoring.Scores:
        """By its answer key."""
        return scoring.score(self.truth, self.data)

    @cached_property
    def links(self) -> pa.Table:
        """Its records as the build linked them."""
        return scoring.built(self.data)


@pytest.fixture(scope="module", params=[3, 11])
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ward:
    folder = tmp_path_factory.mktemp("ward")
    size = ("--residents", RESIDENTS, "--months", MONTHS, "--seed", request.param)
    succeed("generate", *size, "--out", folder / "ward")
    succeed("run", "--extracts", folder / "ward" / "extracts", "--data", folder / "data")
    return Ward(folder / "ward" / "truth", folder / "data")


def test_who_is_linked_is_one_person(ward: Ward) -> None:
    assert ward.scores.precision >= scoring.LEAST_PRECISION


def test_who_is_one_person_is_linked(ward: Ward) -> None:
    assert ward.scores.pairs_due > 500
    assert ward.scores.recall >= scoring.LEAST_RECALL


def test_no_strangers_become_one_person(ward: Ward) -> None:
    assert ward.scores.merged_across_households == 0


def test_records_by_number_are_never_split(ward: Ward) -> None:
    assert ward.scores.split_by_number == 0


def test_households_have_their_true_members(ward: Ward) -> None:
    assert ward.scores.households_right >= scoring.LEAST_HOUSEHOLDS_RIGHT


def test_totals_of_the_overlap_are_true(ward: Ward) -> None:
    assert ward.scores.overlap_error <= scoring.MOST_OVERLAP_ERROR


def test_the_review_queue_can_be_worked_off(ward: Ward) -> None:
    assert ward.scores.reviews_a_thousand <= scoring.MOST_REVIEWS_A_THOUSAND


def test_probabilities_are_what_they_say(ward: Ward) -> None:
    judged = [band for band in ward.scores.bands if band.pairs >= scoring.FEWEST_IN_A_BAND]
    assert judged
    assert [band for band in judged if band.error > scoring.MOST_CALIBRATION_ERROR] == []


def test_linking_again_links_the_same(ward: Ward) -> None:
    assert scoring.relinked(ward.data).equals(ward.links)


def test_the_order_of_records_changes_nothing(ward: Ward) -> None:
    shuffled = scoring.relinked(ward.data, "kasane.link.record order by hash(record_id || 'shuffled')")
    assert shuffled.equals(ward.links)


def test_two_percent_more_records_rename_nobody_whose_records_are_the_same(ward: Ward) -> None:
    fewer = scoring.relinked(ward.data, "kasane.link.record where feed = 'jumin' or hash(record_id) % 50 <> 0")
    assert 0.98 < fewer.num_rows / ward.links.num_rows < 1
    with duckdb.connect() as db:
        db.register("fewer", fewer)
        db.register("whole", ward.links)
        told = """
            {0} as (select person_id, list(record_id order by record_id) as members from {1} group by person_id)
        """
        renamed = db.execute(
            f"""
            with {told.format("before", "fewer")}, {told.format("after", "whole")}
            select count(*), count(*) filter (before.person_id <> after.person_id)
            from before join after using (members)
            """
        ).fetchone()
    assert renamed is not None
    assert renamed[0] > RESIDENTS
    assert renamed[1] == 0
