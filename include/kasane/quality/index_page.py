"""The index of the quality summaries: a line a table, by feed, and what the marts' suites say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from kasane.quality.checks import allowed_text_ja, number_text
from kasane.quality.feed_facts import FeedFacts
from kasane.quality.linkage_page import LINKAGE_PAGE
from kasane.quality.markup import Markup, element, group_row, joined, page, row, table, way_up
from kasane.quality.office_page import OFFICES_PAGE

FEED_HEADINGS = ("データ", "所管", "最新の基準日", "取込行数", "隔離", "警告", "使用中", "不受理", "状態")
FEED_NUMBERS = (3, 4, 5, 6, 7)


def index_page(facts: Sequence[FeedFacts], marts: Mapping[str, Any] | None, has_offices: bool = False) -> str:
    """The whole document; ``marts`` as stored by ``store_mart_results``; ``has_offices``: link their pages."""
    return page(
        "データ品質の要約",
        way_up("この版で見られるもの", "../index.html"),
        element("h1", "データ品質の要約"),
        element("p", "届いたデータと公開前の表を、決められた基準で確かめた結果です。", class_="soft"),
        element("h2", "データごと"),
        table(FEED_HEADINGS, _feeds(facts), numeric=FEED_NUMBERS),
        element("p", "取込行数・隔離・警告は最新の基準日のもの、使用中・不受理はファイルの数です。", class_="soft"),
        _offices() if has_offices else None,
        element("h2", "名寄せ"),
        element("p", "届いた記録がだれのものか。", element("a", "名寄せの品質", href=LINKAGE_PAGE)),
        element("h2", "公開前の表の検査（Great Expectations）"),
        *_marts(marts),
        element("p", "件数と割合だけを示し、個人の情報は載せていません。", class_="soft"),
    )


def _offices() -> Markup:
    return element("p", "課ごとに、何を直せばよいか。", element("a", "所管課ごとの頁", href=OFFICES_PAGE))


def _feeds(facts: Sequence[FeedFacts]) -> list[Markup]:
    """A line a table; those of a feed that delivers several stand under the feed's name."""
    lines: list[Markup] = []
    for feed, group in groupby(facts, key=lambda each: each.feed):
        tables = list(group)
        several = len(tables) > 1
        if several:
            # A table that nothing was delivered of yet knows no title.
            title = next((each.feed_title for each in tables if each.results), feed)
            lines.append(group_row(element("b", f"{title}（{feed}）"), len(FEED_HEADINGS)))
        lines += [_table(each, "　" if several else "") for each in tables]
    return lines


def _table(facts: FeedFacts, indent: str) -> Markup:
    latest = facts.latest if facts.in_force else []
    day = latest[0].base_date if latest else None
    return row(
        joined([indent, element("a", f"{facts.title}（{facts.table}）", href=f"{facts.table}.html")]),
        facts.results.get("owner", "—"),
        day.isoformat() if day else "—",
        f"{sum(each.rows_loaded for each in latest):,}",
        f"{sum(each.rows_quarantined for each in latest):,}",
        f"{sum(each.warnings for each in latest):,}",
        f"{len(facts.in_force):,}",
        f"{sum(each.status == 'refused' for each in facts.files):,}",
        _state(facts),
        numeric=FEED_NUMBERS,
        classes={2: "w", 8: "w"},
    )


def _state(facts: FeedFacts) -> Markup:
    if not facts.files:
        return element("span", "未着", class_="soft")
    if facts.open_refusals:
        return element("span", "✕ 未解決の不受理あり", class_="bad")
    if any(facts.broken(each) for each in (facts.latest if facts.in_force else [])):
        return element("span", "！ 注意あり", class_="warn")
    return element("span", "✓ 良好", class_="good")


def _marts(marts: Mapping[str, Any] | None) -> list[Markup]:
    if not marts:
        return [element("p", "まだ検査していません。")]
    state = (
        element("p", "✓ 公開できます。", class_="good")
        if marts["passed"]
        else element("p", "✕ 公開を止めました。前の版が使われ続けます。", class_="bad")
    )
    headings = ("検査", "基準", "外れたとき", "結果", "判定")
    rows = [line for mart in marts["marts"] for line in _mart(mart)]
    return [state, table(headings, rows, numeric=(3,))]


def _mart(mart: Mapping[str, Any]) -> list[Markup]:
    name = joined([element("b", mart["title"]), f"　{mart['relation']}　所管：{mart['owner']}"])
    return [group_row(name, 5), *(_mart_check(result) for result in mart["checks"])]


def _mart_check(result: Mapping[str, Any]) -> Markup:
    check = result["check"]
    return row(
        check["title"],
        allowed_text_ja(check["at_least"], check["at_most"], check["unit"]),
        "公開しない" if check["severity"] == "refuse" else "注意",
        number_text(result["observed"], check["unit"]),
        _judged(result),
        numeric=(3,),
        classes={1: "w", 2: "w"},
    )


def _judged(result: Mapping[str, Any]) -> Markup:
    if result["passed"] and result["observed"] is None:
        return element("span", "対象なし", class_="soft")
    if result["passed"]:
        return element("span", "✓ 合格", class_="good")
    stops = result["check"]["severity"] == "refuse"
    word = element("span", "✕ 不合格" if stops else "！ 注意", class_="bad" if stops else "warn")
    details = "、".join(result["details_ja"])
    return joined([word, element("span", f"　{details}", class_="soft") if details else None])
