"""Tables by area, flows and the figures beside the KPIs: nothing there is 0, nothing told is empty with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.warehouse import BUILD_ANEW, WITHOUT_TESTS, Row, SmallDelivery, SmallWarehouse, run_dbt, write_sources

APRIL, MAY, JUNE = date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30)
MONTHS = [APRIL, MAY, JUNE]


def _person(number: str, household: str, town: str) -> Row:
    return {
        "resident_no": number,
        "register_household_no": household,
        "birth_date": "1950-01-01",
        "kana_name": f"{number} A",
        "address_key": household,
        "town_code": town,
        "sex": "1",
        "resident_status": "1",
        "protection_measure": "1" if number == "02" else None,
    }


# 02, who is protected, moves in with 01 in May.
BEFORE = [_person("01", "11", "1"), _person("02", "12", "2"), _person("03", "13", "2")]
AFTER = [_person("01", "11", "1"), _person("02", "11", "1"), _person("03", "13", "2")]
TOWNS = [{"town_code": code, "area_code": f"E0{code}", "area_name": f"第{code}地区"} for code in ("1", "2")]
HANDBOOK = [{"resident_no": "01", "handbook_kind": "1", "issued_on": "2020-01-01"}]
CARE = [{"insured_no": "3", "resident_no": "03", "care_level": "21", "valid_from": "2020-01-01"}]
MORE_CARE = [*CARE, {"insured_no": "1", "resident_no": "01", "care_level": "21", "valid_from": "2020-01-01"}]
ISSUES = [{"issue_id": "1", "area_code": "E01", "noticed_on": "2025-04-02"}]
MEETINGS = [
    {
        "conference_id": "1",
        "conference_kind": "地域ケア会議",
        "held_on": "2025-05-02",
        "area_code": "E01",
        "case_count": 2,
    }
]
POSTS = [
    # Nobody says how many are there; nobody says how many are needed; one post is full.
    {"agency_code": "K1", "occupation": "A", "required_fte": 2, "is_coordination_post": True},
    {"agency_code": "K2", "occupation": "A", "filled_fte": 3, "qualified_fte": 3, "is_coordination_post": True},
    {"agency_code": "K3", "occupation": "A", "required_fte": 1, "filled_fte": 1, "qualified_fte": 1},
]
AT_DESK: Row = {"desk_code": "K1", "updated_at": "2025-04-20 09:00:00"}
CAME = [
    {"consultation_id": "desk", "resident_no": "03", "received_on": "2025-04-10", "route": "1", **AT_DESK},
    {"consultation_id": "found", "resident_no": "01", "received_on": "2025-05-10", "route": "5", **AT_DESK},
]
# On one day two scores, and before them a form without any.
ASSESSED = [
    {"assessment_id": key, "consultation_id": "found", "assessed_on": day, "isolation_score": score, **AT_DESK}
    for key, day, score in (("1", "2025-05-11", None), ("2", "2025-05-12", 15), ("3", "2025-05-12", 10))
]
ASSESSED = [{name: value for name, value in row.items() if name != "desk_code"} for row in ASSESSED]
WAREHOUSE = SmallWarehouse(
    MONTHS,
    [
        SmallDelivery("chiku", date(2025, 4, 1), TOWNS),
        SmallDelivery("jumin", APRIL, BEFORE),
        *(SmallDelivery("jumin", month, AFTER) for month in (MAY, JUNE)),
        SmallDelivery("kaigo", APRIL, CARE),
        *(SmallDelivery("kaigo", month, MORE_CARE) for month in (MAY, JUNE)),
        *(SmallDelivery("shogai", month, HANDBOOK) for month in (APRIL, JUNE)),
        *(SmallDelivery("shigen_issue", month, ISSUES) for month in (APRIL, JUNE)),
        *(SmallDelivery("kaigi", month, MEETINGS) for month in (MAY, JUNE)),
        *(SmallDelivery("jinji_post", month, POSTS) for month in MONTHS),
        *(SmallDelivery("sanka", month, []) for month in MONTHS),
        SmallDelivery("soudan_consultation", APRIL, CAME[:1], 1),
        SmallDelivery("soudan_consultation", MAY, CAME[1:], 2),
        SmallDelivery("soudan_assessment", MAY, ASSESSED, 3),
    ],
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build_file = tmp_path_factory.mktemp("flows") / "kasane.duckdb"
    write_sources(build_file, WAREHOUSE)
    assert run_dbt(build_file, [*BUILD_ANEW, *WITHOUT_TESTS]) == []
    return build_file


def _rows(build_file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _figures(build_file: Path, table: str, name: str, month: date) -> dict[str, tuple[float | None, str | None]]:
    sql = f"select {name}, value, reason from marts.{table} where month_end_date = date '{month}'"
    return {figure: (value, reason) for figure, value, reason in _rows(build_file, sql)}


def test_an_area_without_issues_has_none_and_one_without_files_has_no_number(built: Path) -> None:
    sql = "select month_end_date, area_code, raised_count, open_issue_count, discussed_count, reason"
    found = {(month, area): rest for month, area, *rest in _rows(built, f"{sql} from marts.mart_issue_funnel")}
    assert found[JUNE, "E01"] == [1, 1, 2, None]
    assert found[JUNE, "E02"] == [0, 0, 0, None]
    assert found[APRIL, "E01"][:3] == [1, 1, None]
    assert "kaigi" in found[APRIL, "E01"][3]
    assert found[MAY, "E02"][:3] == [0, 0, 0]
    assert "shigen_issue" in found[MAY, "E02"][3]


def test_a_household_that_a_protected_person_joined_changes_in_no_area(built: Path) -> None:
    sql = "select area_code, became_compound_count from marts.mart_household_flow where month_end_date = '2025-05-31'"
    assert dict(_rows(built, sql)) == {"ALL": 1, "E01": 0, "E02": 0}


def test_a_change_is_as_late_as_either_of_the_states_that_tell_it(built: Path) -> None:
    sql = "select month_end_date, reason from marts.mart_household_flow where area_code = 'ALL'"
    reasons = dict(_rows(built, sql))
    assert "shogai" in reasons[MAY]
    assert "shogai" in reasons[JUNE]
    assert "kaigo" not in reasons[JUNE]


def test_a_desks_journeys_say_when_the_consultations_are_late(built: Path) -> None:
    sql = "select month_end_date, desk_code, consultation_count, reason from marts.mart_desk_journey"
    found = {(month, desk): (count, reason) for month, desk, count, reason in _rows(built, sql)}
    # The one found in May lives with a protected person: no desk is told.
    counts = {of: count for of, (count, _) in found.items()}
    assert counts == {(APRIL, "K1"): 1, (MAY, "K1"): 1, (MAY, None): 1, (JUNE, "K1"): 1, (JUNE, None): 1}
    assert "soudan" in (found[JUNE, "K1"][1] or "")


def test_a_post_of_which_a_number_is_blank_is_not_full(built: Path) -> None:
    figures = _figures(built, "mart_benchmark", "indicator_id", JUNE)
    assert figures["specialist_posts_filled_share"][0] == pytest.approx(100 / 3)
    assert figures["coordinator_posts_filled_share"][0] == 0


def test_who_was_found_by_outreach_is_isolated_by_the_first_score_the_lower_of_one_day(built: Path) -> None:
    found = [
        _figures(built, "mart_exemplar", "exemplar_id", month)["isolated_found_by_outreach"][0] for month in MONTHS
    ]
    assert found == [0, 1, 1]


def test_what_did_not_happen_is_0_and_what_never_came_is_not(built: Path) -> None:
    assert _figures(built, "mart_benchmark", "indicator_id", MAY)["participation_support_rate"][0] == 0
    theirs = _figures(built, "mart_exemplar", "exemplar_id", MAY)
    assert theirs["housed_with_support"][0] == 0
    assert theirs["resident_led_issues"][0] == 0
    assert theirs["watch_over_agreements"][0] is None
    assert "shigen_agreement" in (theirs["watch_over_agreements"][1] or "")


def test_a_figure_that_cannot_be_compared_yet_does_not_claim_a_value(built: Path) -> None:
    value, reason = _figures(built, "mart_exemplar", "exemplar_id", MAY)["early_detection_change"]
    assert (value, reason) == (None, "この月は比べられるだけのデータがありません")
