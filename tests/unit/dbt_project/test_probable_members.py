"""Who probably lives with whom: by what a record tells of an address, for a time, with one household, in no count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from support.warehouse import BUILD_ANEW, WITHOUT_TESTS, Row, SmallDelivery, SmallWarehouse, run_dbt, write_sources

MARCH, APRIL, MAY = date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31)
TOLD = date(2024, 5, 31)  # 365 days before MAY: still in force in April


def _resident(number: str, household: str, surname: str, block: str, door: str, **fields: str) -> Row:
    usual = {"resident_status": "1", "birth_date": "1950-01-01", "town_code": "1", "sex": "1"}
    place = {"address_key": door, "address_block_key": block, "address_door_key": f"{block}|{door}"}
    return (
        usual
        | place
        | {"resident_no": number, "register_household_no": household, "kana_name": f"{surname} A"}
        | fields
    )


def _case(key: str, number: str | None = None) -> Row:
    return {"support_no": key, "resident_no": number, "birth_date": "1988-08-08", "received_on": "2024-05-01"}


def _record(key: str, surname: str, block: str | None, door: str | None, told: date = TOLD) -> Row:
    place = {"block": block, "door": f"{block}|{door}" if door else block}
    return {
        "feed": "konkyu",
        "record_key": key,
        "role": "subject",
        "surname_kana": surname,
        "first_base_date": told,
    } | place


REGISTER = [
    _resident("01", "11", "SATO", "A1", "101"),
    _resident("02", "12", "KATO", "A1", "102"),
    # Two households at one door; one of them is a SATO.
    _resident("03", "13", "SATO", "B1", "201"),
    _resident("04", "14", "MORI", "B1", "201"),
    # A protected person's door.
    _resident("05", "15", "SATO", "C1", "301", protection_measure="1"),
    # Two SATO households in one block of flats.
    _resident("06", "16", "SATO", "D1", "401"),
    _resident("07", "17", "SATO", "D1", "402"),
    # A facility: thirteen residents, each a household.
    *(_resident(f"{20 + n}", f"{40 + n}", "SATO" if n == 1 else f"N{n}", "F1", "home") for n in range(1, 14)),
]
RECORDS = {
    "door and name": _record("door and name", "SATO", "A1", "101"),
    "door": _record("door", "HARA", "A1", "102"),
    "block and name": _record("block and name", "KATO", "A1", None),
    "block": _record("block", "HARA", "A1", None),
    "name of two": _record("name of two", "SATO", "D1", None),
    "door of two": _record("door of two", "HARA", "B1", "201"),
    "name at a door of two": _record("name at a door of two", "MORI", "B1", "201"),
    "protected": _record("protected", "SATO", "C1", "301"),
    "facility": _record("facility", "SATO", "F1", "home"),
    "nowhere": _record("nowhere", "SATO", None, None),
    "registered": _record("registered", "SATO", "A1", "101"),
    "moved": _record("moved", "SATO", "A1", "101"),
    "moved again": _record("moved", "SATO", "Z9", "1", APRIL),
    "later": _record("later", "SATO", "A1", "101", MAY),
}
CASES = [_case(key, "06" if key == "registered" else None) for key in RECORDS if key != "moved again"]
EMPTY = SmallWarehouse(
    [MARCH, APRIL, MAY],
    [
        SmallDelivery("chiku", date(2024, 4, 1), [{"town_code": "1", "area_code": "E01", "area_name": "第1地区"}]),
        SmallDelivery("jumin", MARCH, REGISTER),
        SmallDelivery("jumin", MAY, [*REGISTER[1:], _resident("01", "11", "SATO", "A1", "999")]),
        SmallDelivery("konkyu", TOLD, CASES),
    ],
)
Members = Mapping[tuple[date, str], tuple[str, str, date]]


def _build(folder: Path, warehouse: SmallWarehouse) -> Path:
    build_file = folder / "kasane.duckdb"
    write_sources(build_file, warehouse)
    assert run_dbt(build_file, [*BUILD_ANEW, *WITHOUT_TESTS]) == []
    return build_file


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("probable"), replace(EMPTY, records=list(RECORDS.values())))


@pytest.fixture(scope="module")
def members(built: Path) -> Members:
    with duckdb.connect(str(built), read_only=True) as connection:
        rows = connection.execute(
            "select month_end_date, replace(person_id, 'p-konkyu-subject-', ''), household_id, reason, expires_on"
            " from restricted.probable_household_member"
        ).fetchall()
    return {(month, person): tuple(rest) for month, person, *rest in rows}


def test_the_nearest_household_is_told_with_its_reason(members: Members) -> None:
    assert {person: told[:2] for (month, person), told in members.items() if month == MARCH} == {
        "door and name": ("h11", "same_door_and_surname"),
        "moved": ("h11", "same_door_and_surname"),
        "door": ("h12", "same_door"),
        "block and name": ("h12", "same_block_and_surname"),
        "name at a door of two": ("h14", "same_door_and_surname"),
    }


def test_a_record_counts_from_its_base_date_until_it_expires(members: Members) -> None:
    last_day = date(2025, 5, 30)
    assert {told[2] for (month, _), told in members.items() if month == APRIL} == {last_day}
    assert {person for month, person in members if month == MAY} == {"later"}


def test_who_tells_another_address_later_lives_there_no_more(members: Members) -> None:
    assert [month for month, person in members if person == "moved"] == [MARCH]


def test_no_count_knows_of_them(built: Path, tmp_path: Path) -> None:
    without = _build(tmp_path, EMPTY)
    own = "probable_household_member", "int_person__addressed", "int_household__neighboured"
    with duckdb.connect(str(built)) as connection:
        connection.execute(f"attach '{without}' as plain (read_only)")
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = 'plain'"
            " and table_schema in ('intermediate', 'core', 'metrics', 'marts', 'restricted', 'quality')"
            " and table_type = 'BASE TABLE'"
        ).fetchall()
        differing = [
            f"{schema}.{name}"
            for schema, name in tables
            if name not in own
            and connection.execute(
                f"select 1 from ((from {schema}.{name} except all from plain.{schema}.{name}) union all"
                f" (from plain.{schema}.{name} except all from {schema}.{name})) limit 1"
            ).fetchone()
        ]
    assert len(tables) > 100
    assert differing == []
