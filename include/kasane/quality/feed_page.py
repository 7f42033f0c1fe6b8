"""The page of one feed: its files, what was set aside and why, and what Great Expectations says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kasane.contracts.delivery import Delivery, Manifest
from kasane.contracts.model import Contract
from kasane.quality.checks import allowed_text_ja, number_text
from kasane.quality.markup import Markup, element, joined, page, row, table
from kasane.quality.sparkline import sparkline

SHOWN_FILES = 26
RHYTHM = {"monthly": "毎月", "yearly": "毎年", "any": "随時"}
SEVERITY = {"warning": "注意", "refuse": "不受理"}


@dataclass(frozen=True)
class FeedFacts:
    """All that a feed's page shows; ``deliveries`` newest first, ``results`` as stored for the feed."""

    contract: Contract
    deliveries: Sequence[Delivery]
    manifests: Mapping[str, Manifest]
    results: Mapping[str, Any]
    reasons: Mapping[str, tuple[str, str]]
    warnings: Mapping[str, tuple[str, str]]

    @property
    def in_force(self) -> list[Delivery]:
        """The deliveries that count, newest first."""
        return [each for each in self.deliveries if each.in_force]

    @property
    def latest(self) -> list[Delivery]:
        """The deliveries in force at the newest base date: one, or one a part."""
        return [each for each in self.in_force if each.base_date == self.in_force[0].base_date]

    @property
    def shown(self) -> Sequence[Delivery]:
        """The newest files, as many as the page lists."""
        return self.deliveries[:SHOWN_FILES]

    def broken(self, delivery_id: str) -> list[str]:
        """The names of the checks that a delivery does not pass."""
        found = self.results.get("deliveries", {}).get(delivery_id, {})
        return list(found.get("failed", ()))

    def counts(self, kind: str, deliveries: Sequence[Delivery]) -> Counter[str]:
        """Rows by code over deliveries; ``kind`` is ``quarantined`` or ``warnings``."""
        counted: Counter[str] = Counter()
        for each in deliveries:
            if each.status == "accepted" and each.delivery_id in self.manifests:
                counted.update(getattr(self.manifests[each.delivery_id], kind))
        return counted


def feed_page(facts: FeedFacts) -> str:
    """The whole document."""
    contract = facts.contract
    return page(
        f"{contract.title}：データ品質の要約",
        element("p", element("a", "← データ品質の一覧", href="index.html"), class_="soft"),
        element("h1", f"{contract.title} ", element("span", f"（{contract.feed}）", class_="soft")),
        element("p", f"{contract.description}　所管：{contract.owner}　周期：{RHYTHM[contract.rhythm]}", class_="soft"),
        _facts(facts),
        element("h2", "届いたファイル"),
        _files(facts),
        element("h2", "隔離した行（取り込まなかった行）"),
        _codes(facts, "quarantined", facts.reasons, "隔離した行はありません。"),
        element("h2", "警告（取り込んだうえで印を付けた値）"),
        _codes(facts, "warnings", facts.warnings, "警告はありません。"),
        element("h2", "品質検査（Great Expectations）"),
        _checks(facts),
        element(
            "p",
            "件数と割合だけを示し、個人の情報は載せていません。隔離した行そのものは制限区画で確かめてください。",
            class_="soft",
        ),
    )


def status_words(delivery: Delivery) -> Markup:
    """What became of a file, in a word; never by colour alone."""
    if delivery.status == "refused":
        return element("span", "✕ 不受理", class_="bad")
    if delivery.status == "skipped":
        return element("span", "再送（取込不要）", class_="soft")
    if delivery.in_force:
        return element("span", "✓ 使用中", class_="good")
    return element("span", "置き換え済み", class_="soft")


def _facts(facts: FeedFacts) -> Markup:
    latest = facts.latest if facts.in_force else []
    flagged = sum(bool(facts.broken(each.delivery_id)) for each in facts.in_force)
    refused = sum(each.status == "refused" for each in facts.deliveries)
    boxes = [
        ("最新の基準日", latest[0].base_date.isoformat() if latest and latest[0].base_date else "なし", ""),
        ("その行数", f"{sum(each.rows_loaded for each in latest):,}", ""),
        ("その隔離", f"{sum(each.rows_quarantined for each in latest):,}", ""),
        ("使用中のファイル", f"{len(facts.in_force):,}", ""),
        ("不受理のファイル", f"{refused:,}", "bad" if refused else ""),
        ("注意のあるファイル", f"{flagged:,}", "warn" if flagged else ""),
    ]
    items = [
        element("li", element("span", name), element("b", value, class_=css or None)) for name, value, css in boxes
    ]
    return element("ul", *items, class_="facts")


