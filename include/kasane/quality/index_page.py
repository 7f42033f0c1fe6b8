"""The index of the quality summaries: a line a feed, and what the marts' suites say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kasane.quality.checks import allowed_text_ja, number_text
from kasane.quality.feed_page import SEVERITY, FeedFacts
from kasane.quality.markup import Markup, element, joined, page, row, table


def index_page(facts: Sequence[FeedFacts], marts: Mapping[str, Any] | None) -> str:
    """The whole document; ``marts`` as stored by ``store_mart_results``."""
    return page(
        "データ品質の要約",
        element("h1", "データ品質の要約"),
        element("p", "届いたデータと公開前の表を、決められた基準で確かめた結果です。", class_="soft"),
        element("h2", "データごと"),
        _feeds(facts),
        element("h2", "公開前の表の検査（Great Expectations）"),
        *_marts(marts),
        element("p", "件数と割合だけを示し、個人の情報は載せていません。", class_="soft"),
    )


def _feeds(facts: Sequence[FeedFacts]) -> Markup:
    headings = ("データ", "所管", "最新の基準日", "行数", "隔離", "警告", "使用中", "不受理", "状態")
    return table(headings, [_feed(each) for each in facts], numeric=(3, 4, 5, 6, 7))


def _feed(facts: FeedFacts) -> Markup:
    latest = facts.latest if facts.in_force else []
    contract = facts.contract
    return row(
        element("a", f"{contract.title}（{contract.feed}）", href=f"{contract.feed}.html"),
        contract.owner,
        latest[0].base_date.isoformat() if latest and latest[0].base_date else "—",
        f"{sum(each.rows_loaded for each in latest):,}",
        f"{sum(each.rows_quarantined for each in latest):,}",
        f"{sum(each.warnings for each in latest):,}",
        f"{len(facts.in_force):,}",
        f"{sum(each.status == 'refused' for each in facts.deliveries):,}",
        _state(facts),
        numeric=(3, 4, 5, 6, 7),
        classes={2: "w", 8: "w"},
    )


def _state(facts: FeedFacts) -> Markup:
    """The state of the newest file: whether the newest delivery is the one in force, and clean."""
    if not facts.deliveries:
        return element("span", "未着", class_="soft")
    if facts.deliveries[0].status == "refused":
        return element("span", "✕ 最新のファイルが不受理", class_="bad")
    if any(facts.broken(each.delivery_id) for each in (facts.latest if facts.in_force else [])):
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
    headings = ("表", "検査", "基準", "外れたとき", "結果", "判定")
    rows = [
        _mart_check(mart, result, is_first=at == 0)
        for mart in marts["marts"]
        for at, result in enumerate(mart["checks"])
    ]
    return [state, table(headings, rows, numeric=(4,))]


def _mart_check(mart: Mapping[str, Any], result: Mapping[str, Any], is_first: bool) -> Markup:
    check = result["check"]
    stops = check["severity"] == "refuse"
    judged = (
        element("span", "✓ 合格", class_="good")
        if result["passed"]
        else joined(
            [
                element("span", "✕ 不合格" if stops else "！ 注意", class_="bad" if stops else "warn"),
                element("span", f"　{result['sentence']}", class_="soft"),
            ]
        )
    )
    return row(
        f"{mart['title']}（{mart['relation']}）" if is_first else "",
        check["title"],
        allowed_text_ja(check["at_least"], check["at_most"], check["unit"]),
        "公開しない" if stops else SEVERITY["warning"],
        number_text(result["observed"], check["unit"]),
        judged,
        numeric=(4,),
    )
