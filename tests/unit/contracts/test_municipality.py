"""``municipality.yml``: codes have a check digit, the register is always used, and every mistake has its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasane.contracts import load_contracts
from kasane.contracts.municipality import code_problem, contracts_in_use, load_municipality
from kasane.errors import ContractError, Problem
from kasane.settings import Settings, load_settings


def configured(folder: Path, text: str) -> Settings:
    (folder / "municipality.yml").write_text(text, encoding="utf-8")
    return load_settings(folder / "data", folder)


def problems(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(ContractError) as caught:
        load_municipality(configured(folder, text))
    return list(caught.value.problems)


@pytest.mark.parametrize(
    "code", ["011002", "131016", "131130", "131237", "271004", "401307", "472018", "473821", "999999"]
)
def test_codes_that_there_are(code: str) -> None:
    assert code_problem(code) is None


@settings(deadline=None)
@given(st.integers(1000, 47999))
def test_exactly_one_check_digit_is_right_and_the_error_names_it(number: int) -> None:
    five = f"{number:05}"
    wrong = {digit: found for digit in range(10) if (found := code_problem(f"{five}{digit}"))}
    assert len(wrong) == 9
    (right,) = set(range(10)) - set(wrong)
    assert all(f"{five}{right}" in remedy for _, remedy in wrong.values())


@pytest.mark.parametrize("code", ["", "13123", "1312370", "13123a", "１３１２３７", "481234", "001237", "99999 "])
def test_what_is_no_code(code: str) -> None:
    assert code_problem(code) is not None


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    found = problems(tmp_path, 'code: "131234"\n\nname: " "\nfeeds_off:\n  - sanka\n  - jumin\n  - sannka\n  - sanka\n')
    told = {each.line: each.what for each in found}
    assert set(told) == {1, 3, 6, 7, 8}
    assert {each.file for each in found} == {str(tmp_path / "municipality.yml")}
    assert "check digit" in told[1]
    assert "jumin can't be switched off" in told[6]
    assert "`sannka`" in told[7]
    assert all(each.remedy for each in found)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("code: 131237\nname: 江戸川区\n", 1, "in quotes"),
        ('code: "131237"\nname: 江戸川区\nfeed_off: [sanka]\n', 3, "feed_off"),
        ('code: "131237"\nname: 江戸川区\nfeeds_off: sanka\n', 3, "in brackets"),
        ('code: "131237"\nname: 江戸川区\nat_rest: secret\n', 3, "plain or encrypted"),
        ('code: "131237"\nname: "a\\nb"\n', 2, "line break"),
        ('code: "131237"\nname: 江戸川区\nname: 葛飾区\n', 3, "twice"),
        ('code: "131237\n', 2, "YAML"),
        ("name: 江戸川区\n", None, "code"),
        ("", None, "dictionary"),
    ],
)
def test_a_mistake_of_form_has_its_line(tmp_path: Path, text: str, line: int | None, says: str) -> None:
    (found,) = [each for each in problems(tmp_path, text) if says in str(each)]
    assert found.line == line


def test_feeds_that_are_not_used_have_no_contract_in_use(tmp_path: Path) -> None:
    wanted = configured(tmp_path, 'code: "131237"\nname: 江戸川区\nfeeds_off: [jinji, sanka]\n')
    every = load_contracts(wanted.contract_dirs)
    assert set(every) - set(contracts_in_use(wanted)) == {"jinji_post", "jinji_staff", "sanka"}


def test_without_a_file_of_its_own_the_invented_ward_counts(tmp_path: Path) -> None:
    assert load_municipality(load_settings(tmp_path, tmp_path)).code == "999999"


def test_a_mistake_in_an_overlay_is_told_with_the_overlays_line(tmp_path: Path) -> None:
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "kaigo.yml").write_text(
        "feed: kaigo\nlayout:\n  encoding: shift_jis\nfields:\n  - name: sex\n    codes: sexes\n", encoding="utf-8"
    )
    (contracts / "jinji.yml").write_text(
        "feed: jinji\ntables:\n  - table: post\n    fields:\n      - {name: occupation, type: word}\n", encoding="utf-8"
    )
    with pytest.raises(ContractError) as caught:
        load_contracts(load_settings(tmp_path, tmp_path).contract_dirs)
    told = {(Path(each.file or "").name, each.line) for each in caught.value.problems}
    assert told == {("kaigo.yml", 3), ("kaigo.yml", 6), ("jinji.yml", 5)}
