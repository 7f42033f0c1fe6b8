"""The page about linkage: how records found their person, how right that is, what waits, what is linked to nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from kasane.quality.linkage_facts import LinkageFacts
from kasane.quality.markup import Markup, element, joined, page, row, table, way_up

LINKAGE_PAGE = "linkage.html"
_ROLES = {"subject": "本人", "guardian": "受給者", "child": "児童"}
_CLASSES = {"close": "good", "within": "good", "apart": "warn", "over": "warn"}
_SIGNS = {"close": "✓ ", "within": "✓ ", "apart": "！ ", "over": "！ "}
_TERMS = {
    "名寄せ": "届いた記録が、だれのものかを決めること。集まってはじめて、世帯の困りごとの重なりが見える。",
    "未突合": "だれとも結び付けていない記録。結び付け漏れのほか、もともと住民でない人の記録も入る。",
    "確率": "二つの記録が同じ人のものである見込み。氏名・生年月日・住所などの一致の重みから計算する。",
    "確認": "職員が二つの記録を見比べ、同じ人か別人かを決めること。決定は計算より優先し、取り消せる。",
    "確認待ち": "確率が高くても、理由のどれかに当たる組は結び付けず、職員の確認を待つ。",
    "適合率": "確認した組のうち、同じ人とされた割合。迷いやすい組に偏るため、全体の正しさではない。",
    "95％信頼区間": "件数から見て、本当の割合が入るとみてよい幅（ウィルソン）。件数が少ないほど広い。",
    "計算した確率": "確認した組にモデルが与えた確率の平均。適合率がこれに近いほど、確率を信じてよい。",
}


def linkage_page(facts: LinkageFacts | None, titles: Mapping[str, str]) -> str:
    """The whole document; ``titles``: the feeds' Japanese names. None: the release knows no linkage yet."""
    title = "名寄せの品質"
    body = [element("p", "この版にはまだ名寄せの表がありません。")] if facts is None else _body(facts, titles)
    return page(
        title,
        way_up("データ品質の一覧", "index.html"),
        element("h1", title),
        *body,
        element(
            "p",
            "件数と割合だけを示し、個人の情報は載せていません。要対協・ヤングケアラーの記録は、あること自体が秘密のため、"
            "どの数にも入っていません。",
            class_="soft",
        ),
    )


def _body(facts: LinkageFacts, titles: Mapping[str, str]) -> list[Markup]:
    return [
        _boxes(facts),
        element("h2", "データごとの未突合の割合"),
        _unlinked(facts, titles),
        element("h2", "名寄せの方法"),
        _methods(facts, titles),
        element("h2", "確率の帯ごとの適合率（職員の確認との比較）"),
        _accuracy(facts),
        element("h2", "確認を待つ組"),
        _queue(facts, titles),
        element("h2", "ことばの説明"),
        table(("ことば", "意味"), [*_meanings(facts)]),
    ]


def _boxes(facts: LinkageFacts) -> Markup:
    unlinked = sum(each["unlinked_count"] for each in facts.unlinked)
    per_thousand = 1000 * facts.waiting / facts.record_total if facts.record_total else None
    too_many = per_thousand is not None and per_thousand > facts.reviews_per_thousand
    boxes = (
        (f"{facts.record_total:,}", "名寄せの対象の記録", None),
        (_percent(_share(unlinked, facts.record_total)), "未突合の割合", None),
        (f"{facts.waiting:,}", "確認を待つ組", None),
        (
            "—" if per_thousand is None else f"{'！ ' if too_many else ''}{per_thousand:.1f}",
            f"記録1,000件当たりの確認待ち（目安 {facts.reviews_per_thousand:g}まで）",
            "warn" if too_many else None,
        ),
        (f"{facts.reviewed:,}", "職員が確認した組", None),
    )
    items = (element("li", element("b", number, class_=c), element("span", word)) for number, word, c in boxes)
    return element("ul", *items, class_="facts")


