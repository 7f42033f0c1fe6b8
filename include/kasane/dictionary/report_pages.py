"""docs/dictionary/reports.md: what people open, the relations behind it and the feeds behind those; every indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kasane.contracts.codes import load_policy_table
from kasane.dictionary.entries import Exposure, Relation
from kasane.dictionary.feed_pages import cell
from kasane.dictionary.origin_words import OriginWords
from kasane.dictionary.origins import Origins
from kasane.dictionary.relation_pages import MADE, origin_text
from kasane.settings import Settings

_FIGURES = ("numerator", "denominator")


Side = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class IndicatorLineage:
    """An indicator: the feeds that it rests on and stands beside, by its definition; the fields of its two sides.

    A side has the fields of its values and, where it only counts, those that decide what is counted.
    """

    kpi_id: str
    name: str
    feeds: tuple[str, ...]
    feeds_beside: tuple[str, ...]
    numerator: Side
    denominator: Side

    @property
    def relation(self) -> str:
        """The relation that reckons it."""
        return metric_of(self.kpi_id)


def metric_of(kpi_id: str) -> str:
    """``M1-KGI-1`` → ``metrics.metric_m1_kgi_1``."""
    return f"metrics.metric_{kpi_id.lower().replace('-', '_')}"


def load_indicators(settings: Settings, origins: Origins) -> list[IndicatorLineage]:
    """The indicators in order, from the seed ``kpi`` and the lineage of their metrics."""
    needed = ("kpi_id", "name_ja", "feeds", "feeds_beside", "sort_order")
    rows = load_policy_table(settings.seed_dirs, "kpi.csv", needed)
    return [
        IndicatorLineage(
            row["kpi_id"],
            row["name_ja"],
            _listed(row["feeds"]),
            _listed(row["feeds_beside"]),
            *(_side(metric_of(row["kpi_id"]), side, origins) for side in _FIGURES),
        )
        for row in sorted(rows, key=lambda row: int(row["sort_order"]))
    ]


def _side(metric: str, side: str, origins: Origins) -> Side:
    return origins.of_column(metric, side), origins.deciding(metric, side)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each for each in text.split(";") if each)


def render_reports(
    exposures: Sequence[Exposure],
    relations: Mapping[str, Relation],
    indicators: Sequence[IndicatorLineage],
    words: OriginWords,
) -> str:
    """As Markdown: a section an exposure, then a table of the indicators."""
    parts = (line for each in exposures for line in _exposure(each, relations, words))
    return "\n".join([_INTRODUCTION, *parts, *_indicators(indicators, words)])


_INTRODUCTION = f"""# 報告と系譜 (reports and lineage)

何がどの表から、その表がどの資料から来るか。`dbt_project/models/_exposures.yml` と系譜から作る。
{MADE}. はじめは [データ辞書](../data_dictionary.md).
"""


def _exposure(exposure: Exposure, relations: Mapping[str, Relation], words: OriginWords) -> Iterator[str]:
    yield f"## {exposure.label}"
    yield ""
    yield cell(f"{exposure.meaning.ja} ({exposure.meaning.en})")
    yield ""
    if exposure.files:
        yield f"- ファイル: {'、'.join(f'`{each}`' for each in exposure.files)}"
    yield f"- 所管: {exposure.owner}。読める人: {exposure.readers}"
    yield ""
    yield "| 表 | 意味 | 元の資料 |"
    yield "|---|---|---|"
    for name in exposure.reads:
        relation = relations.get(name)
        meaning = relation.meaning.ja if relation else "途中の表"
        tables = "、".join(words.feeds(relation.rests_on)) if relation else ""
        yield f"| {name} | {cell(meaning)} | {tables or '—'} |"
    yield ""


def _indicators(indicators: Sequence[IndicatorLineage], words: OriginWords) -> Iterator[str]:
    yield "## 24の指標 (indicators)"
    yield ""
    yield "よりどころは定義による資料。これが届かない月には値がない。"
    yield "分子・分母の値の元は、値が流れ込む列。数え上げなら、数えるかを決めるのに読む列（「判定に」、上限）。"
    yield ""
    yield "| 指標 | 名前 | よりどころ | あわせて読む資料 | 分子の値の元 | 分母の値の元 |"
    yield "|---|---|---|---|---|---|"
    for each in indicators:
        said = (
            each.kpi_id,
            each.name,
            "、".join(words.feeds(each.feeds)),
            "、".join(words.feeds(each.feeds_beside)) or "—",
            origin_text(*each.numerator, words),
            origin_text(*each.denominator, words),
        )
        yield f"| {' | '.join(map(cell, said))} |"
    yield ""
