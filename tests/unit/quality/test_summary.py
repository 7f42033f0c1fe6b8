"""The quality pages that owners read."""

from __future__ import annotations

import re
from datetime import date

from kasane.contracts.delivery import Delivery, Manifest
from kasane.quality import judge_batches, judge_marts, store_batch_results, store_mart_results, write_quality_summary
from kasane.settings import PROJECT_ROOT

from .conftest import people

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


def delivery(delivery_id: str, **more) -> Delivery:
    facts = {
        "feed": "jumin",
        "part": "",
        "file_name": f"JUMIN_{delivery_id}.csv",
        "sha256": "0" * 64,
        "base_date": date(2024, 6, 30),
        "sequence": 1,
        "status": "accepted",
        "reason_code": None,
        "reason": None,
        "rows_in": 100,
        "rows_loaded": 98,
        "rows_quarantined": 2,
        "rows_superseded": 0,
        "warnings": 3,
        "in_force": True,
    }
    return Delivery(delivery_id=delivery_id, **(facts | more))


def manifest(delivery_id: str) -> Manifest:
    return Manifest(
        *(delivery_id, "jumin", f"JUMIN_{delivery_id}.csv", "0" * 64, "0" * 64, "", date(2024, 6, 30), 1, "r"),
        warnings={"gaiji": 3},
        quarantined={"code_unknown": 2},
    )


def write(tmp_path, contract, deliveries, manifests=()):
    index = write_quality_summary(tmp_path, {"jumin": contract}, deliveries, manifests, [SEEDS])
    return index.read_text(), (tmp_path / "jumin.html").read_text()


def test_page_shows_files_reasons_with_remedy_and_checks(tmp_path, contract, deliver):
    verdicts = judge_batches(contract, {"d1": deliver("d1", people(100, blanks=6))})
    store_batch_results(tmp_path, contract, verdicts, {"d1": None})
    index, page = write(tmp_path, contract, [delivery("d1")], [manifest("d1")])
    assert "コード表（seeds/codes）に加えるか、元の値を直す" in page
    assert "外字・私用領域の文字" in page
    assert "生年月日の記入率" in page
    assert "94.0%" in page
    assert "95.0%以上" in page
    assert "！ 注意あり" in index


def test_refused_file_says_why_and_what_to_do(tmp_path, contract):
    refused = delivery("d2", status="refused", reason_code="volume", reason="40 % fewer", in_force=False, rows_in=None)
    index, page = write(tmp_path, contract, [refused])
    assert "件数の急な増減" in page
    assert "kasane accept" in page
    assert "✕ 最新のファイルが不受理" in index


def test_everything_delivered_is_escaped(tmp_path, contract):
    nasty = '"><script>alert(1)</script>'
    refused = delivery("d3", file_name=nasty, status="refused", reason_code=nasty, reason=nasty, part=nasty)
    for page in write(tmp_path, contract, [refused]):
        assert "<script" not in page


def test_pages_need_no_other_file_but_each_other(tmp_path, contract):
    for page in write(tmp_path, contract, [delivery("d1")], [manifest("d1")]):
        assert set(re.findall(r'(?:href|src)="([^"]*)"', page)) <= {"index.html", "jumin.html"}
        assert "http" not in page.replace("http-equiv", "")


def test_index_says_why_a_release_was_stopped(tmp_path, contract, build):
    verdict = judge_marts(
        build("delete from marts.fct_household_month where month_end_date = date '2024-07-31'"),
        PROJECT_ROOT / "expectations" / "suites",
    )
    store_mart_results(tmp_path, verdict)
    index, _ = write(tmp_path, contract, [])
    assert "公開を止めました" in index
    assert "month 2024-07-31 is missing" in index
