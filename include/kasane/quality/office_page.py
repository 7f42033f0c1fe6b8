"""The page of an office (所管課): what is wrong in its data, since when, how it moves, how to mend it. No record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kasane.quality.checks import number_text
from kasane.quality.markup import Markup, element, joined, page, row, table, way_up
from kasane.quality.office_facts import Finding, OfficeFacts, Row
from kasane.quality.sparkline import sparkline

OFFICES_PAGE = "offices.html"
Terms = Mapping[str, tuple[str, str]]
DIMENSIONS = ("completeness", "timeliness", "consistency", "plausibility")
_FINDING_HEADINGS = ("資料・項目", "何が／規則", "件数", "今月の動き", "推移", "最も古い初出", "日数", "直し方")
_FINDING_NUMBERS = (2, 6)
_NEW_LINE = Markup("<br>")
_SEVERITY = {"warning": "注意", "refuse": "不受理", "quarantine": "隔離"}


def office_file(at: int) -> str:
    """The file of the office at a place in the list, from 1: an office's name may hold what no file name does."""
    return f"office_{at}.html"


def office_page(facts: OfficeFacts, terms: Terms) -> str:
    """The whole document; ``terms``: label and meaning by code (quality_term)."""
    return page(
        f"{facts.owner}：直してほしいデータ",
        way_up("所管課の一覧", OFFICES_PAGE),
        element("h1", f"{facts.owner}：直してほしいデータ"),
        _about(facts),
        _boxes(facts, terms),
        _first(facts),
        *(_faults(facts, terms, origin) for origin in ("export", "entry")),
        element("h2", f"{terms['doubt'][0]}（取り込んで印を付けた値）"),
        element("p", terms["doubt"][1], class_="soft"),
        _findings(facts.found(is_fault=False), "要確認の値はありません。", terms),
        element("h2", "検査の結果（最新の資料）"),
        _dimensions(facts, terms),
        _contract_checks(facts, terms),
        _list_note(facts),
        _withheld(facts),
        element("p", "件数と割合だけを示し、個人の情報や記録の番号は載せていません。", class_="soft"),
    )


def _about(facts: OfficeFacts) -> Markup:
    """The day, and the office's tables, each leading to its own page where there is one."""
    has_page = {each.table for each in facts.feeds}
    names = [
        element("a", title, href=f"{name}.html") if name in has_page else title for name, title in facts.titles.items()
    ]
    listed = joined(part for at, name in enumerate(names) for part in ("、" if at else None, name))
    return element("p", f"{facts.month_end} の時点。資料（検査と届いたファイルの詳しい結果）：", listed, class_="soft")


def offices_page(offices: Sequence[OfficeFacts], terms: Terms) -> str:
    """The list of the offices, each with its open faults and a link."""
    headings = (
        "所管課",
        "資料",
        "取り込めない",
        "うち" + terms["export"][0],
        "うち" + terms["entry"][0],
        "要確認",
        "受け取れないファイル",
        "届いていない資料",
        "最も古い初出",
    )
    numbers = (2, 3, 4, 5, 6, 7)
    rows = [_office(at, facts, numbers) for at, facts in enumerate(offices, start=1)]
    return page(
        "所管課ごとのデータ品質",
        way_up("データ品質の一覧", "index.html"),
        element("h1", "所管課ごとのデータ品質"),
        element("p", "直してほしいデータを、資料を持つ課ごとにまとめました。印刷して渡せます。", class_="soft"),
        table(headings, rows, numeric=numbers),
        element("h2", "ことばの説明"),
        table(("ことば", "意味"), [row(label, meaning, classes={0: "w"}) for label, meaning in terms.values()]),
        element("p", "件数だけを示し、個人の情報や記録の番号は載せていません。", class_="soft"),
    )


def _office(at: int, facts: OfficeFacts, numbers: Sequence[int]) -> Markup:
    refused, faults = _refused(facts), facts.records(is_fault=True)
    return row(
        element("a", facts.owner, href=office_file(at)),
        "、".join(facts.titles.values()),
        element("span", f"{faults:,}", class_="bad" if faults else None),
        f"{facts.records(is_fault=True, origin='export'):,}",
        f"{facts.records(is_fault=True, origin='entry'):,}",
        f"{facts.records(is_fault=False):,}",
        element("span", f"{refused:,}", class_="bad" if refused else None),
        element("span", f"{len(facts.late):,}", class_="warn" if facts.late else None),
        _oldest(facts),
        numeric=numbers,
        classes={0: "w", 8: "w"},
    )


def _refused(facts: OfficeFacts) -> int:
    return sum(len(each.open_refusals) for each in facts.feeds)


def _oldest(facts: OfficeFacts) -> str:
    days = [each.row["oldest_first_seen_on"] for each in facts.found(is_fault=True)]
    return str(min(days)) if days else "—"


def _boxes(facts: OfficeFacts, terms: Terms) -> Markup:
    faults = facts.records(is_fault=True)
    refused, late = _refused(facts), len(facts.late)
    boxes = [
        ("受け取れないファイル", f"{refused:,}", "bad" if refused else None),
        ("届いていない資料", f"{late:,}", "warn" if late else None),
        ("取り込めない値", f"{faults:,}", "bad" if faults else None),
        (f"うち{terms['export'][0]}", f"{facts.records(is_fault=True, origin='export'):,}", None),
        (f"うち{terms['entry'][0]}", f"{facts.records(is_fault=True, origin='entry'):,}", None),
        ("今月の新規・戻り", f"{facts.moved('new_count'):,}・{facts.moved('returned_count'):,}", None),
        ("今月なくなった", f"{facts.moved('mended_count'):,}", None),
        ("最も古い初出", _oldest(facts), None),
        ("要確認の値", f"{facts.records(is_fault=False):,}", None),
    ]
    items = [element("li", element("span", name), element("b", value, class_=css)) for name, value, css in boxes]
    return element("ul", *items, class_="facts")


