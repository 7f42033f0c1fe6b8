"""The patterns as a workbook: every month and area, the settings that were moved, and what the tiers mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kasane.reports.figure_line import CHANGE, COUNT, change
from kasane.reports.patterns_data import PatternData
from kasane.reports.patterns_words import TIER_KINDS, PatternWording, unit_text
from kasane.reports.table_book import Cell, Head, Sheet, book_bytes
from kasane.reports.words import ALL

COUNTS_SHEET, MOVED_SHEET = "パターン", "年齢や期間を動かすと"
COUNT_HEADS = (
    Head("月末", 12), Head("圏域コード"), Head("圏域", 16), Head("パターン", 18), Head("段階", 12), Head("呼び名", 26),
    Head("段階の種類", 14), Head("世帯数", 11, COUNT.cell_format), Head("12か月前との差", 14, CHANGE.cell_format),
    Head("よりどころの資料", 14, COUNT.cell_format), Head("うち届いたもの", 14, COUNT.cell_format),
    Head("届いていない・古い資料", 40),
)  # fmt: skip
MOVED_HEADS = (
    Head("月末", 12), Head("パターン", 18), Head("段階", 12), Head("呼び名", 26), Head("動かす値", 34),
    Head("動かす値の意味", 44), Head("値", 9, "General"), Head("単位", 8), Head("定めの値", 10),
    Head("世帯数", 11, COUNT.cell_format), Head("定めとの差", 12, CHANGE.cell_format),
)  # fmt: skip


def patterns_book(data: PatternData, wording: PatternWording, municipality: str) -> bytes:
    """The workbook; without a month its tables have a heading and a blank row."""
    day = data.months[-1] if data.months else date(2000, 1, 1)
    sheets = [
        Sheet(COUNTS_SHEET, "pattern_summary", COUNT_HEADS, list(_counts(data, wording)), frozen=3),
        Sheet(MOVED_SHEET, "pattern_sensitivity", MOVED_HEADS, list(_moved(data, wording)), frozen=4),
    ]
    return book_bytes("世帯のパターン", day, sheets, _about(wording, municipality))


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
