"""youtai: the council's list of cases, a workbook with the heading in row 3."""

from __future__ import annotations

import numpy as np

from kasane.ward.cases import YOUTAI_KINDS, CaseBook, codes, happened
from kasane.ward.columns import Form, Sheet
from kasane.ward.days import NONE, Month
from kasane.ward.people import Ward
from kasane.ward.sheet_texts import text_column
from kasane.ward.workbook import list_book
from kasane.ward.write_jtext import jtext, jtext_month

FORM = Form(
    "xlsx", "utf-8", book=list_book(("台帳",), ("要保護児童対策地域協議会 ケース台帳（取扱注意）", "")), rows_before=3
)
_ROUND = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯"
_MONTH_ALONE = 0.06


def case_no(place: int) -> str:
    """管理番号 of a row."""
    return f"Y{place + 1:05d}"


def rounded(value: int) -> str:
    """A multi-choice value as ①③."""
    return "".join(_ROUND[int(code) - 1] for code in codes(value))


def written_day(day: int, place: int, salt: int) -> str:
    """A day in the spelling that its record keeps in every file; now and then the month alone.

    A month end is never inside such a month, so that it is plain whether the day has come.
    """
    if day == NONE:
        return ""
    rng = np.random.default_rng([place, salt])
    return jtext_month(day, rng) if rng.random() < _MONTH_ALONE else jtext(day, rng)


def _kind(kind: int, place: int) -> str:
    """区分 in words; for none an empty cell, or the word for it."""
    return "ブランク" if kind == 0 and place % 2 else YOUTAI_KINDS[kind]


def child_case_sheet(book: CaseBook, ward: Ward, month: Month) -> Sheet:
    """The cases accepted by the month's end, closed ones too."""
    table = book.youtai
    rows = np.flatnonzero(happened(table["accepted"], month.last))
    written = [book.written["youtai"][row] for row in rows.tolist()]
    closed = np.where(happened(table["closed"][rows], month.last), table["closed"][rows], NONE)
    schools = ["", *(town.school for town in ward.addresses.towns)]
    days = {"受理日": table["accepted"][rows], "終結日": closed}
    texts = {
        "管理番号": [case_no(row) for row in rows.tolist()],
        "児童氏名": [w.name for w in written],
        "フリガナ": [w.kana for w in written],
        "生年月日": [w.birth_text for w in written],
        "学校名": [schools[place + 1] for place in table["school"][rows].tolist()],
        "住所": [w.address for w in written],
        "区分": [_kind(k, row) for k, row in zip(table["kind"][rows].tolist(), rows.tolist(), strict=True)],
        "虐待種別": ["" if kind == 0 else str(kind) for kind in table["abuse"][rows].tolist()],
        "ヤングケアラー": [("", "○")[carer] for carer in table["carer"][rows].tolist()],
        "ケア内容": [rounded(bits) for bits in table["cares"][rows].tolist()],
    }
    for salt, (heading, values) in enumerate(days.items()):
        texts[heading] = [written_day(d, row, salt) for d, row in zip(values.tolist(), rows.tolist(), strict=True)]
    facts = {
        "serial": rows, "person": table["person"][rows].astype(np.int64), "accepted": table["accepted"][rows],
        "closed": closed, "carer": table["carer"][rows],
    }  # fmt: skip
    columns = tuple(text_column(heading, cells, csv=False) for heading, cells in texts.items())
    return Sheet("youtai", FORM, columns, len(rows), facts)
