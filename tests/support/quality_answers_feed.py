"""What the list of the tables and the page of a table have to show, by the quality tables of the release."""

from __future__ import annotations

from itertools import groupby

from kasane.quality.checks import Check
from kasane.quality.measures import measure
from kasane.quality.sql import connect
from kasane.quality.suite_model import load_suites
from kasane.settings import PROJECT_ROOT
from support.quality_answers import NONE, Answer, Release, Row, Series, bounds, count, is_broken, number, refusal, total

_CODES = """
with counted as (
    select
        rows.{code} as code, rows.{label} as label, rows.remedy, files.delivery_id, {counted} as number
    from quality.{table} as rows inner join quality.row_outcome as files using (delivery_id)
    where files.table_name = ? and files.is_in_force
    group by all
)
select
    code, label, remedy, sum(number) as every,
    coalesce(sum(number) filter (where delivery_id in (select unnest(?))), 0) as latest
from counted group by code, label, remedy order by latest desc, every desc, code
"""
_RHYTHM = {"monthly": "毎月", "yearly": "毎年", "any": "随時"}
_SHOWN = 26
_OUTSIDE = {"warning": "注意", "refuse": "不受理"}


def list_answers(release: Release) -> list[Answer]:
    """``quality/index.html``: a line a table, and the checks of the marts, measured anew on the build."""
    headings = ("データ", "所管", "最新の基準日", "取込行数", "隔離", "警告", "使用中", "不受理", "状態")
    rows: list[tuple[str, ...]] = [headings]
    for feed, group in groupby(release.tables, key=lambda table: release.contracts[table].feed):
        tables = list(group)
        if len(tables) > 1:
            known = release.judged & set(tables)
            rows.append((f"{release.contracts[tables[0]].title if known else feed}（{feed}）",))
        rows += [_line(release, table) for table in tables]
    return [Answer("table", rows), *_marts(release)]


def _line(release: Release, table: str) -> tuple[str, ...]:
    contract, latest = release.contracts[table], release.of(table, is_latest=True)
    known = table in release.judged
    return (
        f"{contract.full_title if known else table}（{table}）",
        contract.owner if known else NONE,
        str(latest[0]["base_date"]) if latest else NONE,
        total(latest, "rows_loaded"),
        total(latest, "rows_quarantined"),
        total(latest, "warnings"),
        count(len(release.of(table, is_in_force=True))),
        count(sum(each["status"] == "refused" for each in release.of(table))),
        _state(release, table, latest),
    )


def _state(release: Release, table: str, latest: list[Row]) -> str:
    if not release.of(table):
        return "未着"
    if release.of(table, is_open_refusal=True):
        return "✕ 未解決の不受理あり"
    return "！ 注意あり" if any(release.broken(each) for each in latest) else "✓ 良好"


def _marts(release: Release) -> list[Answer]:
    if not (release.settings.data.quality / "marts" / "latest.json").exists():
        return []
    rows: list[tuple[str, ...]] = [("検査", "基準", "外れたとき", "結果", "判定")]
    with connect(release.settings.data.build_file) as build:
        for suite in load_suites(PROJECT_ROOT / "expectations" / "suites"):
            found = measure(build, suite)
            rows.append((f"{suite.title} {suite.relation} 所管：{suite.owner}",))
            rows += [
                _mart_check(each.check, found[each.name].value, found[each.name].details_ja) for each in suite.checks
            ]
    return [Answer("table", rows)]


def _mart_check(check: Check, value: float | None, details: tuple[str, ...]) -> tuple[str, ...]:
    stops, outside = check.severity == "refuse", is_broken(value, check)
    word = "対象なし" if value is None else "✓ 合格"
    if outside:
        word = " ".join(filter(None, ("✕ 不合格" if stops else "！ 注意", "、".join(details))))
    return check.title, bounds(check), "公開しない" if stops else "注意", number(value, check.unit), word


def table_answers(release: Release, table: str) -> list[Answer]:
    """``quality/<table>.html``."""
    return [
        *_about(release, table),
        Answer("cards", _cards(release, table)),
        Answer("list", _to_do(release, table)),
        *_checks(release, table),
        _codes(release, table, "quarantine", "reason", "count(distinct rows.line_number)"),
        _codes(release, table, "warning_summary", "warning", "sum(rows.warning_count)"),
        *_files(release, table),
    ]


def _about(release: Release, table: str) -> list[Answer]:
    contract = release.contracts[table]
    told = f"{contract.description} 所管：{contract.owner} 周期：{_RHYTHM[contract.rhythm]}"
    return [Answer("text", [(told,)])] if table in release.judged else []


