"""Reviewers' decisions: the last one of a pair counts, and what can't stand is refused whole, line by line."""

import json
from datetime import date
from typing import Any

import pytest

from kasane.errors import KasaneError
from kasane.linkage.decisions import WantedDecision
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.link_decisions import load_effective, record_link_decisions
from kasane.settings import DataPaths

A, B, C = "konkyu|subject|A", "konkyu|subject|B", "soudan|subject|C"
ONE, TWO = "jumin|subject|1", "jumin|subject|2"


@pytest.fixture
def paths(tmp_path: Any) -> DataPaths:
    found = DataPaths(tmp_path)
    with open_build_file(found) as connection:
        connection.execute("create schema link")
        connection.execute(
            "create table link.record as select unnest(?::varchar[]) as record_id", [[A, B, C, ONE, TWO]]
        )
    return found


def decide(paths: DataPaths, *pairs: tuple[str, str, str], by: str = "係長", reason: str = "同じ電話") -> int:
    wanted = [WantedDecision(*pair, reason, "queue.csv", line) for line, pair in enumerate(pairs, start=2)]
    return record_link_decisions(paths, wanted, by, "import")


def in_force(paths: DataPaths) -> list[tuple[str, str, str]]:
    columns = ["left_record_id", "right_record_id", "decision"]
    return [tuple(row.values()) for row in load_effective(paths).select(columns).to_pylist()]


def refusal(paths: DataPaths, *pairs: tuple[str, str, str], **said: str) -> list[str]:
    before = in_force(paths)
    with pytest.raises(KasaneError) as raised:
        decide(paths, *pairs, **said)
    assert in_force(paths) == before
    return [str(problem) for problem in raised.value.problems]


def test_the_last_decision_on_a_pair_counts_whichever_way_round_it_was_told(paths: DataPaths) -> None:
    decide(paths, (A, B, "must_link"), (C, A, "cannot_link"))
    decide(paths, (B, A, "cannot_link"))
    assert in_force(paths) == [(A, B, "cannot_link"), (A, C, "cannot_link")]


def test_a_decision_keeps_who_made_it_why_and_on_which_day_in_japan(paths: DataPaths) -> None:
    paths.decisions.mkdir()
    entry = {"left": B, "right": A, "decision": "must_link", "decided_by": "係長", "reason": "本人に確認"}
    evening = entry | {"decided_at": "2025-03-31T16:00:00+00:00"}
    (paths.decisions / "links.jsonl").write_text(json.dumps(evening) + "\n", encoding="utf-8")
    (row,) = load_effective(paths).to_pylist()
    assert row["decided_on"] == date(2025, 4, 1)
    assert (row["left_record_id"], row["decided_by"], row["reason"]) == (A, "係長", "本人に確認")


def test_the_same_import_again_adds_nothing(paths: DataPaths) -> None:
    assert decide(paths, (A, B, "must_link")) == 1
    assert decide(paths, (A, B, "must_link")) == 0
    assert decide(paths, (A, B, "must_link"), reason="another reason") == 1


def test_a_torn_line_harms_no_other(paths: DataPaths) -> None:
    decide(paths, (A, B, "must_link"))
    with (paths.decisions / "links.jsonl").open("ab") as stream:
        stream.write(b'{"left": "konk')
    decide(paths, (A, C, "cannot_link"))
    assert in_force(paths) == [(A, B, "must_link"), (A, C, "cannot_link")]


def test_every_problem_is_told_at_once_with_its_line_and_without_a_number(paths: DataPaths) -> None:
    told = refusal(paths, (A, A, "must_link"), (A, "jumin|subject|0123", "merge"), by=" ", reason="")
    assert [problem.split(" →")[0] for problem in told] == [
        "nobody decided",
        "queue.csv:2: both sides are one and the same record",
        "queue.csv:2: no reason is given",
        "queue.csv:3: there is no record with the id on the right side",
        "queue.csv:3: the decision merge is unknown",
        "queue.csv:3: no reason is given",
    ]
    assert "0123" not in "".join(told)


def test_one_pair_decided_both_ways_is_refused(paths: DataPaths) -> None:
    assert refusal(paths, (A, B, "must_link"), (B, A, "cannot_link")) == [
        "queue.csv:3: this pair is decided the other way too (line 2) → leave one of the two"
    ]


def test_a_chain_of_links_never_joins_what_was_kept_apart_nor_two_people_of_the_register(paths: DataPaths) -> None:
    decide(paths, (A, C, "cannot_link"))
    (told,) = refusal(paths, (A, B, "must_link"), (B, C, "must_link"))
    assert "queue.csv:2: this would join two records that 係長 kept apart" in told
    (told,) = refusal(paths, (ONE, A, "must_link"), (A, TWO, "must_link"))
    assert "this would join two people of the register" in told
    decide(paths, (A, B, "must_link"), (ONE, A, "must_link"))
    (told,) = refusal(paths, (ONE, B, "cannot_link"))
    assert "other must_link decisions make these two records one person" in told


def test_what_is_decided_is_audited_without_a_record(paths: DataPaths) -> None:
    decide(paths, (A, B, "must_link"))
    audit = paths.audit / "review.jsonl"
    assert audit.stat().st_mode & 0o777 == 0o600
    (entry,) = [json.loads(line) for line in audit.read_text(encoding="utf-8").splitlines()]
    assert (entry["what"], entry["pairs"], entry["by"]) == ("import", 1, "係長")
    assert A not in audit.read_text(encoding="utf-8")


def test_without_a_build_it_is_said_what_to_do(tmp_path: Any) -> None:
    with pytest.raises(KasaneError, match="run `kasane build` first"):
        decide(DataPaths(tmp_path), (A, B, "must_link"))
