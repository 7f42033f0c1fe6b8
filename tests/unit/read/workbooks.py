"""Workbooks as offices keep them: titles, a merged heading, records, a total, notes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

_AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_GROUPED = ("氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号")
HOUKATSU = ("番号", "受付日", *_GROUPED, "相談者", "相談内容", "要介護度", "対応")
YOUTAI = (
    *("管理番号", "児童氏名", "フリガナ", "生年月日", "学校名", "住所", "区分", "虐待種別"),
    *("ヤングケアラー", "ケア内容", "受理日", "終結日"),
)
KAIGI = ("会議ID", "開催日", "圏域コード", "参加機関コード", "検討件数", "相談ID")
KENSHU = ("受講ID", "研修名", "区分", "開催日", "受講者区分", "受講者ID", "修了", "点数")
CONFERENCES = ("支援会議", "重層的支援会議", "地域ケア会議")

Draw = Callable[[xlsxwriter.Workbook], None]


def workbook(draw: Draw) -> bytes:
    """The bytes of a workbook that ``draw`` fills."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _AS_TEXT) as book:
        draw(book)
    return target.getvalue()


def put(book: xlsxwriter.Workbook, page: Any, row: int, cells: Sequence[Any]) -> None:
    """Write a row; days and times as Excel keeps them, ``None`` as no cell."""
    day = book.add_format({"num_format": "yyyy/m/d"})
    for column, cell in enumerate(cells):
        if isinstance(cell, date | datetime):
            page.write_datetime(row, column, cell, day)
        elif cell is not None:
            page.write(row, column, cell)


def sheets_of(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of sheets, each with its rows from the first on."""

    def draw(book: xlsxwriter.Workbook) -> None:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                put(book, page, row, cells)

    return workbook(draw)


def listing(headings: Sequence[str], *records: Sequence[Any], above: int = 0, sheet: str = "台帳") -> bytes:
    """One sheet with its heading in the row after ``above`` titles."""

    return sheets_of({sheet: [*[["表題"]] * above, headings, *records]})


def consultation(**changes: Any) -> list[Any]:
    """A record of the elderly consultation book; ``changes`` by heading."""
    record: dict[str, Any] = {
        "番号": 1,
        "受付日": "令和7年4月1日",
        "氏名": "試験　花子",
        "フリガナ": "シケン　ハナコ",
        "生年月日": "S22.10.3",
        "性別": "女",
        "住所": "見本一丁目2-3",
        "電話番号": "03-0000-0000",
        "相談者": "家族",
        "相談内容": "1,3",
        "要介護度": "要介護１",
        "対応": "電話",
    }
    return [(record | changes)[heading] for heading in HOUKATSU]


def consultations(*records: Sequence[Any], headings: Sequence[str] = HOUKATSU, merged: bool = True) -> bytes:
    """The book of a centre: records from row 5; what stands below them is given as records."""

    def draw(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("受付簿")
        put(book, page, 0, ["地域包括支援センター 総合相談受付簿"])
        put(book, page, 1, ["第1地域包括支援センター（K11）", None, "令和7年4月分"])
        _heading(book, page, headings, merged)
        for row, record in enumerate(records, 4):
            put(book, page, row, record)

    return workbook(draw)


def _heading(book: xlsxwriter.Workbook, page: Any, headings: Sequence[str], merged: bool) -> None:
    plain = book.add_format()
    columns = [column for column, heading in enumerate(headings) if heading in _GROUPED]
    if merged:
        page.merge_range(2, columns[0], 2, columns[-1], "相談対象者", plain)
    for column, heading in enumerate(headings):
        if column in columns:
            page.write(3, column, heading)
        elif merged:
            page.merge_range(2, column, 3, column, heading, plain)
        else:
            page.write(2, column, heading)


def conferences(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with a sheet a kind, its heading in row 2; a sheet without records has its heading."""

    return sheets_of({name: [[f"{name} 開催記録"], KAIGI, *records] for name, records in sheets.items()})
