"""The overlap report shows what the marts hold, leaks and loads nothing, and stands where data is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from made_release import FEEDS, Size, make_release, month_ends

from kasane.contracts import by_feed, load_contracts
from kasane.errors import KasaneError
from kasane.reports import ReportSummary, read_overlap_data, words, write_overlap_report
from kasane.reports.overlap_data import needed_columns
from kasane.settings import PROJECT_ROOT
from support.overlap_answers import Zone
from support.overlap_checks import assert_choices, assert_page, assert_workbook
from support.shown import Page

RELEASE = "20260401T000000-1a2b3c4d"
TITLES = {feed: f"資料{feed}" for feed in FEEDS}
Written = Callable[..., tuple[str, ReportSummary, Path]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(size: Size, leave_out: tuple[str, ...] = (), name: str = "みほん市") -> tuple[str, ReportSummary, Path]:
        file = make_release(tmp_path / "analyst.duckdb", size, leave_out)
        summary = write_overlap_report(read_overlap_data(file), TITLES, tmp_path / "reports", name, RELEASE)
        return summary.path.read_text(encoding="utf-8"), summary, file

    return write


def test_every_figure_is_the_marts(written: Written) -> None:
    html, summary, file = written(Size(months=13, areas=2))
    zone, page = Zone(file, is_public=False), Page(html)
    met = assert_page(page, zone)
    assert met >= {
        "combination_households", "compound_count_share_change", "type_compound", "in_need_without_area",
        "benchmark_nation", "months_delivered", "records_unlinked", "quarantine_rows",
    }  # fmt: skip
    shares = [each for each in page.figures if each.attrs["data-metric"] == "combination_share"]
    assert len({each.attrs["data-domains"] for each in shares}) == 15
    # 13 months: the plot's 20 numbers and a row's 19 for 3 places, and 19 for 4 household types.
    assert assert_choices(page, zone) == 13 * (3 * (20 + 19) + 4 * 19)
    # Exact combinations of 3 places, "at least" of 15 for the whole and 4 for an area, and exact of 4 types.
    cells = assert_workbook(summary.path.with_suffix(".xlsx").read_bytes(), zone)
    assert cells == 13 * (3 * 15 + 15 + 2 * 4 + 4 * 15)


def test_no_number_stands_in_a_table_without_saying_what_it_is(written: Written) -> None:
    page = Page(written(Size())[0])
    bare = [e.text for e in page.all("td") if re.search(r"\d", e.text) and not e.has_figure]
    dates_files_and_reasons = re.compile(r"年\d+月|_\d{8}_|令和\d年度|契約の上限|人口10万人")
    assert [text for text in bare if not dates_files_and_reasons.search(text)] == []


def test_bars_are_as_long_as_their_numbers(written: Written) -> None:
    bars = [e for e in Page(written(Size(areas=2))[0]).all("rect") if "data-bar" in e.attrs]
    upset = [e for e in bars if "data-slot" in e.attrs]
    trend = [e for e in bars if "data-size" in e.attrs]
    assert (len(upset), len(trend)) == (15, 24 * 4)
    for group in (upset, trend):
        largest = max(group, key=lambda e: float(e.attrs["data-bar"]))
        scale = float(largest.attrs["height"]) / float(largest.attrs["data-bar"])
        for bar in group:
            value, height = float(bar.attrs["data-bar"]), float(bar.attrs["height"])
            assert abs(height - value * scale) < 0.02 or (height == 1.5 and value * scale < 1.5 and value > 0)


def test_the_page_stands_alone_and_data_stays_data(written: Written) -> None:
    nasty = "<script>alert(1)</script>\"'&\x00{{ 7*7 }}</title>"
    html, _, _ = written(Size(months=2, areas=3, nasty=True), name=nasty)
    page = Page(html)
    assert (page.unclosed, page.mismatched) == ([], [])
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#|index\.html|areas\.html)|@import|url\(|https?://""", html)
    scripts = page.all("script")
    assert [e.attrs.get("type") for e in scripts] == ["application/json", None]
    assert "alert" not in "".join(e.text for e in scripts)
    assert "{{ 7*7 }}" in html
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", html)
    policy = next(e for e in page.all("meta") if "http-equiv" in e.attrs).attrs["content"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy


def test_it_can_be_read_without_seeing_it(written: Written) -> None:
    page = Page(written(Size(areas=2))[0])
    ids = {e.attrs["id"]: e for e in page.elements if "id" in e.attrs}
    pictures = [e for e in page.all("svg") if e.attrs.get("aria-hidden") != "true"]
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.attrs["role"] == "img"
        assert all(ids[name].text for name in picture.attrs["aria-labelledby"].split())
    assert all(e.attrs.get("scope") for e in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert [e.tag for e in page.all("h1")] == ["h1"]
    links = {e.attrs["href"].removeprefix("#") for e in page.all("a")}
    assert links <= set(ids) | {"index.html", "areas.html"}


def test_it_says_what_it_is_and_what_is_not_checked(written: Written) -> None:
    html, summary, _ = written(Size(areas=2))
    for sentence in (
        "内部用・公表不可",
        "事実確認(ファクトチェック)が済んでいません",
        "圏域の合計は「全体」と一致しません",
        RELEASE,
    ):
        assert sentence in html
    assert "令和8年3月31日(2026年3月31日)" in html
    assert (summary.month_end, summary.months, summary.areas, summary.missing) == (month_ends(1)[0], 24, 2, ())


@pytest.mark.parametrize(
    ("size", "leave_out", "sentence"),
    [
        (Size(months=0, areas=0), (), "まだ表示できる月がありません"),
        (Size(months=3, areas=0), (), "圏域ごとの集計がありません"),
        (Size(months=1, areas=3), (), "収録されているのは1か月だけです"),
        (Size(months=13, areas=40, scale=9.0), (), "前年同月比"),
        (Size(months=2, areas=2, scale=0.0), (), "どの圏域にも入らない世帯"),
        (Size(months=2, areas=2), ("quality.feed_coverage", "quality.unlinked"), "quality.feed_coverage"),
        (Size(months=2, areas=2), ("marts.mart_domain_overlap",), "marts.mart_domain_overlap"),
        (Size(months=2, areas=2), ("marts.mart_overlap_summary",), "marts.mart_overlap_summary"),
        (Size(months=2, areas=2), ("marts.mart_benchmark", "marts.dim_area"), "marts.dim_area"),
        (Size(0, 0), ("quality.feed_coverage", "quality.row_outcome", "quality.unlinked"), "quality.row_outcome"),
    ],
)
def test_it_stands_whatever_is_missing(written: Written, size: Size, leave_out: tuple[str, ...], sentence: str) -> None:
    html, summary, _ = written(size, leave_out)
    page = Page(html)
    assert sentence in html
    assert (page.unclosed, page.mismatched) == ([], [])
    assert {name.split("(")[0] for name in summary.missing} == set(leave_out)


def test_a_month_that_rests_on_an_older_delivery_is_marked(written: Written) -> None:
    page = Page(written(Size(months=3, areas=2))[0])
    late = [e.text for e in page.all("tr") if "資料shogai" in e.text and "未着" in e.text]
    assert len(late) == 1
    assert any("届くはずの資料の一部が届いていません" in e.text for e in page.all("p"))


def test_a_feed_is_as_late_as_the_latest_of_its_tables(written: Written) -> None:
    page = Page(written(Size(months=3, areas=2))[0])
    (line,) = [e.text for e in page.all("tr") if "資料jinji" in e.text and "使っていません" in e.text]
    assert "未着" in line
    shown = {e.attrs["data-metric"]: e.text for e in page.figures if e.attrs.get("data-feed") == "jinji"}
    assert (shown["months_delivered"], shown["months_due"]) == ("1", "3")
    assert int(shown["source_age_days"]) == (month_ends(3)[-1] - month_ends(3)[0]).days


def test_every_feed_says_what_its_absence_changes() -> None:
    feeds = by_feed(load_contracts([PROJECT_ROOT / "expectations" / "contracts"]))
    assert {feed for feed in feeds if words.feed_rank(feed) == words.feed_rank("no feed of ours")} == set()
    counted = {"jumin", "kaigo", "houkatsu", "shogai", "kodomo", "seiho", "konkyu", "chiku"}
    assert {feed for feed in feeds if words.has_effect(feed)} <= counted
    assert all("使っていません" in words.feed_effect(feed) for feed in feeds.keys() - counted)


def test_the_same_release_gives_the_same_bytes_and_nothing_beside_it(written: Written) -> None:
    first, summary, file = written(Size(months=2, areas=2))
    workbook = summary.path.with_suffix(".xlsx").read_bytes()
    write_overlap_report(read_overlap_data(file), TITLES, summary.path.parent, "みほん市", RELEASE)
    assert summary.path.read_text(encoding="utf-8") == first
    assert summary.path.with_suffix(".xlsx").read_bytes() == workbook
    assert sorted(p.name for p in summary.path.parent.iterdir()) == ["overlap.html", "overlap.xlsx"]


def test_the_models_promise_every_column_that_the_report_needs() -> None:
    promised = {
        model["name"]: {column["name"] for column in model["columns"]}
        for folder in ("marts", "quality")
        for file in (PROJECT_ROOT / "dbt_project" / "models" / folder).glob("*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    }
    for relation, columns in needed_columns().items():
        assert columns <= promised[relation.split(".")[1]], relation


def test_a_file_that_is_no_release_is_a_plain_error(tmp_path: Path) -> None:
    broken = tmp_path / "analyst.duckdb"
    for content in (None, b"no database"):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(KasaneError, match=r"analyst\.duckdb"):
            read_overlap_data(broken)
