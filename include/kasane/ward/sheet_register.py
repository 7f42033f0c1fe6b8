"""The register's dump: jumin, CP932, all quoted, heading and trailer."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from kasane.ward import days
from kasane.ward import people as p
from kasane.ward.arrays import Ints
from kasane.ward.columns import Column, Form, Sheet, byte_array, numbers
from kasane.ward.days import Month
from kasane.ward.names import NameTable
from kasane.ward.people import REASONS, RELATIONS, Ward

FORM = Form(
    extension="csv",
    encoding="cp932",
    quote=b'"',
    closing=lambda count: f'"T","{count}"\r\n'.encode("cp932"),
)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_LARGEST = 12_000
_MONTHS_KEPT = -12


def present(ward: Ward, month: Month) -> Ints:
    """People in the register's file: residents, and leavers for twelve months."""
    people = ward.people
    kept = days.add_months(np.array([month.last]), _MONTHS_KEPT)[0]
    gone = (people["state"] > p.RESIDENT) & (people["moved"] > kept)
    return np.flatnonzero(ward.residents() | gone)


def quoted(table: NameTable, encoding_safe: str = '"') -> pa.Array:
    """Written names with the quotation marks inside them doubled."""
    return byte_array([text.replace(encoding_safe, encoding_safe * 2) for text in table.text])


@cache
def _house_numbers() -> pa.Array:
    """Numbers in full-width digits, then in half-width ones, then nothing."""
    plain = [str(number) for number in range(_LARGEST)]
    return byte_array([*(number.translate(_WIDE) for number in plain), *plain, ""])


def names(ward: Ward, who: Ints, written: bool) -> Column:
    """氏名漢字 or 氏名カナ: surname, space, given name."""
    book, people = ward.book, ward.people
    surnames = quoted(book.surnames) if written else book.surnames.kana
    given = quoted(book.given) if written else book.given.kana
    space = byte_array(["　" if written else " "])
    parts = (
        (surnames, people["surname"][who].astype(np.int32)),
        (space, np.zeros(len(who), np.int32)),
        (given, people["given"][who].astype(np.int32)),
    )
    return Column("氏名漢字" if written else "氏名カナ", parts)


def _former(ward: Ward, who: Ints) -> Column:
    kana = pa.concat_arrays([byte_array([""]), ward.book.surnames.kana])
    return Column.of("旧氏カナ", kana, ward.people["former"][who] + 1)


def _common(ward: Ward, who: Ints) -> Column:
    """通称: a Japanese surname before the given name."""
    book, common = ward.book, ward.people["common"][who].astype(np.int32)
    none = byte_array([""])
    space = byte_array(["", " "])
    return Column(
        "通称カナ",
        (
            (pa.concat_arrays([none, book.surnames.kana]), common + 1),
            (space, (common >= 0).astype(np.int32)),
            (
                pa.concat_arrays([none, book.given.kana]),
                np.where(common >= 0, ward.people["given"][who] + 1, 0).astype(np.int32),
            ),
        ),
    )


def _block(ward: Ward, who: Ints) -> Column:
    """番地 in one of three spellings of the same place: １２番地３号, １２－３, 12-3."""
    address = ward.addresses.table
    place, style = ward.people["address"][who], ward.people["spelling"][who]
    block, house = address["block"][place], address["house"][place].astype(np.int64)
    alone = house == 0
    style = np.select([style <= 1, style == 2], [0, 1], np.where(who % 13 == 0, 2, 1))
    style = np.where(alone, np.where(style == 2, 0, 0), style)
    narrow = np.where(style == 2, _LARGEST, 0)
    parts = (
        (_house_numbers(), (block + narrow).astype(np.int32)),
        (byte_array(["番地", "－", "-"]), style.astype(np.int32)),
        (_house_numbers(), np.where(alone, 2 * _LARGEST, house + narrow).astype(np.int32)),
        (byte_array(["", "号"]), ((style == 0) & ~alone).astype(np.int32)),
    )
    return Column("番地", parts)


