"""docs/data_dictionary.md and a page a schema: every relation with its grain, columns, lineage and readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kasane.dictionary.entries import Column, Exposure, Meaning, Relation
from kasane.dictionary.feed_pages import cell
from kasane.dictionary.models import SCHEMAS
from kasane.dictionary.origin_words import OriginWords

MADE = "手で直さない: `python -m kasane.dictionary`"
SCHEMA_WORDS = {
    "marts": Meaning("集計と指標。分析区画。仮名だけ", "marts and indicators; analysts' zone"),
    "core": Meaning("事実と次元。分析区画。仮名だけ", "facts and dimensions; analysts' zone"),
    "quality": Meaning("データの品質。分析区画", "quality of the data; analysts' zone"),
    "published": Meaning("秘匿処理を通った公開用の表。だれでも", "tables after disclosure control; anyone"),
    "restricted": Meaning("制限区画。指名された担当者だけ", "restricted zone; named stewards alone"),
}
FIELDS_SHOWN = 12
HOW_TO_READ = """「元の資料」は、その表を作るまでに読む資料のすべて
（支援措置や要対協のように、読んでも値を残さないものも含む）。
「値の元」は、値が流れ込む届いた列。届いた値を写さない数や判定の列では、決めるのに読む列の数を「判定に」として示す
（読むものの上限で、どの列かは `reports/dictionary.html` にある）。"""


def render_index(relations: Sequence[Relation], titles: Mapping[str, str]) -> str:
    """The first page: where what is described, and each relation in one line."""
    return "\n".join(_index(relations, titles))


def render_schema(schema: str, relations: Sequence[Relation], exposures: Sequence[Exposure], words: OriginWords) -> str:
    """A section a relation of one schema."""
    labels = {each.name: each.label for each in exposures}
    about = SCHEMA_WORDS[schema]
    lines = [
        f"# {schema} — {about.ja}",
        "",
        f"{about.en}. dbt の YAML・doc block から作る。{MADE}. はじめは [データ辞書](../data_dictionary.md).",
        HOW_TO_READ,
        "",
    ]
    found = [each for each in relations if each.schema == schema]
    return "\n".join([*lines, *(line for each in found for line in _relation(each, labels, words))])


def _index(relations: Sequence[Relation], titles: Mapping[str, str]) -> Iterator[str]:
    yield "# データ辞書 (data dictionary)"
    yield ""
    yield f"契約・モデル・系譜から作る。{MADE}. 版ごとの検索できる頁は `current/reports/dictionary.html`。"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield "| [届くデータ](dictionary/feeds.md) | 連携元から届く列とコード表 (feeds, their fields and codes) |"
    for schema in SCHEMAS:
        about = SCHEMA_WORDS[schema]
        yield f"| [{schema}](dictionary/{schema}.md) | {about.ja} ({about.en}) |"
    yield "| [報告と系譜](dictionary/reports.md) | どの報告がどの表・資料から来るか (lineage: feed to mart to report) |"
    yield ""
    yield "## 届くデータ (feeds)"
    yield ""
    yield "、".join(f"[{title}](dictionary/feeds.md) `{table}`" for table, title in titles.items())
    for schema in SCHEMAS:
        yield ""
        yield f"## {schema}"
        yield ""
        yield "| 表 | 意味 | 一行は |"
        yield "|---|---|---|"
        for each in relations:
            if each.schema == schema:
                name = f"[{each.name}](dictionary/{schema}.md#{_anchor(each)})"
                yield f"| {name} | {_both(each.meaning)} | {_both(each.grain)} |"
    yield ""


def _relation(relation: Relation, labels: Mapping[str, str], words: OriginWords) -> Iterator[str]:
    yield f"## {relation.full_name}"
    yield ""
    yield _both(relation.meaning)
    yield ""
    yield f"- 一行: {_both(relation.grain)}"
    yield f"- 元の資料: {'、'.join(words.feeds(relation.rests_on)) or '—'}"
    yield f"- 見られるところ: {'、'.join(labels[name] for name in relation.shown_in) or '—'}"
    yield ""
    yield "| 列 | 型 | 意味 | meaning | 値の元 |"
    yield "|---|---|---|---|---|"
    yield from (_column(each, words) for each in relation.columns)
    yield ""


def _column(column: Column, words: OriginWords) -> str:
    origin = origin_text(column.made_of, column.decided_by, words)
    said = (column.name, column.type, column.meaning.ja, column.meaning.en, origin)
    return f"| {' | '.join(map(cell, said))} |"


def origin_text(made_of: Sequence[str], decided_by: Sequence[str], words: OriginWords) -> str:
    """The fields of a column's values, or those that decide it, in one line; of many, the feeds alone."""
    fields, before = decided_by or made_of, "判定に " if decided_by else ""
    if len(fields) > FIELDS_SHOWN:
        feeds = words.feeds(dict.fromkeys(each.partition(".")[0] for each in fields))
        return f"{before}{'、'.join(feeds)} の {len(fields)} 列"
    return before + "、".join(words.fields(fields)) if fields else "—"


def _both(meaning: Meaning) -> str:
    return cell(f"{meaning.ja} ({meaning.en})")


def _anchor(relation: Relation) -> str:
    return relation.full_name.replace(".", "").lower()
