"""enquete: answers of consulters and supporters of a month, and earlier ones put right."""

from __future__ import annotations

import numpy as np

from kasane.ward.columns import Form, Sheet
from kasane.ward.orgs_activity import RESPONDENTS, ActivityBook
from kasane.ward.sheet_sanka import consultation_texts
from kasane.ward.sheet_texts import code_column, day_column, number_column, serials, text_column

PLAIN = Form("csv", "utf-8")


def answer_sheet(book: ActivityBook, month: int) -> Sheet:
    """The rows that this month's file tells; ``facts``: the row of the book and the record it is a version of."""
    table = book.answers
    rows = np.flatnonzero(table["told"] == month)
    columns = (
        text_column("回答ID", serials("Q", 6, table["of"][rows])),
        day_column("回答日", table["answered"][rows]),
        code_column("区分", RESPONDENTS, table["kind"][rows]),
        text_column("相談ID", consultation_texts(table["consultation"][rows].tolist())),
        code_column("満足度", ["", "1", "2", "3", "4", "5"], table["satisfaction"][rows]),
        number_column("多機関連携", table["several"][rows]),
    )
    return Sheet("enquete", PLAIN, columns, len(rows), {"row": rows, "of": table["of"][rows].astype(np.int64)})
