"""What becomes of the sheets that offices keep by hand."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from kasane import workbook as opened

from .support import Reader
from .workbooks import (
    CONFERENCES,
    HOUKATSU,
    KENSHU,
    YOUTAI,
    conferences,
    consultation,
    consultations,
    listing,
    put,
    workbook,
)

CENTRE = {"name": "HOUKATSU_K11_20250430_01.xlsx", "part": "K11"}


def child(**changes: Any) -> list[Any]:
    record: dict[str, Any] = dict.fromkeys(YOUTAI) | {"管理番号": "Y00001", "フリガナ": "シケン ジロウ"}
    return [(record | changes)[heading] for heading in YOUTAI]


def attended(**changes: Any) -> list[Any]:
    values = ("T1", "多職種連携研修", "多職種連携", "2025-04-09", "支援者", "J0010", "○", 52)
    record: dict[str, Any] = dict(zip(KENSHU, values, strict=True)) | changes
    return [record[heading] for heading in KENSHU]


def test_a_record_below_a_merged_heading_is_read(read: Reader) -> None:
    outcome = read("houkatsu", consultations(consultation()), **CENTRE)
    (row,) = outcome.table("rows")
    assert (row["line_number"], row["record_key"], row["centre"]) == (5, "K11|1", "K11")
    assert (row["received_on_earliest"], row["received_on_precision"]) == (date(2025, 4, 1), "day")
    assert (row["birth_date_earliest"], row["sex"], row["requested_by"]) == (date(1947, 10, 3), "2", "家族")
    assert (row["topics"], row["care_level"]) == ("01;03", "21")
    assert (row["kana_key"], row["given_kana_key"]) == ("シケンハナコ", "ハナコ")
    assert not outcome.faults
    assert not outcome.warned


def test_totals_notes_and_blank_rows_are_no_records(read: Reader) -> None:
    records = [
        consultation(番号=1),
        [],
        [" ", None, "　"],
        ["※途中の注記"],
        consultation(番号=2),
        ["合　計", None, "2件"],
        ["※電話のみの相談を含む。"],
        consultation(番号=3),
    ]
    outcome = read("houkatsu", consultations(*records), **CENTRE)
    assert [row["line_number"] for row in outcome.table("rows")] == [5, 9]
    assert outcome.manifest.rows_in == 2


def test_a_book_without_records_is_an_empty_delivery(read: Reader) -> None:
    outcome = read("houkatsu", consultations(["合計", None, "0件"]), **CENTRE)
    assert (outcome.manifest.refusal, outcome.manifest.rows_in) == (None, 0)


def test_headings_in_any_order_and_width_and_not_merged(read: Reader) -> None:
    turned = tuple(reversed(HOUKATSU))
    data = consultations(list(reversed(consultation())), headings=turned, merged=False)
    (row,) = read("houkatsu", data, **CENTRE).table("rows")
    assert (row["record_key"], row["phone"]) == ("K11|1", "03-0000-0000")
    wide = [heading.replace("ID", "ＩＤ\n").replace("点数", "点　数") for heading in KENSHU]
    (row,) = read("kenshu", listing(wide, attended())).table("rows")
    assert row["attendance_id"] == "T1"


@pytest.mark.parametrize(
    ("written", "earliest", "latest"),
    [
        ("令和7年4月1日", "2025-04-01", "2025-04-01"),
        (date(2025, 4, 1), "2025-04-01", "2025-04-01"),
        (45748, "2025-04-01", "2025-04-01"),
        ("45748", "2025-04-01", "2025-04-01"),
        ("2025/4/1", "2025-04-01", "2025-04-01"),
        ("Ｒ７．４．１", "2025-04-01", "2025-04-01"),
        ("令和7年4月上旬", "2025-04-01", "2025-04-10"),
        ("令和7年春", "2025-03-01", "2025-05-31"),
        (None, None, None),
    ],
)
def test_a_day_may_be_written_in_many_ways(
    read: Reader, written: object, earliest: str | None, latest: str | None
) -> None:
    (row,) = read("houkatsu", consultations(consultation(受付日=written)), **CENTRE).table("rows")
    days = [day and day.isoformat() for day in (row["received_on_earliest"], row["received_on_latest"])]
    assert days == [earliest, latest]


@pytest.mark.parametrize(
    ("heading", "value", "reason"),
    [
        ("番号", None, "key_missing"),
        ("受付日", "令和7年4月31日", "date_impossible"),
        ("受付日", 2025, "date_impossible"),
        ("性別", "M", "code_unknown"),
        ("相談者", "隣人", "code_unknown"),
        ("相談内容", "1,17", "code_unknown"),
        ("要介護度", "要介護6", "code_unknown"),
        ("要介護度", "未確認", "code_unknown"),
    ],
)
def test_a_broken_rule_sends_the_row_to_quarantine(read: Reader, heading: str, value: object, reason: str) -> None:
    records = [consultation(番号=7), consultation(**{"番号": 8, heading: value})]
    outcome = read("houkatsu", consultations(*records), **CENTRE)
    assert outcome.faults == {(6, reason, heading)}
    assert [row["line_number"] for row in outcome.table("rows")] == [5]


def test_an_error_in_a_cell_is_a_value_not_a_blank(read: Reader) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("受講")
        put(book, page, 0, KENSHU)
        put(book, page, 1, attended())
        page.write_formula(1, KENSHU.index("区分"), "=NA()", None, "#N/A")
        page.write_formula(1, KENSHU.index("点数"), "=1/0", None, "#DIV/0!")

    outcome = read("kenshu", workbook(draw))
    assert outcome.faults == {(2, "code_unknown", "区分"), (2, "number_invalid", "点数")}
    assert {row["raw_record"] for row in outcome.table("quarantine")} == {
        "T1,多職種連携研修,#N/A,2025-04-09,支援者,J0010,○,#DIV/0!"
    }


def test_numbers_lose_the_point_that_excel_gives_them_and_no_other(read: Reader) -> None:
    records = [attended(受講ID=12345678, 受講者ID="0100049783", 点数=52), attended(受講ID="T2", 点数=87.5, 修了="×")]
    first, second = read("kenshu", listing(KENSHU, *records)).table("rows")
    assert (first["attendance_id"], first["attendee_id"]) == ("12345678", "0100049783")
    assert (first["score"], second["score"]) == (52.0, 87.5)
    assert (first["is_completed"], second["is_completed"]) == (True, False)


def test_text_that_looks_like_code_is_text(read: Reader) -> None:
    names = ["=1+1", "<script>alert(1)</script>", 'a"b', "a,b", "一行\n二行", "NULL"]
    records = [attended(受講ID=f"T{number}", 研修名=name) for number, name in enumerate(names)]
    assert [row["training_name"] for row in read("kenshu", listing(KENSHU, *records)).table("rows")] == names


@pytest.mark.parametrize(
    ("written", "codes"),
    [("①③", "1;3"), ("1,3", "1;3"), ("３、１・3", "3;1"), ("⑨", "9"), (2, "2"), (" 1 / 2\n4", "1;2;4"), ("、", None)],
)
def test_several_codes_stand_in_one_cell(read: Reader, written: object, codes: str | None) -> None:
    (row,) = read("youtai", listing(YOUTAI, child(ケア内容=written), above=2)).table("rows")
    assert row["care_kinds"] == codes


@pytest.mark.parametrize("written", ["①⑩", "13", "1,x", "家事"])
def test_one_unknown_code_of_several_sends_the_row_to_quarantine(read: Reader, written: str) -> None:
    outcome = read("youtai", listing(YOUTAI, child(ケア内容=written), above=2))
    assert outcome.faults == {(4, "code_unknown", "ケア内容")}


def test_words_of_the_council_book_become_codes_and_blanks_stay_blank(read: Reader) -> None:
    kinds = ["要保護児童", "要支援児童", "特定妊婦", "ブランク", None]
    records = [child(管理番号=f"Y{n}", 区分=kind, ヤングケアラー="○〇"[n:][:1]) for n, kind in enumerate(kinds)]
    outcome = read("youtai", listing(YOUTAI, *records, above=2))
    assert [row["case_kind"] for row in outcome.table("rows")] == ["1", "2", "3", None, None]
    assert [row["is_young_carer"] for row in outcome.table("rows")] == [True, True, None, None, None]
    assert not outcome.warned
    assert read("youtai", listing(YOUTAI, child(ヤングケアラー="×"), above=2)).faults == {
        (4, "code_unknown", "ヤングケアラー")
    }


class TestAWorkbookWithASheetAKind:
    """The conferences: what a record is stands in the name of its sheet."""

    def test_every_sheet_is_read_and_says_the_kind(self, read: Reader) -> None:
        records = {
            name: [[f"M{n}", date(2025, 4, 10 + n), "E01", "K01、K07", 2, "C1;C2;C1"]]
            for n, name in enumerate(CONFERENCES)
        }
        rows = read("kaigi", conferences(records)).table("rows")
        assert [(row["conference_id"], row["conference_kind"]) for row in rows] == list(
            zip(("M0", "M1", "M2"), CONFERENCES, strict=True)
        )
        assert [row["line_number"] for row in rows] == [3, 3, 3]
        assert (rows[0]["agency_codes"], rows[0]["consultation_ids"], rows[0]["case_count"]) == ("K01;K07", "C1;C2", 2)

    def test_rows_with_equal_numbers_on_different_sheets_are_told_apart(self, read: Reader) -> None:
        def held(number: str, cases: object = 1) -> list[Any]:
            return [number, date(2025, 4, 1), "E01", "K01", cases, None]

        sheets = {
            "支援会議": [held("M1"), held("M2"), held("M3")],
            "重層的支援会議": [held("M4"), held("M5"), held("M2"), held("M5")],
            "地域ケア会議": [held("M6", "x")],
        }
        outcome = read("kaigi", conferences(sheets))
        assert [(row["line_number"], row["conference_id"]) for row in outcome.table("rows")] == [
            (3, "M1"),
            (5, "M3"),
            (3, "M4"),
            (4, "M5"),
        ]
        found = [(r["line_number"], r["reason_code"], r["raw_record"][:4]) for r in outcome.table("quarantine")]
        assert sorted(found) == [
            (3, "number_invalid", "地域ケア"),
            (4, "key_duplicate", "支援会議"),
            (5, "key_duplicate", "重層的支"),
        ]
        manifest = outcome.manifest
        assert (manifest.rows_in, manifest.rows_good, manifest.rows_quarantined, manifest.rows_repeated) == (8, 4, 3, 1)

    @pytest.mark.parametrize(
        ("sheets", "code", "says"),
        [
            ({name: [] for name in CONFERENCES[:2]}, "sheet_missing", "地域ケア会議"),
            (
                {name: [] for name in (*CONFERENCES, "個別会議")},
                "sheet_unknown",
                f"from the left: {len(CONFERENCES) + 1}",
            ),
        ],
    )
    def test_one_sheet_more_or_fewer_refuses_the_file(
        self, read: Reader, sheets: dict[str, list[Any]], code: str, says: str
    ) -> None:
        refused = read("kaigi", conferences(sheets)).refused
        assert refused.code == code
        assert says in refused.message

    def test_a_blank_sheet_more_is_nothing(self, read: Reader) -> None:
        def draw(book: xlsxwriter.Workbook) -> None:
            for name in (*CONFERENCES, "Sheet2"):
                page = book.add_worksheet(name)
                if name != "Sheet2":
                    put(book, page, 1, ["会議ID", "開催日", "圏域コード", "参加機関コード", "検討件数", "相談ID"])

        assert read("kaigi", workbook(draw)).manifest.rows_in == 0

    def test_the_refusal_names_the_sheet(self, read: Reader) -> None:
        def draw(book: xlsxwriter.Workbook) -> None:
            for name in CONFERENCES:
                page = book.add_worksheet(name)
                put(book, page, 1, ["会議ID", "開催日", "圏域コード", "参加機関コード", "検討件数"])
                page.write(1, 5, "相談ID" if name != "地域ケア会議" else "相談番号")

        refused = read("kaigi", workbook(draw)).refused
        assert (refused.code, refused.line) == ("columns_unknown", 2)
        assert "地域ケア会議" in refused.message
        assert "相談番号" in refused.message


class TestAFileThatIsNoSuchWorkbook:
    """Refused whole, with the reason, and never a traceback."""

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty_file"),
            (workbook(lambda book: book.add_worksheet("台帳") and None), "empty_file"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unparsable"),
            (listing(YOUTAI)[:-200], "unparsable"),
            (listing(YOUTAI)[:200], "unparsable"),
            ("管理番号,児童氏名\n".encode(), "unparsable"),
            (listing(YOUTAI[:-1], above=2), "columns_missing"),
            (listing((*YOUTAI, "備考"), above=2), "columns_unknown"),
            (listing((*YOUTAI, "受理日"), above=2), "columns_unknown"),
            (listing(YOUTAI, above=1), "columns_missing"),
            (listing(YOUTAI, [*child(), "書き足し"], above=2), "columns_unknown"),
        ],
        ids=[
            "0 bytes",
            "no cell",
            "encrypted",
            "cut short",
            "cut",
            "csv",
            "missing",
            "unknown",
            "twice",
            "row",
            "side",
        ],
    )
    def test_it_is_refused(self, read: Reader, data: bytes, code: str) -> None:
        assert read("youtai", data).refused.code == code

    def test_a_zip_that_is_no_workbook(self, read: Reader) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.csv", "x")
        assert read("youtai", buffer.getvalue()).refused.code == "unparsable"

    def test_a_checksum_that_does_not_fit(self, read: Reader) -> None:
        with zipfile.ZipFile(io.BytesIO(listing(YOUTAI, above=2))) as source:
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
                for name in source.namelist():
                    archive.writestr(name, source.read(name))
        assert read("youtai", buffer.getvalue()).manifest.rows_in == 0
        broken = buffer.getvalue().replace("管理番号".encode(), "管理番々".encode())
        assert read("youtai", broken).refused.code == "unparsable"

    def test_one_that_unpacks_to_too_much_is_not_loaded(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        data = listing(YOUTAI, *(child(管理番号=f"Y{number}") for number in range(2000)), above=2)
        assert read("youtai", data).manifest.rows_good == 2000
        monkeypatch.setattr(opened, "UNPACKED_BYTES_MOST", 100_000)
        refused = read("youtai", _again(data)).refused
        assert (refused.code, "unpacks" in refused.message) == ("unparsable", True)

    def test_a_cell_at_the_far_end_of_a_sheet_does_not_fill_the_memory(self, read: Reader) -> None:
        def draw(book: xlsxwriter.Workbook) -> None:
            page = book.add_worksheet("台帳")
            put(book, page, 2, YOUTAI)
            page.write(1_048_575, 16_383, "x")

        refused = read("youtai", workbook(draw)).refused
        assert (refused.code, "1,048,576" in refused.message) == ("unparsable", True)


def _again(data: bytes) -> bytes:
    """The same workbook with other bytes, so that it is read anew."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"again"
    return buffer.getvalue()
