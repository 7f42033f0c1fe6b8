"""What becomes of whole files: their form, refusals, and the folder in the lake."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from kasane.contracts.delivery import Refusal
from kasane.contracts.model import Contract
from kasane.files import remove_tree
from kasane.read import blocks, lake_columns, read_delivery, sweep
from kasane.read.refusal import FileReason, Reason, Warned

from .support import (
    CODES,
    CONTRACTS,
    FIXES,
    Reader,
    jumin_file,
    jumin_line,
    landed,
    numbered,
    parquet_of,
)
from .workbooks import sheets_of


def test_lines_are_physical_lines(read: Reader) -> None:
    lines = [numbered(1, 方書="一\r\n二\n三"), "", numbered(2, 性別="x"), "", "", numbered(3), numbered(4, 性別="x")]
    outcome = read("jumin", jumin_file(*lines, count=4))
    assert {line for line, _, _ in outcome.faults} == {6, 10}
    assert [(row["line_number"], row["building"]) for row in outcome.table("rows")] == [
        (2, "一\r\n二\n三"),
        (9, None),
    ]


@pytest.mark.parametrize("block_bytes", [1, 7, 64, 333, 1000])
def test_blocks_leave_no_trace(read: Reader, monkeypatch: pytest.MonkeyPatch, block_bytes: int) -> None:
    lines = [numbered(i, 氏名漢字='ソ表"構', 方書="一\r\n二," * (i % 3), 性別="1x"[i % 7 == 3]) for i in range(40)]
    data = jumin_file(*lines, numbered(5, 性別="2"))
    whole = read("jumin", data)
    expected = [whole.table(name) for name in ("rows", "quarantine", "warnings")]
    remove_tree(whole.folder)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", block_bytes)
    cut = read("jumin", data)
    assert [cut.table(name) for name in ("rows", "quarantine", "warnings")] == expected
    assert cut.manifest == whole.manifest


@pytest.mark.parametrize("ending", [b"", b"\x1a", b"\r\n\x1a", b"\x1a" * 100, b"\x1a\r\n", b"\r\n\r\n"])
def test_endings_of_a_file(read: Reader, ending: bytes) -> None:
    data = jumin_file(numbered(1), numbered(2))
    for body in (data, data.replace(b"\r\n", b"\n"), data.rstrip(b"\r\n")):
        assert read("jumin", body + ending).manifest.rows_good == 2


def test_headings_in_any_order_and_width(read: Reader) -> None:
    lines = jumin_file(jumin_line()).decode("cp932").splitlines()
    columns = [line[1:-1].split('","') for line in lines[:2]]
    turned = [",".join(reversed(column)).replace("氏名カナ", "氏名ｶﾅ") for column in columns]
    outcome = read("jumin", b"\xef\xbb\xbf" + "\n".join([*turned, "T,1"]).encode("cp932"))
    (row,) = outcome.table("rows")
    assert (row["resident_no"], row["block"]) == ("0300000053", "１番地２号")


def test_a_quote_inside_an_unquoted_field_is_a_character(read: Reader) -> None:
    line = 'D,0000000001,0300000053,ｼ"ｹﾝ,3450401,1,21,,,,,0,0,"見本 ""一"" 号"\n'
    data = ("H,20250430,999999\n" + line + line.replace("0001,", "0002,") + "T,2\n").encode("cp932")
    rows = read("kaigo", data).table("rows")
    assert [row["kana_name"] for row in rows] == ['ｼ"ｹﾝ'] * 2
    assert rows[0]["care_manager_office"] == '見本 "一" 号'


def _without(heading: str) -> bytes:
    return jumin_file().replace(f'"{heading}",'.encode("cp932"), b"")


@pytest.mark.parametrize(
    ("data", "code", "line", "says"),
    [
        (b"", "empty_file", None, "no record"),
        (b"\r\n\x1a", "empty_file", None, "no record"),
        (_without("番地"), "columns_missing", 1, "番地"),
        (jumin_file().replace("番地".encode("cp932"), "地番".encode("cp932")), "columns_unknown", 1, "地番"),
        (jumin_file().replace("番地".encode("cp932"), "方書".encode("cp932")), "columns_unknown", 1, "twice"),
        (jumin_file(numbered(1), count=2), "trailer_mismatch", 3, "2"),
        (jumin_file(numbered(1)).replace(b'"T","1"', b'"T","x"'), "trailer_mismatch", 3, "no number"),
        (jumin_file(numbered(1)).replace(b'"T","1"\r\n', b""), "trailer_missing", 2, "trailer"),
        (jumin_file(numbered(1), '"a","b"', count=2), "unparsable", 3, "2 fields"),
        (jumin_file(numbered(1), '"T","1"', numbered(2), count=3), "unparsable", 3, "2 fields"),
        (jumin_file(numbered(1), numbered(2)).replace(b'"9000000002', b'"\x81\x0a900002'), "undecodable", 3, ""),
    ],
)
def test_a_file_that_breaks_its_layout_is_refused_whole(
    read: Reader, data: bytes, code: str, line: int | None, says: str
) -> None:
    outcome = read("jumin", data)
    assert (outcome.refused.code, outcome.refused.line) == (code, line)
    assert says in outcome.refused.message
    assert [path.name for path in outcome.folder.iterdir()] == ["manifest.json"]


def test_a_quote_that_is_never_closed_is_found_where_it_opens(read: Reader) -> None:
    line = "0020001,01,,ｼｹﾝ,3590127,1,4290627,0000000,0000000,0000000,3,1,1,1,1,0,0,0,0\r\n"
    data = line + '"' + line + line
    assert read("seiho", data.encode("cp932")).refused.line == 2
    assert read("seiho", data.encode("cp932")).refused.code == "unparsable"


def test_utf8_in_a_cp932_feed_is_refused_and_never_read_as_other_names(read: Reader) -> None:
    line = "0020001,01,,ｼｹﾝ,3590127,1,4290627,0000000,0000000,0000000,3,1,1,1,1,0,0,0,0\r\n"
    assert read("seiho", line.encode("utf-8")).refused.code == "undecodable"
    two_bytes_by_chance = line.replace("ｼｹﾝ", "ﾂｱ")
    assert read("seiho", two_bytes_by_chance.encode("cp932")).manifest.refusal is None


def test_a_refusal_names_no_person(read: Reader) -> None:
    body = jumin_file(numbered(1)).split(b"\r\n", 1)[1]
    assert read("jumin", body).refused == Refusal("columns_missing", "the first line is no heading of this feed", 1)


def test_headings_alone_are_an_empty_delivery(read: Reader) -> None:
    outcome = read("jumin", jumin_file())
    assert (outcome.manifest.refusal, outcome.manifest.rows_in) == (None, 0)
    assert outcome.table("rows") == []


KAIGO = "D,{:010},0300000053,ｼｹﾝ ﾀﾛｳ,3450401,1,21,5060401,5060401,5070331,1,1,0,見本\r\n"


def test_kaigo_has_a_kind_before_each_record(read: Reader) -> None:
    data = "H,20250331,999999\r\n" + KAIGO.format(1) + KAIGO.format(2).replace(",1,1,0,", ",1,2,0,") + "T,2\r\n"
    outcome = read("kaigo", data.encode("cp932"))
    (row,) = outcome.table("rows")
    assert (row["uses_service"], row["in_facility"], row["valid_to_latest"].year) == (True, False, 2025)
    assert outcome.faults == {(3, "code_unknown", "サービス利用")}
    assert outcome.warned == {(1, "h_record_date", "基準日")}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (KAIGO.format(1) + "T,1\r\n", "unparsable"),
        ("H,20250430,999999\r\n" + KAIGO.format(1).replace("D,", "X,", 1) + "T,1\r\n", "unparsable"),
        ("H,20250430,999999\r\n" + KAIGO.format(1), "trailer_missing"),
        ("H,20250430,999999\r\n" + KAIGO.format(1) + "T,2\r\n", "trailer_mismatch"),
    ],
)
def test_kaigo_out_of_form(read: Reader, data: str, code: str) -> None:
    assert read("kaigo", data.encode("cp932")).refused.code == code


def test_an_insured_number_may_begin_with_h(read: Reader) -> None:
    data = "H,20250430,999999\r\n" + KAIGO.format(1).replace("0000000001", "H000000001") + "T,1\r\n"
    assert read("kaigo", data.encode("cp932")).manifest.rows_good == 1


def test_seiho_without_number_is_loaded(read: Reader) -> None:
    line = "0020001,01,,ｼｹﾝﾀﾛｳ,3590127,1,4290627,0000000,0000000,0000000,3,1,1,1,1,0,0,0,0\r\n"
    (row,) = read("seiho", line.encode("cp932")).table("rows")
    assert (row["record_key"], row["resident_no"], row["aid_living"]) == ("0020001|01", None, True)
    assert (row["surname_kana_key"], row["given_kana_key"]) == ("シケンタロウ", None)
    assert row["abolished_on_precision"] == "none"


def test_codes_are_those_of_the_seeds() -> None:
    assert {*Reason, *FileReason} <= CODES["reason_code"]
    assert {*Warned} - {Warned.H_RECORD_DATE} <= CODES["warning_code"]


def _nothing(contract: Contract) -> bytes:
    """A delivery of the contract without a record, or with one that is all blank where there is no heading."""
    layout = contract.layout
    headings = [field.source for field in contract.delivered_fields]
    if layout.format == "xlsx":
        sheets = layout.sheets or ("一覧",)
        blank = [[]] * ((layout.heading_row or 1) + layout.heading_rows - 2)
        return sheets_of({name: [*blank, headings] for name in sheets})
    if layout.format == "parquet":
        return parquet_of({heading: [] for heading in headings})
    if layout.heading:
        trailer = "T,0\n" if layout.trailer else ""
        return (",".join(headings) + "\n" + trailer).encode(layout.encoding)
    return {"kaigo": b"H,20250430,1\nT,0\n", "shogai": b"T000000000".ljust(152)}.get(
        contract.feed, b",".join([b""] * 19)
    )


@pytest.mark.parametrize("table", sorted(CONTRACTS))
def test_rows_have_the_columns_and_types_that_dbt_reads(read: Reader, table: str) -> None:
    contract = CONTRACTS[table]
    folder = read(table, _nothing(contract)).folder
    found = duckdb.sql(f"describe from '{folder}/rows.parquet'").fetchall()
    assert [row[:2] for row in found] == [(column.name, column.type) for column in lake_columns(contract)]


class TestTheFolder:
    """A delivery's rows, quarantine and manifest appear together or not at all."""

    def test_what_is_there_is_not_read_again(self, tmp_path: Path) -> None:
        contract, data = CONTRACTS["jumin"], jumin_file(numbered(1))
        file = landed(contract, data)
        first = read_delivery(file, lambda: io.BytesIO(data), contract, CODES, FIXES, tmp_path)

        def fails() -> io.BytesIO:
            raise AssertionError("read again")

        assert read_delivery(file, fails, contract, CODES, FIXES, tmp_path) == first

    def test_an_error_leaves_nothing(self, tmp_path: Path) -> None:
        class Broken(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() > 100:
                    raise OSError("the disk went away")
                return super().read(100)

        contract, data = CONTRACTS["jumin"], jumin_file(*map(numbered, range(50)))
        with pytest.raises(OSError, match="disk"):
            read_delivery(landed(contract, data), lambda: Broken(data), contract, CODES, FIXES, tmp_path)
        assert list((tmp_path / "jumin").iterdir()) == []

    def test_leftovers_of_a_killed_run_are_swept(self, read: Reader, tmp_path: Path) -> None:
        kept = read("jumin", jumin_file(numbered(1))).folder
        (tmp_path / "jumin" / ".staged-0123456789abcdef-1" / "scratch").mkdir(parents=True)
        sweep(tmp_path / "jumin")
        assert list((tmp_path / "jumin").iterdir()) == [kept]

    def test_no_scratch_stays(self, read: Reader) -> None:
        folder = read("jumin", jumin_file(numbered(1), numbered(1, 性別="2"))).folder
        names = {"manifest.json", "quarantine.parquet", "rows.parquet", "warnings.parquet"}
        assert {path.name for path in folder.iterdir()} == names

    def test_a_refusal_at_the_door_is_kept(self, read: Reader) -> None:
        refusal = Refusal("zip_unsafe", "two members")
        assert read("jumin", b"", refusal=refusal).manifest.refusal == refusal
