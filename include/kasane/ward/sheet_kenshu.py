"""kenshu: who attended which training this month, a workbook with the heading in row 1."""

from __future__ import annotations

import numpy as np

from kasane.ward import days
from kasane.ward.columns import Form, Sheet
from kasane.ward.orgs_activity import LEADERS, TRAININGS, ActivityBook
from kasane.ward.people import Ward
from kasane.ward.sheet_texts import code_column, day_column, number_column, serials, text_column
from kasane.ward.workbook import list_book

FORM = Form("xlsx", "utf-8", book=list_book(("受講",), numbers=("点数",)))


def _title(kind: int, held: int) -> str:
    if kind == LEADERS:
        return "地域活動の担い手育成講座"
    day = days.date_of(held)
    return f"{TRAININGS[kind]}研修（{day.year}年{day.month}月）"


def attendance_sheet(book: ActivityBook, ward: Ward, month: int) -> Sheet:
    """The attendances of a month: supporters by 職員ID, residents by their number."""
    table = book.attendances
    rows = np.flatnonzero(table["told"] == month)
    kind, held = table["kind"][rows], table["held"][rows]
    staff, person = table["staff"][rows].tolist(), table["person"][rows].tolist()
    number = ward.people["number"]
    attendees = [
        f"J{place + 1:04d}" if place >= 0 else f"{number[who]:010d}" for place, who in zip(staff, person, strict=True)
    ]
    columns = (
        text_column("受講ID", serials("T", 6, rows), csv=False),
        text_column("研修名", [_title(k, day) for k, day in zip(kind.tolist(), held.tolist(), strict=True)], csv=False),
        code_column("区分", TRAININGS, kind),
        day_column("開催日", held),
        code_column("受講者区分", ["支援者", "住民"], (kind == LEADERS).astype(np.int64)),
        text_column("受講者ID", attendees, csv=False),
        code_column("修了", ["×", "○"], table["completed"][rows]),
        number_column("点数", table["score"][rows]),
    )
    return Sheet("kenshu", FORM, columns, len(rows), {"row": rows})
