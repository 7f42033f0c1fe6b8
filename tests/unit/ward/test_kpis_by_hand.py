"""The answer key's indicators, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from small_ward import SmallWard

from kasane.ward.cases import ACTION_KINDS, GAP, bits
from kasane.ward.days import NONE, day_of
from kasane.ward.truth_kpi import MEASURES, Bench
from kasane.ward.truth_kpi_survey import weighted_share
from kasane.ward.truth_kpi_table import at_edge, row, status

ALONE = ("1950-01-01", "02")
CALL, VISIT, OUTREACH = (ACTION_KINDS.index(kind) for kind in ("2", "3", "outreach"))


def measured(ward: SmallWard, kpi_id: str) -> tuple[float | None, float | None, float | None]:
    return MEASURES[kpi_id](ward.bench())


def compound(ward: SmallWard) -> int:
    (person,) = ward.household(ALONE)
    ward.handbook(person)
    ward.assistance(person)
    return person


def test_compound_households_with_an_action_or_an_open_plan_are_supported() -> None:
    ward = SmallWard()
    compound(ward)
    ward.act(ward.consult(compound(ward), "2023-09-01"), "2023-10-31", CALL)
    ward.act(ward.consult(compound(ward), "2023-09-01"), "2023-10-30", VISIT)
    ward.plan(ward.consult(compound(ward), "2023-09-01"), "2023-10-01")
    ward.household(ALONE)
    assert measured(ward, "M1-KGI-1") == (2, 4, 50.0)


def test_early_support_in_the_gap_counts_a_person_once_and_stops_at_an_emergency() -> None:
    # M is 30 April 2024, so intake is counted from 2 April 2023 to 31 March 2024
    ward = SmallWard()
    early = ward.consult(ward.household(ALONE)[0], "2024-03-31", scheme_fit=GAP)
    ward.act(early, "2024-04-30", VISIT)
    late = ward.consult(ward.household(ALONE)[0], "2024-01-01", scheme_fit=GAP)
    ward.act(late, "2024-02-01", VISIT)
    (twice,) = ward.household(ALONE)
    ward.consult(twice, "2024-01-01", scheme_fit=GAP)
    ward.act(ward.consult(twice, "2024-03-01", scheme_fit=GAP), "2024-03-02", VISIT)
    hurried = ward.consult(ward.household(ALONE)[0], "2024-01-01", scheme_fit=GAP, emergency=day_of("2024-01-05"))
    ward.act(hurried, "2024-01-05", VISIT)
    ward.act(ward.consult(-1, "2024-01-01", scheme_fit=GAP), "2024-01-02", VISIT)
    for outside in ("2023-04-01", "2024-04-01"):
        ward.consult(ward.household(ALONE)[0], outside, scheme_fit=GAP)
    assert measured(ward, "M1-KGI-2") == (2, 5, 40.0)


def test_days_to_first_support_pass_over_calls_and_count_waiting_days() -> None:
    ward = SmallWard()
    topics = bits(12, 1)
    called = ward.consult(ward.household(ALONE)[0], "2024-03-01", topics=topics)
    ward.act(called, "2024-03-02", CALL)
    ward.act(called, "2024-03-11", VISIT)
    planned = ward.consult(ward.household(ALONE)[0], "2024-03-01", topics=topics)
    ward.plan(planned, "2024-03-05")
    ward.consult(ward.household(ALONE)[0], "2024-03-31", topics=topics)
    simple = ward.consult(ward.household(ALONE)[0], "2024-03-01", topics=bits(12))
    ward.act(simple, "2024-03-02", VISIT)
    assert measured(ward, "M1-KPI-1") == (10 + 4 + 30, 3, pytest.approx(44 / 3))


def test_a_household_compound_before_intake_makes_its_consultation_compound() -> None:
    ward = SmallWard(months=2)
    ward.plan(ward.consult(compound(ward), "2024-04-10"), "2024-04-11", "2024-05-11", reason=1)
    ward.plan(ward.consult(ward.household(ALONE)[0], "2024-05-10", topics=bits(11, 4)), "2024-05-11", "2024-05-31",
              reason=6)  # fmt: skip
    ward.plan(ward.consult(compound(ward), "2024-04-10"), "2024-04-11", "2024-05-11", reason=4)
    ward.plan(ward.consult(ward.household(ALONE)[0], "2024-05-10", topics=bits(3, 4)), "2024-05-11", "2024-05-31",
              reason=1)  # fmt: skip
    assert measured(ward, "M2-KGI-1") == (1, 2, 50.0)


def test_isolation_improves_where_the_last_score_is_higher_than_the_first() -> None:
    ward = SmallWard("2024-06-01")
    for scores in ((8, 12), (8, 12, 7), (12, 20), (8,)):
        case = ward.consult(compound(ward), "2024-01-05")
        for month, score in zip((2, 4, 6), scores, strict=False):
            ward.assess(case, f"2024-{month:02d}-01", score)
    before = ward.consult(compound(ward), "2023-01-05")
    ward.assess(before, "2023-02-01", 5)
    ward.assess(before, "2024-03-31", 15)
    assert measured(ward, "M2-KPI-1") == (1, 2, 50.0)


def test_support_days_are_compared_with_the_first_whole_fiscal_year() -> None:
    ward = SmallWard("2024-03-01", months=15)
    for start, closed in (("2024-05-01", "2024-08-09"), ("2025-04-01", "2025-05-21"), ("2024-02-01", "2024-03-22")):
        ward.plan(ward.consult(compound(ward), "2023-06-01"), start, closed, reason=1)
    bench = ward.bench()
    assert MEASURES["M2-KPI-2"](bench) == (50.0, 100.0, 50.0)
    in_base_year = Bench(bench.looks[10], bench.looks, *[np.arange(0)] * 2, {}, 3, bench.compound_of)
    assert MEASURES["M2-KPI-2"](in_base_year) == (None, None, None)


def test_plans_of_several_agencies_and_outreach_count_from_april() -> None:
    ward = SmallWard("2024-05-01")
    case = ward.consult(ward.household(ALONE)[0], "2024-01-05")
    ward.plan(case, "2024-04-01", agency_1=0, agency_2=3)
    ward.plan(case, "2024-05-31", agency_1=0)
    ward.plan(case, "2024-03-31", agency_1=0, agency_2=3)
    for day in ("2024-03-31", "2024-04-01", "2024-05-31"):
        ward.act(case, day, OUTREACH)
    assert measured(ward, "M2-KPI-3")[2] == 1
    assert measured(ward, "M1-KPI-4")[2] == 2


def test_more_than_a_post_requires_does_not_count() -> None:
    ward = SmallWard()
    ward.household(ALONE)
    ward.facts["jinji_post"] = {"required": np.array([10, 20]), "qualified": np.array([13, 10])}
    assert measured(ward, "M1-KSI-2") == (2.0, 3.0, pytest.approx(100 * 2 / 3))


def test_a_desk_closed_on_the_day_is_closed_and_an_agreement_that_ends_on_it_holds() -> None:
    ward = SmallWard()
    for _ in range(5):
        ward.household(ALONE)
    last = day_of("2024-04-30")
    ward.facts["kikan"] = {
        "desk": np.array([1, 1, 0]), "opened": np.array([0, 0, 0]), "closed": np.array([NONE, last, NONE])
    }  # fmt: skip
    ward.facts["shigen_agreement"] = {
        "organisation": np.array([1, 1, 2, 3]), "concluded": np.array([0, 5, 0, last + 1]),
        "ended": np.array([NONE, NONE, last, NONE]),
    }  # fmt: skip
    assert measured(ward, "M1-KPI-3")[2] == 10_000
    assert measured(ward, "M3-KSI-2")[2] == 2


def test_satisfaction_leaves_out_blanks_and_means_the_two_sides() -> None:
    ward = SmallWard()
    ward.household(ALONE)
    day = day_of("2024-04-05")
    for kind, mark, several in ((0, 5, 1), (0, 3, 0), (0, 0, 1), (1, 4, 1), (1, 1, 1), (1, 5, 0)):
        ward.done.answers.append(1, answered=day, kind=kind, satisfaction=mark, several=several)
    assert measured(ward, "M1-KPI-2") == (1, 2, 50.0)
    assert measured(ward, "M2-KGI-2") == (0.75, 1.0, 75.0)


def test_conferences_are_counted_by_months_and_trainings_by_supporters_in_post() -> None:
    ward = SmallWard("2024-06-01")
    ward.household(ALONE)
    for kind, held in ((1, "2024-04-02"), (1, "2024-04-20"), (0, "2024-05-02"), (1, "2024-06-30"), (1, "2024-03-31")):
        ward.done.conferences.append(1, kind=kind, held=day_of(held))
    ward.facts["kaigi"] = {"row": np.arange(5)}
    assert measured(ward, "M2-KSI-1") == (2, 3, pytest.approx(200 / 3))
    end = day_of("2024-06-30")
    ward.facts["jinji_staff"] = {
        "row": np.arange(4), "start": np.zeros(4, int), "end": np.array([NONE, end, end - 1, NONE])
    }  # fmt: skip
    for staff, kind, completed in ((0, 0, 1), (1, 1, 0), (1, 1, 1), (2, 0, 1), (3, 0, 0)):
        ward.done.attendances.append(1, kind=kind, held=day_of("2024-05-01"), staff=staff, completed=completed)
    assert measured(ward, "M2-KSI-2") == (2, 3, pytest.approx(200 / 3))


def respondents(*cells: tuple[int, int, int, int]) -> dict[str, Any]:
    """(age class, sex, area, knows) of each respondent."""
    names = ("age", "sex", "area", "knows")
    return {name: np.array([cell[place] for cell in cells]) for place, name in enumerate(names)}


def test_a_survey_is_weighted_to_the_register_and_silent_cells_take_their_neighbours_answers() -> None:
    population = np.zeros((7, 2, 1), int)
    population[:4, 0, 0] = (100, 300, 50, 50)
    # the class 30-39 (1) is silent: the younger neighbour speaks for it; 40-49 (2) did not answer the question
    survey = respondents((0, 1, 0, 1), (0, 1, 0, 2), (2, 1, 0, -1), (3, 1, 0, 1), (0, 9, 0, 1), (-1, 1, 0, 1))
    # 100 and 300 at one half; 50 (2) from the older (3), as the younger (1) has none; 50 at one
    assert weighted_share(survey, "knows", population) == pytest.approx((200 + 50 + 50) / 500)


def test_isolation_by_the_scale_needs_all_six_answers() -> None:
    population = np.ones((7, 2, 1), int)
    survey = respondents(*[(0, sex, 0, 1) for sex in (1, 1, 2, 2)])
    items = np.array([[2, 2, 2, 2, 2, 1], [2] * 6, [0, 0, 0, 0, 0, -1], [5] * 6])
    survey |= {f"lsns_{place + 1}": items[:, place] for place in range(6)}
    assert weighted_share(survey, "isolated", population) == pytest.approx(0.25)


def test_a_status_tells_met_near_and_behind_in_both_directions() -> None:
    assert [status(v, 100, True) for v in (100, 99, 90, 89.9, None)] == [
        "met", "on_track", "on_track", "behind", "no_data"
    ]  # fmt: skip
    assert [status(v, 10, False) for v in (10, 11, 11.1)] == ["met", "on_track", "behind"]
    assert at_edge(99.5, 100, True, 0.5)
    assert not at_edge(95.0, 100, True, 0.5)


def test_an_annual_target_is_due_by_months_elapsed() -> None:
    ward = SmallWard("2024-06-01")
    ward.household(ALONE)
    assert row(ward.bench(), "M2-KPI-4")["target_due"] == 75.0
    assert row(ward.bench(), "M3-KSI-2")["target_due"] == 100.0


def test_who_lives_with_a_protected_person_is_in_no_cell_of_the_other_reading() -> None:
    ward = SmallWard()
    guarded, _ = ward.household(ALONE, ("1980-01-01", "20"))
    ward.household(ALONE, ("2010-01-01", "20"))
    ward.ward.people["protection"][guarded] = 1
    state = ward.looks()[-1].state
    assert state.population.sum() == 3
    assert state.population_shown.sum() == 1


@pytest.mark.parametrize(("base", "contested"), [(date(2024, 3, 31), True), (date(2024, 4, 30), False)])
def test_a_nought_of_a_year_that_no_file_tells_of_is_contested(base: date, contested: bool) -> None:
    ward = SmallWard()
    ward.household(ALONE)
    ward.based["shigen_group"] = base
    found = row(ward.bench(), "M3-KPI-4")
    assert (found["value"], found["contested"]) == (0.0, contested)
