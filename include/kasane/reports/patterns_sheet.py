"""The patterns as a workbook: every month and area, the settings that were moved, and what the tiers mean."""

from __future__ import annotations

from collections.abc import Iterator

from kasane.reports.figure_line import CHANGE, COUNT, change
from kasane.reports.patterns_data import PatternData
from kasane.reports.patterns_words import TIER_KINDS, PatternWording, unit_text
from kasane.reports.table_sheet import Cell, Column, Table, workbook_of
from kasane.reports.words import ALL

COUNTS_SHEET, MOVED_SHEET = "パターン", "年齢や期間を動かすと"
COUNT_HEADS = (
    Column("月末", 12), Column("圏域コード"), Column("圏域", 16), Column("パターン", 18), Column("段階", 12),
    Column("呼び名", 26), Column("段階の種類", 14), Column("世帯数", 11, COUNT.cell_format),
    Column("12か月前との差", 14, CHANGE.cell_format), Column("よりどころの資料", 14, COUNT.cell_format),
    Column("うち届いたもの", 14, COUNT.cell_format), Column("届いていない・古い資料", 40),
)  # fmt: skip
MOVED_HEADS = (
    Column("月末", 12), Column("パターン", 18), Column("段階", 12), Column("呼び名", 26), Column("動かす値", 34),
    Column("動かす値の意味", 44), Column("値", 9, "General"), Column("単位", 8), Column("定めの値", 10),
    Column("世帯数", 11, COUNT.cell_format), Column("定めとの差", 12, CHANGE.cell_format),
)  # fmt: skip


def patterns_book(data: PatternData, wording: PatternWording, municipality: str) -> bytes:
    """The workbook; without a month its tables have a heading and a blank row."""
    header, day = f"内部用・公表不可 {municipality}", data.months[-1] if data.months else None
    sheets = [
        Table(COUNTS_SHEET, "pattern_summary", COUNT_HEADS, list(_counts(data, wording)), frozen=3),
        Table(MOVED_SHEET, "pattern_sensitivity", MOVED_HEADS, list(_moved(data, wording)), frozen=4),
    ]
    return workbook_of("世帯のパターン", header, day, sheets, _about(wording, municipality))


def _counts(data: PatternData, wording: PatternWording) -> Iterator[list[Cell]]:
    """A row a month, area and tier, newest month first; areas by their code."""
    changes = {key: change(line) for key, line in data.lines.items()}
    for month in reversed(data.months):
        for code, name in ((ALL, "全体"), *data.areas):
            for tier in wording.tiers:
                line, (feeds, current) = data.lines[tier.key], data.feeds[tier.key]
                if feeds.value(month, code) is None:
                    continue
                yield [
                    month, code, name, tier.pattern, tier.tier, tier.label, tier.kind.word, line.value(month, code),
                    changes[tier.key].value(month, code), feeds.value(month, code), current.value(month, code),
                    data.late[tier.key].get(month),
                ]  # fmt: skip


def _moved(data: PatternData, wording: PatternWording) -> Iterator[list[Cell]]:
    labels = {tier.key: tier.label for tier in wording.tiers}
    for each in data.settings:
        yield [
            data.settings_month, each.pattern, each.tier, labels.get((each.pattern, each.tier)), each.parameter,
            each.parameter_label, each.value, unit_text(each.unit), "○" if each.is_default else None,
            each.households, each.difference,
        ]  # fmt: skip


def _about(wording: PatternWording, municipality: str) -> list[tuple[str, str]]:
    return [
        ("自治体", municipality),
        ("扱い", "内部用・公表不可。秘匿処理の前の値"),
        ("並び順", "圏域はコードの順。世帯数の多い順ではない。数の多さは圏域の良し悪しではない"),
        ("空欄", "よりどころの資料が一度も届いていない月は空欄。0とは違う"),
        *[(f"段階の種類: {kind.word}", kind.meaning) for kind in TIER_KINDS.values()],
        *[(f"{tier.label}({tier.kind.word})", tier.description) for tier in wording.tiers],
    ]
