"""Whose record each one is, by the municipality's own spec and weights: stories of a few people.

A crowd of strangers stands beside them, so that names and days are as common as in a small town.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from kasane.contracts import load_contracts
from kasane.linkage import DECISION_SCHEMA
from kasane.linkage import link as link_by_spec
from kasane.pipeline.link_files import load_spec
from kasane.pipeline.link_persons import SPEC
from kasane.pipeline.link_records import write_records
from kasane.read.sieve import _DERIVATIONS
from kasane.settings import PROJECT_ROOT
from support.warehouse import SmallDelivery, SmallWarehouse, write_sources

CONTRACTS = load_contracts([PROJECT_ROOT / "expectations" / "contracts"])
APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)
TOWN = {"town_code": "1310101", "town_name": "栄町一丁目"}


def resident(number: str, name: str, kana: str, born: str, sex: str, block: str, **more: str) -> dict[str, Any]:
    """A row of the register; ``more``: former_kana_name, common_kana_name, building, protection_measure."""
    row = {"resident_no": number, "kanji_name": name, "kana_name": kana, "birth_date": born, "sex": sex}
    return {**row, **TOWN, "block": block, "resident_status": "1", **more}


def consulted(
    key: str, name: str, kana: str, born: str | None, sex: str, address: str | None, **more: str
) -> dict[str, Any]:
    """A consultation of soudan; ``more``: phone, resident_no."""
    row = {"consultation_id": key, "kanji_name": name, "kana_name": kana, "birth_date": born, "sex": sex}
    return {**row, "address": address, **more}


TARO = resident("0000000011", "山田　太郎", "ﾔﾏﾀﾞ ﾀﾛｳ", "1950-04-01", "1", "１番地１号")
HANAKO = resident("0000000022", "山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ", "1952-08-15", "2", "１番地１号", former_kana_name="ｻﾄｳ")
ICHIRO = resident("0000000033", "山田　一郎", "ﾔﾏﾀﾞ ｲﾁﾛｳ", "1978-01-20", "1", "１番地１号")
_FAMILIES = (("佐藤", "ｻﾄｳ"), ("鈴木", "ｽｽﾞｷ"), ("山田", "ﾔﾏﾀﾞ"), ("高橋", "ﾀｶﾊｼ"), ("森", "ﾓﾘ"))
_GIVEN = (("太郎", "ﾀﾛｳ", "1"), ("次郎", "ｼﾞﾛｳ", "1"), ("健", "ｹﾝ", "1"), ("花子", "ﾊﾅｺ", "2"), ("恵", "ﾒｸﾞﾐ", "2"))


def stranger(place: int) -> dict[str, Any]:
    """One of the crowd: common names, a day and an address of their own."""
    (family, kana), (given, reading, sex) = _FAMILIES[place % 5], _GIVEN[place // 5 % 5]
    born = f"{1940 + place % 70}-{place % 12 + 1:02}-{place % 27 + 1:02}"
    return resident(f"00001{place:05}", f"{family}　{given}", f"{kana} {reading}", born, sex, f"{place + 20}番地")


CROWD = [stranger(place) for place in range(500)]


@dataclass(frozen=True)
class Linked:
    """What became of one consultation."""

    person: str
    method: str
    reasons: frozenset[str]


def link(record: dict[str, Any], *people: dict[str, Any], others: tuple[dict[str, Any], ...] = ()) -> Linked:
    """One consultation beside these people of the register and the crowd."""
    register = SmallDelivery("jumin", APRIL, _keyed("jumin", *people, *CROWD))
    soudan = SmallDelivery("soudan_consultation", MAY, _keyed("soudan_consultation", record, *others))
    spec, weights = load_spec(PROJECT_ROOT / "expectations" / SPEC)
    with duckdb.connect() as connection:
        write_sources(connection, SmallWarehouse([MAY], [register, soudan]))
        write_records(connection, CONTRACTS)
        link_by_spec(connection, spec, "link.record", weights, DECISION_SCHEMA.empty_table())
        key = f"soudan|subject|{record['consultation_id']}"
        found = connection.execute("select person_id, method from linkage_link where record_id = ?", [key]).fetchone()
        reasons = connection.execute("select reason from linkage_review where left_record_id = ?", [key]).fetchall()
    assert found is not None
    return Linked(found[0].split("|")[-1], found[1], frozenset(reason for (reason,) in reasons))


def _keyed(table: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows with the keys that the reader makes of them."""
    made = {
        item.name: _DERIVATIONS[item.by](
            *(pa.array([row.get(name) for row in rows], pa.string()) for name in item.from_)
        ).to_pylist()
        for item in CONTRACTS[table].derive
    }
    return [{**row, **{name: values[place] for name, values in made.items()}} for place, row in enumerate(rows)]


