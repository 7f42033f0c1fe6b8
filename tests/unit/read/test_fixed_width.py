"""Records of so many bytes."""

from __future__ import annotations

import pytest

from .support import Reader


def record(number: int = 1, kanji: bytes = "試験　太郎".encode("cp932"), **changes: str) -> bytes:
    """One record of 152 bytes."""
    values = {"kind": "1", "grade": "2", "issued": "5010501", "note": "備考"} | changes
    return b"".join(
        [
            f"9{number:09}".encode(),
            "ｼｹﾝ ﾀﾛｳ".encode("cp932").ljust(40),
            kanji.ljust(40),
            b"3450401",
            values["kind"].encode().ljust(1),
            values["grade"].encode("cp932").ljust(2),
            values["issued"].encode(),
            b"0000000",
            b"".ljust(4),
            b"".ljust(14, b"0"),
            values["note"].encode("cp932").ljust(20),
        ]
    )


def file(*records: bytes, count: int | None = None) -> bytes:
    """A file with its closing record."""
    trailer = f"T{len(records) if count is None else count:09}".encode().ljust(152)
    return b"\r\n".join([*records, trailer, b""])


def test_fields_are_cut_in_bytes_and_their_padding_is_stripped(read: Reader) -> None:
    outcome = read("shogai", file(record(1), record(2, note="Ⅲ度　")) + b"\x1a")
    first, second = outcome.table("rows")
    assert (first["kana_name"], first["kanji_name"], first["note"]) == ("ｼｹﾝ ﾀﾛｳ", "試験　太郎", "備考")
    assert (first["kanji_name_key"], first["support_category"]) == ("試験太郎", None)
    assert (second["line_number"], second["note"]) == (2, "Ⅲ度")
    assert first["record_key"] == "9000000001|1|5010501||0000000"


@pytest.mark.parametrize("bad", [record(2)[:-1], record(2) + b" ", record(2)[:60], "試".encode("cp932")[:1]])
def test_a_record_of_another_width_is_one_bad_row(read: Reader, bad: bytes) -> None:
    outcome = read("shogai", file(record(1), bad, record(3)))
    assert outcome.faults == {(2, "length", None)}
    assert [row["line_number"] for row in outcome.table("rows")] == [1, 3]


def test_a_row_beside_a_misfit_is_judged_by_itself(read: Reader) -> None:
    outcome = read("shogai", file(record(1)[:-4], record(2, kind="9"), b"", record(3), count=3))
    assert outcome.faults == {(1, "length", None), (2, "code_unknown", "手帳種別")}
    raw = {row["line_number"]: row["raw_record"] for row in outcome.table("quarantine")}
    assert raw[2].encode("cp932") == record(2, kind="9")
    assert [row["line_number"] for row in outcome.table("rows")] == [4]


def test_a_cut_through_a_character_refuses_the_file(read: Reader) -> None:
    split = record(2, kanji=b"a" + "試".encode("cp932") * 20)[:151] + b" "
    assert len(split) == 152
    refused = read("shogai", file(record(1), split)).refused
    assert (refused.code, refused.line) == ("undecodable", 2)


def test_several_records_of_a_person_are_several_records(read: Reader) -> None:
    outcome = read("shogai", file(record(1), record(1, kind="2"), record(1, kind="2")))
    assert (outcome.manifest.rows_good, outcome.manifest.rows_repeated) == (2, 1)
    outcome = read("shogai", file(record(1, grade="1"), record(1, grade="2")))
    column = "宛名番号|手帳種別|交付年月日|サービス種類|支給開始"
    assert outcome.faults == {(1, "key_duplicate", column), (2, "key_duplicate", column)}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (record(1) + b"\r\n", "trailer_missing"),
        (file(record(1), count=2), "trailer_mismatch"),
    ],
)
def test_files_out_of_form(read: Reader, data: bytes, code: str) -> None:
    assert read("shogai", data).refused.code == code


def test_a_closing_record_alone_is_an_empty_delivery(read: Reader) -> None:
    assert read("shogai", file()).manifest.rows_in == 0
