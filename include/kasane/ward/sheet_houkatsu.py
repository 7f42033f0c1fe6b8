"""houkatsu: a centre's consultations of a month, a hand-kept workbook with a two-row merged heading."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import xlsxwriter

from kasane.ward.arrays import Bools
from kasane.ward.cases import REQUESTERS, CaseBook, codes
from kasane.ward.cases_other import CARE_LEVELS, RESPONSES
from kasane.ward.columns import Form, Sheet
from kasane.ward.days import Month, date_of
from kasane.ward.sheet_texts import text_column
from kasane.ward.sheet_youtai import rounded
from kasane.ward.workbook import AS_TEXT, MADE
from kasane.ward.write_jtext import jtext

_ROWS_BEFORE = 4
_NOTES = ("※電話のみの相談を含む。", "※①～⑯は相談票の番号")
_LONG = 31


def centre_sheet(book: CaseBook, centre: int, code: str, month: Month, known: Bools) -> Sheet:
    """A centre's consultations of the month, and some of the month before again with another 対応.

    ``known``: rows that an earlier file in force has shown; only these come again.
    """
    table = book.houkatsu
    here = table["centre"] == centre
    new = here & (table["received"] >= month.first) & (table["received"] <= month.last)
    again = here & known & (table["again"] == 1)
    again &= (table["received"] < month.first) & (table["received"] >= month.first - _LONG)
    rows = np.flatnonzero(new | again)
    rows = rows[np.argsort(table["number"][rows], kind="stable")]
    columns = tuple(
        text_column(heading, cells, csv=False) for heading, cells in _texts(book, rows.tolist(), again).items()
    )
    facts = {
        "serial": rows, "person": table["person"][rows].astype(np.int64), "received": table["received"][rows],
    }  # fmt: skip
    form = Form("xlsx", "utf-8", book=_book(code, month), rows_before=_ROWS_BEFORE)
    return Sheet("houkatsu", form, columns, len(rows), facts)


def _texts(book: CaseBook, rows: list[int], again: Bools) -> dict[str, list[str]]:
    table = book.houkatsu
    written = [book.written["houkatsu"][row] for row in rows]
    take = {
        name: table[name][rows].tolist() for name in ("number", "received", "requester", "topics", "care", "response")
    }
    return {
        "番号": [str(number) for number in take["number"]],
        "受付日": [
            jtext(day, np.random.default_rng([row, 2])) for day, row in zip(take["received"], rows, strict=True)
        ],
        "氏名": [w.name for w in written],
        "フリガナ": [w.kana for w in written],
        "生年月日": [w.birth_text for w in written],
        "性別": ["男" if w.sex == 1 else "女" for w in written],
        "住所": [w.address for w in written],
        "電話番号": [w.phone for w in written],
        "相談者": [REQUESTERS[place] for place in take["requester"]],
        "相談内容": [_topics(bits, row) for bits, row in zip(take["topics"], rows, strict=True)],
        "要介護度": [CARE_LEVELS[place] for place in take["care"]],
        "対応": [
            RESPONSES[place] + ("（追記：再訪問）" if again[row] else "")
            for place, row in zip(take["response"], rows, strict=True)
        ],
    }


def _topics(bits: int, row: int) -> str:
    """Codes as ``1,3`` or ``①③``."""
    return rounded(bits) if row % 3 == 0 else ",".join(str(int(code)) for code in codes(bits))


def _book(code: str, month: Month) -> Callable[[Sheet], bytes]:
    """What the centre's office makes of a sheet: title, merged heading, records, total and notes."""

    def write(sheet: Sheet) -> bytes:
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"in_memory": True, **AS_TEXT}) as book:
            book.set_properties({"title": "受付簿", "created": MADE})
            page = book.add_worksheet("受付簿")
            day = date_of(month.last)
            page.write_string(0, 0, "地域包括支援センター 総合相談受付簿")
            page.write_string(1, 0, f"地域包括支援センター（{code}）")
            page.write_string(1, 2, f"令和{day.year - 2018}年{day.month}月分")
            headings = [column.heading for column in sheet.columns]
            _heading(page, headings)
            for place, heading in enumerate(headings):
                for row, text in enumerate(sheet.texts(heading), _ROWS_BEFORE):
                    if heading == "番号" and text.isascii() and text.isdigit():
                        page.write_number(row, place, int(text))
                    elif text:
                        page.write_string(row, place, text)
            bottom = _ROWS_BEFORE + sheet.rows
            page.write_string(bottom, 0, "合計")
            page.write_string(bottom, 2, f"{sheet.rows}件")
            for row, note in enumerate(_NOTES, bottom + 1):
                page.write_string(row, 0, note)
        return target.getvalue()

    return write


def _heading(page: xlsxwriter.worksheet.Worksheet, headings: list[str]) -> None:
    """Two rows: what belongs to the person under one cell, every other heading over both rows."""
    top, low = _ROWS_BEFORE - 2, _ROWS_BEFORE - 1
    grouped = [place for place, heading in enumerate(headings) if _in_group(heading)]
    page.merge_range(top, grouped[0], top, grouped[-1], "相談対象者")
    for place, heading in enumerate(headings):
        if place in grouped:
            page.write_string(low, place, heading)
        else:
            page.merge_range(top, place, low, place, heading)


def _in_group(heading: str) -> bool:
    return heading in ("氏名", "フリガナ", "よみ", "生年月日", "性別", "住所", "電話番号")
