"""A read batch is judged by its contract's batch section."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kasane import quality
from kasane.quality import batch as batch_module
from kasane.quality import failed_checks, judge_batches, profile_batches, store_batch_results
from kasane.settings import DataPaths

from .conftest import people


def judge(contract, deliver, rows, name="d1"):
    return judge_batches(contract, {name: deliver(name, rows)})[0]


def test_sound_batch_passes(contract, deliver):
    verdict = judge(contract, deliver, people(100, blanks=5, leavers=50))
    assert verdict.passed
    assert verdict.failed == ()


def test_batch_with_too_many_blanks_is_flagged_but_taken(contract, deliver):
    verdict = judge(contract, deliver, people(100, blanks=6))
    assert verdict.passed
    [broken] = verdict.failed
    assert (broken.check, broken.severity, broken.observed, broken.allowed) == (
        "complete__birth_date",
        "warning",
        0.94,
        "95.0%以上",
    )


def test_batch_outside_a_refuse_rule_is_refused_and_the_ledger_is_told_why(contract, deliver, tmp_path):
    folders = {"good": deliver("good", people(100)), "bad": deliver("bad", people(100, leavers=51))}
    verdicts = judge_batches(contract, folders)
    assert {verdict.delivery_id: verdict.passed for verdict in verdicts} == {"bad": False, "good": True}
    refused = failed_checks(DataPaths(tmp_path), {"jumin": contract})
    assert refused == {"bad": "住民状態＝1 の割合が 49.0%（基準 50.0%～100.0%）"}


def test_repeated_keys_in_a_full_feed_are_refused(contract, deliver):
    verdict = judge(contract, deliver, [*people(100), *people(1)])
    assert [broken.check for broken in verdict.failed] == ["key_share"]
    assert not verdict.passed


def test_batch_without_rows_has_no_shares_to_fail(contract, deliver):
    verdict = judge(contract, deliver, [])
    assert verdict.passed
    assert verdict.observed == {
        "rows": 0,
        "complete__birth_date": None,
        "share__resident_status__1": None,
        "key_share": None,
    }


def test_judged_batch_is_judged_again_only_when_the_suite_changed(contract, deliver, monkeypatch):
    folders = {"d1": deliver("d1", people(100, blanks=6))}
    first = judge_batches(contract, folders)
    monkeypatch.setattr(batch_module, "profile_batches", lambda *_: pytest.fail("judged again"))
    assert judge_batches(contract, folders) == first
    monkeypatch.undo()
    looser = contract.batch.completeness[0].model_copy(update={"at_least": 0.9})
    changed = contract.model_copy(update={"batch": contract.batch.model_copy(update={"completeness": (looser,)})})
    assert judge_batches(changed, folders)[0].failed == ()


def test_file_the_reader_refused_gets_no_verdict(contract, tmp_path):
    (tmp_path / "d1").mkdir()
    assert judge_batches(contract, {"d1": tmp_path / "d1"}) == []


def test_profile_has_a_row_a_delivery_however_many_share_a_query(contract, deliver, monkeypatch):
    folders = {name: deliver(name, people(count)) for name, count in (("a", 5), ("b", 7), ("c", 0))}
    together = profile_batches(contract, folders)
    monkeypatch.setattr("kasane.quality.profile.ROWS_A_QUERY", 1)
    assert profile_batches(contract, folders).equals(together)
    assert dict(zip(together["delivery_id"], together["rows"], strict=True)) == {"a": 5, "b": 7, "c": 0}


def test_volume_is_shown_beside_the_verdict_and_results_are_the_same_bytes(contract, deliver, tmp_path):
    verdicts = judge_batches(contract, {"d1": deliver("d1", people(9)), "d2": deliver("d2", people(90))})
    changes = {"d1": None, "d2": 9.0000001}
    path = store_batch_results(tmp_path / "q", contract, verdicts, changes)
    stored = json.loads(path.read_text())
    assert stored["deliveries"]["d2"]["failed"] == ["row_change"]
    # Unrounded, as quality.check_result has it: a page that rounds it again would show another number.
    assert stored["deliveries"]["d2"]["observed"]["row_change"] == changes["d2"]
    assert stored["deliveries"]["d1"]["failed"] == []
    before = path.read_bytes()
    path.unlink()
    again = [replace(verdict) for verdict in reversed(verdicts)]
    assert store_batch_results(tmp_path / "q", contract, again, changes).read_bytes() == before


def test_suite_carries_severity_and_bounds(contract):
    suite = quality.batch_suite(contract)
    found = {e.meta["name"]: (str(e.severity.value), e.min_value, e.max_value) for e in suite.expectations}
    assert found["complete__birth_date"] == ("warning", 0.95, None)
    assert found["share__resident_status__1"] == ("critical", 0.5, 1.0)
