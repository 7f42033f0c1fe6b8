"""The public overlap report holds what disclosure control let through, and nothing that tells more."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest
from made_release import Size, make_release
from python_calamine import CalamineWorkbook

from kasane.errors import KasaneError
from kasane.publish.disclosure.figures import ALL
from kasane.reports import read_overlap_data, read_public_overlap
from kasane.reports.overlap import render_overlap_report
from kasane.reports.overlap_model import COMBINATIONS
from kasane.reports.overlap_sheet import workbook_bytes
from support.overlap_answers import Zone
from support.overlap_checks import assert_choices, assert_page, assert_workbook, embedded
from support.published_zone import SEEDS, made_publications, make_published_zone
from support.shown import Page

RELEASE = "202506-1a2b3c4d"
# A year before the newest month, and a gap before it.
MONTHS = [date(2024, 6, 30), date(2025, 3, 31), date(2025, 4, 30), date(2025, 6, 30)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_published_zone(tmp_path_factory.mktemp("zone") / "published.duckdb", made_publications(MONTHS))


@pytest.fixture(scope="module")
def html(published: Path) -> str:
    return render(published)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def render(file: Path) -> str:
    return render_overlap_report(read_public_overlap(file, SEEDS), {}, "みほん市", RELEASE)


def workbook(file: Path) -> bytes:
    return workbook_bytes(read_public_overlap(file, SEEDS), {}, "みほん市", "")


def test_every_figure_is_the_published(page: Page, published: Path) -> None:
    zone = Zone(published, is_public=True)
    met = assert_page(page, zone)
    assert met >= {
        "combination_households", "combination_share", "domain_households", "type_in_need", "compound_share",
        "compound_count_share_change", "benchmark_value",
    }  # fmt: skip
    # The plot's 20 numbers and a row's 18 for 4 places, and 17 for 4 household types, in 4 months.
    assert assert_choices(page, zone) == 4 * (4 * (20 + 18) + 4 * 17)
    rows = zone.rows("select count(*) from {db}.published.domain_overlap where domains <> 'ALL'")
    assert assert_workbook(workbook(published), zone) == rows[0][0]


@pytest.mark.parametrize(
    ("residents", "match", "columns"),
    [
        # Areas told by the household types with children as well; the least by "at least these"; nothing but X.
        ({ALL: 60_000, "E01": 22_000, "E02": 19_000, "E03": 18_900}, "exact", 15),
        ({ALL: 6_000, "E01": 3_000, "E02": 2_900}, "at_least", 10),
        ({ALL: 1_500, "E01": 1_500}, "at_least", 4),
    ],
)
def test_each_size_of_municipality_is_shown_as_far_as_it_is_told(
    residents: dict[str, int], match: str, columns: int, tmp_path: Path
) -> None:
    file = make_published_zone(tmp_path / "published.duckdb", made_publications(MONTHS[-1:], residents))
    zone, shown = Zone(file, is_public=True), Page(render(file))
    assert_page(shown, zone)
    assert_choices(shown, zone)
    rows = zone.rows("select count(*) from {db}.published.domain_overlap where domains <> 'ALL'")
    assert assert_workbook(workbook(file), zone, match) == rows[0][0]
    plotted = [each for each in shown.figures if each.attrs.get("data-slot", "").startswith("exact-")]
    assert [each.attrs["data-match"] for each in plotted] == [match] * columns
    numbers = {e.attrs["data-value"] for e in shown.figures if not e.attrs["data-metric"].startswith("benchmark_")}
    assert (numbers == {""}) is (residents[ALL] < 2_000)


def test_a_hidden_cell_is_a_hatched_box_that_looks_the_same_for_every_number(html: str, page: Page) -> None:
    shown = [e for e in page.all("td") if e.attrs.get("class", "").startswith("shade")]
    assert {"X" in e.text for e in shown} == {True, False}
    assert all(("X" in e.text) == (e.attrs["class"] == "shadex") == ("秘匿" in e.text) for e in shown)
    boxes = [e for e in page.all("rect") if e.attrs.get("class") == "hatch"]
    assert len(boxes) == 15
    assert len({(e.attrs["y"], e.attrs["height"], e.attrs["width"]) for e in boxes}) == 1
    # Columns keep the order of the definitions whatever their size.
    data = embedded(page)
    order = [e.attrs["data-domains"] for e in page.figures if e.attrs.get("data-slot", "").startswith("exact-")]
    assert tuple(order) == COMBINATIONS
    assert data["cells"]["3,1"].count("X") > 0


def test_nothing_of_the_inside_is_on_it(html: str, page: Page, published: Path) -> None:
    for word in (RELEASE, "内部用", "資料の到着", "隔離", "noindex", "household_count", "three_or_more_count"):
        assert word not in html
    metrics = {each.attrs["data-metric"] for each in page.figures}
    assert not metrics & {"household_count", "domain_count_households", "type_compound", "households_without_area"}
    texts = str(CalamineWorkbook.from_filelike(io.BytesIO(workbook(published))).get_sheet_by_name("読み方").to_python())
    assert "秘匿処理(開示制御)を通ったものだけ" in texts
    assert "リリース番号" not in texts


def test_months_that_were_not_published_leave_a_gap(page: Page) -> None:
    lines = [e for e in page.all("line") if e.attrs.get("class") == "line"]
    points = [e for e in page.all("circle") if e.attrs.get("class") == "point"]
    # March and April alone are neighbours.
    assert (len(lines), len(points)) == (1, 4)


@pytest.mark.parametrize("zone", ["inside", "outside"])
def test_it_stands_alone_and_can_be_read_without_seeing_it(zone: str, html: str, tmp_path: Path) -> None:
    if zone == "inside":
        file = make_release(tmp_path / "analyst.duckdb", Size(months=3, areas=2))
        html = render_overlap_report(read_overlap_data(file), {}, "みほん市", RELEASE)
    page = Page(html)
    assert (page.unclosed, page.mismatched) == ([], [])
    # What is published leads to nothing inside.
    beside = {"index.html", "areas.html"} if zone == "inside" else set()
    assert {e.attrs["href"] for e in page.all("a") if not e.attrs["href"].startswith("#")} == beside
    assert not re.search(r"""src\s*=|<link|@import|url\(|https?://""", html)
    assert all(e.attrs.get("scope") for e in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3")]
    assert all(below - above <= 1 for above, below in zip([0, *levels], levels, strict=False))
    links = {e.attrs["href"].removeprefix("#") for e in page.all("a")}
    assert links <= {e.attrs["id"] for e in page.elements if "id" in e.attrs} | beside
    # What scrolls sideways can be reached and scrolled by keyboard.
    assert all(
        e.attrs["tabindex"] == "0" and e.attrs["aria-label"] for e in page.all("div") if e.attrs.get("class") == "wide"
    )


def test_a_zone_that_is_none_is_a_plain_error(tmp_path: Path) -> None:
    bare = tmp_path / "bare.duckdb"
    duckdb.connect(str(bare)).close()
    with pytest.raises(KasaneError, match=r"bare\.duckdb"):
        read_public_overlap(bare, SEEDS)


CHOOSE = """
<script>addEventListener("load", function () {
  [["choose-month", "MONTH"], ["choose-area", "AREA"]].forEach(function (pair) {
    var box = document.getElementById(pair[0]);
    box.value = pair[1];
    box.dispatchEvent(new Event("change"));
  });
});</script></body>
"""


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
@pytest.mark.parametrize(("zone", "month", "area"), [("inside", "2026-02-28", "02"), ("outside", "2025-03-31", "E01")])
def test_choosing_a_month_and_an_area_shows_their_figures(
    zone: str, month: str, area: str, html: str, published: Path, tmp_path: Path
) -> None:
    file = published
    if zone == "inside":
        file = make_release(tmp_path / "analyst.duckdb", Size(months=3, areas=2))
        html = render_overlap_report(read_overlap_data(file), {}, "みほん市", RELEASE)
    chosen = in_browser(html, month, area, tmp_path)
    assert_page(chosen, Zone(file, is_public=zone == "outside"))
    plot = [e for e in chosen.figures if e.attrs.get("data-slot", "").startswith(("exact-", "share-", "total-"))]
    assert {(e.attrs["data-month"], e.attrs["data-area"]) for e in plot} == {(month, area)}
    cells = [e for e in chosen.all("td") if e.attrs.get("class", "").startswith("shade")]
    assert all(("X" in e.text) == (e.attrs["class"] == "shadex") for e in cells)
    months = {e.attrs["data-month"] for e in chosen.figures if e.attrs["data-metric"] == "type_in_need"}
    assert months == {month}
    if zone == "outside":
        boxes = [e for e in chosen.all("g") if e.attrs.get("data-slot", "").startswith("hatch-")]
        columns = [e.text == "X" for e in plot if e.attrs["data-slot"].startswith("exact-")]
        assert [e.attrs.get("visibility") != "hidden" for e in boxes] == columns
        assert True in columns


def in_browser(html: str, month: str, area: str, folder: Path) -> Page:
    """The page as it stands after its reader chose."""
    script = CHOOSE.replace("MONTH", month).replace("AREA", area)
    # The page's own policy lets no second script run.
    changed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html).replace("</body>", script)
    file = folder / "chosen.html"
    file.write_text(changed, encoding="utf-8")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    done = subprocess.run(["chromium", *arguments, file.as_uri()], capture_output=True, timeout=60, check=True)
    return Page(done.stdout.decode())
