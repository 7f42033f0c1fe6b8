"""The page about linkage that owners read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb

from kasane.quality import write_quality_summary
from kasane.quality.linkage_facts import LinkageFacts, read_linkage
from kasane.quality.linkage_page import linkage_page
from kasane.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
BAND = {
    "band_label": "90％以上99％未満", "waiting_count": 3, "reviewed_count": 20, "must_link_count": 19,
    "observed_precision": 0.95, "precision_low": 0.764, "precision_high": 0.991, "model_mean": 0.951,
    "status": "close", "status_label": "計算どおり",
}  # fmt: skip
EMPTY_BAND = BAND | {
    "band_label": "99.9％以上", "waiting_count": 0, "reviewed_count": 0, "must_link_count": 0,
    "observed_precision": None,
    "precision_low": None, "precision_high": None, "model_mean": None, "status": "no_data", "status_label": "確認なし",
}  # fmt: skip
METHOD = {
    "feed": "konkyu", "role": "subject", "method": "probabilistic", "method_label": "確率",
    "method_meaning": "似かたから決める", "sort_order": 3, "linked_count": 45, "record_total": 50,
}  # fmt: skip
UNLINKED = {
    "feed": "konkyu", "role": "subject", "record_total": 50, "unlinked_count": 6, "unlinked_share": 0.12,
    "share_at_most": 0.1, "outside_register_count": 4, "status": "over", "status_label": "目安を超過",
}  # fmt: skip
QUEUED = {
    "feed": "konkyu", "reason": "close_rival", "reason_label": "僅差の候補", "reason_meaning": "似た人がほかにいる",
    "age_class": "d184", "age_class_label": "184日以上", "is_late": True, "sort_order": 4, "pair_count": 3,
    "oldest_queued_on": date(2024, 9, 1), "as_of_date": date(2025, 4, 30),
}  # fmt: skip
FACTS = LinkageFacts([METHOD], [BAND, EMPTY_BAND], [QUEUED], [UNLINKED], 40)
TITLES = {"konkyu": "生活困窮者自立支援"}


def cells(page: str) -> list[list[str]]:
    """The text of every row of the page's tables."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page)
    return [[re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line)] for line in rows]


def test_the_page_tells_what_is_unlinked_how_it_was_linked_and_how_right_that_is() -> None:
    rows = cells(linkage_page(FACTS, TITLES))
    feed = "生活困窮者自立支援（konkyu）"
    assert [feed, "本人", "50", "6", "12.0%", "10.0%以下", "4", "！ 目安を超過"] in rows
    assert [feed, "本人", "確率", "45", "90.0%"] in rows
    assert ["90％以上99％未満", "3", "20", "19", "95.0%", "76.4%〜99.1%", "95.1%", "✓ 計算どおり"] in rows
    assert ["99.9％以上", "0", "0", "0", "—", "—", "—", "確認なし"] in rows


def test_the_page_tells_how_long_pairs_wait_and_what_every_word_means() -> None:
    page = linkage_page(FACTS, TITLES)
    assert "2025-04-30の時点で3組、うち待たせすぎ 3組" in page
    rows = cells(page)
    assert ["生活困窮者自立支援（konkyu）", "僅差の候補", "！ 184日以上", "3", "2024-09-01"] in rows
    assert ["方法：確率", "似かたから決める"] in rows
    assert ["理由：僅差の候補", "似た人がほかにいる"] in rows
    assert re.search(r'class="warn">！ 60\.0</b>', page)


def test_what_comes_from_files_is_escaped() -> None:
    nasty = "\"><script>alert('1')</script>"
    facts = LinkageFacts(
        [METHOD | {"feed": nasty, "method_label": nasty}],
        [BAND | {"band_label": nasty}],
        [QUEUED | {"reason_label": nasty, "reason_meaning": nasty}],
        [UNLINKED | {"role": nasty, "status_label": nasty}],
        40,
    )
    assert "<script" not in linkage_page(facts, {nasty: nasty})


def test_nothing_linked_and_nothing_waiting_is_said(tmp_path: Path) -> None:
    page = linkage_page(LinkageFacts([], [EMPTY_BAND], [], [], 40), {})
    assert "確認を待つ組はありません" in page
    assert "まだ届いていません" in page
    assert "まだ名寄せの表がありません" in linkage_page(None, {})


def test_the_index_leads_to_the_page_and_an_older_release_has_one_too(tmp_path: Path) -> None:
    zone = tmp_path / "quality.duckdb"
    with duckdb.connect(str(zone)) as connection:
        connection.execute("create schema quality")
    assert read_linkage(zone, 40) is None
    index = write_quality_summary(zone, tmp_path / "stored", tmp_path / "pages", [SEEDS])
    assert 'href="linkage.html"' in index.read_text()
    assert "まだ名寄せの表がありません" in (tmp_path / "pages" / "linkage.html").read_text()
