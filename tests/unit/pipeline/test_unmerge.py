"""Un-merge: a decision that keeps two apart, and the releases that showed them as one."""

from pathlib import Path

import pytest

from kasane.errors import KasaneError
from kasane.linkage.pseudonym import pseudonym
from kasane.pipeline.link_decisions import load_effective
from kasane.pipeline.unmerge import unmerge
from support.linked_ward import KEY, ONE, A, B, C, Ward


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path)


def shown(ward: Ward, left: str, right: str) -> list[tuple[str, str]]:
    return [(each.release_id, each.person_id) for each in unmerge(ward.settings, left, right, "係長", "別人と判明")]


def person(surrogate: str) -> str:
    return pseudonym(KEY, "person", surrogate)


def test_every_release_that_showed_both_as_one_is_listed_with_the_id_it_showed(ward: Ward) -> None:
    ward.publish("r1", [A], [B])
    ward.publish("r2", [A, B])
    ward.publish("r3", [A, B], [C])
    ward.publish("r4", [ONE, A, B])
    ward.publish("r5", [ONE, A], [B])
    ward.publish("r6", [ONE, A, B])
    want = [("r2", person(B)), ("r3", person(B)), ("r4", person("jumin|1")), ("r6", person("jumin|1"))]
    assert shown(ward, A, B) == shown(ward, B, A) == want
    assert shown(ward, ONE, B) == [("r4", person("jumin|1")), ("r6", person("jumin|1"))]


def test_it_is_a_decision_that_keeps_them_apart(ward: Ward) -> None:
    ward.publish("r1", [A, B])
    shown(ward, B, A)
    (row,) = load_effective(ward.paths).to_pylist()
    assert (row["left_record_id"], row["right_record_id"], row["decision"]) == (A, B, "cannot_link")
    assert '"what": "unmerge"' in (ward.paths.audit / "review.jsonl").read_text(encoding="utf-8")


def test_who_were_never_one_are_not_unmerged(ward: Ward) -> None:
    ward.publish("r1", [A], [B])
    with pytest.raises(KasaneError, match="no release shows"):
        shown(ward, A, B)
    ward.link("r2", [A, B])
    assert shown(ward, A, B) == []
