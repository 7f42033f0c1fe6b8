"""What the page about linkage and the first page have to show, by the quality tables of the release."""

from __future__ import annotations

import json
from datetime import date

from kasane.contracts.codes import load_thresholds
from support.quality_answers import NONE, Answer, Release, Row, count, share

_SIGNS = {"close": "✓ ", "within": "✓ ", "apart": "！ ", "over": "！ "}
_ROLES = {"subject": "本人", "guardian": "受給者", "child": "児童"}
# A household of a parent over 80 and a child over 50 is called so.
_PATTERN_NAMES = ("8050",)
_SUMS = """
select
    (select coalesce(sum(record_total), 0) from quality.link_unlinked) as records,
    (select sum(unlinked_count) from quality.link_unlinked) as unlinked,
    (select coalesce(sum(pair_count), 0) from quality.link_review_age) as waiting,
    (select coalesce(sum(pair_count) filter (where is_late), 0) from quality.link_review_age) as late,
    (select min(oldest_queued_on) from quality.link_review_age) as oldest,
    (select max(as_of_date) from quality.link_review_age) as as_of,
    (select coalesce(sum(reviewed_count), 0) from quality.link_accuracy) as reviewed
"""
_MEANINGS = """
select '方法：' || method_label as word, method_meaning as meaning, 1 as part, sort_order
from quality.link_method where method_meaning is not null
union
select '理由：' || reason_label, reason_meaning, 2, 0 from quality.link_review_age where reason_meaning is not null
order by part, sort_order, word
"""
_COVERAGE = """
select * from quality.feed_coverage
where month_end_date = (select max(month_end_date) from quality.feed_coverage)
order by base_date nulls first, table_name
"""


def linkage_answers(release: Release) -> list[Answer]:
    """``quality/linkage.html``."""
    if not release.has("link_unlinked"):
        return []
    sums = release.rows(_SUMS)[0]
    meanings = [(each["word"], each["meaning"]) for each in release.rows(_MEANINGS)]
    return [
        Answer("cards", _cards(release, sums)),
        Answer("table", _unlinked(release)),
        Answer("table", _methods(release)),
        Answer("table", _accuracy(release)),
        *_queue(release, sums),
        # The page's own words name the 95 % interval, and no figure of the release.
        Answer("table", meanings, named=frozenset(("95",))),
    ]


def _cards(release: Release, sums: Row) -> list[tuple[str, ...]]:
    records, waiting = int(sums["records"]), int(sums["waiting"])
    at_most = load_thresholds(release.settings.seed_dirs)["link_reviews_per_thousand"].value
    rate = 1000 * waiting / records if records else None
    sign = "！ " if rate is not None and rate > at_most else ""
    return [
        (count(records), "名寄せの対象の記録"),
        (share(int(sums["unlinked"]) / records if records else None), "未突合の割合"),
        (count(waiting), "確認を待つ組"),
        (NONE if rate is None else f"{sign}{rate:.1f}", f"記録1,000件当たりの確認待ち（目安 {at_most:g}まで）"),
        (count(int(sums["reviewed"])), "職員が確認した組"),
    ]


def _unlinked(release: Release) -> list[tuple[str, ...]]:
    rows = [
        (
            *_of(release, each),
            count(each["record_total"]),
            count(each["unlinked_count"]),
            share(each["unlinked_share"]),
            f"{share(each['share_at_most'])}以下",
            count(each["outside_register_count"]),
            _SIGNS.get(each["status"], "") + each["status_label"],
        )
        for each in release.rows("select * from quality.link_unlinked order by feed, role")
    ]
    headings = ("データ", "役割", "記録", "未突合", "未突合の割合", "目安", "住民記録にいない人の記録", "判定")
    return [headings, *rows] if rows else []


def _methods(release: Release) -> list[tuple[str, ...]]:
    found = release.rows("select * from quality.link_method order by feed, role, sort_order nulls last")
    rows = [
        (
            *_of(release, each),
            each["method_label"],
            count(each["linked_count"]),
            share(each["linked_count"] / each["record_total"]),
        )
        for each in found
    ]
    return [("データ", "役割", "方法", "記録", "割合"), *rows] if rows else []


def _accuracy(release: Release) -> list[tuple[str, ...]]:
    headings = ("確率の帯", "確認待ち", "確認した組", "同じ人", "適合率", "95％信頼区間", "計算した確率", "判定")
    rows = [
        (
            each["band_label"],
            *(count(each[name]) for name in ("waiting_count", "reviewed_count", "must_link_count")),
            share(each["observed_precision"]),
            NONE
            if each["precision_low"] is None
            else f"{share(each['precision_low'])}〜{share(each['precision_high'])}",
            share(each["model_mean"]),
            _SIGNS.get(each["status"], "") + each["status_label"],
        )
        for each in release.rows("select * from quality.link_accuracy order by sort_order")
    ]
    return [headings, *rows]


def _queue(release: Release, sums: Row) -> list[Answer]:
    found = release.rows("select * from quality.link_review_age order by feed, reason, sort_order")
    if not found:
        return []
    late = f"、うち待たせすぎ {count(int(sums['late']))}組" if sums["late"] else ""
    waiting = count(int(sums["waiting"]))
    note = f"{sums['as_of']}の時点で{waiting}組{late}。最も古いものは{sums['oldest']}から待っています。"
    rows = [
        (
            _feed(release, each["feed"]),
            each["reason_label"],
            ("！ " if each["is_late"] else "") + each["age_class_label"],
            count(each["pair_count"]),
            str(each["oldest_queued_on"]),
        )
        for each in found
    ]
    headings = ("データ", "理由", "待っている日数", "組", "最も古い日")
    return [Answer("text", [(note,)]), Answer("table", [headings, *rows])]


def _of(release: Release, each: Row) -> tuple[str, str]:
    return _feed(release, each["feed"]), _ROLES.get(each["role"], each["role"])


def _feed(release: Release, feed: str) -> str:
    titles = {contract.feed: contract.title for contract in release.contracts.values()}
    return f"{titles[feed]}（{feed}）"


def first_answers(release: Release, municipality: str) -> list[Answer]:
    """``reports/index.html``; of its lists of files, how many indicators there are."""
    newest = max(each["month_end_date"] for each in release.rows(_COVERAGE))
    indicators = release.rows("select count(distinct kpi_id) as found from marts.mart_kpi_value")[0]["found"]
    told = json.loads((release.settings.data.current / "release.json").read_text(encoding="utf-8"))
    return [
        Answer(
            "cards",
            [
                ("自治体", municipality),
                ("最新の月(月末時点)", _day(newest)),
                ("リリース番号", told["release_id"]),
            ],
        ),
        Answer("text", [(_late(release),)]),
        Answer("list", [], named=frozenset((str(indicators), *_PATTERN_NAMES))),
        Answer("list", [], named=frozenset((str(indicators),))),
    ]


def _late(release: Release) -> str:
    late = [each for each in release.rows(_COVERAGE) if each["status"] not in ("current", "not_used")]
    if not late:
        return ""
    names = [
        f"{release.contracts[each['table_name']].full_title}"
        f"（{each['base_date'].isoformat() + 'の資料まで' if each['base_date'] else '一度も届いていない'}）"
        for each in late
    ]
    return f"最新の月にそろっていない資料があります: {'、'.join(names)}。関係する数値は古いか、少なく出ます。"


def _day(day: date) -> str:
    """Every month of an invented ward is of 令和, and none of its first year."""
    return f"令和{day.year - 2018}年{day.month}月{day.day}日({day.year}年{day.month}月{day.day}日)"