def _unlinked(facts: LinkageFacts, titles: Mapping[str, str]) -> Markup:
    if not facts.unlinked:
        return element("p", "結び付ける記録はまだ届いていません。")
    headings = ("データ", "役割", "記録", "未突合", "未突合の割合", "目安", "住民記録にいない人の記録", "判定")
    numbers = (2, 3, 4, 5, 6)
    rows = [
        row(
            _feed(each, titles),
            _role(each),
            f"{each['record_total']:,}",
            f"{each['unlinked_count']:,}",
            _percent(each["unlinked_share"]),
            f"{_percent(each['share_at_most'])}以下",
            _count(each["outside_register_count"]),
            _judged(each),
            numeric=numbers,
            classes={7: "w"},
        )
        for each in facts.unlinked
    ]
    return table(headings, rows, numeric=numbers)


def _methods(facts: LinkageFacts, titles: Mapping[str, str]) -> Markup:
    if not facts.methods:
        return element("p", "結び付けた記録はまだありません。")
    rows = [
        row(
            _feed(each, titles),
            _role(each),
            each["method_label"],
            f"{each['linked_count']:,}",
            _percent(_share(each["linked_count"], each["record_total"])),
            numeric=(3, 4),
        )
        for each in facts.methods
    ]
    return table(("データ", "役割", "方法", "記録", "割合"), rows, numeric=(3, 4))


def _accuracy(facts: LinkageFacts) -> Markup:
    headings = ("確率の帯", "確認待ち", "確認した組", "同じ人", "適合率", "95％信頼区間", "計算した確率", "判定")
    numbers = (1, 2, 3, 4, 5, 6)
    rows = [
        row(
            each["band_label"],
            f"{each['waiting_count']:,}",
            f"{each['reviewed_count']:,}",
            f"{each['must_link_count']:,}",
            _percent(each["observed_precision"]),
            _interval(each),
            _percent(each["model_mean"]),
            _judged(each),
            numeric=numbers,
            classes={7: "w"},
        )
        for each in facts.accuracy
    ]
    return table(headings, rows, numeric=numbers)


def _queue(facts: LinkageFacts, titles: Mapping[str, str]) -> Markup:
    if not facts.queue:
        return element("p", "✓ 確認を待つ組はありません。", class_="good")
    late = f"、うち待たせすぎ {facts.late:,}組" if facts.late else ""
    note = f"{facts.as_of}の時点で{facts.waiting:,}組{late}。最も古いものは{facts.oldest}から待っています。"
    headings = ("データ", "理由", "待っている日数", "組", "最も古い日")
    rows = [
        row(
            _feed(each, titles),
            each["reason_label"],
            _age(each),
            f"{each['pair_count']:,}",
            str(each["oldest_queued_on"]),
            numeric=(3,),
            classes={4: "w"},
        )
        for each in facts.queue
    ]
    return joined([element("p", note), table(headings, rows, numeric=(3,))])


def _age(each: Mapping[str, Any]) -> Markup:
    label = each["age_class_label"]
    return element("span", f"！ {label}", class_="warn") if each["is_late"] else element("span", label)


def _meanings(facts: LinkageFacts) -> Iterator[Markup]:
    """Every term of the page, and of the methods and reasons just those that stand there."""
    for word, meaning in _TERMS.items():
        yield row(word, meaning, classes={0: "w"})
    for heading, found in (
        ("方法", {(each["sort_order"], each["method_label"], each["method_meaning"]) for each in facts.methods}),
        ("理由", {(0, each["reason_label"], each["reason_meaning"]) for each in facts.queue}),
    ):
        told = sorted(entry for entry in found if entry[2])
        for word, _ in groupby(told, key=lambda entry: entry[1:]):
            yield row(f"{heading}：{word[0]}", word[1], classes={0: "w"})


def _feed(each: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    return f"{titles.get(each['feed'], each['feed'])}（{each['feed']}）"


def _role(each: Mapping[str, Any]) -> str:
    return _ROLES.get(each["role"], str(each["role"]))


def _judged(each: Mapping[str, Any]) -> Markup:
    status = each["status"]
    return element("span", f"{_SIGNS.get(status, '')}{each['status_label']}", class_=_CLASSES.get(status, "soft"))


def _interval(each: Mapping[str, Any]) -> str:
    if each["precision_low"] is None:
        return "—"
    return f"{_percent(each['precision_low'])}〜{_percent(each['precision_high'])}"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _count(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"
