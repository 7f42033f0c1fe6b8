"""The other offices' dumps: kaigo, shogai, kodomo, seiho, kikan, chiku."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from kasane.ward import days, names_data
from kasane.ward.arrays import Ints, Rng
from kasane.ward.assistance import AssistanceBook
from kasane.ward.care import LEVELS, CareBook
from kasane.ward.children import ChildBook
from kasane.ward.columns import Column, Form, Sheet, byte_array, numbers
from kasane.ward.days import NONE, Month
from kasane.ward.handbook import GRADES, NOTES, HandbookBook
from kasane.ward.people import Ward
from kasane.ward.sheet_register import names

MUNICIPALITY = "999999"
# names hold full-width spaces, at which str.split() would part them
_OFFICES = names_data.CARE_OFFICES.replace("\n", " ").split(" ")
KAIGO = Form(
    "csv",
    "cp932",
    heading=False,
    closing=lambda count: f"T,{count}\r\n".encode(),
)
SHOGAI = Form(
    "txt", "cp932", separator=b"", heading=False, closing=lambda count: f"T{count:09d}".ljust(152).encode() + b"\r\n"
)
SEIHO = Form("csv", "cp932", heading=False)
PLAIN = Form("csv", "utf-8")
KODOMO = Form("csv", "utf-8-sig")


def _digits(most: int, width: int = 1) -> pa.Array:
    return byte_array([str(number).zfill(width) for number in range(most + 1)])


def _birth(ward: Ward, who: Ints, shift: Ints | int = 0) -> Column:
    people = ward.people
    place = days.birth_place(people["birth"][who] + shift, people["precision"][who], np.zeros(len(who), bool))
    return Column.of("生年月日", days.birth_spelling(), place)


def _era(heading: str, values: Ints, none: bytes) -> Column:
    return Column.of(heading, days.spelling("eyymmdd", none), days.place(values))


def care_sheet(ward: Ward, book: CareBook, municipality: str = MUNICIPALITY) -> Sheet:
    """kaigo: one record an insured number, behind one that names the municipality by its code."""
    records = book.records
    rows = np.flatnonzero(records["listed"] == 1)
    kept = ("person", "level", "certified", "valid_from", "valid_to", "in_home", "uses")
    take = {name: records[name][rows] for name in kept}
    who = take["person"].astype(np.int64)
    insured = np.where(records["public"] == 1, 9, 0)
    insured_numbers = pa.concat_arrays([numbers(records["insured"], 10), numbers(records["insured"], 9, "H")])
    columns = (
        Column.constant("記録種別", b"D", len(rows)),
        Column.of("被保険者番号", insured_numbers, rows + np.where(insured[rows] > 0, len(insured), 0)),
        Column.of("宛名番号", numbers(ward.people["number"], 10), who),
        names(ward, who, written=False),
        _birth(ward, who),
        Column.of("性別", _digits(2), ward.people["sex"][who]),
        Column.of("要介護状態区分コード", byte_array(list(LEVELS)), take["level"]),
        _era("認定年月日", take["certified"], b"0000000"),
        _era("認定有効開始", take["valid_from"], b"0000000"),
        _era("認定有効終了", take["valid_to"], b"0000000"),
        Column.of("認知症自立度", _digits(9), records["dementia"][rows]),
        Column.of("サービス利用", _digits(1), take["uses"]),
        Column.of("施設入所", _digits(1), take["in_home"]),
        Column.of("居宅支援事業所名", byte_array(["", *_OFFICES]), records["office"][rows] + 1),
    )
    form = replace(KAIGO, opening=lambda base: f"H,{base},{municipality}\r\n".encode())
    return Sheet("kaigo", form, columns, len(rows), {**take, "person": who, "serial": rows})


def handbook_sheet(ward: Ward, book: HandbookBook) -> Sheet:
    """shogai: 152 bytes a record."""
    records = book.records
    rows = np.flatnonzero(records["listed"] == 1)
    kept = ("person", "kind", "issued", "returned", "category", "service", "service_from", "service_to")
    take = {name: records[name][rows] for name in kept}
    who = take["person"].astype(np.int64)
    book_names = ward.book
    written = byte_array([text.replace("\n", " ") for text in book_names.given.text])
    kanji = names(ward, who, written=True)
    kanji_parts = (kanji.parts[0], kanji.parts[1], (written, kanji.parts[2][1]))
    categories = byte_array(["  ", *(str(code).rjust(2) for code in range(1, 100))])
    columns = (
        Column.of("宛名番号", numbers(ward.people["number"], 10), who),
        Column("氏名カナ", names(ward, who, written=False).parts, 40),
        Column("氏名漢字", kanji_parts, 40),
        _birth(ward, who),
        Column.of("手帳種別", byte_array([" ", "1", "2", "3"]), take["kind"]),
        Column.of("等級", byte_array(["", *GRADES]), records["grade"][rows] + 1, 2),
        _era("交付年月日", take["issued"], b"0000000"),
        _era("返還年月日", take["returned"], b"0000000"),
        Column.of("障害支援区分", categories, take["category"]),
        Column.of("サービス種類", categories, take["service"]),
        _era("支給開始", take["service_from"], b"0000000"),
        _era("支給終了", take["service_to"], b"0000000"),
        Column.of("備考", byte_array(list(NOTES)), records["note"][rows], 20),
    )
    return Sheet("shogai", SHOGAI, columns, len(rows), {**take, "person": who, "serial": rows})


def child_sheet(ward: Ward, book: ChildBook, year: int) -> Sheet:
    """kodomo: allowances, and school aid of this and the last school year."""
    allowances, aids = book.allowances, book.aids
    one = np.flatnonzero(allowances["listed"] == 1)
    two = np.flatnonzero(aids["year"] >= year - 1)
    none = np.full(len(two), NONE)

    def both(allowance: Ints, aid: Ints) -> Ints:
        return np.concatenate([allowance.astype(np.int64), aid.astype(np.int64)])

    facts = {
        "guardian": both(allowances["guardian"][one], aids["guardian"][two]),
        "person": both(allowances["child"][one], aids["child"][two]),
        "status": both(allowances["status"][one], np.zeros(len(two))),
        "certified": both(allowances["certified"][one], none),
        "ends": both(allowances["ends"][one], none),
        "aid": both(np.zeros(len(one)), aids["kind"][two]),
        "year": both(np.zeros(len(one)), aids["year"][two]),
    }
    school = both(np.full(len(one), -1), aids["school"][two])
    sheet = Sheet("kodomo", KODOMO, _child_columns(ward, facts, school), len(school), facts)
    return sheet.take(np.lexsort((facts["year"], facts["status"], facts["person"])))


def _child_columns(ward: Ward, facts: dict[str, Ints], school: Ints) -> tuple[Column, ...]:
    number = numbers(ward.people["number"], 10)
    slash = days.spelling("slash", b"")
    codes = byte_array([b"", *(str(code).encode() for code in range(1, 31))])
    years = byte_array([b"", *(str(year).encode() for year in range(2000, 2061))])
    schools = byte_array(["", *(town.school for town in ward.addresses.towns)], "utf-8")
    return (
        Column.of("受給者宛名番号", number, facts["guardian"]),
        Column.of("児童宛名番号", number, facts["person"]),
        Column.of("手当種別", codes, facts["status"]),
        Column.of("認定年月日", slash, days.place(facts["certified"])),
        Column.of("喪失年月日", slash, days.place(facts["ends"])),
        Column.of("就学援助区分", codes, facts["aid"]),
        Column.of("就学援助年度", years, np.where(facts["year"] > 0, facts["year"] - 1999, 0)),
        Column.of("学校名", schools, school + 1),
    )


def assistance_sheet(ward: Ward, book: AssistanceBook) -> Sheet:
    """seiho: a record a member of a case."""
    members, cases = book.members, book.cases
    rows = np.flatnonzero(members["listed"] == 1)
    rows = rows[np.lexsort((members["order"][rows], members["case"][rows]))]
    case, who = members["case"][rows], members["person"][rows].astype(np.int64)
    number = pa.concat_arrays([numbers(ward.people["number"], 10), byte_array([""])])
    blank = members["blank"][rows] == 1
    facts = {
        "person": who,
        "started": members["started"][rows],
        "suspended": cases["suspended"][case],
        "lifted": cases["lifted"][case],
        "abolished": members["abolished"][rows],
        "serial": rows,
    }
    dates = {
        "保護開始年月日": "started",
        "保護停止年月日": "suspended",
        "停止解除年月日": "lifted",
        "保護廃止年月日": "abolished",
    }
    aids = [Column.of(f"扶助{bit + 1}", _digits(1), (cases["aids"][case] >> bit) & 1) for bit in range(8)]
    columns = (
        Column.of("ケース番号", numbers(cases["number"], 7), case),
        Column.of("員番号", _digits(99, 2), members["order"][rows]),
        Column.of("宛名番号", number, np.where(blank, ward.people.size, who)),
        names(ward, who, written=False),
        _birth(ward, who, members["off_birthday"][rows]),
        Column.of("性別", _digits(2), ward.people["sex"][who]),
        *(_era(heading, facts[name], b"0000000") for heading, name in dates.items()),
        Column.of("世帯類型", _digits(9), cases["kind"][case]),
        *aids,
    )
    return Sheet("seiho", SEIHO, columns, len(rows), facts)


def _texts(headings: str, rows: list[list[str]], feed: str) -> Sheet:
    columns = tuple(
        Column.of(heading, byte_array([row[place] for row in rows], "utf-8"), np.arange(len(rows)))
        for place, heading in enumerate(headings.split())
    )
    return Sheet(feed, PLAIN, columns, len(rows), {"row": np.arange(len(rows))})


def area_sheet(ward: Ward) -> Sheet:
    """chiku: towns and their areas."""
    rows = [[t.code, t.name, t.kana, t.area_code, t.area_name, t.district] for t in ward.addresses.towns]
    return _texts("町字コード 町字名 町字カナ 圏域コード 圏域名 中学校区", rows, "chiku")


def draw_agencies(ward: Ward, rng: Rng, residents: int, first: int, last: int) -> list[list[str]]:
    """Agencies of the ward with the days they open and close; some open or close between the two days."""
    fields = ("高齢", "障害", "子ども", "困窮", "総合", "医療", "教育", "住宅", "就労", "法律", "その他")
    areas = sorted({town.area_code for town in ward.addresses.towns})
    result = []
    for place in range(max(24, len(areas) * 4, residents // 6000)):
        kind = "総合" if place < len(areas) else fields[place % len(fields)]
        opened = int(first - rng.integers(200, 5000)) if rng.random() < 0.94 else int(rng.integers(first, last + 1))
        closed = int(rng.integers(first, last + 1)) if rng.random() < 0.03 and place >= len(areas) else NONE
        agreed = opened + int(rng.integers(30, 400)) if rng.random() < 0.35 else NONE
        row = [
            f"K{place + 1:02d}",
            f"{kind}支援機関{place + 1}号",
            kind,
            areas[place % len(areas)],
            str(int(kind == "総合")),
        ]
        result.append(row + ["" if day == NONE else str(days.date_of(day)) for day in (opened, closed, agreed, NONE)])
    return result


def agency_sheet(agencies: list[list[str]], month: Month) -> Sheet:
    """kikan: agencies known at the month's end; days to come are not known yet."""
    last = str(month.end)
    known = [place for place, row in enumerate(agencies) if row[5] <= last]
    rows = [[cell if place < 5 or cell <= last else "" for place, cell in enumerate(agencies[at])] for at in known]
    sheet = _texts("機関コード 名称 分野 圏域コード 総合相談窓口 開設日 閉鎖日 協定締結日 協定終了日", rows, "kikan")
    facts = {
        "agency": np.array(known),
        "desk": np.array([row[4] == "1" for row in rows], np.int64),
        "opened": np.array([days.day_of(row[5]) for row in rows]),
        "closed": np.array([days.day_of(row[6]) if row[6] else NONE for row in rows]),
    }
    return replace(sheet, facts=facts)
