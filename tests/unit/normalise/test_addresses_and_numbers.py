"""Address keys by the definition of the living household; check digits."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kasane.normalise.addresses import register_address
from kasane.normalise.numbers import fails_modulus11, modulus11


def key(
    block: str | None, building: str | None = None, code: str | None = "0102001", town: str | None = None
) -> str | None:
    arrays = [pa.array([value], pa.string()) for value in (code, town, block, building)]
    result: str | None = register_address(*arrays)[0].as_py()
    return result


@pytest.mark.parametrize(
    "block", ["１２番地３号", "12番3号", "１２番地の３", "１２－３", "12−3", "12ー3", "12の3", " 1 2-3号"]
)
def test_ways_of_writing_a_block_are_one(block: str) -> None:
    assert key(block) == key("12-3")


@pytest.mark.parametrize(
    "building", ["コーポ富士　１０４号室", "コーポ富士 104", "コーポ富士104号", "コーポ富士－１０４", "ｺｰﾎﾟ富士104号室"]
)
def test_ways_of_writing_a_room_are_one(building: str) -> None:
    assert key("12-3", building) == key("12-3", "コーポ富士104")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("12-3", "コーポ富士104"), ("12-3", "コーポ富士105")),
        (("12-3", "コーポ富士104"), ("12-3", None)),
        (("1-23", None), ("12-3", None)),
        (("12-3", "コーポ1"), ("12-3", "コポ1")),
        (("12-3", "富士1-104"), ("12-3", "富士1104")),
    ],
)
def test_different_doors_stay_apart(one: tuple[str, str | None], other: tuple[str, str | None]) -> None:
    assert key(*one) != key(*other)


def test_a_town_goes_by_its_code_else_by_its_name() -> None:
    assert key("1-2", town="野沢一丁目") == key("1-2", town="ﾉｻﾞﾜ")
    assert key("1-2", code="", town="野沢一丁目") == key("1-2", code=None, town="野沢１丁目")
    assert key("1-2", code="", town="野沢十二丁目") == key("1-2", code="", town="野沢12丁目")
    assert key("1-2", code="", town="北二十丁目") == key("1-2", code="", town="北20丁目")
    assert key("1-2", code="", town="北二十丁目") != key("1-2", code="", town="北二丁目")
    assert key("1-2", code="", town="") is None


@pytest.mark.parametrize(("block", "building"), [("", ""), (None, None), ("　", " ")])
def test_no_block_and_no_building_is_no_address(block: str | None, building: str | None) -> None:
    assert key(block, building) is None


def test_modulus_11() -> None:
    assert [modulus11(body) for body in ("030000005", "030000010", "010000006")] == [3, 0, 7]
    assert modulus11("00000006") == 0
    numbers = pa.array(["0300000053", "0100000067", "0100000068", "", "12", None, "01000000ab"])
    assert fails_modulus11(numbers, 10).to_pylist() == [False, False, True, False, False, False, False]
    assert fails_modulus11(pa.array([], pa.string()), 10).to_pylist() == []