def _files(facts: FeedFacts) -> Markup:
    if not facts.deliveries:
        return element("p", "まだ届いていません。")
    headings = (
        *("基準日", "連番", "ファイル名", "状態", "届いた行", "取込", "隔離", "重複・置換", "警告", "増減", "検査"),
    )
    rows = [_file(facts, each) for each in facts.shown]
    left_out = len(facts.deliveries) - len(rows)
    note = f"新しい{len(rows)}件。ほかに{left_out:,}件あります。" if left_out else None
    return joined([table(headings, rows, numeric=(4, 5, 6, 7, 8, 9)), note and element("p", note, class_="soft")])


def _file(facts: FeedFacts, delivery: Delivery) -> Markup:
    main = row(
        delivery.base_date.isoformat() if delivery.base_date else "—",
        "・".join(filter(None, (delivery.part, f"{delivery.sequence:02}"))),
        delivery.file_name,
        status_words(delivery),
        "—" if delivery.rows_in is None else f"{delivery.rows_in:,}",
        f"{delivery.rows_loaded:,}",
        f"{delivery.rows_quarantined:,}",
        f"{delivery.rows_superseded:,}",
        f"{delivery.warnings:,}",
        "—" if delivery.row_change is None else f"{delivery.row_change:+.1%}",
        _judged(facts, delivery),
        numeric=(4, 5, 6, 7, 8, 9),
        classes={0: "w", 2: "f", 3: "w", 10: "w"},
    )
    if delivery.status != "refused":
        return main
    label, remedy = facts.reasons.get(delivery.reason_code or "", (delivery.reason_code or "理由不明", ""))
    why = f"理由：{label}{f'　→ {remedy}' if remedy else ''}"
    return joined([Markup(main.replace("<tr>", '<tr class="has-why">', 1)), _why(why, delivery.reason)])


def _why(why: str, reason: str | None) -> Markup:
    detail = element("span", f"　{reason}", class_="soft") if reason else None
    return element("tr", element("td"), element("td", why, detail, colspan=10), class_="why")


def _judged(facts: FeedFacts, delivery: Delivery) -> Markup:
    if delivery.delivery_id not in facts.results.get("deliveries", {}):
        return Markup("—")
    broken = facts.broken(delivery.delivery_id)
    if not broken:
        return element("span", "✓ 合格", class_="good")
    return element("span", f"！ {len(broken)}件", class_="warn")


def _codes(facts: FeedFacts, kind: str, labels: Mapping[str, tuple[str, str]], nothing: str) -> Markup:
    everything = facts.counts(kind, facts.in_force)
    if not everything:
        return element("p", nothing)
    latest = facts.counts(kind, facts.latest)
    rows = [
        row(
            labels.get(code, (code, ""))[0],
            code,
            f"{latest[code]:,}",
            f"{count:,}",
            labels.get(code, (code, ""))[1],
            numeric=(2, 3),
            classes={1: "soft"},
        )
        for code, count in sorted(everything.items(), key=lambda item: (-latest[item[0]], -item[1], item[0]))
    ]
    return table(("内容", "コード", "最新の基準日", "使用中の全ファイル", "直し方"), rows, numeric=(2, 3))


def _checks(facts: FeedFacts) -> Markup:
    checks = facts.results.get("checks", ())
    if not checks or not facts.in_force:
        return element("p", "検査の結果はまだありません。")
    rows = [_check(facts, check) for check in checks]
    headings = ("検査", "基準", "外れたとき", "最新", "推移（使用中のファイル、古い順）", "外れたファイル")
    return table(headings, rows, numeric=(3, 5))


def _check(facts: FeedFacts, check: Mapping[str, Any]) -> Markup:
    judged = facts.results["deliveries"]
    oldest_first = [each for each in reversed(facts.in_force) if each.delivery_id in judged]
    values = [judged[each.delivery_id]["observed"].get(check["name"]) for each in oldest_first]
    broken = [check["name"] in facts.broken(each.delivery_id) for each in oldest_first]
    is_bad = bool(broken and broken[-1])
    return row(
        check["title"],
        allowed_text_ja(check["at_least"], check["at_most"], check["unit"]),
        SEVERITY[check["severity"]],
        element("span", number_text(values[-1] if values else None, check["unit"]), class_="warn" if is_bad else None),
        sparkline(values, broken, (check["at_least"], check["at_most"])),
        element("span", str(sum(broken)), class_="warn" if any(broken) else None),
        numeric=(3, 5),
    )
