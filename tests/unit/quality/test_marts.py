"""Marts are judged by suites before they are published."""

from __future__ import annotations

import pytest

from kasane.errors import ContractError
from kasane.quality import judge_marts
from kasane.quality.suite_model import load_suites
from kasane.settings import PROJECT_ROOT

SUITES = PROJECT_ROOT / "expectations" / "suites"


def test_sound_marts_pass(build):
    verdict = judge_marts(build(), SUITES)
    assert verdict.passed, verdict.failures
    assert verdict.warnings == ()


def test_missing_month_fails_with_a_sentence_that_names_it(build):
    file = build("delete from marts.fct_household_month where month_end_date = date '2024-07-31'")
    verdict = judge_marts(file, SUITES)
    assert not verdict.passed
    assert "marts.fct_household_month: months is 1, allowed at most 0 (month 2024-07-31 is missing)" in verdict.failures


def test_totals_that_disagree_fail_and_name_the_month(build):
    file = build("delete from restricted.household_member where person_id = 'h1-0' and month_end_date < '2024-07-01'")
    [failure] = judge_marts(file, SUITES).failures
    assert failure == ("marts.fct_household_month: members_agree is 1, allowed at most 0 (2024-06-30: 200 against 199)")


def test_missing_relation_fails_and_hides_no_other_mart(build):
    verdict = judge_marts(build("drop table marts.dim_person", "delete from quality.row_outcome"), SUITES)
    assert len(verdict.failures) == 2
    assert "marts.dim_person is not in the build" in verdict.failures[0]
    assert "quality.row_outcome: files_agree" in verdict.failures[1]


def test_change_is_measured_against_the_release_in_force_over_common_months(build, tmp_path):
    fewer = (
        "delete from marts.fct_household_month where household_id in ('h90', 'h91') or month_end_date > '2024-08-01'"
    )
    build(fewer, name="analyst.duckdb")
    verdict = judge_marts(build(), SUITES, previous=tmp_path)
    [change] = [
        result
        for mart in verdict.marts
        if mart.relation == "marts.fct_household_month"
        for result in mart.checks
        if result.check.name == "change"
    ]
    assert change.observed == pytest.approx(200 / 196 - 1, abs=1e-6)


def test_warnings_do_not_stop_a_release(build):
    verdict = judge_marts(build("update marts.dim_person set birth_year = null"), SUITES)
    assert verdict.passed
    assert verdict.warnings == ("marts.dim_person: birth_year_unknown is 100.0%, allowed at most 5.0%",)


def test_broken_suites_are_reported_all_at_once(tmp_path):
    (tmp_path / "one.yml").write_text("relation: marts.x; drop table y\ntitle: 表\nowner: 課\nchecks: []\n")
    (tmp_path / "two.yml").write_text("relation: [\n")
    with pytest.raises(ContractError) as caught:
        load_suites(tmp_path)
    said = str(caught.value)
    assert all(part in said for part in ("one.yml: relation", "one.yml: description", "one.yml: checks", "two.yml"))


def test_values_of_a_suite_are_never_sql(build, tmp_path):
    (tmp_path / "x.yml").write_text(
        """
relation: marts.dim_person
title: 表
owner: 課
description: 試験
checks:
  - name: odd
    title: 割合
    severity: refuse
    at_most: 0
    measure: {kind: share, column: area_code, value: "' or '1'='1"}
"""
    )
    assert judge_marts(build(), tmp_path).passed
