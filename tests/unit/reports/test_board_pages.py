"""The pages of patterns and areas show what the marts hold, rank nobody, and leak and load nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from made_board import AREAS, DESKS, MARTS, make_board_file
from made_release import month_ends
from shown import Page

from kasane.errors import KasaneError
from kasane.reports import load_pattern_wording, read_areas, read_patterns
from kasane.reports.areas import render_areas
from kasane.reports.patterns import render_patterns
from kasane.reports.patterns_words import PatternWording
from kasane.settings import load_settings
from support.board_figures import Marts, assert_all_seen, assert_choices, assert_figures

MONTHS = month_ends(14, date(2026, 5, 31))
NEWEST, CHOSEN = "2026-05-31", "2025-12-31"
RELEASE = "202605-1a2b"
PATTERN_MARTS = ("mart_pattern_summary", "mart_pattern_sensitivity", "mart_overlap_summary")
AREA_MARTS = (
    "mart_area_balance", "mart_case_flow", "mart_household_flow", "mart_issue_funnel", "mart_found_by_route",
    "mart_desk_journey", "mart_council_year", "mart_exemplar",
)  # fmt: skip
SHOWS = {"patterns": PATTERN_MARTS, "areas": AREA_MARTS}
PAGES = pytest.mark.parametrize("name", list(SHOWS))
Render = Callable[[Path], str]


@pytest.fixture(scope="module")
def wording() -> PatternWording:
    return load_pattern_wording(load_settings())


@pytest.fixture(scope="module")
def render(wording: PatternWording) -> dict[str, Render]:
    return {
        "patterns": lambda file: render_patterns(read_patterns(file, wording), wording, "みほん市", RELEASE),
        "areas": lambda file: render_areas(read_areas(file, wording), wording, "みほん市", RELEASE),
    }


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory, wording: PatternWording) -> Path:
    return make_board_file(tmp_path_factory.mktemp("board") / "analyst.duckdb", wording, MONTHS)


@pytest.fixture(scope="module")
def pages(analyst: Path, render: dict[str, Render]) -> dict[str, str]:
    return {name: make(analyst) for name, make in render.items()}


@PAGES
def test_every_figure_of_every_choice_is_the_marts(name: str, pages: dict[str, str], analyst: Path) -> None:
    marts = Marts(analyst)
    assert assert_figures(pages[name], marts, NEWEST, "ALL") > 300
    assert assert_choices(pages[name], marts) > 4000
    assert_all_seen(marts, *SHOWS[name])


@PAGES
def test_areas_stand_by_their_code_and_nothing_is_coloured_by_its_value(name: str, pages: dict[str, str]) -> None:
    rows = re.findall(r'data-row="([^"]*)"', pages[name])
    desks = ["K02", "K10", ""]
    assert [code for code in rows if code in AREAS] == ["ALL", "E01", "E02", "E03"] * sum(c == "ALL" for c in rows)
    assert [code for code in rows if code not in AREAS] == (desks if name == "areas" else [])
    # No cell has a style or a class of its own that a value could choose.
    body = pages[name].split("</style>")[1]
    assert " style=" not in body
    told = {each for found in re.findall(r'<td class="([^"]*)"', body) for each in found.split()}
    assert told <= {"trend", "edge", "text", "middle", "kind", "count", "rule", "bar"}
    assert not re.search(r"\b(red|green|behind|is-met|shade\d)\b", body)


@PAGES
def test_it_stands_alone_and_can_be_read_without_seeing_it(name: str, pages: dict[str, str]) -> None:
    html = pages[name]
    page = Page(html)
    assert (page.unclosed, page.mismatched) == ([], [])
    assert not re.search(r"""src\s*=|@import|url\(|https?://""", html)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", html)
    assert "alert" not in "".join(e.text for e in page.all("script") if not e.attrs.get("id"))
    assert [e.attrs.get("type") for e in page.all("script")] == ["application/json", None]
    pictures = [e for e in page.all("svg") if e.attrs.get("aria-hidden") != "true"]
    assert pictures
    assert all(e.attrs["role"] == "img" for e in pictures)
    assert all(e.attrs.get("aria-label") or e.attrs.get("aria-labelledby") for e in pictures)
    assert all(e.attrs.get("scope") for e in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert len(page.all("h1")) == 1
    names = [e.attrs["id"] for e in page.elements if "id" in e.attrs]
    assert len(names) == len(set(names))
    links = {e.attrs["href"] for e in page.all("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= set(names)
    assert {link for link in links if not link.startswith("#")} <= {
        "index.html",
        "areas.html",
        "patterns.html",
        "kpi.html",
    }


def test_a_tier_says_what_it_can_say(pages: dict[str, str], wording: PatternWording) -> None:
    page = Page(pages["patterns"])
    labels = [e.text for e in page.all("th") if e.attrs.get("class") == "label" and e.attrs["scope"] == "row"]
    assert labels == [tier.label for tier in wording.tiers]
    kinds = [e.text for e in page.all("td") if e.attrs.get("class") == "kind"]
    assert kinds == [tier.kind.word for tier in wording.tiers]
    assert kinds[0] == "構造"
    for tier in wording.tiers:
        assert tier.description in pages["patterns"]
    for html in pages.values():
        text = re.sub(r"<[^>]+>", "", html)
        assert "「支援がない」という意味ではありません" in text
        assert "内部用・公表不可" in text


def test_what_rests_on_old_data_says_so_and_calls_feeds_by_their_title(pages: dict[str, str]) -> None:
    notes = [e for e in Page(pages["patterns"]).all("p") if "warned" in e.attrs.get("class", "")]
    assert len(notes) == 14
    assert all("介護保険" in e.text and "生活保護" in e.text and "hidden" not in e.attrs for e in notes)
    told = [e for e in Page(pages["areas"]).all("p") if "warned" in e.attrs.get("class", "")]
    assert [e.text for e in told if "hidden" in e.attrs] == ["注意: "]  # the routes have no reason
    assert len(told) == 7
    assert "shigen_place" not in "".join(e.text for e in Page(pages["areas"]).all("p", "td"))
    assert not [e.text for e in [*notes, *told] if "kaigo" in e.text]


def test_a_desk_without_a_code_is_shown_as_such(pages: dict[str, str]) -> None:
    assert len(DESKS) == 3
    assert "窓口の記録がない、または伏せる相談" in pages["areas"]


@PAGES
def test_without_a_month_or_a_mart_a_sentence_says_so(
    name: str, render: dict[str, Render], wording: PatternWording, tmp_path: Path
) -> None:
    empty = make_board_file(tmp_path / "empty.duckdb", wording, [])
    assert "まだ表示できる月がありません" in render[name](empty)
    with duckdb.connect(str(tmp_path / "bare.duckdb")):
        pass
    bare = render[name](tmp_path / "bare.duckdb")
    assert "まだ表示できる月がありません" in bare
    assert f"<code>marts.{SHOWS[name][0]}</code>" in bare
    with pytest.raises(KasaneError, match=r"none\.duckdb"):
        render[name](tmp_path / "none.duckdb")


@PAGES
@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_that_is_not_there_is_named_and_the_rest_is_shown(
    name: str, mart: str, render: dict[str, Render], wording: PatternWording, tmp_path: Path
) -> None:
    file = make_board_file(tmp_path / "analyst.duckdb", wording, MONTHS[-2:], [mart], areas=mart != "dim_area")
    html = render[name](file)
    page = Page(html)
    assert (page.unclosed, page.mismatched) == ([], [])
    read = {"patterns": {*PATTERN_MARTS, "dim_area"}, "areas": {*AREA_MARTS, "mart_pattern_summary", "dim_area"}}
    assert (f"<code>marts.{mart}</code>" in html) == (mart in read[name])
    if mart == "dim_area":
        assert "圏域ごとの集計がありません" in html


CHOOSE = """
<script>addEventListener("load", function () {
  [["choose-month", "2025-12-31"], ["choose-area", "E02"]].forEach(function (pair) {
    var box = document.getElementById(pair[0]);
    box.value = pair[1];
    box.dispatchEvent(new Event("change"));
  });
});</script></body>
"""


@PAGES
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_choosing_a_month_and_an_area_shows_their_figures(
    name: str, pages: dict[str, str], analyst: Path, tmp_path: Path
) -> None:
    file = tmp_path / "chosen.html"
    # The page's own policy lets no second script run.
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", pages[name]).replace("</body>", CHOOSE)
    file.write_text(html, encoding="utf-8")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run(["chromium", *arguments, file.as_uri()], capture_output=True, timeout=60, check=True)
    chosen = done.stdout.decode()
    assert assert_figures(chosen, Marts(analyst), CHOSEN, "E02") == assert_figures(
        pages[name], Marts(analyst), NEWEST, "ALL"
    )
    page = Page(chosen)
    assert {e.text for e in page.elements if e.attrs.get("data-now") == "both"} == {
        "令和7年12月(2025年12月)末、第2地区"
    }
    # December's feeds are current: what was said of May is gone.
    notes = [e for e in page.all("p") if "warned" in e.attrs.get("class", "")]
    assert [e.text for e in notes if "hidden" not in e.attrs and "介護" in e.text] == []
    lines = {e.attrs["data-slot"]: e.attrs["d"] for e in page.all("path") if "data-slot" in e.attrs}
    before = {e.attrs["data-slot"]: e.attrs["d"] for e in Page(pages[name]).all("path") if "data-slot" in e.attrs}
    assert set(lines) == set(before)
    assert lines != before
