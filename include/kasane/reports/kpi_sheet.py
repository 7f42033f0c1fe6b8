"""The KPI scorecard as a workbook: the newest month, every month and area, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kasane.reports import words
from kasane.reports.kpi_data import FIGURES, Indicator, Scorecard, Wording
from kasane.reports.kpi_view import Shown, figure_names, shown
from kasane.reports.kpi_words import LEVELS, STATES, unit
from kasane.reports.table_sheet import Cell, Column, Number, Paper, Sheets, workbook

CARD_SHEET, NEXT_SHEET, ALL_SHEET = "スコアカード", "理由と次に見るもの", "全月・全圏域"
DETAIL_SHEET, ABOUT_SHEET = "内訳", "読み方"
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
_WIDTHS = {"施策": 19, "段階": 13, "指標ID": 10, "指標": 30, "内訳": 40, "単位": 15, "月末": 11, "圏域コード": 8,
           "圏域": 12, "状態": 11, "定義の版": 6, "理由・注意": 38, "次に見るもの": 48, "注": 48}  # fmt: skip
_NARROW = 9
Rows = Sequence[Sequence[Cell]]


def headings(card: Scorecard) -> list[str]:
    """The columns in order; the public workbook has fewer figures."""
    return [*_BEFORE, *(FIGURE_HEADINGS[name] for name in figure_names(card)), *_AFTER]


def workbook_bytes(card: Scorecard, wording: Wording, municipality: str) -> bytes:
    """The workbook; without a month its tables have a heading and a blank row."""
    zone = "公表用(秘匿処理の後)" if card.is_public else "内部用・公表不可"
    rows = list(_rows(card, wording, card.months))
    newest = [row for row in rows if row[_BEFORE.index("月末")] == card.months[-1]] if card.months else []
    latest = [row for row in newest if row[_BEFORE.index("圏域コード")] == words.ALL]
    heads = [Column(head, _WIDTHS.get(head, _NARROW)) for head in headings(card)]
    figures = len(heads) - len(_AFTER) + 1

    def write(sheets: Sheets) -> None:
        sheets.table(CARD_SHEET, "scorecard", heads, latest, Paper(frozen=4, columns=figures))
        sheets.table(NEXT_SHEET, "what_next", *_sentences(heads, latest), Paper(frozen=2))
        sheets.table(ALL_SHEET, "all_values", heads, rows, Paper(frozen=4, columns=figures, wraps=False))
        if not card.is_public:
            columns = [Column(head, _WIDTHS.get(head, _NARROW)) for head in DETAIL_HEADINGS]
            sheets.table(DETAIL_SHEET, "details", columns, _details(card, wording), Paper(frozen=2, wraps=False))
        sheets.notes(ABOUT_SHEET, _notes(card, wording, municipality))

    newest_month = card.months[-1] if card.months else None
    return workbook("KPIスコアカード", f"{zone} {municipality}", newest_month, write)


def _sentences(heads: Sequence[Column], rows: Rows) -> tuple[list[Column], Rows]:
    """The columns of what is said of an indicator, and their cells: too wide for paper beside its figures."""
    wanted = ("指標ID", "指標", "状態", "理由・注意", "次に見るもの", "注")
    places = [next(at for at, column in enumerate(heads) if column.head == head) for head in wanted]
    return [heads[at] for at in places], [[row[at] for at in places] for row in rows]


def _rows(card: Scorecard, wording: Wording, months: Sequence[date]) -> Iterator[Sequence[Cell]]:
    """A row an indicator, month and area that the zone has, newest month first."""
    for month in reversed(months):
        for code, name in card.places:
            for each in wording.indicators:
                found = shown(card, wording, each, month, code)
                if found.state != "absent" or (code == words.ALL and month == card.months[-1]):
                    yield _row(each, month, code, name, found)


def _row(each: Indicator, month: date, code: str, name: str, found: Shown) -> Sequence[Cell]:
    state = STATES[found.state]
    before = (each.measure, LEVELS[each.level], each.kpi_id, each.name, unit(each.unit).written, month, code, name)
    after = (f"{state.mark} {state.word}", found.version, found.reason, found.next_look, each.note)
    figures = [Number(value, _form(figure, each.unit)) for figure, value in found.raw.items()]
    return [*before, *figures, *after]


def _form(figure: str, code: str) -> str:
    """Excel's format of a figure in a unit; a percentage is a number of per cent, not a fraction."""
    if figure.startswith("coverage_"):
        return number_form(0, "")
    # What is due by a month may be a part of a count.
    of = unit(code)
    return number_form(1 if figure == "target_due" else of.digits, of.suffix)


def number_form(digits: int, suffix: str) -> str:
    """Excel's format of numbers with so many decimals and this behind them."""
    return "#,##0" + ("." + "0" * digits if digits else "") + (f'"{suffix}"' if suffix else "")


def _details(card: Scorecard, wording: Wording) -> Rows:
    return [
        (
            each.kpi_id, each.name, month, code, name, detail.label, unit(detail.unit).written,
            Number(detail.value, number_form(unit(detail.unit).digits, unit(detail.unit).suffix)),
        )
        for month in reversed(card.months)
        for code, name in card.places
        for each in wording.indicators
        for detail in shown(card, wording, each, month, code).details
    ]  # fmt: skip


def _notes(card: Scorecard, wording: Wording, municipality: str) -> list[tuple[str, str]]:
    zone = "公表用。秘匿処理(開示制御)を通ったものだけ" if card.is_public else "内部用・公表不可。秘匿処理の前の値"
    return [
        ("自治体", municipality),
        ("扱い", zone),
        ("空欄", "値のないところは空欄。0とは違う。理由は「理由・注意」、秘匿は「状態」に示す"),
        ("割合", "%の数で、0から100。Excelの百分率(0から1)ではない"),
        *[(f"{state.mark} {state.word}", state.meaning) for state in STATES.values()],
        ("判定前の月", f"年度の初めの{wording.neutral_months}か月、年間の件数の指標だけ"),
        *[(f"{each.kpi_id} {each.name}", each.note) for each in wording.indicators if each.note],
    ]
