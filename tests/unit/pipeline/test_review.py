"""The review queue goes out as a table and a page and comes back as decisions; nothing in a name does harm."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from kasane.errors import KasaneError
from kasane.pipeline.link_decisions import load_effective
from kasane.pipeline.list_recall import overdue_lists
from kasane.pipeline.review import decide, export_queue, import_decisions, write_page
from kasane.pipeline.review_queue import count_queue, load_queue
from kasane.settings import Settings
from support.review_ward import FORMULA, MATE_STREET, QUOTES, SCRIPT, SECRET_STREET, make_ward

Table = list[dict[str, Any]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_ward(tmp_path / "data")


def read_csv(content: bytes) -> Table:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> Table:
    heads, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def as_csv(table: Table, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode(encoding)


def as_xlsx(table: Table) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(table[0]), *(list(row.values()) for row in table)]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def exported(settings: Settings, out: Path) -> bytes:
    export_queue(settings, out)
    return out.read_bytes()


def in_force(settings: Settings) -> list[tuple[str, str, str, str]]:
    names = ["left_record_id", "right_record_id", "decision", "reason"]
    return [tuple(row.values()) for row in load_effective(settings.data).select(names).to_pylist()]


def problems(settings: Settings, file: Path, content: bytes) -> list[str]:
    file.write_bytes(content)
    with pytest.raises(KasaneError) as raised:
        import_decisions(settings, file, "係長")
    assert in_force(settings) == []
    return [str(problem).split(" →")[0] for problem in raised.value.problems]


def judged(table: Table, **words: str) -> Table:
    """The table with 判定 and 理由 filled in for the pairs whose ids end so."""
    for row in table:
        if word := words.get(row["ペアID"][-2:]):
            row["判定"], row["理由"] = word, "本人に確認した"
    return table


@pytest.mark.parametrize(
    ("suffix", "read", "write"),
    [
        (".csv", read_csv, as_csv),
        (".xlsx", read_xlsx, as_xlsx),
        (".csv", read_csv, lambda table: as_csv(table, "cp932")),
    ],
    ids=["csv", "xlsx", "cp932"],
)
def test_what_is_decided_in_the_exported_table_comes_back(
    settings: Settings, tmp_path: Path, suffix: str, read: Callable[[bytes], Table], write: Callable[[Table], bytes]
) -> None:
    table = read(exported(settings, tmp_path / f"out{suffix}"))
    assert len(table) == 5
    back = tmp_path / f"back{suffix}"
    back.write_bytes(write(judged(table, a1="つなぐ", b2="別人", c3="保留")))
    assert import_decisions(settings, back, "係長") == 2
    assert in_force(settings) == [
        ("jumin|subject|01", "konkyu|subject|A", "must_link", "本人に確認した"),
        ("jumin|subject|02", "konkyu|subject|B", "cannot_link", "本人に確認した"),
    ]
    assert import_decisions(settings, back, "係長") == 0
    # What is decided no longer waits.
    assert [pair["pair_id"][-2:] for pair in load_queue(settings).to_pylist()] == ["c3", "d4", "e5"]


def test_an_exported_queue_is_a_list_of_persons_with_basis_and_end(settings: Settings, tmp_path: Path) -> None:
    exported(settings, tmp_path / "o.xlsx")
    assert overdue_lists(settings, date.today()) == []
    (late,) = overdue_lists(settings, date.today() + timedelta(days=32))
    assert (late.file, late.is_there, late.why) == (str(tmp_path / "o.xlsx"), True, "expired")


def test_names_are_text_in_both_tables_whatever_they_begin_with(settings: Settings, tmp_path: Path) -> None:
    told = {row["左 記録ID"]: row["左 氏名"] for row in read_xlsx(exported(settings, tmp_path / "o.xlsx"))}
    assert told["konkyu|subject|A"] == FORMULA
    assert told["houkatsu|subject|C|1"] == QUOTES
    told = {row["左 記録ID"]: row for row in read_csv(exported(settings, tmp_path / "o.csv"))}
    assert told["konkyu|subject|A"]["左 氏名"] == "'=1+1"
    assert told["konkyu|subject|B"]["左 住所"] == "'+81"
    assert told["houkatsu|subject|C|1"]["左 氏名"] == QUOTES


def test_both_sides_stand_side_by_side_with_household_and_other_candidates(settings: Settings, tmp_path: Path) -> None:
    first = read_csv(exported(settings, tmp_path / "o.csv"))[0]
    assert (first["左 役割"], first["右 役割"], first["右 生年月日"]) == ("本人", "本人", "1950-04-01")
    assert first["右 世帯人数"] == "2"
    assert first["右 世帯の構成"] == "75歳男・45歳男"
    assert (first["左 世帯人数"], first["左 世帯の構成"]) == ("", "")
    assert first["左 他の候補の数"] == "1"
    assert "山田 花子 1980-04-30 (0.600)" in first["左 他の候補"]
    assert first["項目ごとの重み"] == "名（カナ）: 同じ (+6.5); <b>: x (-3.0)"


def test_no_address_of_a_protected_person_or_of_who_lives_with_one_is_shown(settings: Settings, tmp_path: Path) -> None:
    write_page(settings, tmp_path / "p.html", 200)
    shown = [
        exported(settings, tmp_path / "o.csv").decode(),
        str(read_xlsx(exported(settings, tmp_path / "o.xlsx"))),
        (tmp_path / "p.html").read_text(encoding="utf-8"),
    ]
    for text in shown:
        assert SECRET_STREET not in text
        assert MATE_STREET not in text
        assert "あさひ町1-1" in text
        assert "支援措置" in text


def test_the_page_holds_no_unescaped_text_and_asks_for_nothing_outside(settings: Settings, tmp_path: Path) -> None:
    write_page(settings, tmp_path / "p.html", 200)
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>" not in page
    assert page.count("<script>") == 1
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<article") == 5


def test_the_page_marks_differences_by_a_sign_and_counts_who_waits_beyond_it(
    settings: Settings, tmp_path: Path
) -> None:
    write_page(settings, tmp_path / "p.html", 1)
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "この頁 1 件 / 確認待ち 5 件" in page
    # あさひ町１－１ and あさひ町1-1 are one address.
    assert '<tr class="same"><th scope="row">住所' in page
    assert '<tr class="differs"><th scope="row">氏名' in page


def test_the_page_s_own_table_of_decisions_is_taken(settings: Settings, tmp_path: Path) -> None:
    line = '"00000000000000a1","konkyu|subject|A","jumin|subject|01","別人","電話で確認 ""別の人"""'
    saved = tmp_path / "kasane_review_decisions.csv"
    saved.write_text(f'\ufeff"ペアID","左 記録ID","右 記録ID","判定","理由"\r\n{line}\r\n', encoding="utf-8")
    assert import_decisions(settings, saved, "係長") == 1
    assert in_force(settings)[0][2:] == ("cannot_link", '電話で確認 "別の人"')


