"""The check of the pages' basics finds each fault; tests/integration/test_operator.py runs it over a whole release."""

from __future__ import annotations

import pytest

from kasane.quality.markup import group_row, page, row, table, way_up
from support.page_basics import faults

GOOD = (
    '<html lang="ja"><head><title>頁</title></head><body><main><h1>頁</h1><h2>節</h2>'
    '<table><tr><th scope="col">数</th></tr></table><svg role="img" aria-label="推移"><title></title></svg>'
    '<label>月 <select><option>4月</option></select></label><a href="#x">次</a></main></body></html>'
)


def test_a_page_with_the_basics_has_no_fault() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("kept", "spoilt", "fault"),
    [
        ('lang="ja"', "", "html has no lang=ja"),
        ("<title>頁</title>", "<title> </title>", "no title"),
        ("main>", "div>", "not one main"),
        ("<h1>頁</h1>", "", "not one h1"),
        ("<h2>節</h2>", "<h3>節</h3>", "a heading level is skipped before '節'"),
        (' scope="col"', "", "th '数' has no scope"),
        ("<table>", '<div class="wide"></div><table>', "what scrolls sideways is out of the keyboard's reach"),
        (' aria-label="推移"', "", "an svg has neither a name nor aria-hidden"),
        ("<table>", '<img src="x.png"><table>', "an img has no alt"),
        ("label>", "p>", "a select has no label"),
        (">次<", "><", "a a has no text"),
    ],
)
def test_each_fault_is_found(kept: str, spoilt: str, fault: str) -> None:
    assert kept in GOOD
    assert fault in faults(GOOD.replace(kept, spoilt))


def test_a_quality_page_is_built_with_them() -> None:
    body = table(("資料", "件数"), [group_row("介護", 2), row("認定", 3, numeric=(1,))], numeric=(1,))
    assert faults(page("品質", way_up("一覧", "index.html"), "", body).replace("<main>", "<main><h1>品質</h1>")) == []
