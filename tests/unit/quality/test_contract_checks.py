"""The checks that contracts ask for: each with bounds, owner, rule and remedy, whatever the contract."""

from __future__ import annotations

import pytest

from kasane.contracts import load_contracts
from kasane.contracts.codes import load_ordered_codes
from kasane.quality import ContractCheck, checks_hash, contract_checks, load_check_kinds
from kasane.settings import load_settings

SETTINGS = load_settings()
CONTRACTS = load_contracts(SETTINGS.contract_dirs[:1])
KINDS = load_check_kinds(SETTINGS.seed_dirs[:1])
CODES = load_ordered_codes(SETTINGS.seed_dirs[:1])


def checks(table: str) -> list[ContractCheck]:
    return contract_checks(CONTRACTS[table], KINDS, CODES)


@pytest.mark.parametrize("table", CONTRACTS)
def test_every_check_is_whole(table: str) -> None:
    found = checks(table)
    assert len({each.check_id for each in found}) == len(found)
    for each in found:
        assert each.owner == CONTRACTS[table].owner
        assert (each.at_least, each.at_most) != (None, None)
        assert each.remedy
        assert "{" not in each.rule


def test_the_bounds_of_a_batch_are_those_of_its_contract() -> None:
    batch = CONTRACTS["jumin"].batch
    found = {each.column_name: each.at_least for each in checks("jumin") if each.check_kind == "complete"}
    wanted = {CONTRACTS["jumin"].by_name[rule.field].source: rule.at_least for rule in batch.completeness}
    assert found == wanted
    assert batch.volume is not None
    (volume,) = (each for each in checks("jumin") if each.check_kind == "row_change")
    assert (volume.at_least, volume.at_most) == (-batch.volume.max_change, batch.volume.max_change)


def test_a_rule_is_in_the_words_of_the_contract() -> None:
    rules = {each.check_id: each.rule for each in checks("jumin")}
    assert rules["jumin:length:宛名番号"] == "「宛名番号」が10桁の数字である"
    assert rules["jumin:code_unknown:住民状態"] == "「住民状態」がコード表 resident_status（1・2・3・9）にある"
    assert rules["jumin:date_impossible:異動年月日"] == "「異動年月日」が暦にある日付である（元号1桁・年2桁・月日4桁）"


def test_another_owner_is_another_release() -> None:
    moved = CONTRACTS["jumin"].model_copy(update={"owner": "市民課"})
    before, after = ({"jumin": contract_checks(each, KINDS, CODES)} for each in (CONTRACTS["jumin"], moved))
    assert checks_hash(before) != checks_hash(after)
