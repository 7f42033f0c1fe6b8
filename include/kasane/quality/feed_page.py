"""The page of one table of a feed: its files, what was set aside and why, and what Great Expectations says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kasane.quality.checks import allowed_text_ja, number_text
from kasane.quality.feed_facts import FeedFacts, Labels
from kasane.quality.markup import Markup, element, joined, page, row, table, way_up
from kasane.quality.outcomes import FileOutcome
from kasane.quality.sparkline import sparkline

SHOWN_FILES = 26
RHYTHM = {"monthly": "毎月", "yearly": "毎年", "any": "随時"}
SEVERITY = {"warning": "注意", "refuse": "不受理"}
FILE_HEADINGS = (
    *("基準日", "連番", "ファイル名", "状態", "届いた行", "取込", "隔離"),
    *("重複・置換", "警告", "増減", "検査"),
)
FILE_NUMBERS = (4, 5, 6, 7, 8, 9)


def feed_page(facts: FeedFacts) -> str:
    """The whole document."""
    latest, everything = facts.latest if facts.in_force else [], facts.in_force
    return page(
        f"{facts.title}：データ品質の要約",
        way_up("データ品質の一覧", "index.html"),
        element("h1", f"{facts.title} ", element("span", f"（{facts.table}）", class_="soft")),
        _about(facts),
        _boxes(facts),
        _to_do(facts),
        element("h2", "品質検査（Great Expectations）"),
        _checks(facts),
        element("h2", "隔離した行（取り込まなかった行）"),
        _codes(facts.quarantined(latest), facts.quarantined(everything), facts.reasons, "隔離した行はありません。"),
        element("h2", "警告（取り込んだうえで印を付けた値）"),
        _codes(facts.warned(latest), facts.warned(everything), facts.warnings, "警告はありません。"),
        element("h2", "届いたファイル"),
        _files(facts),
        element(
            "p",
            "件数と割合だけを示し、個人の情報は載せていません。隔離した行そのものは、制限区画で確かめてください。",
            class_="soft",
        ),
    )


def _about(facts: FeedFacts) -> Markup | None:
    if "owner" not in facts.results:
        return None
    rhythm = RHYTHM.get(facts.results["rhythm"], "")
    text = f"{facts.results['description']}　所管：{facts.results['owner']}　周期：{rhythm}"
    return element("p", text, class_="soft")


def _boxes(facts: FeedFacts) -> Markup:
    latest = facts.latest if facts.in_force else []
    day = latest[0].base_date if latest else None
    flagged = sum(bool(facts.broken(each)) for each in facts.in_force)
    boxes = [
        ("最新の基準日", day.isoformat() if day else "なし", None),
        ("その取込行数", f"{sum(each.rows_loaded for each in latest):,}", None),
        ("その隔離行数", f"{sum(each.rows_quarantined for each in latest):,}", None),
        ("使用中のファイル", f"{len(facts.in_force):,}", None),
        ("未解決の不受理", f"{len(facts.open_refusals):,}", "bad" if facts.open_refusals else None),
        ("検査で注意のファイル", f"{flagged:,}", "warn" if flagged else None),
    ]
    items = [element("li", element("span", name), element("b", value, class_=css)) for name, value, css in boxes]
    return element("ul", *items, class_="facts")


def _to_do(facts: FeedFacts) -> Markup | None:
    """What wants somebody's attention now, with what to do; nothing when all is well."""
    items = [_refusal(facts, file) for file in facts.open_refusals]
    items += [_breach(facts, file, name) for file in facts.latest if facts.in_force for name in facts.broken(file)]
    if not items:
        return None
    return joined([element("h2", "確かめること"), element("ul", *items)])


def _refusal(facts: FeedFacts, file: FileOutcome) -> Markup:
    label, remedy, sentence = facts.reason(file)
    return element(
        "li",
        element("span", f"✕ {file.file_name} を受け入れていません：{label}。", class_="bad"),
        f"{remedy}。" if remedy else None,
        element("span", f" {sentence}", class_="soft") if sentence else None,
    )


def _breach(facts: FeedFacts, file: FileOutcome, name: str) -> Markup:
    check = next(check for check in facts.results["checks"] if check["name"] == name)
    allowed = allowed_text_ja(check["at_least"], check["at_most"], check["unit"])
    observed = number_text(facts.numbers(file)[name], check["unit"])
    words = f"！ {file.file_name}：{check['title']}が {observed}（基準 {allowed}）です。"
    return element("li", element("span", words, class_="warn"), "元の値を確かめてください。")


