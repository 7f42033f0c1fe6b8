"""The KPI scorecard shows what the marts hold, gives no verdict where there is none, and leaks and loads nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_release import month_ends
from made_scorecard import NO_VALUE, make_analyst_file, make_published_file
from shown import Element, Page

from kasane.errors import KasaneError
from kasane.reports import load_wording, read_public_scorecard, read_scorecard
from kasane.reports.kpi import render_scorecard
from kasane.reports.kpi_data import FIGURES, PUBLISHED_FIGURES, Wording
from kasane.reports.kpi_words import STATES
from kasane.settings import load_settings

RELEASE = "20260701T000000-1a2b3c4d"
# The newest month lies in a fiscal year's first quarter, others do not.
MONTHS = month_ends(14, date(2026, 5, 31))
MARKS = {state: f"{each.mark} {each.word}" for state, each in STATES.items()}
ZONES = {"inside": ("analyst", "marts.mart_kpi_value"), "outside": ("published", "published.published.kpi_value")}
OWN_RATE = "重層事業（総合相談・支援記録）による支援の率であり、何らかの支援を受ける世帯の割合ではない"


@pytest.fixture(scope="module")
def wording() -> Wording:
    return load_wording(load_settings())


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory, wording: Wording) -> Path:
    return make_analyst_file(tmp_path_factory.mktemp("kpi") / "analyst.duckdb", wording, MONTHS)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, wording: Wording) -> Path:
    return make_published_file(tmp_path_factory.mktemp("kpi") / "published.duckdb", wording, MONTHS)


@pytest.fixture(scope="module")
def inside(analyst: Path, wording: Wording) -> str:
    return render_scorecard(read_scorecard(analyst), wording, "みほん市", RELEASE)


@pytest.fixture(scope="module")
def outside(published: Path, wording: Wording) -> str:
    return render_scorecard(read_public_scorecard(published), wording, "みほん市", RELEASE)


def rows_of(file: Path, table: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(f"select * from {table}").to_arrow_table().to_pylist()


def by_key(file: Path, table: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = rows_of(file, table)
    return {(row["kpi_id"], row["period_end_date"].isoformat(), row["area_code"]): row for row in rows}


def said(text: str) -> float:
    return float(re.sub(r"[,%日]", "", text).replace("−", "-"))


def assert_says(text: str, expected: float | None, hidden: bool = False) -> None:
    """The text is the number, rounded to the decimals that it has."""
    if expected is None:
        assert text == ("X" if hidden else "—")
        return
    half = 0.0500001 if "." in text else 0.5000001
    assert said(text) == pytest.approx(expected, abs=half)


def assert_figures(page: Page, file: Path, table: str, month: str, area: str) -> None:
    """Everything on the page that says which figure it is equals the mart, in that month and area."""
    mart = by_key(file, table)
    for shown in page.figures:
        metric, kpi = shown.attrs["data-metric"], shown.attrs.get("data-kpi", "")
        if metric == "state_count":
            continue
        assert shown.attrs["data-area"] == area
        if metric in ("trend_low", "trend_high"):
            values = [row["value"] for (k, _, a), row in mart.items() if (k, a) == (kpi, area)]
            known = [value for value in values if value is not None]
            expected = (min if metric == "trend_low" else max)(known, default=None)
            hidden = False
        elif metric == "detail":
            detail = by_key(file, "marts.mart_kpi_detail")[kpi, month, area]
            assert detail["measure"] == shown.attrs["data-measure"]
            expected, hidden = detail["value"], False
        else:
            assert shown.attrs["data-month"] == month
            row = mart.get((kpi, month, area), {})
            expected, hidden = row.get(metric), metric == "value" and bool(row.get("suppressed"))
        told = shown.attrs["data-value"]
        assert (float(told) if told else None) == (None if expected is None else pytest.approx(expected, abs=1e-9))
        assert_says(shown.text, expected, hidden)


def shown_metrics(page: Page) -> Counter[str]:
    return Counter(shown.attrs["data-metric"] for shown in page.figures)


def test_every_figure_of_the_page_is_the_marts(inside: str, analyst: Path) -> None:
    page = Page(inside)
    assert_figures(page, analyst, "marts.mart_kpi_value", "2026-05-31", "ALL")
    counts = shown_metrics(page)
    assert {name: counts[name] for name in FIGURES} == dict.fromkeys(FIGURES, 24)
    assert counts["detail"] == 1


def test_every_figure_of_the_public_page_is_the_published(outside: str, published: Path) -> None:
    page = Page(outside)
    assert_figures(page, published, "published.published.kpi_value", "2026-05-31", "ALL")
    counts = shown_metrics(page)
    shown = {name for name in counts if name not in ("state_count", "trend_low", "trend_high")}
    assert shown == set(PUBLISHED_FIGURES)


def embedded(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(e.text for e in Page(html).all("script") if "id" in e.attrs))
    return found


@pytest.mark.parametrize("zone", ["inside", "outside"])
def test_every_month_and_area_to_choose_is_the_marts(zone: str, request: pytest.FixtureRequest) -> None:
    data = embedded(request.getfixturevalue(zone))
    file, table = ZONES[zone]
    mart = by_key(request.getfixturevalue(file), table)
    met = 0
    for m, month in enumerate(data["months"]):
        for a, area in enumerate(data["areas"]):
            for kpi, cell in zip(data["kpis"], data["cells"][f"{m},{a}"], strict=True):
                row = mart.get((kpi, month, area))
                met += row is not None
                for name, raw, text in zip(data["names"], cell[0], cell[1], strict=True):
                    expected = row[name] if row else None
                    assert raw == expected
                    assert_says(data["texts"][text], expected, name == "value" and bool(row and row.get("suppressed")))
    assert (met, len(data["kpis"]), len(data["months"])) == (len(mart), 24, 14)


def state_cells(page: Page) -> list[Element]:
    return [e for e in page.all("td") if e.attrs.get("data-slot", "").startswith("state-")]


def expected_state(row: dict[str, Any], is_annual: bool) -> str:
    if row.get("suppressed"):
        return "hidden"
    if row["status"] in (None, "no_data"):
        return row["status"] or "no_target"
    first_quarter = row["period_end_date"].month in (4, 5, 6)
    return "early" if is_annual and first_quarter else row["status"]


@pytest.mark.parametrize("zone", ["inside", "outside"])
def test_states_are_words_and_marks_and_annual_counts_have_no_verdict_in_spring(
    zone: str, wording: Wording, request: pytest.FixtureRequest
) -> None:
    html = request.getfixturevalue(zone)
    file, table = ZONES[zone]
    annual = {each.kpi_id for each in wording.indicators if each.is_annual_count}
    mart, data = by_key(request.getfixturevalue(file), table), embedded(html)
    seen: Counter[str] = Counter()
    for m, month in enumerate(data["months"]):
        for a, area in enumerate(data["areas"]):
            for kpi, cell in zip(data["kpis"], data["cells"][f"{m},{a}"], strict=True):
                row = mart.get((kpi, month, area))
                assert cell[2] == ("absent" if row is None else expected_state(row, kpi in annual))
                seen[cell[2]] += 1
    assert set(seen) == set(STATES) - ({"hidden"} if zone == "inside" else {"absent"})
    newest = dict(zip(data["kpis"], (cell[2] for cell in data["cells"]["13,0"]), strict=True))
    shown = {data["kpis"][int(e.attrs["data-slot"][6:])]: e.text.strip() for e in state_cells(Page(html))}
    assert shown == {kpi: MARKS[state] for kpi, state in newest.items()}
    counts = {e.attrs["data-state"]: int(e.text) for e in Page(html).figures if e.attrs["data-metric"] == "state_count"}
    assert counts == {state: Counter(newest.values())[state] for state in STATES}


def test_what_is_behind_says_where_to_look_and_what_has_no_value_says_why(inside: str, wording: Wording) -> None:
    data = embedded(inside)
    looks = {each.kpi_id: each.next_look for each in wording.indicators}
    for cells in data["cells"].values():
        for kpi, cell in zip(data["kpis"], cells, strict=True):
            reason, look = data["texts"][cell[4]], data["texts"][cell[5]]
            assert look == (looks[kpi] if cell[2] == "behind" else "")
            assert (cell[2] == "no_data") == (reason == NO_VALUE)
    shown = [e for e in Page(inside).all("p") if "次に見るもの" in e.text and "hidden" not in e.attrs]
    assert len(shown) == sum(cell[2] == "behind" for cell in data["cells"]["13,0"]) > 0
    # A feed is called by its title, not by its code.
    assert "住民" in inside
    assert "jumin" not in inside


def test_each_indicator_has_one_sentence_on_what_to_look_at_next(wording: Wording) -> None:
    assert len(wording.indicators) == 24
    assert [each.kpi_id for each in wording.indicators if not each.next_look.endswith("。")] == []


@pytest.mark.parametrize("zone", ["inside", "outside"])
def test_the_support_rate_says_that_it_is_the_programmes_own(zone: str, request: pytest.FixtureRequest) -> None:
    notes = [e for e in Page(request.getfixturevalue(zone)).all("p") if e.text.startswith("注:") and OWN_RATE in e.text]
    assert len(notes) == 1
    assert "hidden" not in notes[0].attrs


def test_the_public_page_holds_nothing_of_the_inside(outside: str, published: Path) -> None:
    data = embedded(outside)
    assert tuple(data["names"]) == PUBLISHED_FIGURES
    assert {data["texts"][place] for cells in data["cells"].values() for cell in cells for place in cell[3:5]} == {""}
    assert [cell[6] for cells in data["cells"].values() for cell in cells if cell[6]] == []
    for word in (RELEASE, "内部用", "定義 第", "信頼区間</span>", "届き具合"):
        assert word not in outside
    hidden = [row for row in rows_of(published, "published.published.kpi_value") if row["suppressed"]]
    assert len(hidden) > 100


@pytest.mark.parametrize("zone", ["inside", "outside"])
def test_it_stands_alone_and_can_be_read_without_seeing_it(zone: str, request: pytest.FixtureRequest) -> None:
    html = request.getfixturevalue(zone)
    page = Page(html)
    assert (page.unclosed, page.mismatched) == ([], [])
    # What is published leads to nothing inside.
    beside = {"index.html"} if zone == "inside" else set()
    assert {e.attrs["href"] for e in page.all("a") if not e.attrs["href"].startswith("#")} == beside
    assert not re.search(r"""src\s*=|<link|@import|url\(|https?://""", html)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", html)
    assert "alert" not in "".join(e.text for e in page.all("script") if not e.attrs.get("id"))
    assert [e.attrs.get("type") for e in page.all("script")] == ["application/json", None]
    sparks = page.all("svg")
    assert len(sparks) == 24
    assert all(e.attrs["role"] == "img" and "推移" in e.attrs["aria-label"] for e in sparks)
    assert all(e.attrs.get("scope") for e in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert len(page.all("h1")) == 1
    links = {e.attrs["href"].removeprefix("#") for e in page.all("a")}
    assert links <= {e.attrs["id"] for e in page.elements if "id" in e.attrs} | beside


def test_a_zone_without_a_month_gives_a_sentence_and_one_without_marts_an_error(
    tmp_path: Path, wording: Wording
) -> None:
    empty = make_analyst_file(tmp_path / "empty.duckdb", wording, [])
    assert "まだ表示できる月がありません" in render_scorecard(read_scorecard(empty), wording, "みほん市", RELEASE)
    bare = tmp_path / "bare.duckdb"
    duckdb.connect(str(bare)).close()
    for read in (read_scorecard, read_public_scorecard):
        with pytest.raises(KasaneError, match=r"bare\.duckdb"):
            read(bare)


CHOOSE = """
<script>addEventListener("load", function () {
  [["choose-month", "2025-12-31"], ["choose-area", "E01"]].forEach(function (pair) {
    var box = document.getElementById(pair[0]);
    box.value = pair[1];
    box.dispatchEvent(new Event("change"));
  });
});</script></body>
"""


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_choosing_a_month_and_an_area_shows_their_figures(inside: str, analyst: Path, tmp_path: Path) -> None:
    file = tmp_path / "chosen.html"
    # The page's own policy lets no second script run.
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", inside).replace("</body>", CHOOSE)
    file.write_text(page, encoding="utf-8")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run(["chromium", *arguments, file.as_uri()], capture_output=True, timeout=60, check=True)
    chosen = Page(done.stdout.decode())
    assert_figures(chosen, analyst, "marts.mart_kpi_value", "2025-12-31", "E01")
    assert sum(shown_metrics(chosen)[name] for name in FIGURES) == 24 * len(FIGURES)
    data = embedded(inside)
    states = [cell[2] for cell in data["cells"][f"{data['months'].index('2025-12-31')},1"]]
    assert [e.text.strip() for e in sorted(state_cells(chosen), key=lambda e: int(e.attrs["data-slot"][6:]))] == [
        MARKS[state] for state in states
    ]
