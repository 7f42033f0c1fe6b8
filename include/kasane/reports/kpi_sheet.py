"""The KPI scorecard as a workbook: the newest month, every month and area, and what the columns mean."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from kasane.reports import words
from kasane.reports.cells import cell as as_cell
from kasane.reports.kpi_data import FIGURES, Indicator, Scorecard, Wording
from kasane.reports.kpi_view import Shown, figure_names, shown
from kasane.reports.kpi_words import LEVELS, STATES, unit

CARD_SHEET, ALL_SHEET, DETAIL_SHEET, ABOUT_SHEET = "スコアカード", "全月・全圏域", "内訳", "読み方"
DETAIL_HEADINGS = ("指標ID", "指標", "月末", "圏域コード", "圏域", "内訳", "単位", "値")
FIGURE_HEADINGS = dict(
    zip(
        FIGURES,
        ("値", "95%下限", "95%上限", "その月までの目標", "目標", "基準値", "届いた月数", "届くはずの月数"),
        strict=True,
    )
)
_BEFORE = ("施策", "段階", "指標ID", "指標", "単位", "月末", "圏域コード", "圏域")
_AFTER = ("状態", "定義の版", "理由・注意", "次に見るもの", "注")
_WIDTHS = {"施策": 24, "段階": 20, "指標": 36, "内訳": 40, "単位": 20, "月末": 12, "圏域": 14, "状態": 13,
           "理由・注意": 40, "次に見るもの": 50, "注": 50}  # fmt: skip
_NARROW = 11
# Nothing in a text is run or opened.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4 = 9

Cells = Sequence[str | float | date | None]


def headings(card: Scorecard) -> list[str]:
    """The columns in order; the public workbook has fewer figures."""
    return [*_BEFORE, *(FIGURE_HEADINGS[name] for name in figure_names(card)), *_AFTER]


def workbook_bytes(card: Scorecard, wording: Wording, municipality: str) -> bytes:
    """The workbook; without a month its tables have a heading and a blank row."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        # A fixed day instead of now: the same release gives the same bytes.
        newest = card.months[-1] if card.months else date(2000, 1, 1)
        book.set_properties({"title": "KPIスコアカード", "created": datetime(newest.year, newest.month, newest.day)})
        formats = _Formats(book)
        latest = [row for row in _rows(card, wording, card.months[-1:]) if row[0][6] == words.ALL]
        _table(book.add_worksheet(CARD_SHEET), "scorecard", headings(card), latest, formats)
        _table(
            book.add_worksheet(ALL_SHEET),
            "all_values",
            headings(card),
            list(_rows(card, wording, card.months)),
            formats,
        )
        if not card.is_public:
            _details(book.add_worksheet(DETAIL_SHEET), card, wording, formats)
        _about(book.add_worksheet(ABOUT_SHEET), card, wording, municipality, formats)
    return out.getvalue()


class _Formats:
    """Number formats by unit; a percentage is a number of per cent, not a fraction."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})

    def number(self, digits: int, suffix: str) -> Any:
        """The format of numbers with so many decimals and this behind them."""
        code = "#,##0" + ("." + "0" * digits if digits else "") + (f'"{suffix}"' if suffix else "")
        if code not in self._made:
            self._made[code] = self._book.add_format({"num_format": code, "valign": "top"})
        return self._made[code]


def _rows(card: Scorecard, wording: Wording, months: Sequence[date]) -> Iterator[tuple[Cells, str]]:
    """A row an indicator, month and area that the zone has, newest month first."""
    for month in reversed(months):
        for code, name in card.places:
            for each in wording.indicators:
                found = shown(card, wording, each, month, code)
                if found.state != "absent" or (code == words.ALL and month == card.months[-1]):
                    yield _row(each, month, code, name, found), each.unit


def _row(each: Indicator, month: date, code: str, name: str, found: Shown) -> Cells:
    state = STATES[found.state]
    before = (each.measure, LEVELS[each.level], each.kpi_id, each.name, unit(each.unit).written, month, code, name)
    after = (f"{state.mark} {state.word}", found.version, found.reason, found.next_look, each.note)
    return [*before, *found.raw.values(), *after]


def _table(sheet: Any, name: str, heads: Sequence[str], rows: Sequence[tuple[Cells, str]], formats: _Formats) -> None:
    last = max(len(rows), 1)
    columns = [{"header": head} for head in heads]
    sheet.add_table(0, 0, last, len(heads) - 1, {"name": name, "columns": columns, "style": "Table Style Light 1"})
    for at, (row, code) in enumerate(rows, start=1):
        _write(sheet, at, heads, row, code, formats)
    for at, head in enumerate(heads):
        sheet.set_column(at, at, _WIDTHS.get(head, _NARROW))
    sheet.freeze_panes(1, 4)
    _on_paper(sheet, last, len(heads) - 1)


def _write(sheet: Any, at: int, heads: Sequence[str], row: Cells, code: str, formats: _Formats) -> None:
    for column, (head, value) in enumerate(zip(heads, row, strict=True)):
        if isinstance(value, date):
            sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), formats.day)
        elif isinstance(value, str):
            sheet.write_string(at, column, str(as_cell(value)), formats.wrap)
        elif value is not None:
            sheet.write_number(at, column, value, _number_format(head, code, formats))


def _number_format(head: str, code: str, formats: _Formats) -> Any:
    if head in ("届いた月数", "届くはずの月数"):
        return formats.number(0, "")
    # What is due by a month may be a part of a count.
    of = unit(code)
    return formats.number(1 if head == FIGURE_HEADINGS["target_due"] else of.digits, of.suffix)


def _details(sheet: Any, card: Scorecard, wording: Wording, formats: _Formats) -> None:
    rows = [
        (
            (each.kpi_id, each.name, month, code, name, detail.label, unit(detail.unit).written, detail.value),
            detail.unit,
        )
        for month in reversed(card.months)
        for code, name in card.places
        for each in wording.indicators
        for detail in shown(card, wording, each, month, code).details
    ]
    _table(sheet, "details", DETAIL_HEADINGS, rows, formats)


def _about(sheet: Any, card: Scorecard, wording: Wording, municipality: str, formats: _Formats) -> None:
    zone = "公表用。秘匿処理(開示制御)を通ったものだけ" if card.is_public else "内部用・公表不可。秘匿処理の前の値"
    lines = [
        ("自治体", municipality),
        ("扱い", zone),
        ("空欄", "値のないところは空欄。0とは違う。理由は「理由・注意」、秘匿は「状態」に示す"),
        ("割合", "%の数で、0から100。Excelの百分率(0から1)ではない"),
        *[(f"{state.mark} {state.word}", state.meaning) for state in STATES.values()],
        ("判定前の月", f"年度の初めの{wording.neutral_months}か月、年間の件数の指標だけ"),
        *[(f"{each.kpi_id} {each.name}", each.note) for each in wording.indicators if each.note],
    ]
    for at, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(at, column, str(as_cell(text)), formats.wrap)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 90)
    _on_paper(sheet, len(lines) - 1, 1)


def _on_paper(sheet: Any, last_row: int, last_column: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, last_row, last_column)
