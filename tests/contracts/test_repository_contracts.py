"""The repository's own contracts, seeds and generated files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kasane.contracts import Contract, by_feed, load_contracts
from kasane.contracts.codes import load_code_lists, load_code_texts
from kasane.contracts.columns import lake_columns
from kasane.contracts.dbt_sources import SOURCES_FILE, render_sources
from kasane.contracts.generated import write_or_check
from kasane.errors import ContractError
from kasane.settings import PROJECT_ROOT, load_settings

SAMPLE = PROJECT_ROOT.parent / "shared" / "extracts" / "sample" / "extracts"
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_contracts(load_settings().contract_dirs[:1])


def test_generated_files_are_those_of_the_contracts(contracts: dict[str, Contract]) -> None:
    write_or_check(SOURCES_FILE, render_sources(contracts), True, "python -m kasane.contracts.dbt_sources")


def test_a_generated_file_that_was_edited_by_hand_is_told(tmp_path: Path) -> None:
    edited = tmp_path / "made.yml"
    edited.write_text("by hand", encoding="utf-8")
    with pytest.raises(ContractError, match="run `make it`"):
        write_or_check(edited, "by contract", True, "make it")


def test_lake_tables_have_the_columns_agreed(contracts: dict[str, Contract]) -> None:
    names = [column.name for column in lake_columns(contracts["kodomo"])]
    assert names == [
        *("delivery_id", "base_date", "line_number", "record_key", "guardian_no", "child_no", "benefit_status"),
        *("certified_on_text", "certified_on_precision", "certified_on_earliest", "certified_on_latest"),
        *("ends_on_text", "ends_on_precision", "ends_on_earliest", "ends_on_latest"),
        *("school_aid_kind", "school_aid_year", "school_name"),
    ]
    assert [c.name for c in lake_columns(contracts["jumin"])][-9:] == [
        *("surname_kana_key", "given_kana_key", "kanji_name_key", "address_key", "former_surname_key"),
        *("common_kana_key", "address_town_key", "address_block_key", "address_door_key"),
    ]


def test_no_key_of_a_secret_feed_is_less_secret_than_its_fields(contracts: dict[str, Contract]) -> None:
    assert {c.secrecy for c in lake_columns(contracts["youtai"]) if c.name.endswith("_key")} == {"restricted"}
    keys = ("address_town_key", "address_block_key", "address_door_key", "kanji_name_key")
    with_address = ("jumin", "houkatsu", "konkyu", "soudan_consultation", "youtai")
    told = {table: {column.name for column in lake_columns(contracts[table])} for table in with_address}
    assert [(table, key) for table in with_address for key in keys if key not in told[table]] == []


def test_every_column_says_how_secret_it_is_and_no_number_is_open(contracts: dict[str, Contract]) -> None:
    numbers = (
        *("resident_no", "register_household_no", "guardian_no", "child_no", "insured_no", "case_no", "record_key"),
        *("support_no", "consultation_no", "consultation_id", "staff_id", "attendee_id", "answer_id", "response_id"),
    )
    found = {column.secrecy for c in contracts.values() for column in lake_columns(c) if column.name in numbers}
    assert found == {"identifier", "restricted"}
    assert contracts["jumin"].by_name["protection_measure"].secrecy == "restricted"


def test_needs_name_codes_that_the_code_lists_hold(contracts: dict[str, Contract]) -> None:
    fields = {field.name: field for contract in contracts.values() for field in contract.fields}
    lists = load_code_lists([SEEDS])
    with (SEEDS / "policy" / "need_code.csv").open(encoding="utf-8", newline="") as stream:
        unknown = [row for row in csv.DictReader(stream) if row["code"] not in lists[fields[row["field"]].codes or ""]]
    assert unknown == []


def test_every_warning_of_a_contract_and_every_reason_is_explained(contracts: dict[str, Contract]) -> None:
    warnings, reasons = load_code_texts([SEEDS], "warning_code"), load_code_texts([SEEDS], "reason_code")
    assert {item.code for contract in contracts.values() for item in contract.warnings} <= set(warnings)
    assert all(text.label and text.remedy for text in [*warnings.values(), *reasons.values()])
    assert len(reasons) == 24


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the shared sample is not here")
def test_every_name_of_the_sample_belongs_to_one_table_of_its_feed(contracts: dict[str, Contract]) -> None:
    unread = [
        path.name
        for feed, tables in by_feed(contracts).items()
        if tables[0].connector == "files"
        for path in (SAMPLE / feed).iterdir()
        if sum(contract.identify(path.name) is not None for contract in tables) != 1
    ]
    assert unread == []
