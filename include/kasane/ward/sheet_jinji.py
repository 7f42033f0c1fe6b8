"""jinji: posts with their full-time equivalents, and supporters in post."""

from __future__ import annotations

import numpy as np

from kasane.ward.columns import Form, Sheet
from kasane.ward.days import Month
from kasane.ward.orgs import OCCUPATIONS, ROLES, OrgBook, known
from kasane.ward.sheet_texts import code_column, day_column, number_column, serials, text_column

PLAIN = Form("csv", "utf-8")


def _tenths(values: list[int]) -> list[str]:
    return [f"{value // 10}.{value % 10}" for value in values]


def post_sheet(book: OrgBook, agencies: list[list[str]], month: Month) -> Sheet:
    """JINJI_POST: the posts of the agencies that are open by the base date."""
    table = book.posts
    opened = np.array([row[5] <= str(month.end) for row in agencies])
    rows = np.flatnonzero(opened[table["agency"]])
    facts = {
        "row": rows,
        "required": table["required"][rows].astype(np.int64),
        "filled": book.filled[rows, month.index],
        "qualified": book.qualified[rows, month.index],
    }
    columns = (
        text_column("基準日", [str(month.end)] * len(rows)),
        code_column("機関コード", [row[0] for row in agencies], table["agency"][rows]),
        code_column("職種", OCCUPATIONS, table["occupation"][rows]),
        text_column("必要人数", _tenths(facts["required"].tolist())),
        text_column("配置人数", _tenths(facts["filled"].tolist())),
        text_column("うち有資格", _tenths(facts["qualified"].tolist())),
        number_column("多機関協働担当", table["coordinates"][rows]),
    )
    return Sheet("jinji", PLAIN, columns, len(rows), facts, part="POST")


def staff_sheet(book: OrgBook, agencies: list[list[str]], last: int) -> Sheet:
    """JINJI_STAFF: supporters who have begun by the base date, former ones too."""
    table = book.staff
    rows = np.flatnonzero(table["start"] <= last)
    facts = {"row": rows, "start": table["start"][rows], "end": known(table["end"][rows], last)}
    columns = (
        text_column("職員ID", serials("J", 4, rows)),
        code_column("機関コード", [row[0] for row in agencies], table["agency"][rows]),
        code_column("役割", ROLES, table["role"][rows]),
        day_column("在籍開始", facts["start"]),
        day_column("在籍終了", facts["end"]),
    )
    return Sheet("jinji", PLAIN, columns, len(rows), facts, part="STAFF")
