"""shigen: places (居場所), watch-over agreements, groups and community issues, each a file a month."""

from __future__ import annotations

import numpy as np

from kasane.ward.columns import Form, Sheet
from kasane.ward.orgs import INDUSTRIES, ISSUES, PLACE_KINDS, RESOLVERS, TARGETS, OrgBook, known
from kasane.ward.sheet_texts import code_column, day_column, number_column, serials, text_column
from kasane.ward.town import Town

PLAIN = Form("csv", "utf-8")
_FIRMS = ("薬局", "新聞販売店", "郵便局", "スーパー", "協力企業", "信用金庫")
_GROUPS = ("ふれあい会", "支え合い隊", "みんなの広場", "見守り隊")


def place_sheet(book: OrgBook, towns: list[Town], last: int, dirt: bool) -> Sheet:
    """SHIGEN_PLACE: places opened by the base date, closed ones too."""
    table = book.places
    rows = np.flatnonzero(table["opened"] <= last)
    facts = {
        "row": rows,
        "district": table["district"][rows].astype(np.int64),
        "area": table["area"][rows].astype(np.int64),
        "opened": table["opened"][rows],
        "closed": known(table["closed"][rows], last),
    }
    names = [f"{towns[t].name}の居場所{row + 1}" for t, row in zip(table["town"][rows], rows, strict=True)]
    if dirt:
        names = ["=1+1" if row % 37 == 5 else name for row, name in zip(rows.tolist(), names, strict=True)]
    columns = (
        text_column("居場所ID", serials("B", 4, rows)),
        text_column("名称", names),
        code_column("種別", PLACE_KINDS, table["kind"][rows]),
        code_column("圏域コード", book.areas, facts["area"]),
        code_column("中学校区", book.districts, facts["district"]),
        day_column("開設日", facts["opened"]),
        day_column("閉鎖日", facts["closed"]),
        number_column("定員", table["capacity"][rows]),
        code_column("対象", TARGETS, table["target"][rows]),
    )
    return Sheet("shigen", PLAIN, columns, len(rows), facts, part="PLACE")


def agreement_sheet(book: OrgBook, last: int) -> Sheet:
    """SHIGEN_AGREEMENT: agreements concluded by the base date."""
    table = book.agreements
    rows = np.flatnonzero(table["concluded"] <= last)
    facts = {
        "row": rows,
        "organisation": table["organisation"][rows].astype(np.int64),
        "concluded": table["concluded"][rows],
        "ended": known(table["ended"][rows], last),
    }
    names = [f"{_FIRMS[place % len(_FIRMS)]}{place + 1}" for place in facts["organisation"].tolist()]
    columns = (
        text_column("協定ID", serials("G", 4, rows)),
        text_column("団体名", names),
        code_column("業種", INDUSTRIES, table["industry"][rows]),
        day_column("締結日", facts["concluded"]),
        day_column("終了日", facts["ended"]),
    )
    return Sheet("shigen", PLAIN, columns, len(rows), facts, part="AGREEMENT")


def group_sheet(book: OrgBook, last: int, dirt: bool) -> Sheet:
    """SHIGEN_GROUP: groups registered by the base date."""
    table = book.groups
    rows = np.flatnonzero(table["registered"] <= last)
    facts = {
        "row": rows,
        "area": table["area"][rows].astype(np.int64),
        "led": table["led"][rows].astype(np.int64),
        "registered": table["registered"][rows],
        "abolished": known(table["abolished"][rows], last),
    }
    names = [f"{_GROUPS[row % len(_GROUPS)]}{row + 1}" for row in rows.tolist()]
    if dirt:
        names = ["<script>の会, '本部'" if row % 41 == 7 else name for row, name in zip(rows, names, strict=True)]
    columns = (
        text_column("団体ID", serials("D", 4, rows)),
        text_column("団体名", names),
        code_column("圏域コード", book.areas, facts["area"]),
        number_column("住民主体", facts["led"]),
        day_column("登録日", facts["registered"]),
        day_column("廃止日", facts["abolished"]),
        number_column("補助金額", table["yen"][rows]),
    )
    return Sheet("shigen", PLAIN, columns, len(rows), facts, part="GROUP")


def issue_sheet(book: OrgBook, last: int) -> Sheet:
    """SHIGEN_ISSUE: issues noticed by the base date; how one was resolved is known when it is."""
    table = book.issues
    rows = np.flatnonzero(table["noticed"] <= last)
    solved = (table["resolved"][rows] <= last) & (table["by"][rows] > 0)
    facts = {
        "row": rows,
        "area": table["area"][rows].astype(np.int64),
        "noticed": table["noticed"][rows],
        "resolved": known(table["resolved"][rows], last),
        "by": np.where(solved, table["by"][rows], 0),
    }
    columns = (
        text_column("課題ID", serials("I", 4, rows)),
        code_column("圏域コード", book.areas, facts["area"]),
        code_column("内容", ISSUES, table["text"][rows]),
        day_column("把握日", facts["noticed"]),
        day_column("解決日", facts["resolved"]),
        code_column("解決主体", RESOLVERS, facts["by"]),
        number_column("政策化", solved & (table["policy"][rows] == 1)),
    )
    return Sheet("shigen", PLAIN, columns, len(rows), facts, part="ISSUE")
