"""The review queue as a table for people: CSV and XLSX, one row a pair, with two empty columns to decide in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import xlsxwriter

from kasane.reports.cells import Cell, cell, inert, write_row

PAIR_HEADING = "ペアID"
LEFT_HEADING = "左 記録ID"
RIGHT_HEADING = "右 記録ID"
DECISION_HEADING = "判定"
REASON_HEADING = "理由"
MUST_WORD, CANNOT_WORD, LATER_WORD = "つなぐ", "別人", "保留"
# What stands for an address that is not to be seen.
MASK = "支援措置"
DECISION_WORDS = (MUST_WORD, CANNOT_WORD, LATER_WORD)
SIDE_HEADINGS: Mapping[str, str] = {
    "record_id": "記録ID",
    "feed": "データ",
    "role": "役割",
    "name": "氏名",
    "kana": "カナ",
    "birth": "生年月日",
    "birth_text": "生年月日の原文",
    "sex": "性別",
    "address": "住所",
    "phone": "電話",
    "number": "宛名番号",
    "first_told_on": "最初の基準日",
    "link_method": "今の結び付け",
    "household_size": "世帯人数",
    "household_members": "世帯の構成",
    "other_count": "他の候補の数",
    "others": "他の候補",
}
_SIDE_WORDS = {"left": "左", "right": "右"}
_PAIR_HEADINGS = {
    "pair_id": PAIR_HEADING,
    "reason": "確認の理由",
    "queued_on": "待ち始めた日",
    "probability": "確率",
    "match_weight": "重み（ビット）",
    "evidence": "項目ごとの重み",
}
_SHEET = "確認待ち"
_WIDTH = 14


def headings() -> list[str]:
    """The columns in order: the pair, both sides field by field beside each other, and the two to fill in."""
    sides = [f"{word} {title}" for title in SIDE_HEADINGS.values() for word in _SIDE_WORDS.values()]
    return [*_PAIR_HEADINGS.values(), *sides, DECISION_HEADING, REASON_HEADING]


def csv_bytes(queue: pa.Table, labels: Mapping[str, str]) -> bytes:
    """The queue (``load_queue``) as CSV in UTF-8 with a byte order mark, as Excel reads it.

    Text that a spreadsheet program would run as a formula has an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings())
    writer.writerows([inert(each) for each in row] for row in _rows(queue, labels))
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(queue: pa.Table, labels: Mapping[str, str]) -> bytes:
    """The queue as a workbook with one table; text is text whatever it begins with, and 判定 is chosen from a list."""
    heads = headings()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_SHEET)
        count = max(queue.num_rows, 1)
        columns = [{"header": title} for title in heads]
        sheet.add_table(0, 0, count, len(heads) - 1, {"columns": columns, "style": "Table Style Light 1"})
        for at, row in enumerate(_rows(queue, labels), start=1):
            write_row(sheet, at, row)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, _WIDTH)
        choices = {"validate": "list", "source": list(DECISION_WORDS)}
        sheet.data_validation(1, len(heads) - 2, count, len(heads) - 2, choices)
    return out.getvalue()


def evidence_text(evidence: Sequence[Mapping[str, Any]] | None, labels: Mapping[str, str]) -> str:
    """What each comparison says and weighs in bits, in one line."""
    return "; ".join(
        f"{labels.get(each['comparison'], each['comparison'])}: {labels.get(each['level'], each['level'])}"
        + ("" if each["weight"] is None else f" ({each['weight']:+.1f})")
        for each in evidence or ()
    )


def _rows(queue: pa.Table, labels: Mapping[str, str]) -> Iterator[list[Cell]]:
    for batch in queue.to_batches(max_chunksize=1_000):
        for pair in batch.to_pylist():
            pair["evidence"] = evidence_text(pair["evidence"], labels)
            own = [pair[name] for name in _PAIR_HEADINGS]
            sides = [pair[f"{side}_{name}"] for name in SIDE_HEADINGS for side in _SIDE_WORDS]
            yield [cell(value) for value in (*own, *sides, None, None)]