def _first(facts: OfficeFacts) -> Markup | None:
    """Files that are not there or not taken: nothing of them is counted, so they come first."""
    items = [
        element(
            "li", element("span", f"！ {each['table_title']}が届いていません。", class_="warn"), f"{each['remedy']}。"
        )
        for each in facts.late
    ]
    for feed in facts.feeds:
        for file in feed.open_refusals:
            label, remedy, _ = feed.reason(file)
            words = f"✕ {feed.title} {file.file_name} を受け取れません：{label}。"
            items.append(element("li", element("span", words, class_="bad"), f"{remedy}。" if remedy else None))
    if not items:
        return None
    return joined(
        [element("h2", "はじめに：届いていない資料・受け取れないファイル（出力の誤り）"), element("ul", *items)]
    )


def _faults(facts: OfficeFacts, terms: Terms, origin: str) -> Markup:
    label, meaning = terms[origin]
    return joined(
        [
            element("h2", f"{label}（取り込めない値）"),
            element("p", meaning, class_="soft"),
            _findings(facts.found(is_fault=True, origin=origin), f"✓ {label}はありません。", terms),
        ]
    )


def _findings(found: Sequence[Finding], nothing: str, terms: Terms) -> Markup:
    if not found:
        return element("p", nothing)
    return table(_FINDING_HEADINGS, [_finding(each, terms) for each in found], numeric=_FINDING_NUMBERS)


def _finding(finding: Finding, terms: Terms) -> Markup:
    each = finding.row
    # Faults stand under their origin already.
    origin = None if each["is_fault"] else element("span", f"　{terms[each['origin']][0]}", class_="soft")
    column = f"「{each['column_name']}」" if each["column_name"] else "記録全体"
    return row(
        joined([element("b", finding.title), _NEW_LINE, column]),
        joined([element("b", each["check_label"]), origin, _NEW_LINE, element("span", each["rule"], class_="soft")]),
        f"{each['open_count']:,}",
        _moves(each),
        sparkline([0.0 + count for count in finding.open_counts], [False] * len(finding.open_counts), (0.0,)),
        str(each["oldest_first_seen_on"]),
        f"{each['median_age_days']:,.0f}",
        each["remedy"],
        numeric=_FINDING_NUMBERS,
        classes={3: "w", 5: "w"},
    )


def _moves(each: Row) -> str:
    named = (("新規", "new_count"), ("戻り", "returned_count"), ("解消", "mended_count"))
    return "、".join(f"{word}{each[name]:,}" for word, name in named if each[name]) or "変わらず"


def _dimensions(facts: OfficeFacts, terms: Terms) -> Markup:
    """By table and dimension, how many checks are outside of how many that were judged."""
    rows = [
        row(title, *(_judged(facts, name, dimension) for dimension in DIMENSIONS), classes=dict.fromkeys(range(5), "w"))
        for name, title in facts.titles.items()
    ]
    note = element("p", "基準外の検査の数／判定した検査の数。", class_="soft")
    return joined([table(("資料", *(terms[each][0] for each in DIMENSIONS)), rows), note])


def _judged(facts: OfficeFacts, table_name: str, dimension: str) -> Markup:
    own = [each for each in facts.checks if each["table_name"] == table_name and each["dimension"] == dimension]
    judged = [each for each in own if each["status"] != "no_data"]
    if not judged:
        return element("span", "判定なし", class_="soft")
    outside = sum(each["status"] == "outside" for each in judged)
    sign, css = ("！", "warn") if outside else ("✓", "good")
    return element("span", f"{sign} {outside:,}／{len(judged):,}", class_=css)


def _contract_checks(facts: OfficeFacts, terms: Terms) -> Markup | None:
    """What whole files are asked by their contract; what single rows break is told above."""
    asked = sorted(facts.of_contract, key=lambda each: (each["status"] != "outside", each["table_name"]))
    if not asked:
        return None
    headings = ("資料", "観点", "契約の基準", "観測", "判定", "外れたとき", "直し方")
    return table(headings, [_contract_check(facts, terms, each) for each in asked], numeric=(3,))


def _contract_check(facts: OfficeFacts, terms: Terms, each: Row) -> Markup:
    is_outside = each["status"] == "outside"
    css = {"outside": "warn", "within": "good"}.get(each["status"], "soft")
    sign = {"outside": "！ ", "within": "✓ "}.get(each["status"], "")
    return row(
        facts.titles[each["table_name"]],
        terms[each["dimension"]][0],
        each["rule"],
        number_text(each["observed"], "share"),
        element("span", f"{sign}{terms[each['status']][0]}", class_=css),
        _SEVERITY[each["severity"]],
        each["remedy"] if is_outside else "",
        numeric=(3,),
        classes={1: "w", 4: "w", 5: "w"},
    )


def _list_note(facts: OfficeFacts) -> Markup:
    command = f"kasane quality office --owner '{facts.owner}' --out フォルダー --by だれが --reason なぜ"
    return joined(
        [
            element("h2", "どの記録か（番号つきの一覧）"),
            element(
                "p",
                "記録の番号・行・届いた値・初出・回数を並べたCSVは、制限区画から係の者が作って渡します：",
                element("code", command),
            ),
        ]
    )


def _withheld(facts: OfficeFacts) -> Markup | None:
    if not facts.withheld:
        return None
    names = "、".join(facts.withheld)
    words = (
        f"{names}は、記録のあること自体が秘密のため、この頁のどの数にも入っていません。番号つきの一覧にだけ載ります。"
    )
    return element("p", words, class_="soft")