def _cards(release: Release, table: str) -> list[tuple[str, ...]]:
    latest, in_force = release.of(table, is_latest=True), release.of(table, is_in_force=True)
    return [
        ("最新の基準日", str(latest[0]["base_date"]) if latest else "なし"),
        ("その取込行数", total(latest, "rows_loaded")),
        ("その隔離行数", total(latest, "rows_quarantined")),
        ("使用中のファイル", count(len(in_force))),
        ("未解決の不受理", count(len(release.of(table, is_open_refusal=True)))),
        ("検査で注意のファイル", count(sum(bool(release.broken(each)) for each in in_force))),
    ]


def _to_do(release: Release, table: str) -> list[tuple[str, ...]]:
    said = []
    for file in release.of(table, is_open_refusal=True):
        label, remedy, sentence = refusal(file)
        parts = (f"✕ {file['file_name']} を受け入れていません：{label}。{remedy and remedy + '。'}", sentence)
        said.append((" ".join(filter(None, parts)),))
    for file in release.of(table, is_latest=True):
        for check in release.broken(file):
            value = number(release.numbers(file)[check.name], check.unit)
            words = f"！ {file['file_name']}：{check.title}が {value}（基準 {bounds(check)}）です。"
            said.append((f"{words}元の値を確かめてください。",))
    return said


def _checks(release: Release, table: str) -> list[Answer]:
    oldest_first = [each for each in reversed(release.of(table, is_in_force=True)) if release.is_judged(each)]
    if not oldest_first or table not in release.judged:
        return []
    rows: list[tuple[str, ...]] = [
        ("検査", "基準", "外れたとき", "最新", "推移（使用中のファイル、古い順）", "外れたファイル")
    ]
    charts = []
    for check in release.checks(table):
        values = [release.numbers(each).get(check.name) for each in oldest_first]
        broken = [is_broken(value, check) for value in values]
        follows = "台帳が不受理" if check.name == "row_change" else _OUTSIDE[check.severity]
        rows.append((check.title, bounds(check), follows, number(values[-1], check.unit), "", count(sum(broken))))
        charts.append(Series(values, broken, (check.at_least, check.at_most)))
    return [Answer("table", rows, [each for each in charts if each.is_drawn])]


def _codes(release: Release, table: str, source: str, kind: str, counted: str) -> Answer:
    latest = [each["delivery_id"] for each in release.of(table, is_latest=True)]
    sql = _CODES.format(table=source, code=f"{kind}_code", label=f"{kind}_label", counted=counted)
    rows = [
        (
            each["label"] or each["code"],
            each["code"],
            count(int(each["latest"])),
            count(int(each["every"])),
            each["remedy"] or "",
        )
        for each in release.rows(sql, table, latest)
    ]
    return Answer("table", [("内容", "コード", "最新の基準日", "使用中の全ファイル", "直し方"), *rows] if rows else [])


def _files(release: Release, table: str) -> list[Answer]:
    files = release.of(table)
    if not files:
        return []
    rows: list[tuple[str, ...]] = [
        ("基準日", "連番", "ファイル名", "状態", "届いた行", "取込", "隔離", "重複・置換", "警告", "増減", "検査")
    ]
    for file in files[:_SHOWN]:
        rows.append(_file(release, file))
        if file["status"] == "refused":
            label, remedy, sentence = refusal(file)
            rows.append(("", " ".join(filter(None, (f"理由：{label}", remedy and f"→ {remedy}", sentence)))))
    left = len(files) - _SHOWN
    note = [Answer("text", [(f"新しい{_SHOWN}件。ほかに{count(left)}件あります。",)])] if left > 0 else []
    return [Answer("table", rows), *note]


def _file(release: Release, file: Row) -> tuple[str, ...]:
    change = release.numbers(file).get("row_change")
    sequence = f"{file['sequence']:02}" if file["sequence"] else ""
    outside = "、".join(check.title for check in release.broken(file))
    return (
        str(file["base_date"] or NONE),
        "・".join(filter(None, (file["part"], sequence))),
        file["file_name"],
        _became(file),
        *(count(file[name]) for name in ("rows_in", "rows_loaded", "rows_quarantined", "rows_superseded", "warnings")),
        NONE if change is None else f"{100 * change:+.1f}%",
        (f"！ {outside}" if outside else "✓ 合格") if release.is_judged(file) else NONE,
    )


def _became(file: Row) -> str:
    if file["status"] == "accepted":
        return "✓ 使用中" if file["is_in_force"] else "置き換え済み"
    return {"refused": "✕ 不受理", "skipped": "再送（取込不要）", "deleted": "削除済み"}[file["status"]]
