"""What the list of the offices and the page of an office have to show, by the quality tables of the release."""

from __future__ import annotations

import csv

from support.quality_answers import NONE, Answer, Release, Row, Series, count, refusal, share

_MONTHS = "select distinct month_end_date as day from quality.check_result where scope = 'month' order by day"
_OPEN = """
select findings.*, coalesce(titles.title, findings.table_name) as title
from quality.finding_month as findings
left join (select distinct table_name, table_title as title from quality.check_result) as titles using (table_name)
where owner = ? and month_end_date = (select max(month_end_date) from quality.check_result where scope = 'month')
order by open_count desc, title, column_name
"""
_COUNTS = """
select month_end_date, open_count from quality.finding_month
where table_name = ? and check_kind = ? and column_name = ? and is_fault = ?
"""
# Of a file its newest delivery in force, of a month its newest end.
_CHECKS = """
select * from quality.check_result
where owner = ? and (
    scope = 'month' and month_end_date = (select max(month_end_date) from quality.check_result where scope = 'month')
    or delivery_id in (select unnest(?))
)
order by all
"""
_HEADINGS = ("資料・項目", "何が／規則", "件数", "今月の動き", "推移", "最も古い初出", "日数", "直し方")
_OUTSIDE = {"warning": "注意", "refuse": "不受理", "quarantine": "隔離"}


class Office:
    """The rows of the quality tables that belong to an owner of data."""

    def __init__(self, release: Release, owner: str) -> None:
        self.release, self.owner = release, owner
        self.months = [each["day"] for each in release.rows(_MONTHS)]
        told = release.rows("select * from quality.check_result where owner = ? order by all", owner)
        self.titles: dict[str, str] = {each["table_name"]: each["table_title"] for each in told}
        latest = [e["delivery_id"] for e in release.files if e["is_latest"] and e["table_name"] in self.titles]
        self.checks = release.rows(_CHECKS, owner, latest)
        self.findings = release.rows(_OPEN, owner)
        self.terms = terms(release)
        own = [table for table in release.tables if table in self.titles]
        self.refused = [file for table in own for file in release.of(table, is_open_refusal=True)]
        self.late = [each for each in self.checks if each["scope"] == "month" and each["status"] == "outside"]

    def open(self, is_fault: bool, origin: str | None = None) -> list[Row]:
        """Open findings of one weight and origin."""
        of_weight = [each for each in self.findings if each["is_fault"] == is_fault and each["open_count"]]
        return [each for each in of_weight if origin in (None, each["origin"])]

    def records(self, is_fault: bool, origin: str | None = None) -> str:
        """How many values that is."""
        return count(sum(each["open_count"] for each in self.open(is_fault, origin)))

    def moved(self, column: str) -> str:
        """How many faults moved so in the newest month."""
        return count(sum(each[column] for each in self.findings if each["is_fault"]))

    @property
    def oldest(self) -> str:
        """Since when the oldest fault is known."""
        return str(min((each["oldest_first_seen_on"] for each in self.open(is_fault=True)), default=NONE))


def terms(release: Release) -> dict[str, tuple[str, str]]:
    """Label and meaning of the words of quality, as seeded; a later folder's rows win."""
    found: dict[str, tuple[str, str]] = {}
    for folder in release.settings.seed_dirs:
        for file in folder.rglob("quality_term.csv"):
            with file.open(encoding="utf-8-sig", newline="") as opened:
                found |= {row["code"]: (row["label"], row["meaning"]) for row in csv.DictReader(opened)}
    return found


def owners(release: Release) -> list[str]:
    """The offices in the order of their pages."""
    found = release.rows("select distinct owner from quality.check_result")
    return sorted(each["owner"] for each in found)


def offices_answers(release: Release) -> list[Answer]:
    """``quality/offices.html``."""
    words = terms(release)
    headings = (
        *("所管課", "資料", "取り込めない", f"うち{words['export'][0]}", f"うち{words['entry'][0]}", "要確認"),
        *("受け取れないファイル", "届いていない資料", "最も古い初出"),
    )
    rows = [_line(Office(release, owner)) for owner in owners(release)]
    return [Answer("table", [headings, *rows]), Answer("table", [("ことば", "意味"), *words.values()])]


def _line(office: Office) -> tuple[str, ...]:
    return (
        office.owner,
        "、".join(office.titles.values()),
        office.records(is_fault=True),
        office.records(True, "export"),
        office.records(True, "entry"),
        office.records(is_fault=False),
        count(len(office.refused)),
        count(len(office.late)),
        office.oldest,
    )


