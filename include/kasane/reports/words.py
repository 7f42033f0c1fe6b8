"""Japanese wording, dates and number formats of the reports: nothing here reads a file or a setting."""

from __future__ import annotations

from datetime import date
from typing import Final

from markupsafe import Markup

DOMAINS: Final = ("elderly", "disability", "child", "poverty")
DOMAIN_LABELS: Final = {"elderly": "高齢", "disability": "障害", "child": "子ども", "poverty": "生活困窮"}
HOUSEHOLD_TYPES: Final = {
    "AO": "大人のみの世帯",
    "AC": "大人と18歳未満の子がいる世帯",
    "CO": "18歳未満の子のみの世帯",
    "UN": "年齢不詳の人がいて判定できない世帯",
}
# One sign a domain, for heads of narrow columns.
DOMAIN_SIGNS: Final = {"elderly": "高", "disability": "障", "child": "子", "poverty": "困"}
ALL: Final = "ALL"
NO_VALUE: Final = "—"
# What disclosure control hid.
HIDDEN_MARK: Final = "X"
HIDDEN_WORD: Final = "秘匿"
MATCHES: Final = {"exact": "ちょうどこの組合せ", "at_least": "少なくともこの組合せ"}

# The day each era began (改元); only what a welfare register's months can reach.
_ERAS: Final = (
    (date(2019, 5, 1), "令和", 2018),
    (date(1989, 1, 8), "平成", 1988),
    (date(1926, 12, 25), "昭和", 1925),
)
_UNITS: Final = {
    "percent": "%",
    "count": "件",
    "days": "日",
    "per_100000": "人口10万人あたり",
}

# What the numbers of this page lose when a feed is late, refused or missing (definitions.md, Need).
_FEED_EFFECTS: Final = {
    "jumin": "世帯そのものが古い基準日のままになり、この報告書のすべての数値に影響します。",
    "kaigo": "高齢分野の世帯数が古いまま、または少なく出ます。",
    "houkatsu": "高齢分野(地域包括支援センターの相談)の世帯数が古いまま、または少なく出ます。",
    "shogai": "障害分野の世帯数が古いまま、または少なく出ます。",
    "kodomo": "子ども分野の世帯数が古いまま、または少なく出ます。",
    "seiho": "生活困窮分野(生活保護)の世帯数が古いまま、または少なく出ます。",
    "konkyu": "生活困窮分野(自立相談支援)の世帯数が古いまま、または少なく出ます。",
    "chiku": "圏域の区分が古いままになります。全体の数値には影響しません。",
}
# Of these the feeds that tell of needs: without one of them some households are not known to be in need.
NEED_FEEDS: Final = ("kaigo", "houkatsu", "shogai", "kodomo", "seiho", "konkyu")
# Feeds that no household count rests on: what they change on this page instead, or that they change nothing.
_NO_EFFECT: Final = "この報告書の世帯数には直接使っていません。"
_EFFECTS_BESIDE: Final = {
    "youtai": "この報告書の数値には使っていません。要対協の記録による世帯数は制限区画の中だけで数えます。",
    "soudan": f"{_NO_EFFECT}国・特別区との比較のうち、相談と支援の値が古いまま、または少なく出ます。",
    "kaigi": f"{_NO_EFFECT}会議の開催は指標で数えます。",
    "sanka": f"{_NO_EFFECT}国・特別区との比較のうち、参加支援の値が古いまま、または少なく出ます。",
    "kenshu": f"{_NO_EFFECT}国・特別区との比較のうち、研修の値が古いまま、または少なく出ます。",
    "jinji": f"{_NO_EFFECT}国・特別区との比較のうち、体制(職員と専門職)の値が古いままになります。",
    "ishiki": f"{_NO_EFFECT}国・特別区との比較のうち、住民意識調査の値が古い調査のままになります。",
    "enquete": f"{_NO_EFFECT}満足度は指標で数えます。",
    "shigen": f"{_NO_EFFECT}国・特別区との比較のうち、地域資源と協定の値が古いままになります。",
    "kikan": f"{_NO_EFFECT}国・特別区との比較のうち、連携する機関の値が古いままになります。",
}


def domains_label(domains: str) -> str:
    """``elderly+poverty`` as 高齢×生活困窮; an unknown domain is shown as it is."""
    return "×".join(DOMAIN_LABELS.get(part, part) for part in domains.split("+"))


def feed_effect(feed: str) -> str:
    """What a gap in this feed means for the numbers of the page."""
    return _FEED_EFFECTS.get(feed) or _EFFECTS_BESIDE.get(feed, _NO_EFFECT)


def has_effect(feed: str) -> bool:
    """Whether the household counts of the page rest on this feed."""
    return feed in _FEED_EFFECTS


def feed_rank(feed: str) -> int:
    """The order in which feeds are listed: the register, the domains in their order, areas, then all others."""
    order = [*_FEED_EFFECTS, *_EFFECTS_BESIDE]
    return order.index(feed) if feed in order else len(order)


def unit_label(unit: str | None) -> str:
    """A unit of the benchmark seed in Japanese; an unknown one is shown as it is."""
    return _UNITS.get(unit or "", unit or "")


def era_year(day: date) -> str:
    """令和7年, 令和元年; before 昭和 only the western year."""
    for begins, name, base in _ERAS:
        if day >= begins:
            year = day.year - base
            return f"{name}{'元' if year == 1 else year}年"
    return f"{day.year}年"


def era_date(day: date) -> str:
    """令和7年4月30日(2025年4月30日)."""
    return f"{era_year(day)}{day.month}月{day.day}日({day.year}年{day.month}月{day.day}日)"


def era_date_lines(day: date) -> Markup:
    """As ``era_date``, for narrow columns: the western date may go to a line of its own, whole."""
    return Markup('<span class="nowrap">{}</span><wbr><span class="nowrap">({})</span>').format(
        f"{era_year(day)}{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}日"
    )


def era_month(day: date) -> str:
    """令和7年4月(2025年4月)."""
    return f"{era_year(day)}{day.month}月({day.year}年{day.month}月)"


def number(value: float | None, digits: int = 0) -> str:
    """With thousands separators and a fixed number of decimals; — where there is none."""
    return NO_VALUE if value is None else f"{value:,.{digits}f}"


def signed(value: float | None, digits: int = 0) -> str:
    """As ``number``, with + or − (U+2212) in front; ±0 for what rounds to zero."""
    if value is None:
        return NO_VALUE
    rounded = round(value, digits)
    if rounded == 0:
        return "±" + number(0, digits)
    return ("+" if rounded > 0 else "−") + number(abs(rounded), digits)


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 0 to 1 as 12.3%; — where there is none."""
    return NO_VALUE if share is None else f"{number(share * 100, digits)}%"