def _building(ward: Ward, who: Ints) -> Column:
    """方書: コーポ富士　１０４号室, コーポ富士１０４ and what lies between."""
    address = ward.addresses.table
    place, style = ward.people["address"][who], ward.people["spelling"][who]
    building, room = address["building"][place].astype(np.int32), address["room"][place].astype(np.int64)
    rooms = room > 0
    parts = (
        (byte_array(["", *ward.addresses.buildings]), building + 1),
        (byte_array(["", "　"]), (rooms & np.isin(style, (0, 2))).astype(np.int32)),
        (_house_numbers(), np.where(rooms, room, 2 * _LARGEST).astype(np.int32)),
        (byte_array(["", "号室"]), (rooms & np.isin(style, (0, 3))).astype(np.int32)),
    )
    return Column("方書", parts)


def _towns(ward: Ward, who: Ints) -> dict[str, Column]:
    town = ward.addresses.table["town"][ward.people["address"][who]].astype(np.int32)
    towns = ward.addresses.towns
    return {
        "郵便番号": Column.of("郵便番号", byte_array([t.postal_code for t in towns]), town),
        "町字コード": Column.of("町字コード", byte_array([t.code for t in towns]), town),
        "町字名": Column.of("町字名", byte_array([t.name for t in towns]), town),
    }


def _relation(ward: Ward, who: Ints, dirt: bool) -> Column:
    """続柄コード; a head here and there has lost the zero on the way through a spreadsheet."""
    relation = ward.people["relation"][who].astype(np.int32)
    if dirt:
        relation = np.where((relation == p.HEAD) & (who % 151 == 3), p.HEAD_LOST_ZERO, relation)
    return Column.of("続柄コード", byte_array(list(RELATIONS)), relation)


def line_breaks(ward: Ward, who: Ints) -> Ints:
    """Line breaks inside each person's name."""
    per_name = np.array([text.count("\n") for text in ward.book.given.text])
    return per_name[ward.people["given"][who]]


def register_sheet(ward: Ward, month: Month, dirt: bool) -> Sheet:
    """The register as its dump says it at the month's end."""
    who, people = present(ward, month), ward.people
    era = days.spelling("eyymmdd", b"")
    digits = byte_array([str(digit) for digit in range(10)])
    number, household = numbers(people["number"], 10), numbers(ward.households["number"], 10)
    birth = days.birth_place(people["birth"][who], people["precision"][who], people["foreign"][who] == 1)
    town = _towns(ward, who)
    columns = (
        Column.of("宛名番号", number, who),
        Column.of("世帯番号", household, people["household"][who]),
        names(ward, who, written=True),
        names(ward, who, written=False),
        _former(ward, who),
        _common(ward, who),
        Column.of("生年月日", days.birth_spelling(), birth),
        Column.of("性別", digits, people["sex"][who]),
        _relation(ward, who, dirt),
        Column.of("住民種別", digits, people["foreign"][who] + 1),
        Column.of("住民状態", digits, people["state"][who]),
        Column.of("異動事由", byte_array(list(REASONS)), people["reason"][who]),
        Column.of("異動年月日", era, days.place(people["moved"][who])),
        *town.values(),
        _block(ward, who),
        _building(ward, who),
        Column.of("支援措置区分", byte_array(["", "1", "2", "3"]), people["protection"][who]),
        Column.of("支援措置終了年月日", era, days.place(people["protected_to"][who])),
    )
    return Sheet("jumin", FORM, columns, len(who), {"person": who}, line_breaks(ward, who))


def _decoded(column: Column, rows: int) -> pa.Array:
    return pa.array([cell.decode("cp932") for cell in column.cells(0, rows).to_pylist()], pa.string())


def block_text(ward: Ward, who: Ints) -> pa.Array:
    """番地 of these (few) people as text, after the town's name."""
    towns = _towns(ward, who)["町字名"]
    block = _block(ward, who)
    joined = Column("住所", (*towns.parts, *block.parts))
    return _decoded(joined, len(who))


def building_text(ward: Ward, who: Ints) -> pa.Array:
    """方書 of these (few) people as text."""
    return _decoded(_building(ward, who), len(who))
