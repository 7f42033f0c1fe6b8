"""The published tables as tidy CSV: lines of heading with ``#`` that say what it is, then a row a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from kasane.publish.disclosure.policy import Policy
from kasane.publish.disclosure.publication import Publication, in_force

_TITLES = {
    "domain_overlap": "支援ニーズの重なり（生活世帯、月末）",
    "kpi_value": "重層的支援体制整備事業の24の指標",
}
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_files(
    tables: dict[str, pa.Table],
    publications: Sequence[Publication],
    policy: Policy,
    municipality: str,
    unused: Sequence[str] = (),
) -> dict[str, bytes]:
    """The CSV files by name, UTF-8 with a byte order mark, as Japanese spreadsheets want it.

    ``unused``: the titles of feeds that the municipality does not use now.
    """
    return {
        f"{name}.csv": _csv_bytes(heading_lines(title, publications, policy, municipality, unused), tables[name])
        for name, title in _TITLES.items()
    }


def heading_lines(
    title: str, publications: Sequence[Publication], policy: Policy, municipality: str, unused: Sequence[str] = ()
) -> list[str]:
    """Source, period, rules and threshold."""
    told = in_force(publications)
    period = f"{told[0].month} 〜 {told[-1].month}" if told else "まだ公表した月はありません"
    lines = [
        f"{municipality} {title}",
        "出典: 各業務システムの月次データを世帯ごとに突き合わせて集計（重ね Kasane）",
        f"期間: {period}",
        f"秘匿: {_threshold(told, policy)}。0はそのまま示す。団体・事業所の数は{policy.organisations.under}未満を秘匿",
        "秘匿した数が他の数から分からないように、別の数も同じ印で秘匿する（二次秘匿）。"
        "秘匿した数は空欄で、suppressed が true。割合は分子・分母とともに秘匿する",
        f"住民{policy.area_residents_from:,}人未満の圏域と、圏域のない世帯は、ほかの圏域と合わせる"
        "（area_code は + でつなぐ）",
    ]
    if unused:
        lacking = "これらによる指標は算出せず、これらでしか分からない支援の必要は数えない（その0は「ない」ではない）"
        lines.append(f"この自治体で今使わない資料: {'、'.join(unused)}。{lacking}")
    corrected = [each for each in told if each.approved_by]
    return lines + [f"訂正: {each.month:%Y-%m} {each.reason}" for each in corrected]


def _threshold(told: Sequence[Publication], policy: Policy) -> str:
    if not told:
        return f"世帯・人の数は{policy.thresholds['disclosure_people_under']}未満を秘匿"
    under = told[-1].under
    return "住民が少ないため、人・世帯の数は公表しない" if under is None else f"世帯・人の数は1から{under - 1}を秘匿"


def _csv_bytes(heading: Sequence[str], table: pa.Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in heading:
        # As many values as a row has: what reads a rectangle reads it, what knows comments leaves it out.
        writer.writerow([f"# {line}", *[""] * (table.num_columns - 1)])
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_text(value) for value in row.values()])
    return text.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return str(value)
