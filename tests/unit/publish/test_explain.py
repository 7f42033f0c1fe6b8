"""`kasane explain` tells a value's wording, numbers and counted rows, and says what there is when asked for more."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kasane.errors import KasaneError
from kasane.publish.explain import explain_kpi, measure_text, subgroup_text
from kasane.publish.release import publish_release
from kasane.settings import DataPaths

MADE = """
create schema marts;
create table marts.dim_kpi as select * from (values
    ('M1-KPI-1', '支援開始までの期間', 'days', '日数の合計', '複合課題の相談', '平均日数', 1),
    ('M3-KGI-1', '社会的孤立', 'percent', '孤立した人', '答えた人', null, 2)
) as t(kpi_id, name_ja, unit, numerator_ja, denominator_ja, note_ja, sort_order);
create table marts.mart_kpi_value as select * from (values
    ('M1-KPI-1', date '2025-08-31', 'ALL', 12.0, 2.0, 6.0, 5.0, 5.0, 12.3, 'behind', null, null, 12, 13, '1', '遅れ'),
    ('M1-KPI-1', date '2025-08-31', 'E01', 2.0, 1.0, 2.0, 5.0, 5.0, 12.3, 'met', null, null, 12, 13, '1', '遅れ'),
    ('M3-KGI-1', date '2025-08-31', 'ALL', 1.0, 4.0, 25.0, 10.0, 10.0, 18.7, 'behind', 4.5, 69.9, 1, 1, '1', null)
) as t(kpi_id, period_end_date, area_code, numerator, denominator, value, target, target_due, baseline, status,
    value_low, value_high, coverage_months_delivered, coverage_months_due, definition_version, reason);
create table marts.mart_kpi_detail as
select 'M1-KPI-1' as kpi_id, date '2025-08-31' as period_end_date, 'ALL' as area_code, 'median_days' as measure,
    6.0 as value, 'days' as unit, '中央値' as label_ja;
create table marts.fct_kpi_case as select * from (values
    ('M1-KPI-1', date '2025-08-31', 'E01', 'c1', 'begun', true, 2.0, date '2025-03-01'),
    ('M1-KPI-1', date '2025-08-31', null, 'c2', 'waiting', true, 10.0, date '2025-02-01'),
    ('M3-KGI-1', date '2025-08-31', 'E01', 'r1', '18-29', true, 1.0, null)
) as t(kpi_id, period_end_date, area_code, case_ref, subgroup, is_numerator, numerator_amount, occurred_on);
"""


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path / "data")
    paths.build_file.parent.mkdir(parents=True)
    with duckdb.connect(str(paths.build_file)) as db:
        db.execute(MADE)
    publish_release(paths, "202508-a")
    return paths


def test_a_value_is_told_with_wording_target_and_coverage(paths: DataPaths) -> None:
    facts = dict(explain_kpi(paths, "M1-KPI-1", "2025-08").facts)
    assert (facts["分子とは"], facts["値"], facts["目標"], facts["状態"]) == ("日数の合計", "6日", "5日", "遅れ")
    assert (facts["届き具合"], facts["理由"]) == ("12 / 13 か月", "遅れ")


def test_the_counted_rows_of_the_whole_include_those_without_an_area(paths: DataPaths) -> None:
    found = explain_kpi(paths, "m1_kpi_1", "2025-08-31")
    assert [row[0] for row in found.cases] == ["c2", "c1"]
    assert sum(row[-1] for row in found.cases) == 12


def test_the_models_own_words_are_read_in_japanese_and_codes_as_they_are() -> None:
    assert [subgroup_text(each) for each in ("waiting", "18-29", None)] == ["待機中", "18-29", ""]


def test_an_area_lists_its_own_rows(paths: DataPaths) -> None:
    found = explain_kpi(paths, "M1-KPI-1", "2025-08", area="E01")
    assert ([row[0] for row in found.cases], found.case_count) == (["c1"], 1)


def test_a_limit_shortens_the_list_and_not_the_count(paths: DataPaths) -> None:
    found = explain_kpi(paths, "M1-KPI-1", "2025-08", limit=1)
    assert (len(found.cases), found.case_count) == (1, 2)


def test_a_survey_shows_its_interval_and_an_indicator_its_measures(paths: DataPaths) -> None:
    assert dict(explain_kpi(paths, "M3-KGI-1", "2025-08").facts)["95％信頼区間"] == "4.5 〜 69.9"
    (measure,) = explain_kpi(paths, "M1-KPI-1", "2025-08").measures
    assert (measure.label, measure_text(measure)) == ("中央値", "6日")


@pytest.mark.parametrize(
    ("kpi", "month", "area", "told"),
    [
        ("M9-KPI-1", "2025-08", "ALL", "M1-KPI-1, M3-KGI-1"),
        ("M1-KPI-1", "2025-09", "ALL", "2025-08 to 2025-08"),
        ("M1-KPI-1", "last month", "ALL", "2025-08 to 2025-08"),
        ("M3-KGI-1", "2025-08", "E01", "the areas are ALL"),
    ],
)
def test_what_is_unknown_is_answered_with_what_there_is(
    paths: DataPaths, kpi: str, month: str, area: str, told: str
) -> None:
    with pytest.raises(KasaneError, match=told):
        explain_kpi(paths, kpi, month, area)
