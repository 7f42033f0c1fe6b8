"""sanka: participation support of a month, and rows of earlier months put right."""

from __future__ import annotations

import numpy as np

from kasane.ward.cases import consultation_id
from kasane.ward.columns import Form, Sheet
from kasane.ward.orgs import OrgBook
from kasane.ward.orgs_activity import ACTIVITIES, ActivityBook
from kasane.ward.sheet_texts import code_column, day_column, serials, text_column

PLAIN = Form("csv", "utf-8")


def consultation_texts(places: list[int]) -> list[str]:
    """相談ID, blank where a row names none."""
    return ["" if place < 0 else consultation_id(place) for place in places]


def activity_sheet(book: ActivityBook, orgs: OrgBook, agencies: list[list[str]], month: int) -> Sheet:
    """The rows that this month's file tells; ``facts``: the row of the book and the record it is a version of."""
    table = book.activities
    rows = np.flatnonzero(table["told"] == month)
    columns = (
        text_column("実施ID", serials("N", 5, table["of"][rows])),
        day_column("実施日", table["held"][rows]),
        code_column("種別", ACTIVITIES, table["kind"][rows]),
        text_column("相談ID", consultation_texts(table["consultation"][rows].tolist())),
        code_column("協力機関コード", [row[0] for row in agencies], table["agency"][rows]),
        code_column("圏域コード", orgs.areas, table["area"][rows]),
    )
    return Sheet("sanka", PLAIN, columns, len(rows), {"row": rows, "of": table["of"][rows].astype(np.int64)})
