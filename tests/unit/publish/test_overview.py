"""`kasane overview`: one month at a glance, and why a number is missing or rests on less than is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from kasane.errors import KasaneError
from kasane.publish.overview import overview, remarks
from kasane.publish.release import publish_release
from kasane.publish.wording import short_text
from kasane.settings import DataPaths

MADE = """
create schema marts;
create table marts.mart_overlap_summary as select * from (values
    (date '2025-08-31', 'ALL', 90, 20, 5, null), (date '2025-09-30', 'ALL', 100, 30, 10, '一部: seiho'),
    (date '2025-09-30', 'E01', 40, 9, 2, '一部: seiho')
) as t(month_end_date, area_code, household_count, in_need_count, compound_count, reason);
create table marts.mart_domain_overlap as select * from (values
    ('elderly', '高齢', 'exact', 20), ('elderly+disability', '高齢×障害', 'exact', 6),
    ('elderly+poverty', '高齢×生活困窮', 'exact', 4), ('child+poverty', '子ども×生活困窮', 'exact', 0),
    ('elderly+disability', '高齢×障害', 'at_least', 9)
) as t(domains, label, match, household_count);
alter table marts.mart_domain_overlap add column month_end_date date default date '2025-09-30';
alter table marts.mart_domain_overlap add column area_code varchar default 'ALL';
alter table marts.mart_domain_overlap add column household_type varchar default 'ALL';
alter table marts.mart_domain_overlap add column share_of_in_need double default 0.2;
create table marts.mart_kpi_value as select * from (values
    ('M1-KGI-1', 'ALL', '支援率', 'percent', 9.9, 80.0, 'behind', 1.0, '一部: kaigo'),
    ('M1-KGI-2', 'ALL', '早期', 'percent', null, 70.0, 'no_data', 0.0, 'まだ届いていません: soudan'),
    ('M1-KPI-1', 'ALL', '日数', 'days', 6.0, 5.0, 'behind', 1.0, '一部: kaigo'),
    ('M3-KSI-2', 'ALL', '協力機関', 'count', 40.0, 100.0, 'behind', 1.0, null),
    ('M1-KGI-1', 'E01', '支援率', 'percent', 1.0, 80.0, 'behind', 1.0, 'ほか')
) as t(kpi_id, area_code, name_ja, unit, value, target_due, status, coverage_share, reason);
alter table marts.mart_kpi_value add column period_end_date date default date '2025-09-30';
"""


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path / "data")
    paths.build_file.parent.mkdir(parents=True)
    with duckdb.connect(str(paths.build_file)) as db:
        db.execute(MADE)
    publish_release(paths, "202509-a")
    return paths


def test_the_latest_month_shows_households_overlap_and_indicators(paths: DataPaths) -> None:
    found = overview(paths)
    assert found.month == date(2025, 9, 30)
    assert (found.household_count, found.in_need_count, found.compound_count) == (100, 30, 10)
    assert [(label, count) for label, count, _ in found.combinations] == [("高齢×障害", 6), ("高齢×生活困窮", 4)]
    assert [(line.kpi_id, short_text(line.value, line.unit)) for line in found.indicators] == [
        ("M1-KGI-1", "9.9％"),
        ("M1-KGI-2", "–"),
        ("M1-KPI-1", "6.0日"),
        ("M3-KSI-2", "40.0"),
    ]


def test_a_reason_stands_once_behind_the_indicators_that_it_is_of(paths: DataPaths) -> None:
    assert remarks(overview(paths)) == [
        "世帯と重なり: 一部: seiho",
        "M1-KGI-1、M1-KPI-1: 一部: kaigo",
        "M1-KGI-2: まだ届いていません: soudan",
    ]


def test_a_month_that_is_not_there_is_answered_with_those_that_are(paths: DataPaths) -> None:
    with pytest.raises(KasaneError, match="months are 2025-08-31 to 2025-09-30"):
        overview(paths, date(2025, 1, 31))