def office_answers(release: Release, owner: str) -> list[Answer]:
    """``quality/office_N.html``."""
    office = Office(release, owner)
    tables = "資料（検査と届いたファイルの詳しい結果）：" + "、".join(office.titles.values())
    return [
        Answer("text", [(f"{office.months[-1]} の時点。{tables}",)]),
        Answer("cards", _cards(office)),
        Answer("list", _first(office)),
        *(_findings(office, office.open(True, origin)) for origin in ("export", "entry")),
        _findings(office, office.open(is_fault=False)),
        Answer("table", _dimensions(office)),
        Answer("table", _contract(office)),
    ]


def _cards(office: Office) -> list[tuple[str, ...]]:
    words = office.terms
    return [
        ("受け取れないファイル", count(len(office.refused))),
        ("届いていない資料", count(len(office.late))),
        ("取り込めない値", office.records(is_fault=True)),
        (f"うち{words['export'][0]}", office.records(True, "export")),
        (f"うち{words['entry'][0]}", office.records(True, "entry")),
        ("今月の新規・戻り", f"{office.moved('new_count')}・{office.moved('returned_count')}"),
        ("今月なくなった", office.moved("mended_count")),
        ("最も古い初出", office.oldest),
        ("要確認の値", office.records(is_fault=False)),
    ]


def _first(office: Office) -> list[tuple[str, ...]]:
    said = [(f"！ {each['table_title']}が届いていません。{each['remedy']}。",) for each in office.late]
    for file in office.refused:
        label, remedy, _ = refusal(file)
        title = office.release.contracts[file["table_name"]].full_title
        said.append((f"✕ {title} {file['file_name']} を受け取れません：{label}。{remedy and remedy + '。'}",))
    return said


def _findings(office: Office, found: list[Row]) -> Answer:
    rows = [_finding(office, each) for each in found]
    charts = [_series(office, each) for each in found]
    return Answer("table", [_HEADINGS, *rows] if rows else [], [each for each in charts if each.is_drawn])


def _finding(office: Office, each: Row) -> tuple[str, ...]:
    moves = (("新規", "new_count"), ("戻り", "returned_count"), ("解消", "mended_count"))
    origin = "" if each["is_fault"] else f" {office.terms[each['origin']][0]}"
    return (
        each["title"] + (f"「{each['column_name']}」" if each["column_name"] else "記録全体"),
        each["check_label"] + origin + each["rule"],
        count(each["open_count"]),
        "、".join(word + count(each[name]) for word, name in moves if each[name]) or "変わらず",
        "",
        str(each["oldest_first_seen_on"]),
        format(each["median_age_days"], ",.0f"),
        each["remedy"],
    )


def _series(office: Office, each: Row) -> Series:
    of_rule = (each["table_name"], each["check_kind"], each["column_name"], each["is_fault"])
    by_month = {row["month_end_date"]: row["open_count"] for row in office.release.rows(_COUNTS, *of_rule)}
    values = [by_month.get(month, 0) for month in office.months]
    return Series(values, [False] * len(values), (0,))


def _dimensions(office: Office) -> list[tuple[str, ...]]:
    dimensions = ("completeness", "timeliness", "consistency", "plausibility")
    lines = [(title, *(_outside(office, table, each) for each in dimensions)) for table, title in office.titles.items()]
    return [("資料", *(office.terms[each][0] for each in dimensions)), *lines]


def _outside(office: Office, table: str, dimension: str) -> str:
    of_both = [each for each in office.checks if each["table_name"] == table and each["dimension"] == dimension]
    status = [each["status"] for each in of_both if each["status"] != "no_data"]
    if not status:
        return "判定なし"
    return f"{'！' if 'outside' in status else '✓'} {count(status.count('outside'))}／{count(len(status))}"


def _contract(office: Office) -> list[tuple[str, ...]]:
    signs = {"outside": "！ ", "within": "✓ "}
    asked = [each for each in office.checks if each["scope"] == "batch"]
    rows = [
        (
            each["table_title"],
            office.terms[each["dimension"]][0],
            each["rule"],
            share(each["observed"]),
            signs.get(each["status"], "") + office.terms[each["status"]][0],
            _OUTSIDE[each["severity"]],
            each["remedy"] if each["status"] == "outside" else "",
        )
        for each in sorted(asked, key=lambda each: (each["status"] != "outside", each["table_name"]))
    ]
    return [("資料", "観点", "契約の基準", "観測", "判定", "外れたとき", "直し方"), *rows] if rows else []