NUMBER = TARO["resident_no"]
HERE = "東京都架空区栄町1-1-1"


@pytest.mark.parametrize(
    "record",
    [
        consulted("C", "山田 太郎", "ヤマダ タロウ", "1950-04-01", "1", HERE),
        consulted("C", "山田太郎", "ヤマダタロウ", "1950-04-01", "1", HERE),
        consulted("C", "山田 太郎", "やまだ たろう", "1950-04-01", "1", None),
        consulted("C", "山田 太郎", "ヤマダ タロオ", "1950-04-01", "1", "栄町１丁目１番１号"),
        consulted("C", "山田 太郎", "ヤマダ タロク", "1950-04-01", "1", HERE),
        consulted("C", "山田 太郎", "ヤマダ タロウ", "1950-01-04", "1", HERE),
        consulted("C", "山田 太郎", "ヤマダ タロウ", "1940-04-01", "1", HERE),
        consulted("C", "山田 太郎", "ヤマダ タロウ", None, "1", HERE),
        consulted("C", "山田 太郎", "ヤマダ タロウ", "1950-04", "1", HERE),
    ],
    ids=["as is", "no space", "hiragana", "long vowel", "one kana off", "day and month swapped", "ten years off",
         "no birth date", "day unknown"],
)  # fmt: skip
def test_a_slip_of_the_pen_hides_nobody(record) -> None:
    assert link(record, TARO, HANAKO, ICHIRO).person == NUMBER


def test_a_former_surname_leads_to_the_person() -> None:
    found = link(consulted("C", "佐藤 花子", "サトウ ハナコ", "1952-08-15", "2", HERE), TARO, HANAKO, ICHIRO)
    assert found.person == HANAKO["resident_no"]


def test_a_number_that_the_person_contradicts_twice_waits_for_people() -> None:
    record = consulted("C", "山田 花子", "ヤマダ ハナコ", "1952-08-15", "2", HERE, resident_no=NUMBER)
    found = link(record, TARO, ICHIRO)
    assert (found.method, found.reasons) == ("unlinked", {"number_contradicted"})


def test_a_member_of_the_household_is_not_the_person() -> None:
    """Surname, address and phone are the family's; a brother whom the register does not have is nobody of it."""
    phone = {"phone": "03-1234-5678"}
    jiro = consulted("C", "山田 次郎", "ヤマダ ジロウ", "1978-01-20", "1", HERE, **phone)
    number = {"resident_no": ICHIRO["resident_no"]}
    numbered = consulted("D", "山田 一郎", "ヤマダ イチロウ", "1978-01-20", "1", HERE, **phone, **number)
    assert link(jiro, TARO, HANAKO, ICHIRO, others=(numbered,)).method == "unlinked"


def test_without_given_name_and_birth_date_an_address_links_nobody() -> None:
    assert link(consulted("C", "山田", "ヤマダ", None, "1", HERE), TARO).method == "unlinked"


def test_twins_whose_record_fits_both_wait_for_people() -> None:
    same = ("2012-06-06", "2", "９番地")
    twins = [
        resident("0000000041", "森　ゆき", "ﾓﾘ ﾕｷ", *same),
        resident("0000000042", "森　ゆみ", "ﾓﾘ ﾕﾐ", *same),
    ]
    found = link(consulted("C", "モリ ユイ", "モリ ユイ", "2012-06-06", "2", "栄町1丁目9番地"), *twins)
    assert found.method == "unlinked"
    assert found.reasons == {"given_near"}


def test_a_namesake_from_elsewhere_is_a_stranger() -> None:
    """The same name in kanji, a birthday of another year, another town: not the person."""
    found = link(consulted("C", "山田 太郎", "ヤマダ タロウ", "1947-04-01", "1", "神奈川県海辺市本町2-5-1"), TARO)
    assert found.person != NUMBER


def test_a_protected_person_is_never_linked_by_address() -> None:
    """支援措置: with the address the record would be hers; without it, it waits."""
    record = consulted("C", "山田 花子", "ヤマダ ハナコ", None, "2", HERE)
    hidden = {**HANAKO, "protection_measure": "1"}
    assert link(record, HANAKO).person == HANAKO["resident_no"]
    assert link(record, hidden).method == "unlinked"


def test_a_phone_known_from_a_record_with_number_speaks_for_the_person() -> None:
    phone = "090-1111-2222"
    numbered = consulted("D", "山田 太郎", "ヤマダ タロウ", "1950-04-01", "1", HERE, phone=phone, resident_no=NUMBER)
    record = consulted("C", "山田 太郎", "ヤマダ タロウ", None, "1", None, phone=phone)
    assert link(record, TARO, others=(numbered,)).person == NUMBER
    assert link(record, TARO).method == "unlinked"
