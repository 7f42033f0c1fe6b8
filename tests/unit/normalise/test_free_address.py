"""Address keys that the register and a freely written address have in common."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasane.normalise.free_address import (
    free_block,
    free_door,
    free_town,
    register_block,
    register_door,
    register_town,
)

Keys = tuple[str | None, str | None, str | None]


def free(address: str | None) -> Keys:
    values = pa.array([address], pa.string())
    town, block, door = (key(values)[0].as_py() for key in (free_town, free_block, free_door))
    return town, block, door


def register(town_name: str | None, block: str | None, building: str | None = None) -> Keys:
    town, number, house = (pa.array([value], pa.string()) for value in (town_name, block, building))
    keys = register_town(town), register_block(town, number), register_door(town, number, house)
    first, second, third = (key[0].as_py() for key in keys)
    return first, second, third


FLAT = ("栄町", "栄町1-33-13", "栄町1-33-13|コーポ富士104")


@pytest.mark.parametrize(
    "address",
    [
        "東京都見本区栄町一丁目33番13号 コーポ富士 104号室",
        "栄町１－３３－１３　コーポ富士104",
        "見本区栄町1丁目33番地13号ｺｰﾎﾟ富士104号",
        "栄町1-33の13 コーポ富士-104",
        "栄町1丁目33番13号コーポ富士104号室",
        "東京都　見本区　栄町 一丁目 33番 13号 コーポ富士 104",
        "〒154-0001 東京都見本区栄町1‐33‐13　コーポ富士１０４",
        "栄町１ー３３ー１３ コーポ富士104",
    ],
)
def test_ways_of_writing_a_flat_are_one(address: str) -> None:
    assert free(address) == FLAT


@pytest.mark.parametrize(
    ("block", "building"),
    [
        ("３３番地１３号", "コーポ富士　１０４号室"),
        ("３３－１３", "コーポ富士１０４"),
        ("33番13号", "ｺｰﾎﾟ富士 104号"),
        ("33-13", "コーポ富士－１０４"),
    ],
)
def test_the_register_has_the_key_of_the_free_text(block: str, building: str) -> None:
    assert register("栄町一丁目", block, building) == FLAT


def test_a_room_without_a_building_is_told_apart_from_the_number() -> None:
    room = register("栄町一丁目", "33番地13号", "104号室")
    assert room[2] == "栄町1-33-13|104"
    for address in ("栄町1-33-13-104", "栄町1-33-13 104号室", "栄町1丁目33番13-104号", "栄町1丁目33番13号104"):
        assert free(address) == room
    assert register("栄町一丁目", "33番地", "104") == free("栄町一丁目33番地104号室") == free("栄町1-33 104")


def test_without_a_building_the_door_is_the_block() -> None:
    assert free("栄町1-33-13") == ("栄町", "栄町1-33-13", "栄町1-33-13") == register("栄町一丁目", "33-13", " ")


def test_lodgers_and_parts_of_a_building() -> None:
    assert free("栄町1-33-13 田中様方") == register("栄町一丁目", "33番13号", "田中方")
    assert free("栄町1-33-13 富士1号棟101号室") == register("栄町一丁目", "33番13号", "富士１号棟１０１")


@pytest.mark.parametrize("address", ["住所不定", "不明", "同上", "", "　", None])
def test_nowhere_has_no_key(address: str | None) -> None:
    assert free(address) == (None, None, None)


@pytest.mark.parametrize("address", ["栄町", "見本区栄町一丁目", "東京都見本区栄町1丁目 コーポ富士104"])
def test_a_town_alone_is_no_block(address: str) -> None:
    assert free(address) == ("栄町", None, None)
    assert register("栄町一丁目", None) == register("栄町一丁目", "無番地") == ("栄町", None, None)
    assert register(None, "33-13") == (None, None, None)


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("本町田三丁目1-2", "本町田"),
        ("町田市本町田3-1-2", "本町田"),
        ("市川市市川1-2", "市川"),
        ("四日市市栄町1-2", "栄町"),
        ("市谷田町2-1", "市谷田町"),
        ("東京都新宿区市谷田町2-1", "市谷田町"),
        ("古市場1-2-3", "古市場"),
        ("川崎市幸区古市場1-2-3", "古市場"),
        ("四日市町3-4", "四日市町"),
        ("墨田区緑3-1-2", "緑"),
        ("東京都西多摩郡奥多摩町氷川215", "氷川"),
        ("東京都大島町元町1-2", "元町"),
        ("千代田区三番町6番地1", "三番町"),
        ("東京都港区麻布十番一丁目2番3号", "麻布十番"),
        ("札幌市北区北7条西5-1-2", "北7条西"),
        ("大字市場12", "市場"),
    ],
)
def test_municipalities_are_left_out_and_towns_that_look_like_them_stay(address: str, town: str) -> None:
    assert free(address)[0] == town


def test_numerals_of_chome_and_small_letters_of_towns() -> None:
    assert free("栄町十二丁目3") == free("栄町12-3") == register("栄町十二丁目", "3番地")
    assert free("栄町三十丁目3")[1] == "栄町30-3"
    assert free("霞が関1-2") == free("霞ヶ関1-2") == register("霞ケ関一丁目", "2")
    assert free("丸の内1-2") == register("丸ノ内一丁目", "2")
    assert free("澤町1-2") == free("沢町1-2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("栄町1-33-13", "栄町1-33-12"),
        ("栄町1-23", "栄町12-3"),
        ("栄町1-3 富士104", "栄町1-3 富士105"),
        ("東町1", "西町1"),
    ],
)
def test_different_places_stay_apart(one: str, other: str) -> None:
    assert free(one)[2] != free(other)[2]


towns = st.sampled_from(["栄町", "青砂", "霞台", "見本", "古市場", "本町田", "市谷田町"])
numbers = st.integers(1, 120)


@settings(deadline=None)
@given(
    towns, st.integers(1, 9), numbers, numbers, st.sampled_from(["", "コーポ富士", "メゾン青砂"]), st.integers(101, 999)
)
def test_every_writing_of_a_place_has_the_registers_keys(
    town: str, chome: int, block: int, house: int, building: str, room: int
) -> None:
    kanji = "一二三四五六七八九"[chome - 1]
    flat = f"{building}{room}" if building else ""
    expected = register(f"{town}{kanji}丁目", f"{block}番地{house}号", f"{building}　{room}号室" if building else "")
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    for address in (
        f"東京都見本区{town}{kanji}丁目{block}番{house}号 {flat}",
        f"{town}{chome}-{block}-{house}　{flat}".translate(wide),
        f"見本区{town}{chome}丁目{block}番地{house}号{flat}",
    ):
        assert free(address) == expected
    assert expected[1] == f"{town}{chome}-{block}-{house}"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_no_text_makes_it_fail_and_its_keys_hold_together(text: str) -> None:
    town, block, door = free(text)
    register(text, text, text)
    assert block is None or (town is not None and block.startswith(town))
    assert door is None or (block is not None and door.startswith(block))


@settings(deadline=None, max_examples=50)
@given(towns, numbers, numbers)
def test_a_block_key_is_its_own_key(town: str, block: int, house: int) -> None:
    once = free(f"東京都見本区{town}{block}番地{house}号")[1]
    assert once is not None
    assert free(once)[1] == once


def test_columns_keep_their_length() -> None:
    nothing = pa.array([], pa.string())
    assert [len(key) for key in (free_town(nothing), free_block(nothing), free_door(nothing))] == [0, 0, 0]
    assert len(register_door(nothing, nothing, nothing)) == 0
    twice = pa.array(["栄町1-2", None, "栄町1-2"])
    assert free_door(twice).to_pylist() == ["栄町1-2", None, "栄町1-2"]
