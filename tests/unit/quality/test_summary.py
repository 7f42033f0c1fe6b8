"""The quality pages that owners read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kasane.quality import judge_batches, judge_marts, write_quality_summary
from kasane.settings import PROJECT_ROOT

from .conftest import people

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
OUTCOME = {
    "delivery_id": "d1",
    "feed": "jumin",
    "table_name": "jumin",
    "part": "",
    "file_name": "JUMIN_20240630_01.csv",
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
    "is_in_force": True,
}
REFUSED = OUTCOME | {"status": "refused", "is_in_force": False, "rows_in": None, "rows_loaded": 0, "delivery_id": "d2"}
ZONE = """
create schema quality;
create table quality.row_outcome (
    delivery_id varchar, feed varchar, table_name varchar, part varchar, file_name varchar, base_date date,
    sequence int, status varchar, reason_code varchar, reason varchar, rows_in bigint, rows_loaded bigint,
    rows_quarantined bigint, rows_superseded bigint, warnings bigint, is_in_force boolean);
create table quality.quarantine as select 'jumin' as feed, 'JUMIN_20240630_01.csv' as file_name,
    unnest([3, 7, 7]) as line_number, 'code_unknown' as reason_code, '性別' as column_name;
create table quality.warning_summary as select 'jumin' as feed, 'JUMIN_20240630_01.csv' as file_name,
    'gaiji' as warning_code, '氏名漢字' as column_name, 3 as warning_count;
"""


@pytest.fixture
def write(tmp_path: Path):
    """Write the pages of a release that holds these outcomes; returns index and feed page as text."""

    def pages(*outcomes: dict[str, object]) -> Sequence[str]:
        zone = tmp_path / "analyst.duckdb"
        with duckdb.connect(str(zone)) as connection:
            connection.execute(ZONE)
            for outcome in outcomes:
                marks = ", ".join("?" * len(outcome))
                connection.execute(f"insert into quality.row_outcome values ({marks})", list(outcome.values()))
        index = write_quality_summary(zone, tmp_path / "quality", tmp_path / "pages", [SEEDS])
        return index.read_text(), (index.parent / "jumin.html").read_text()

    return pages


def test_page_shows_reasons_with_remedy_and_checks_with_threshold(write, tmp_path, contract, deliver):
    judge_batches(contract, {"d1": deliver("d1", people(100, blanks=6))}, {"d1": -0.1}, tmp_path / "quality")
    index, page = write(OUTCOME)
    assert re.search(r"code_unknown</td><td class=\"n\">2</td>", page)
    assert "コード表（seeds/codes）に加えるか、元の値を直す" in page
    assert "外字・私用領域の文字" in page
    assert "JUMIN_20240630_01.csv：生年月日の記入率が 94.0%（基準 95.0%以上）です。" in page
    assert "-10.0%" in page
    assert "！ 注意あり" in index
    assert "戸籍住民課" in index


def test_refused_file_says_why_and_what_to_do_until_a_later_one_is_taken(write):
    refused = REFUSED | {"sequence": 2, "file_name": "JUMIN_20240630_02.csv", "reason_code": "volume"}
    index, page = write(OUTCOME, refused)
    assert "JUMIN_20240630_02.csv を受け入れていません：件数の急な増減" in page
    assert "kasane accept" in page
    assert "未解決の不受理あり" in index


def test_refused_file_is_no_worry_once_a_later_one_is_taken(write):
    index, page = write(OUTCOME | {"sequence": 3}, REFUSED | {"sequence": 2, "reason_code": "volume"})
    assert "受け入れていません" not in page
    assert "✓ 良好" in index


def test_everything_delivered_is_escaped(write):
    nasty = "\"><script>alert('1')</script>"
    for page in write(REFUSED | {"file_name": nasty, "reason_code": nasty, "reason": nasty + "!", "part": nasty}):
        assert "<script" not in page


def test_pages_need_no_other_file_but_each_other(write):
    beside = {"../index.html", "index.html", "jumin.html", "linkage.html"}
    for page in write(OUTCOME):
        assert set(re.findall(r'(?:href|src)="([^"]*)"', page)) <= beside
        assert "http" not in page
        assert "url(" not in page


def test_index_says_why_a_release_was_stopped(write, tmp_path, build):
    judge_marts(
        build("delete from marts.fct_household_month where month_end_date = date '2024-07-31'"),
        PROJECT_ROOT / "expectations" / "suites",
        quality_dir=tmp_path / "quality",
    )
    index, _ = write(OUTCOME)
    assert "公開を止めました" in index
    assert "2024-07-31 の月がありません" in index


def test_a_feed_of_several_tables_has_a_page_a_table_under_the_feeds_name(write, tmp_path, contract, deliver):
    staff = contract.model_copy(
        update={"feed": "jinji", "table": "jinji_staff", "title": "人事配置", "table_title": "在籍"}
    )
    judge_batches(staff, {"d3": deliver("d3", people(100))}, {"d3": None}, tmp_path / "quality")
    of_jinji = OUTCOME | {"feed": "jinji", "delivery_id": "d3", "rows_loaded": 100}
    post = REFUSED | {"feed": "jinji", "table_name": "jinji_post", "reason_code": "volume"}
    index, _ = write(OUTCOME, of_jinji | {"table_name": "jinji_staff"}, post)
    names = re.findall(r"<b>([^<]*)</b>|>([^<>]*)</a>", index[index.index("データごと") : index.index("名寄せ")])
    assert [feed or table for feed, table in names] == [
        "人事配置（jinji）",
        "jinji_post（jinji_post）",
        "人事配置・在籍（jinji_staff）",
        "jumin（jumin）",
    ]
    page = (tmp_path / "pages" / "jinji_staff.html").read_text()
    assert "人事配置・在籍：データ品質の要約" in page
    assert "未解決の不受理" in (tmp_path / "pages" / "jinji_post.html").read_text()
    assert "受け入れていません" not in page
