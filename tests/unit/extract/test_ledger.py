"""What becomes of deliveries: the rules by which an operator can foretell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasane.contracts import Contract, load_contracts
from kasane.contracts.delivery import Decision, Delivery, Manifest, Refusal
from kasane.contracts.manifest import manifest_json, parse_manifest
from kasane.errors import KasaneError
from kasane.extract import ledger
from kasane.settings import DataPaths, load_settings

CONTRACTS: dict[str, Contract] = load_contracts(load_settings().contract_dirs[:1])
APRIL, MAY, JUNE = date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30)


def delivered(base_date: date | None, sequence: int = 1, rows: int = 100, **known: Any) -> Manifest:
    """A delivery as read; its content is told by its rows unless ``content`` says otherwise."""
    feed = known.pop("feed", "jumin")
    content = known.pop("content", f"{rows} rows of {base_date}")
    sha256 = known.pop("sha256", content)
    name = known.pop("file_name", f"{feed}_{base_date}_{sequence:02}.csv")
    quarantined, repeated = known.pop("quarantined", 0), known.pop("repeated", 0)
    return Manifest(
        delivery_id=f"{name}|{sha256}",
        feed=feed,
        table=feed,
        file_name=name,
        sha256=sha256,
        content_sha256=content,
        part=known.pop("part", ""),
        base_date=base_date,
        sequence=sequence,
        read_hash="",
        rows_in=rows,
        rows_good=rows - quarantined - repeated,
        rows_quarantined=quarantined,
        rows_repeated=repeated,
        **known,
    )


def derive(*manifests: Manifest, decisions: Iterable[Decision] = (), **known: Any) -> list[Delivery]:
    return ledger.derive(manifests, decisions, known.pop("contracts", CONTRACTS), **known)


def told(deliveries: Iterable[Delivery]) -> list[str]:
    """One short line a delivery: base date, sequence, status or reason, ``*`` where in force."""
    return [f"{d.base_date:%m}-{d.sequence} {d.reason_code or d.status}{'*' * d.in_force}" for d in deliveries]


def accept(manifest: Manifest) -> Decision:
    return Decision(manifest.file_name, manifest.sha256, "係長", "合併", "2025-06-01T00:00:00+00:00")


def test_the_highest_sequence_is_in_force_and_lower_ones_are_superseded_whole() -> None:
    found = derive(delivered(APRIL, 1, 100, quarantined=3, repeated=2), delivered(APRIL, 2, 101, quarantined=1))
    assert told(found) == ["04-1 accepted", "04-2 accepted*"]
    assert [(d.rows_in, d.rows_loaded, d.rows_quarantined, d.rows_superseded) for d in found] == [
        (100, 0, 3, 97),
        (101, 100, 1, 0),
    ]


def test_a_refused_higher_sequence_leaves_the_lower_in_force() -> None:
    broken = replace(delivered(APRIL, 2, 90), refusal=Refusal("trailer_mismatch", "件数が違います", 91), rows_in=None)
    found = derive(delivered(APRIL), broken, delivered(APRIL, 3, 20), delivered(date(2025, 3, 31)))
    assert told(found) == ["03-1 accepted*", "04-1 accepted*", "04-2 trailer_mismatch", "04-3 volume"]
    assert (found[2].rows_in, found[2].rows_loaded, found[2].reason) == (None, 0, "件数が違います (91行目)")


@pytest.mark.parametrize(
    ("contents", "wanted"),
    [
        ("A A", ["04-1 accepted*", "04-2 same_bytes"]),
        ("A A A", ["04-1 accepted*", "04-2 same_bytes", "04-3 same_bytes"]),
        ("A B A", ["04-1 accepted", "04-2 accepted", "04-3 accepted*"]),
    ],
)
def test_the_same_content_again_is_skipped_but_a_return_to_it_counts(contents: str, wanted: list[str]) -> None:
    found = derive(*(delivered(APRIL, n, content=c) for n, c in enumerate(contents.split(), start=1)))
    assert told(found) == wanted


def test_a_zip_of_the_file_under_its_own_sequence_is_the_same_and_no_conflict() -> None:
    found = derive(
        delivered(APRIL, content="A", sha256="Z", file_name="J_01.zip"),
        delivered(APRIL, content="A", file_name="J_01.csv"),
    )
    assert [(d.file_name, d.status) for d in found] == [("J_01.csv", "accepted"), ("J_01.zip", "skipped")]


def test_the_same_content_as_the_one_in_force_is_skipped_over_a_refused_one() -> None:
    found = derive(
        delivered(APRIL), delivered(MAY, 1, content="A"), delivered(MAY, 2, 20), delivered(MAY, 3, content="A")
    )
    assert told(found)[1:] == ["05-1 accepted*", "05-2 volume", "05-3 same_bytes"]


def test_the_same_content_under_a_new_base_date_counts() -> None:
    assert told(derive(delivered(APRIL, content="A"), delivered(MAY, content="A"))) == [
        "04-1 accepted*",
        "05-1 accepted*",
    ]


def test_two_contents_under_one_sequence_are_both_refused_until_one_comes_under_a_higher() -> None:
    one, other = delivered(APRIL, 1, content="A"), delivered(APRIL, 1, content="B")
    assert told(derive(one, other)) == ["04-1 sequence_conflict"] * 2
    assert told(derive(one, other, delivered(APRIL, 2, content="B")))[2] == "04-2 accepted*"


def test_a_broken_file_sent_again_whole_under_its_name_is_no_conflict() -> None:
    broken = replace(delivered(APRIL, 1, content="A"), refusal=Refusal("trailer_missing", "終端記録がありません"))
    assert told(derive(broken, delivered(APRIL, 1, content="B"))) == ["04-1 trailer_missing", "04-1 accepted*"]


@pytest.mark.parametrize(
    ("before", "now", "wanted"),
    [
        (100, 70, "accepted*"),
        (100, 69, "volume"),
        (100, 130, "accepted*"),
        (100, 131, "volume"),
        (190, 133, "accepted*"),
        (50, 34, "volume"),
        (49, 0, "accepted*"),
        (100, 0, "volume"),
        (0, 5000, "accepted*"),
    ],
)
def test_volume_is_compared_with_the_last_good_base_date_to_the_very_row(before: int, now: int, wanted: str) -> None:
    assert told(derive(delivered(APRIL, 1, before), delivered(MAY, 1, now)))[1] == f"05-1 {wanted}"


def test_volume_looks_back_over_refused_months_and_at_the_delivery_in_force() -> None:
    found = derive(delivered(APRIL, 1, 200), delivered(APRIL, 2, 100), delivered(MAY, 1, 300), delivered(JUNE, 1, 120))
    assert told(found) == ["04-1 accepted", "04-2 accepted*", "05-1 volume", "06-1 accepted*"]
    assert [found[2].row_change, found[3].row_change] == [2.0, 0.2]


def test_a_late_file_changes_what_later_ones_are_compared_with() -> None:
    assert told(derive(delivered(APRIL, 1, 100), delivered(JUNE, 1, 150)))[1] == "06-1 volume"
    assert (
        told(derive(delivered(APRIL, 1, 100), delivered(JUNE, 1, 150), delivered(MAY, 1, 125)))[2] == "06-1 accepted*"
    )


def test_an_operator_overrides_volume_alone_and_for_these_bytes_alone() -> None:
    april, may = delivered(APRIL), delivered(MAY, 1, 20)
    assert told(derive(april, may, decisions=[accept(may)]))[1] == "05-1 accepted*"
    assert told(derive(april, may, decisions=[replace(accept(may), sha256="other")]))[1] == "05-1 volume"
    broken = replace(may, refusal=Refusal("undecodable", "文字"))
    assert told(derive(april, broken, decisions=[accept(broken)]))[1] == "05-1 undecodable"
    failed = {may.delivery_id: frozenset({"complete__sex"})}
    assert told(derive(april, may, decisions=[accept(may)], judged=failed))[1] == "05-1 batch_check"


def test_as_of_leaves_out_what_is_based_later_as_if_it_never_came() -> None:
    assert told(derive(delivered(APRIL), delivered(MAY, 1, 20), as_of=MAY)) == ["04-1 accepted*", "05-1 volume"]
    assert told(derive(delivered(APRIL), delivered(MAY, 1, 20), as_of=APRIL)) == ["04-1 accepted*"]


def test_delta_feeds_have_no_volume_rule_and_parts_stand_for_themselves() -> None:
    delta = {"jumin": CONTRACTS["jumin"].model_copy(update={"kind": "delta"})}
    found = derive(delivered(APRIL, 1, 100, part="K11"), delivered(MAY, 1, 1, part="K11"), contracts=delta)
    assert told(found) == ["04-1 accepted*", "05-1 accepted*"]
    found = derive(delivered(APRIL, 1, content="A", part="K11"), delivered(APRIL, 1, content="B", part="K12"))
    assert told(found) == ["04-1 accepted*"] * 2


def test_months_run_from_the_first_register_to_the_last_month_end_reached() -> None:
    found = derive(
        delivered(date(2024, 12, 31), feed="chiku"),
        delivered(date(2025, 1, 30)),
        delivered(date(2025, 4, 1), feed="kaigo"),
        delivered(date(2025, 6, 30), 1, 0, feed="kaigo"),
    )
    month_ends = ledger.months(found)
    assert month_ends == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]
    assert [(m.month, d.feed, d.base_date) for m, d in ledger.month_deliveries(found, CONTRACTS, month_ends)] == [
        (month, feed, base)
        for month in (1, 2, 3)
        for feed, base in (("chiku", date(2024, 12, 31)), ("jumin", date(2025, 1, 30)))
    ]
    assert ledger.months([d for d in found if d.feed != "jumin"]) == []


def test_a_register_that_names_nobody_begins_no_month() -> None:
    found = derive(delivered(APRIL, 1, 0), delivered(MAY), delivered(date(2025, 3, 31), feed="kaigo"))
    assert ledger.months(found) == [date(2025, 5, 31)]


def test_decisions_are_kept_in_order_and_a_torn_line_harms_none(tmp_path: Any) -> None:
    paths = DataPaths(tmp_path)
    refused = derive(delivered(APRIL), delivered(MAY, 1, 20))[1]
    first = ledger.record_decision(paths, refused, "係長", "合併")
    with (paths.decisions / "accept.jsonl").open("ab") as stream:
        stream.write(b'{"file_name": "JU')
    second = ledger.record_decision(paths, refused, "課長", "確認済み")
    assert ledger.load_decisions(paths) == [first, second]


@pytest.mark.parametrize(("by", "reason"), [("", "合併"), ("係長", " ")])
def test_a_decision_needs_a_refusal_by_volume_a_name_and_a_reason(tmp_path: Any, by: str, reason: str) -> None:
    accepted, refused = derive(delivered(APRIL), delivered(MAY, 1, 20))
    with pytest.raises(KasaneError, match="only a refusal by volume"):
        ledger.record_decision(DataPaths(tmp_path), accepted, "係長", "合併")
    with pytest.raises(KasaneError):
        ledger.record_decision(DataPaths(tmp_path), refused, by, reason)
    assert ledger.load_decisions(DataPaths(tmp_path)) == []


def test_manifests_of_another_layout_are_passed_over(tmp_path: Any) -> None:
    paths, contract = DataPaths(tmp_path), CONTRACTS["jumin"]
    now = replace(delivered(APRIL), delivery_id="now", read_hash=contract.read_hash)
    old = replace(now, delivery_id="old", read_hash="before", refusal=Refusal("undecodable", "文字", 3), base_date=None)
    for manifest in (now, old):
        folder = paths.lake / "jumin" / manifest.delivery_id
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_bytes(manifest_json(manifest))
    assert ledger.load_manifests(paths, contract) == [now]
    assert parse_manifest(manifest_json(old)) == old


MANIFESTS = st.builds(
    delivered,
    st.sampled_from([APRIL, MAY, JUNE]),
    st.integers(1, 3),
    st.integers(0, 4).map(lambda n: 40 + 20 * n),
    content=st.sampled_from("ABC"),
    feed=st.sampled_from(["jumin", "kaigo"]),
    quarantined=st.integers(0, 5),
    repeated=st.integers(0, 5),
    refusal=st.sampled_from([None, None, None, Refusal("undecodable", "文字")]),
)
DELIVERIES = st.lists(MANIFESTS, max_size=12, unique_by=lambda manifest: manifest.delivery_id)


@given(manifests=DELIVERIES, data=st.data())
@settings(max_examples=200, deadline=None)
def test_the_order_of_arrival_never_matters(manifests: list[Manifest], data: st.DataObject) -> None:
    decisions = [accept(manifest) for manifest in manifests[::3]]
    shuffled = data.draw(st.permutations(manifests))
    assert derive(*shuffled, decisions=decisions[::-1]) == derive(*manifests, decisions=decisions)


@given(manifests=DELIVERIES)
@settings(max_examples=200, deadline=None)
def test_every_row_of_an_accepted_file_is_accounted_for(manifests: list[Manifest]) -> None:
    found = derive(*manifests)
    assert len(found) == len(manifests)
    for delivery in found:
        counted = delivery.rows_loaded + delivery.rows_quarantined + delivery.rows_superseded
        assert counted == (delivery.rows_in if delivery.status == "accepted" else 0)
        assert delivery.rows_loaded == 0 or delivery.in_force
    in_force = [(d.feed, d.base_date) for d in found if d.in_force]
    assert len(in_force) == len(set(in_force))
    assert {(d.feed, d.base_date) for d in found if d.status == "accepted"} == set(in_force)
