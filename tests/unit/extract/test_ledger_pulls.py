"""What becomes of pulls from a database, and of the lists of its keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kasane.contracts import Contract, load_contracts
from kasane.contracts.delivery import Decision, Delivery, Manifest, Refusal
from kasane.extract import ledger
from kasane.settings import load_settings

CONTRACTS: dict[str, Contract] = load_contracts(load_settings().contract_dirs[:1])
APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)


def pulled(table: str, sequence: int, content: str, base_date: date = APRIL, rows: int = 100) -> Manifest:
    part = table.removeprefix("soudan_").upper()
    return Manifest(
        delivery_id=f"{part}-{sequence}",
        feed="soudan",
        table=table,
        file_name=f"SOUDAN_{part}_{base_date:%Y%m%d}_{sequence:04}.parquet",
        sha256=content,
        content_sha256=content,
        part=part,
        base_date=base_date,
        sequence=sequence,
        read_hash="",
        rows_in=rows,
        rows_good=rows,
    )


def plan(sequence: int, content: str, base_date: date = APRIL) -> Manifest:
    return pulled("soudan_plan", sequence, content, base_date)


def keys(sequence: int, rows: int, content: str = "", base_date: date = APRIL) -> Manifest:
    return pulled("soudan_key", sequence, content or f"{rows} keys", base_date, rows)


def told(*manifests: Manifest, as_of: date | None = None, decisions: tuple[Decision, ...] = ()) -> list[str]:
    return [line(item) for item in ledger.derive(manifests, decisions, CONTRACTS, as_of)]


def line(item: Delivery) -> str:
    return f"{item.sequence} {item.reason_code or item.status}{'*' * item.in_force}"


def test_all_pulls_of_a_table_are_in_force_together() -> None:
    assert told(plan(1, "A"), plan(6, "B"), plan(7, "C", MAY)) == ["1 accepted*", "6 accepted*", "7 accepted*"]


def test_the_same_content_as_the_pull_before_is_skipped_and_a_return_to_it_counts() -> None:
    assert told(plan(1, "A"), plan(2, "A"), plan(3, "B"), plan(4, "A")) == [
        "1 accepted*",
        "2 same_bytes",
        "3 accepted*",
        "4 accepted*",
    ]


def test_a_refused_pull_takes_no_other_out_of_force() -> None:
    refused = replace(plan(2, "B"), refusal=Refusal("forbidden_column", "個人番号"), rows_in=None)
    assert told(plan(1, "A"), refused, plan(3, "C")) == ["1 accepted*", "2 forbidden_column", "3 accepted*"]


def test_a_pull_of_few_rows_after_a_whole_one_is_no_change_of_volume() -> None:
    whole, few = pulled("soudan_plan", 1, "A", rows=1000), pulled("soudan_plan", 2, "B", rows=1)
    assert told(whole, few) == ["1 accepted*", "2 accepted*"]


def test_a_key_list_that_lost_too_many_keys_deletes_nothing_until_somebody_accepts_it() -> None:
    lost = keys(2, 69)
    assert told(keys(1, 100), lost, keys(3, 70)) == ["1 accepted*", "2 volume", "3 accepted*"]
    accepted = Decision(lost.file_name, lost.sha256, "係長", "年度末の整理", "2025-06-01T00:00:00+00:00")
    assert told(keys(1, 100), lost, decisions=(accepted,)) == ["1 accepted*", "2 accepted*"]


def test_a_database_that_was_emptied_deletes_nothing() -> None:
    assert told(keys(1, 50), keys(2, 0)) == ["1 accepted*", "2 volume"]


def test_a_key_list_may_grow_as_it_likes_and_a_small_one_may_shrink() -> None:
    assert told(keys(1, 60), keys(2, 600)) == ["1 accepted*", "2 accepted*"]
    assert told(keys(1, 49), keys(2, 1)) == ["1 accepted*", "2 accepted*"]


def test_as_of_a_day_leaves_out_later_key_lists_but_no_pull_of_rows() -> None:
    found = told(plan(1, "A"), keys(2, 10), plan(3, "B", MAY), keys(4, 9, base_date=MAY), as_of=APRIL)
    assert found == ["2 accepted*", "1 accepted*", "3 accepted*"]
