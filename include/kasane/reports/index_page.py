"""The first page of a release (はじめの頁): everything a person may open, what it is for, who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from kasane.files import write_atomically
from kasane.reports import words
from kasane.reports.page import environment, resource
from kasane.reports.zone_file import open_zone_file

INDEX_PAGE = "index.html"


@dataclass(frozen=True)
class Entry:
    """A file of the release: its path from the reports' folder, what it is, and what it is for."""

    path: str
    title: str
    purpose: str


@dataclass(frozen=True)
class LateTable:
    """A table that was due at the newest month end and is not up to date; ``base_date`` None: it never came."""

    title: str
    base_date: date | None


@dataclass(frozen=True)
class UnusedTable:
    """A table of a feed that the municipality does not use (docs/adr/0059), and whether it would tell of needs."""

    title: str
    tells_need: bool


# The order in which a reader meets them; a file that a release doesn't have is left out.
_REPORTS = (
    Entry("kpi.html", "指標の一覧（KPI）", "24の指標の値・目標・判定と、遅れている指標で次に見るところ"),
    Entry("kpi.xlsx", "指標の一覧（Excel）", "同じ数値の表。会議資料などに使う"),
    Entry(
        "overlap.html", "分野の重なり", "高齢・障害・子ども・生活困窮が重なる世帯の数、圏域、推移、国・特別区との比較"
    ),
    Entry("overlap.xlsx", "分野の重なり（Excel）", "同じ数値の表。会議資料などに使う"),
    Entry(
        "areas.html",
        "圏域ごとの必要と資源",
        "複合的課題があるのにだれも関わっていない世帯（ノーマーク）の数と動き、その圏域の人・居場所・団体",
    ),
    Entry("areas.xlsx", "圏域ごとの必要と資源（Excel）", "同じ数値の表。会議資料などに使う"),
    Entry("patterns.html", "世帯のパターン", "8050などの世帯の数と推移、年齢や期間を動かしたときの変わり方"),
    Entry("patterns.xlsx", "世帯のパターン（Excel）", "同じ数値の表。会議資料などに使う"),
)
_QUALITY = (
    Entry("quality/index.html", "データ品質の要約", "資料ごとの取込・隔離・警告と、公開前の検査の結果"),
    Entry(
        "quality/offices.html",
        "所管課ごとの頁（直してほしいデータ）",
        "課ごとに、何を、いつから、どう直すか。課に印刷して渡す",
    ),
    Entry("quality/linkage.html", "名寄せの品質", "記録がどうやって人に結び付いたか、確認待ちの数"),
)
_PUBLISHED = (
    Entry("../published/reports/kpi.html", "指標の一覧（公表用）", "24の指標の値・目標・判定。秘匿した値は印だけ"),
    Entry("../published/reports/kpi.xlsx", "指標の一覧（公表用 Excel）", "同じ数値の表"),
    Entry(
        "../published/reports/overlap.html",
        "分野の重なり（公表用）",
        "重なる世帯の数、圏域、推移、国・特別区との比較。秘匿した数は印だけ",
    ),
    Entry("../published/reports/overlap.xlsx", "分野の重なり（公表用 Excel）", "同じ数値の表"),
    Entry("../published/domain_overlap.csv", "分野の重なり（公表用 CSV）", "秘匿処理の後の世帯数と割合"),
    Entry("../published/kpi_value.csv", "24の指標（公表用 CSV）", "秘匿処理の後の値と判定"),
)
_ABOUT = (
    Entry("dictionary.html", "データ辞書と系譜", "表と列の意味、届くデータ、どの数がどの資料から来るか。検索できる"),
    Entry("dbt_docs.html", "モデルの図（dbt docs）", "SQL と、表から表への流れの図。英語。`kasane docs` で作る"),
)
_OTHER = "この版に入っているファイル"


def write_index_page(
    folder: Path, release_id: str, municipality: str, month: date | None, table_titles: Mapping[str, str]
) -> Path:
    """Write ``reports/index.html`` into a release's folder, after its other reports; returns the page.

    It links what is there at this time and nothing outside the folder, so the folder can be moved and handed on
    whole. ``month``: the newest month end. ``table_titles``: the contracts' titles by table.
    """
    page = folder / "reports" / INDEX_PAGE
    content = (
        environment()
        .get_template("index.html.j2")
        .render(
            style=Markup(resource("index.css")),
            words=words,
            municipality=municipality,
            release_id=release_id,
            month=month,
            late=_late_tables(folder / "analyst.duckdb", month, table_titles),
            about=_present(page.parent, _ABOUT),
            unused=_unused_tables(folder / "analyst.duckdb", month, table_titles),
            reports=_listed(page.parent, _REPORTS, "*.html", "*.xlsx"),
            quality=_present(page.parent, _QUALITY),
            feeds=_feed_pages(page.parent, table_titles),
            published=_listed(page.parent, _PUBLISHED, "../published/*.csv"),
        )
    )
    write_atomically(page, content.encode())
    return page


def _present(reports: Path, entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if (reports / entry.path).is_file()]


def _listed(reports: Path, known: Sequence[Entry], *patterns: str) -> list[Entry]:
    """The known entries that are there, then every other file of these patterns under its own name."""
    paths = {entry.path for entry in (*known, *_ABOUT)} | {INDEX_PAGE}
    others = sorted(found for pattern in patterns for found in _found(reports, pattern) if found not in paths)
    return _present(reports, known) + [Entry(path, Path(path).name, _OTHER) for path in others]


def _found(reports: Path, pattern: str) -> list[str]:
    parent = Path(pattern).parent
    names = (file.name for file in (reports / parent).glob(Path(pattern).name) if not file.name.startswith("."))
    return [str(parent / name) for name in names]


def _feed_pages(reports: Path, table_titles: Mapping[str, str]) -> list[Entry]:
    known = {entry.path for entry in _QUALITY}
    # The offices' own pages are linked from their list.
    found = [path for path in sorted(_found(reports, "quality/*.html")) if "/office_" not in path]
    paths = [path for path in found if path not in known]
    return [Entry(path, table_titles.get(Path(path).stem, Path(path).stem), "") for path in paths]


def _late_tables(analyst_file: Path, month: date | None, table_titles: Mapping[str, str]) -> list[LateTable] | None:
    """What was not up to date at the month end, as quality.feed_coverage has it; None where nothing tells it."""
    if month is None:
        return None
    with open_zone_file(analyst_file) as connection:
        if connection.execute(_HAS_COVERAGE).fetchone() is None:
            return None
        rows = connection.execute(_NOT_CURRENT, [month]).fetchall()
    return [LateTable(table_titles.get(table, table), base_date) for table, base_date in rows]


def _unused_tables(analyst_file: Path, month: date | None, table_titles: Mapping[str, str]) -> list[UnusedTable]:
    with open_zone_file(analyst_file) as connection:
        if month is None or connection.execute(_HAS_COVERAGE).fetchone() is None:
            return []
        rows = connection.execute(_NOT_USED, [month]).fetchall()
    return [UnusedTable(table_titles.get(table, table), feed in words.NEED_FEEDS) for table, feed in rows]


_HAS_COVERAGE = """
select 1 from information_schema.tables where table_schema = 'quality' and table_name = 'feed_coverage'
"""
_NOT_CURRENT = """
select table_name, cast(base_date as date) as base_date
from quality.feed_coverage
where cast(month_end_date as date) = ? and status not in ('current', 'not_used')
order by base_date nulls first, table_name
"""
_NOT_USED = """
select table_name, feed from quality.feed_coverage
where cast(month_end_date as date) = ? and status = 'not_used' order by table_name
"""