def _checks(facts: FeedFacts) -> Markup:
    checks = facts.results.get("checks", ())
    if not checks or not any(facts.numbers(file) for file in facts.in_force):
        return element("p", "検査の結果はまだありません。")
    headings = ("検査", "基準", "外れたとき", "最新", "推移（使用中のファイル、古い順）", "外れたファイル")
    return table(headings, [_check(facts, check) for check in checks], numeric=(3, 5))


def _check(facts: FeedFacts, check: Mapping[str, Any]) -> Markup:
    oldest_first = [file for file in reversed(facts.in_force) if facts.numbers(file)]
    values = [facts.numbers(file).get(check["name"]) for file in oldest_first]
    broken = [check["name"] in facts.broken(file) for file in oldest_first]
    newest = number_text(values[-1], check["unit"])
    return row(
        check["title"],
        allowed_text_ja(check["at_least"], check["at_most"], check["unit"]),
        SEVERITY[check["severity"]] if check["name"] != "row_change" else "台帳が不受理",
        element("span", newest, class_="warn" if broken[-1] else None),
        sparkline(values, broken, (check["at_least"], check["at_most"])),
        element("span", str(sum(broken)), class_="warn" if any(broken) else None),
        numeric=(3, 5),
        classes={1: "w", 2: "w"},
    )


def _codes(latest: Counter[str], everything: Counter[str], labels: Labels, nothing: str) -> Markup:
    if not everything:
        return element("p", nothing)
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
    headings = ("内容", "コード", "最新の基準日", "使用中の全ファイル", "直し方")
    return table(headings, rows, numeric=(2, 3))


def _files(facts: FeedFacts) -> Markup:
    if not facts.files:
        return element("p", "まだ届いていません。")
    rows = [_file(facts, each) for each in facts.files[:SHOWN_FILES]]
    left_out = len(facts.files) - len(rows)
    note = element("p", f"新しい{len(rows)}件。ほかに{left_out:,}件あります。", class_="soft") if left_out else None
    return joined([table(FILE_HEADINGS, rows, numeric=FILE_NUMBERS), note])


def _file(facts: FeedFacts, file: FileOutcome) -> Markup:
    change = facts.numbers(file).get("row_change")
    is_refused = file.status == "refused"
    main = row(
        file.base_date.isoformat() if file.base_date else "—",
        "・".join(filter(None, (file.part, f"{file.sequence:02}" if file.sequence else ""))),
        file.file_name,
        status_words(file),
        "—" if file.rows_in is None else f"{file.rows_in:,}",
        f"{file.rows_loaded:,}",
        f"{file.rows_quarantined:,}",
        f"{file.rows_superseded:,}",
        f"{file.warnings:,}",
        "—" if change is None else f"{change:+.1%}",
        _judged(facts, file),
        numeric=FILE_NUMBERS,
        classes={0: "w", 2: "f", 3: "w"},
        row_class="has-why" if is_refused else None,
    )
    return joined([main, _why(facts, file)]) if is_refused else main


def status_words(file: FileOutcome) -> Markup:
    """What became of a file, in a word; never by colour alone."""
    if file.status == "refused":
        return element("span", "✕ 不受理", class_="bad")
    if file.status == "skipped":
        return element("span", "再送（取込不要）", class_="soft")
    if file.status == "deleted":
        return element("span", "削除済み", class_="soft")
    if file.is_in_force:
        return element("span", "✓ 使用中", class_="good")
    return element("span", "置き換え済み", class_="soft")


def _why(facts: FeedFacts, file: FileOutcome) -> Markup:
    label, remedy, sentence = facts.reason(file)
    words = f"理由：{label}{f'　→ {remedy}' if remedy else ''}"
    detail = element("span", f"　{sentence}", class_="soft") if sentence else None
    return element("tr", element("td"), element("td", words, detail, colspan=10), class_="why")


def _judged(facts: FeedFacts, file: FileOutcome) -> Markup:
    if not facts.numbers(file):
        return Markup("—")
    broken = facts.broken(file)
    if not broken:
        return element("span", "✓ 合格", class_="good")
    return element("span", f"！ {'、'.join(facts.check_title(name) for name in broken)}", class_="warn")
