"""kaigi: conferences, a sheet of the workbook a kind, heading in row 2."""

from __future__ import annotations

import numpy as np

from kasane.ward.cases import consultation_id
from kasane.ward.columns import Form, Sheet
from kasane.ward.orgs import OrgBook
from kasane.ward.orgs_activity import CONFERENCES, ActivityBook
from kasane.ward.sheet_texts import code_column, day_column, number_column, text_column
from kasane.ward.workbook import list_book

_TAB = "会議種別"
FORM = Form(
    "xlsx",
    "utf-8",
    book=list_book(CONFERENCES, titles=("{} 開催記録",), dates=("開催日",), numbers=("検討件数",)),
    rows_before=2,
    tab=_TAB,
)


def conference_sheet(book: ActivityBook, orgs: OrgBook, agencies: list[list[str]], last: int) -> Sheet:
    """Every conference held by the base date; the sheets in the order of the kinds."""
    table = book.conferences
    rows = np.flatnonzero(table["held"] <= last)
    rows = rows[np.argsort(table["kind"][rows], kind="stable")]
    members = ["、".join(agencies[place][0] for place in book.conference_agencies[row]) for row in rows.tolist()]
    cases = [";".join(map(consultation_id, book.conference_consultations[row])) for row in rows.tolist()]
    columns = (
        code_column(_TAB, CONFERENCES, table["kind"][rows]),
        text_column("会議ID", [f"M{row + 1:05d}" for row in rows.tolist()], csv=False),
        day_column("開催日", table["held"][rows]),
        code_column("圏域コード", orgs.areas, table["area"][rows]),
        text_column("参加機関コード", members, csv=False),
        number_column("検討件数", table["cases"][rows]),
        text_column("相談ID", cases, csv=False),
    )
    return Sheet("kaigi", FORM, columns, len(rows), {"row": rows})
