"""The overlap report as a workbook: the newest month by combination, area and household type, then every month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from kasane.publish.disclosure.linked_table import COMPOUND_KPI
from kasane.reports import words
from kasane.reports.labels import name_sources
from kasane.reports.overlap_figures import size_sums, type_compound, type_name
from kasane.reports.overlap_model import AT_LEAST, COMBINATIONS, EXACT, Cell, OverlapData, share
from kasane.reports.overlap_sources import incomplete_months
from kasane.reports.table_sheet import SHARE, Column, Number, Paper, Sheets, workbook
from kasane.reports.table_sheet import Cell as SheetCell

COMBINATION_SHEET, AREA_SHEET, TREND_SHEET, TYPE_SHEET = "分野の組合せ", "圏域別", "推移", "世帯の種類別"
BENCHMARK_SHEET, ALL_SHEET, ABOUT_SHEET = "全国・特別区", "全月・全圏域", "読み方"
FACT = {True: "確認済", False: "事実未確認"}
_MATCH_HEADS: Final = {EXACT: "ちょうど", AT_LEAST: "少なくとも"}
# Columns of the summary, as officials call them; a zone has some of them.
_TOTALS: Final = {
    "household_count": "世帯数",
    "in_need_count": "支援が必要な世帯",
    "compound_count": "複合的課題世帯",
    "three_or_more_count": "うち3分野以上",
}
_UNIT_FORMS: Final = {"percent": '0.0"%"'}
_SIZES: Final = (1, 2, 3, 4)

Rows = Sequence[Sequence[SheetCell]]


def workbook_bytes(data: OverlapData, titles: Mapping[str, str], municipality: str, release_id: str) -> bytes:
    """The workbook; ``titles`` names feeds, ``release_id`` is blank in the public zone. No month: no row."""
    zone = "公表用(秘匿処理の後)" if data.is_public else "内部用・公表不可"

    def write(sheets: Sheets) -> None:
        _combinations(sheets, data)
        _areas(sheets, data)
        _trend(sheets, data)
        _types(sheets, data)
        _benchmarks(sheets, data, titles)
        _all_cells(sheets, data)
        sheets.notes(ABOUT_SHEET, _notes(data, municipality, release_id))

    return workbook("分野の重なり", f"{zone} {municipality}", data.newest, write)


def _number(cell: Cell) -> SheetCell:
    return words.HIDDEN_MARK if cell.is_hidden else cell.value


def _share(part: Cell, whole: Cell) -> SheetCell:
    if part.is_hidden or whole.is_hidden:
        return words.HIDDEN_MARK
    return Number(share(part, whole), SHARE)


def _totals(data: OverlapData) -> list[str]:
    """The counts of the summary that the zone has."""
    return list(_TOTALS) if not data.is_public else ["in_need_count", "compound_count"]


def _combinations(sheets: Sheets, data: OverlapData) -> None:
    matches = (EXACT, AT_LEAST) if data.match == EXACT else (AT_LEAST,)
    heads = [f"{_MATCH_HEADS[match]}: {what}" for match in matches for what in ("世帯数", "割合")]
    columns = [Column("月末", 11), Column("組合せ", 32), Column("分野の数"), *(Column(head, 14) for head in heads)]
    rows: list[list[SheetCell]] = []
    for month, each in ((month, each) for month in data.months[-1:] for each in data.combinations):
        cells = [data.cell(month, words.ALL, match, each) for match in matches]
        in_need = data.in_need(month, words.ALL)
        told = [value for cell in cells for value in (_number(cell), _share(cell, in_need))]
        rows.append([month, words.domains_label(each), each.count("+") + 1, *told])
    sheets.table(COMBINATION_SHEET, "combinations", columns, rows, Paper(frozen=2))


def _columns_of_combinations(data: OverlapData) -> list[Column]:
    return [Column(words.domains_label(each), 8.5) for each in data.combinations]


def _areas(sheets: Sheets, data: OverlapData) -> None:
    names = _totals(data)
    heads = [Column(_TOTALS[name], 10) for name in names]
    columns = [Column("月末", 11), Column("圏域コード", 9), Column("圏域", 14), *heads, Column("複合の割合", 9)]
    columns += _columns_of_combinations(data)
    rows = []
    for month, (code, name) in ((month, place) for month in data.months[-1:] for place in data.places):
        totals = {each: data.total(month, code, each) for each in names}
        compound = _share(totals["compound_count"], totals["in_need_count"])
        cells = [_number(data.cell(month, code, data.match, each)) for each in data.combinations]
        rows.append([month, code, name, *map(_number, totals.values()), compound, *cells])
    sheets.table(AREA_SHEET, "areas", columns, rows, Paper(frozen=3))


def _trend(sheets: Sheets, data: OverlapData) -> None:
    names = _totals(data)
    heads = [*(_TOTALS[name] for name in names), "複合の割合"]
    if not data.is_public:
        heads += [f"{size}分野" for size in _SIZES] + ["資料の未着"]
    rows = [_trend_row(data, month, names) for month in reversed(data.months)]
    sheets.table(TREND_SHEET, "trend", [Column("月末", 11), *(Column(head, 13) for head in heads)], rows)


def _trend_row(data: OverlapData, month: date, names: Sequence[str]) -> list[SheetCell]:
    totals = {name: data.total(month, words.ALL, name) for name in names}
    row = [month, *map(_number, totals.values()), _share(totals["compound_count"], totals["in_need_count"])]
    if not data.is_public:
        sums = size_sums(data, month, words.ALL)
        row += [sums[size] if sums else None for size in _SIZES]
        row.append("▲ あり" if month in incomplete_months(data) else "")
    return row


def _types(sheets: Sheets, data: OverlapData) -> None:
    heads = ["支援が必要な世帯"] if data.is_public else ["支援が必要な世帯", "うち複合", "複合の割合"]
    columns = [Column("月末", 11), Column("世帯の種類", 24), *(Column(head, 10) for head in heads)]
    rows = []
    for month, kind in ((month, kind) for month in data.months[-1:] for kind in data.types):
        in_need = data.in_need(month, words.ALL, kind)
        totals = [_number(in_need)]
        if not data.is_public:
            compound = type_compound(data, month, kind)
            totals += [_number(compound), _share(compound, in_need)]
        cells = [_number(data.cell(month, words.ALL, data.match, each, kind)) for each in data.combinations]
        rows.append([month, type_name(kind), *totals, *cells])
    sheets.table(TYPE_SHEET, "types", [*columns, *_columns_of_combinations(data)], rows, Paper(frozen=2))


def _benchmarks(sheets: Sheets, data: OverlapData, titles: Mapping[str, str]) -> None:
    columns = [
        Column("指標ID", 32), Column("指標", 36), Column("単位", 14), Column("この自治体の値", 12), Column("全国", 9),
        Column("特別区", 9), Column("全国・特別区の事実確認", 14), Column("全国・特別区の数値の出典(記事による)", 40),
        Column("この自治体の値の注意", 34),
    ]  # fmt: skip
    rows = []
    for row in data.tables["benchmarks"]:
        form = _UNIT_FORMS.get(row["unit"], "#,##0.0")
        told = [Number(row[name], form) for name in ("value", "nation", "special_wards")]
        texts = (FACT[bool(row["is_fact_checked"])], row["source"] or "", name_sources(row["reason"] or "", titles))
        rows.append([row["indicator_id"], row["label"], words.unit_label(row["unit"]), *told, *texts])
    sheets.table(BENCHMARK_SHEET, "benchmarks", columns, rows, Paper(frozen=2))


def _all_cells(sheets: Sheets, data: OverlapData) -> None:
    columns = [
        Column("月末", 11), Column("圏域コード", 9), Column("圏域", 14), Column("世帯の種類コード", 10),
        Column("世帯の種類", 30), Column("数え方", 22), Column("組合せコード", 34), Column("組合せ", 32),
        Column("世帯数", 10), Column("支援が必要な世帯", 10), Column("割合", 9), Column("状態", 10),
    ]  # fmt: skip
    sheets.table(ALL_SHEET, "all_cells", columns, list(_cell_rows(data)), Paper(frozen=3, wraps=False))


def _cell_rows(data: OverlapData) -> Iterator[list[SheetCell]]:
    """A row a cell that the zone has, newest month first; those in need of whatever domain are no combination."""
    for month in reversed(data.months):
        for code, name in data.places:
            for kind in (words.ALL, *data.types):
                in_need = data.in_need(month, code, kind)
                for match, domains in _told(data, month, code, kind):
                    cell = data.cell(month, code, match, domains, kind)
                    state = f"{words.HIDDEN_MARK} {words.HIDDEN_WORD}" if cell.is_hidden else ""
                    labels = [code, name, kind, "全体" if kind == words.ALL else type_name(kind)]
                    of_need = None if cell.is_hidden else Number(share(cell, in_need), SHARE)
                    yield [
                        month, *labels, words.MATCHES[match], domains, words.domains_label(domains), cell.value,
                        in_need.value, of_need, state,
                    ]  # fmt: skip


def _told(data: OverlapData, month: date, code: str, kind: str) -> list[tuple[str, str]]:
    pairs = [(match, domains) for match in (EXACT, AT_LEAST) for domains in COMBINATIONS]
    return [each for each in pairs if (month, code, kind, *each) in data.cells]


def _notes(data: OverlapData, municipality: str, release_id: str) -> list[tuple[str, str]]:
    common = [
        ("自治体", municipality),
        ("単位", "世帯(生活世帯)。月末の時点。世帯の種類別は全体だけ"),
        ("割合", "Excelの百分率(0から1の数を%で表示)。断りのない限り、支援が必要な世帯に占める割合"),
        ("支援が必要な世帯", "高齢・障害・子ども・生活困窮の4分野のどれかひとつ以上に当たる世帯"),
        ("複合的課題世帯", "支援が必要な世帯のうち、2分野以上に当たる世帯"),
        ("ちょうどこの組合せ", "その分野だけに当たる世帯。15通りを足すと支援が必要な世帯になる"),
        (
            "少なくともこの組合せ",
            "その分野のすべてに当たる世帯。ほかの分野に当たる世帯も含み、足し合わせられない",
        ),
        (
            "事実未確認",
            "全国・特別区の数値は参考記事にあったもので、確かめられていない。引用の前に出典を確かめる",
        ),
        ("全国・特別区の値の単位", "「単位」の列による。%は0から100の数で、Excelの百分率ではない"),
        ("空欄", "値がない。0とは違う"),
    ]
    if data.is_public:
        return [
            *common,
            ("扱い", "公表用。秘匿処理(開示制御)を通ったものだけ"),
            (
                words.HIDDEN_MARK,
                "秘匿。少数のもの(一次秘匿)と、それを守るために隠したもの(二次秘匿)を区別しない",
            ),
            ("複合的課題世帯の数", f"公表している指標 {COMPOUND_KPI} の分母による"),
            ("圏域コードの +", "住民の少ない圏域や圏域のない世帯を合わせたもの"),
        ]
    return [
        *common,
        ("扱い", "内部用・公表不可。秘匿処理の前の値"),
        ("リリース番号", release_id),
        ("圏域", "支援措置の対象者がいる世帯は全体にだけ入る。圏域を足しても全体と一致しないことがある"),
        ("資料の未着", "その月に届くはずの資料の一部が届かず、前の基準日の資料で数えた月"),
    ]
