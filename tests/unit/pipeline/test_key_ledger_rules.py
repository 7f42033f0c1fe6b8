"""The key ledger: ids that were published once lead somewhere for ever, and nothing renumbers."""

import shutil
from typing import Any

import pytest

from kasane.errors import KasaneError
from kasane.linkage.pseudonym import pseudonym
from kasane.pipeline import key_ledger
from kasane.pipeline.build_file import open_build_file
from support.linked_ward import KEY, ONE, TWO, A, B, C, D, Ward


@pytest.fixture
def ward(tmp_path: Any) -> Ward:
    return Ward(tmp_path)


def test_nothing_is_retired_while_more_records_arrive(ward: Ward) -> None:
    assert ward.publish("r1", [ONE], [B]) == {}
    assert ward.publish("r2", [ONE, A], [B, C], [TWO], [D]) == {}


def test_two_ids_that_prove_to_be_one_person_leave_the_older_or_the_register_s(ward: Ward) -> None:
    ward.publish("r1", [ONE], [A], [B], [C])
    assert ward.publish("r2", [ONE, C], [A, B]) == {A: (B, "merged", "r2"), C: ("jumin|1", "merged", "r2")}
    assert ward.publish("r3", [ONE, C, A, B]) == {
        A: ("jumin|1", "merged", "r2"),
        B: ("jumin|1", "merged", "r3"),
        C: ("jumin|1", "merged", "r2"),
    }


def test_readers_get_the_ids_that_they_saw(ward: Ward) -> None:
    ward.publish("r1", [ONE], [A])
    ward.publish("r2", [ONE, A])
    assert ward.ids() == [(pseudonym(KEY, "person", A), pseudonym(KEY, "person", "jumin|1"))]


def test_unmerging_restores_both_ids_and_ends_the_redirect(ward: Ward) -> None:
    ward.publish("r1", [A, C], [B])
    ward.publish("r2", [A, B, C])
    assert ward.publish("r3", [A, C], [B]) == {}
    assert ward.publish("r4", [A, B, C]) == {A: (B, "merged", "r4")}


def test_a_split_leads_to_the_register_s_side_then_to_most_of_the_records(ward: Ward) -> None:
    ward.publish("r1", [A, B, C, D])
    assert ward.publish("r2", [ONE, B], [A, C], [D]) == {B: ("jumin|1", "split", "r2")}


def test_between_two_people_of_the_register_most_records_decide_then_the_oldest(ward: Ward) -> None:
    ward.publish("r1", [A, C, D])
    assert ward.publish("r2", [ONE, A], [TWO, C, D]) == {A: ("jumin|2", "split", "r2")}
    # A record that is there no more still speaks for where it was: what was led to once stays.
    assert ward.publish("r3", [ONE, A], [TWO, C]) == {A: ("jumin|2", "split", "r2")}


def test_where_as_many_went_either_way_the_oldest_record_decides(ward: Ward) -> None:
    ward.publish("r1", [C, D])
    assert ward.publish("r2", [ONE, D], [TWO, C]) == {C: ("jumin|2", "split", "r2")}


def test_a_person_who_is_in_no_record_any_more_is_gone_and_leads_nowhere(ward: Ward) -> None:
    ward.publish("r1", [ONE], [TWO], [A])
    assert ward.publish("r2", [ONE]) == {"jumin|2": (None, "gone", "r2"), A: (None, "gone", "r2")}
    assert ward.publish("r3", [ONE], [TWO]) == {A: (None, "gone", "r2")}


def test_a_register_number_that_vanishes_leads_to_who_has_its_records_now(ward: Ward) -> None:
    ward.publish("r1", [ONE, A, B], [TWO])
    assert ward.publish("r2", [TWO, A, B]) == {"jumin|1": ("jumin|2", "merged", "r2")}


def test_who_merged_and_then_lost_the_record_still_leads_to_the_person_it_became(ward: Ward) -> None:
    ward.publish("r1", [A], [B])
    ward.publish("r2", [A, B])
    assert ward.publish("r3", [B]) == {A: (B, "gone", "r2")}
    # The person it became is merged in turn.
    assert ward.publish("r4", [ONE, B])[A] == ("jumin|1", "gone", "r2")


def test_two_batches_give_equal_ids_in_either_order(tmp_path: Any) -> None:
    last = ([ONE, A, C], [B], [TWO, D])
    orders = {"first": ([ONE, A], [B]), "second": ([C], [D], [TWO])}
    links = []
    for name, before in orders.items():
        ward = Ward(tmp_path / name)
        ward.publish("r1", *before)
        ward.publish("r2", *last)
        with open_build_file(ward.paths, read_only=True) as db:
            links.append(db.execute("select * from link.person_link order by all").fetchall())
    assert links[0] == links[1]


def test_a_run_that_is_killed_and_started_again_adds_nothing(ward: Ward) -> None:
    ward.publish("r1", [A], [B])
    first = ward.publish("r2", [A, B])
    assert ward.publish("r2", [A, B]) == first == {A: (B, "merged", "r2")}
    assert ward.files() == ["00001-r1.parquet", "00002-r2.parquet"]


def test_what_was_linked_and_never_published_leaves_no_trace(ward: Ward) -> None:
    ward.publish("r1", [A], [B])
    ward.link("r2", [A, B])
    assert ward.publish("r3", [A], [B], [C]) == {}


def test_a_file_holds_only_what_changed(ward: Ward) -> None:
    ward.publish("r1", [ONE], [A], [B])
    assert ward.pending() == 3
    ward.publish("r2", [ONE, A], [B])
    assert ward.pending() == 1
    ward.publish("r3", [ONE, A], [B])
    assert ward.pending() == 0
    assert len(ward.files()) == 3


def test_without_the_build_file_ids_and_redirects_come_from_the_ledger_alone(ward: Ward) -> None:
    ward.publish("r1", [ONE], [A], [B], [C])
    ward.publish("r2", [ONE, C], [A, B])
    wanted, ids = ward.publish("r3", [ONE, C], [A, B], [D]), ward.ids()
    shutil.rmtree(ward.paths.build_file.parent)
    assert ward.publish("r3", [ONE, C], [A, B], [D]) == wanted
    assert ward.ids() == ids
    assert len(ward.files()) == 3


def test_a_release_that_returns_is_noted_anew(ward: Ward) -> None:
    ward.publish("r1", [A], [B])
    ward.publish("r2", [A, B], [C])
    assert key_ledger.is_return(ward.paths, "r1")
    assert not key_ledger.is_return(ward.paths, "r2")
    assert ward.publish("r1", [A], [B]) == {C: (None, "gone", "r1")}
    assert ward.files()[-1] == "00003-r1.parquet"


def test_a_ledger_with_a_gap_is_refused(ward: Ward) -> None:
    for release in ("r1", "r2", "r3"):
        ward.publish(release, [A])
    (ward.paths.key_ledger / "00002-r2.parquet").unlink()
    with pytest.raises(KasaneError, match="look at 2"):
        ward.link("r4", [A])