def test_every_wrong_row_is_told_with_its_line_and_nothing_is_taken(settings: Settings, tmp_path: Path) -> None:
    table = judged(read_csv(exported(settings, tmp_path / "o.csv")), a1="つなぐ", b2="たぶん", d4="別人")
    table[0]["ペアID"] = table[1]["ペアID"]
    # The name of the third pair has two lines, so the fourth one stands in line 6 of the file.
    told = problems(settings, tmp_path / "back.csv", as_csv(table))
    assert told == [
        "back.csv:2: ペアID and the two record ids are not of one pair",
        "back.csv:3: 判定 is none of つなぐ、別人、保留",
    ]
    table[0]["ペアID"], table[1]["判定"], table[3]["理由"] = "00000000000000a1", "", " "
    assert problems(settings, tmp_path / "back.csv", as_csv(table)) == ["back.csv:6: no reason is given"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        ("ペアID,判定\n".encode(), "there must be just one column of each of 左 記録ID、右 記録ID、理由"),
        (b"\x81\x20", "the file is neither UTF-8 nor CP932"),
        (b"PK\x03\x04 no workbook", "the workbook is damaged (BadZipFile)"),
    ],
    ids=["empty", "headings", "encoding", "workbook"],
)
def test_a_file_that_is_no_reviewed_table_is_refused(
    settings: Settings, tmp_path: Path, content: bytes, problem: str
) -> None:
    (told,) = problems(settings, tmp_path / "back.csv", content)
    assert problem in told


def test_a_pair_id_that_a_spreadsheet_made_a_number_is_known_by_its_records(settings: Settings, tmp_path: Path) -> None:
    table = judged(read_csv(exported(settings, tmp_path / "o.csv")), a1="つなぐ")
    table[0]["ペアID"] = "1.6E+15"
    (tmp_path / "back.csv").write_bytes(as_csv(table))
    assert import_decisions(settings, tmp_path / "back.csv", "係長") == 1


def test_what_goes_out_is_for_its_owner_alone_and_audited_without_names(settings: Settings, tmp_path: Path) -> None:
    export_queue(settings, tmp_path / "o.csv")
    write_page(settings, tmp_path / "p.html", 2)
    decide(settings, "konkyu|subject|A", "konkyu|subject|B", "cannot_link", "係長", "別の窓口で会った")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.*")} == {0o600}
    text = (settings.data.audit / "review.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in text.splitlines()]
    assert [(each["what"], each["pairs"]) for each in entries] == [("export", 5), ("page", 2), ("decide", 1)]
    assert not any(told in text for told in names(settings))


def names(settings: Settings) -> Iterable[str]:
    for pair in load_queue(settings).to_pylist():
        yield from (pair["left_name"], pair["right_name"], pair["left_record_id"], pair["left_phone"])


def test_the_queue_is_counted_by_reason_with_its_oldest(settings: Settings) -> None:
    ((reason, pairs, oldest, median),) = [tuple(vars(each).values()) for each in count_queue(settings)]
    assert (reason, pairs, str(oldest), str(median)) == ("between_thresholds", 5, "2025-01-31", "2025-03-31")


def test_an_export_of_another_kind_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(KasaneError, match=r"ends otherwise than \.csv and \.xlsx"):
        export_queue(settings, tmp_path / "o.ods")
    with pytest.raises(KasaneError, match="no such folder"):
        export_queue(settings, tmp_path / "nowhere" / "o.csv")
