"""konkyu: every case of self-reliance support, what has happened of it by the month's end; UTF-8 with BOM."""

from __future__ import annotations

import numpy as np

from kasane.ward.arrays import Ints
from kasane.ward.cases import CaseBook, Written, codes, happened
from kasane.ward.columns import Column, Form, Sheet
from kasane.ward.days import NONE, Month, date_of
from kasane.ward.people import Ward
from kasane.ward.sheet_texts import day_column, text_column

FORM = Form("csv", "utf-8-sig")
_FISCAL_FROM = 4


def support_no(received: int, place: int) -> str:
    """支援番号: the fiscal year in Reiwa, and a running number."""
    day = date_of(received)
    return f"R{day.year - (day.month < _FISCAL_FROM) - 2018:02d}-{place + 1:05d}"


def support_sheet(book: CaseBook, ward: Ward, month: Month) -> Sheet:
    """The cases received by the month's end."""
    table = book.konkyu
    rows = np.flatnonzero(happened(table["received"], month.last))
    written = [book.written["konkyu"][row] for row in rows.tolist()]
    shown = {
        name: np.where(happened(table[name][rows], month.last), table[name][rows], NONE)
        for name in ("received", "planned", "evaluated", "closed")
    }
    evaluated = shown["evaluated"] != NONE
    columns = (
        text_column("支援番号", [support_no(int(table["received"][row]), row) for row in rows.tolist()]),
        text_column("宛名番号", written_numbers(ward, table["person"][rows], table["numbered"][rows])),
        *_persons(written),
        day_column("相談受付日", shown["received"]),
        _digits("相談経路", table["route"][rows]),
        text_column("相談内容", [";".join(codes(bits)) for bits in table["topics"][rows].tolist()]),
        text_column("課題", [";".join(codes(bits)) for bits in table["issues"][rows].tolist()]),
        _digits("スクリーニング結果", table["screening"][rows]),
        _digits("同意区分", table["consent"][rows]),
        _digits("住居", table["housing"][rows]),
        _digits("仕事", table["work"][rows]),
        day_column("プラン作成日", shown["planned"]),
        day_column("評価日", shown["evaluated"]),
        _digits("評価結果", np.where(evaluated, table["evaluation"][rows], 0)),
        text_column(
            "見られた変化", [";".join(codes(b)) for b in np.where(evaluated, table["changes"][rows], 0).tolist()]
        ),
        day_column("終結日", shown["closed"]),
    )
    facts = {
        "serial": rows, "person": table["person"][rows].astype(np.int64), "received": shown["received"],
        "screening": table["screening"][rows], "planned": shown["planned"], "closed": shown["closed"],
    }  # fmt: skip
    return Sheet("konkyu", FORM, columns, len(rows), facts)


def _persons(written: list[Written]) -> tuple[Column, ...]:
    return (
        text_column("氏名", [w.name for w in written]),
        text_column("フリガナ", [w.kana for w in written]),
        text_column("生年月日", [w.birth_text for w in written]),
        text_column("性別", [str(w.sex) for w in written]),
        text_column("郵便番号", [w.postal_code for w in written]),
        text_column("住所", [w.address for w in written]),
        text_column("電話番号", [w.phone for w in written]),
    )


def _digits(heading: str, values: Ints) -> Column:
    return text_column(heading, ["" if value == 0 else str(value) for value in np.asarray(values).tolist()])


def written_numbers(ward: Ward, person: Ints, numbered: Ints) -> list[str]:
    """宛名番号 of each row, blank where the office didn't write it."""
    number = ward.people["number"][np.maximum(person, 0)]
    given = (np.asarray(numbered) == 1) & (person >= 0)
    return [f"{n:010d}" if g else "" for n, g in zip(number.tolist(), given.tolist(), strict=True)]
