"""The first page of a release links what is there, says what is late, and stands alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
from made_release import NASTY, Size, make_release
from shown import Page

from kasane.reports import write_index_page

MONTH = date(2026, 3, 31)
TITLES = {"shogai": "障害福祉", "jinji_staff": "人事・職員", "kaigo": "介護保険"}
FILES = (
    "reports/overlap.html",
    "reports/quality/index.html",
    "reports/quality/linkage.html",
    "reports/quality/kaigo.html",
    "published/kpi_value.csv",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    make_release(tmp_path / "analyst.duckdb", Size(months=13, areas=2))
    return tmp_path


def written(folder: Path, month: date | None = MONTH, name: str = "みほん市") -> Page:
    page = Page(write_index_page(folder, "202603-1a2b", name, month, TITLES).read_text(encoding="utf-8"))
    assert (page.unclosed, page.mismatched) == ([], [])
    return page


def links(page: Page) -> dict[str, str]:
    return {unquote(each.attrs["href"]): each.text for each in page.all("a")}


def coverage(page: Page) -> str:
    (line,) = [each.text for each in page.all("p") if each.attrs.get("id") == "coverage"]
    return line


def test_every_link_opens_a_file_of_the_release_and_every_file_is_linked(folder: Path) -> None:
    found = links(written(folder))
    reports = folder / "reports"
    assert {str((reports / href).resolve().relative_to(folder)) for href in found} == set(FILES)
    assert found["quality/kaigo.html"] == "介護保険"


def test_a_report_that_nobody_described_is_linked_by_its_name(folder: Path) -> None:
    (folder / "reports" / "new #1.html").write_text("x", encoding="utf-8")
    assert links(written(folder))["new #1.html"] == "new #1.html"


def test_a_second_writing_gives_the_same_bytes(folder: Path) -> None:
    page = write_index_page(folder, "202603-1a2b", "みほん市", MONTH, TITLES)
    first = page.read_bytes()
    assert write_index_page(folder, "202603-1a2b", "みほん市", MONTH, TITLES).read_bytes() == first


def test_it_says_which_tables_are_late_and_since_when(folder: Path) -> None:
    line = coverage(written(folder))
    # Of jinji only the staff table stopped coming; kaigo is up to date.
    assert "障害福祉（2026-02-28の資料まで）" in line
    assert "人事・職員（2025-03-31の資料まで）" in line
    assert "介護" not in line


def test_it_says_that_nothing_is_late_only_where_coverage_tells_it(folder: Path) -> None:
    assert "届くはずのものがすべて届いています" in coverage(written(folder, date(2025, 3, 31)))
    assert "分かりません" in coverage(written(folder, None))
    (folder / "analyst.duckdb").unlink()
    make_release(folder / "analyst.duckdb", Size(months=2), ("quality.feed_coverage",))
    assert "分かりません" in coverage(written(folder))


def test_what_is_not_used_is_named_apart_and_is_never_late(folder: Path) -> None:
    assert [each for each in written(folder).all("p") if each.attrs.get("id") == "unused"] == []
    with duckdb.connect(str(folder / "analyst.duckdb")) as db:
        db.execute("update quality.feed_coverage set status = 'not_used' where feed = 'shogai'")
    page = written(folder)
    (line,) = [each.text for each in page.all("p") if each.attrs.get("id") == "unused"]
    assert "障害福祉" in line
    assert "少なく出ます" in line
    assert "人事・職員" not in line
    assert "障害福祉" not in coverage(page)


def test_names_are_text_and_nothing_is_fetched(folder: Path) -> None:
    page = written(folder, name=NASTY)
    assert page.all("script", "img", "link", "iframe") == []
    (title,) = page.all("title")
    assert "<script>" in title.text
    assert [href for href in links(page) if "://" in href or href.startswith("/")] == []
    (policy,) = [each for each in page.all("meta") if "http-equiv" in each.attrs]
    assert policy.attrs["content"].startswith("default-src 'none'")
