"""The answer key's patterns, counted by hand; M is 30 April 2024 everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from small_ward import SmallWard

from kasane.ward.cases import DOUBLE_CARE, GAP, HIKIKOMORI, ISOLATION, PARENT_AND_CHILD, YOUNG_CARER, bits
from kasane.ward.days import day_of

PARENT, CHILD = ("1944-01-01", "02"), ("1974-01-01", "20")
ALONE = ("1950-01-01", "02")


def counted(ward: SmallWard, pattern: str) -> dict[str, int]:
    return {tier: count for (name, tier), count in ward.patterns().items() if name == pattern}


def test_an_old_parent_and_a_single_middle_aged_child_are_8050() -> None:
    ward = SmallWard()
    ward.household(PARENT, CHILD)
    assert counted(ward, "8050") == {"structural": 1}


@pytest.mark.parametrize(
    "members",
    [
        pytest.param((PARENT, CHILD, ("1976-01-01", "2012")), id="the child is married"),
        pytest.param((PARENT, CHILD, ("2003-01-01", "2020")), id="a grandchild aged 21"),
        pytest.param((PARENT, ("1958-12-31", "20")), id="a child of 65"),
        pytest.param((("1949-05-01", "02"), CHILD), id="a parent of 74"),
        pytest.param((("1948-06-01", "02"), ("1963-05-01", "61")), id="14 years between"),
        pytest.param((("1974-01-01", "02"), ("1975-01-01", "12"), ("1944-01-01", "51")), id="a married head"),
    ],
)
def test_these_are_not_8050(members: tuple[tuple[str, str], ...]) -> None:
    ward = SmallWard()
    ward.household(*members)
    assert counted(ward, "8050") == {}


def test_a_parent_in_a_care_home_does_not_live_there() -> None:
    ward = SmallWard()
    parent, _ = ward.household(PARENT, CHILD)
    ward.care(parent, in_home=1)
    assert counted(ward, "8050") == {}


def test_8050_is_confirmed_by_its_theme_wherever_one_lives_and_by_withdrawal_at_home() -> None:
    ward = SmallWard()
    _, child = ward.household(PARENT, CHILD)
    ward.consult(child, "2024-04-01", issues=bits(15))
    (alone,) = ward.household(ALONE)
    ward.consult(alone, "2024-04-01", theme=PARENT_AND_CHILD)
    (elsewhere,) = ward.household(("1980-01-01", "02"))
    ward.consult(elsewhere, "2024-04-01", theme=HIKIKOMORI)
    assert counted(ward, "8050") == {"structural": 1, "confirmed": 2}


@pytest.mark.parametrize(("received", "found"), [("2023-05-01", 0), ("2023-05-02", 1), ("2024-04-30", 1)])
def test_a_consultation_confirms_in_the_365_days_up_to_the_month_end(received: str, found: int) -> None:
    ward = SmallWard()
    (alone,) = ward.household(ALONE)
    ward.consult(alone, received, theme=PARENT_AND_CHILD)
    assert counted(ward, "8050").get("confirmed", 0) == found


def test_double_care_needs_a_level_of_care_a_small_child_and_an_adult() -> None:
    ward = SmallWard()
    old, adult, _ = ward.household(("1944-01-01", "02"), ("1984-01-01", "20"), ("2018-05-01", "2020"))
    ward.care(old, "21")
    lighter, _, _ = ward.household(("1944-01-01", "02"), ("1984-01-01", "20"), ("2018-05-01", "2020"))
    ward.care(lighter, "12")
    assert counted(ward, "double_care") == {"structural": 1}
    ward.consult(old, "2024-02-01", topics=bits(12))
    assert counted(ward, "double_care") == {"structural": 1}
    ward.consult(adult, "2024-03-01", topics=bits(11))
    ward.consult(lighter, "2024-03-01", theme=DOUBLE_CARE)
    assert counted(ward, "double_care") == {"structural": 1, "confirmed": 2}


def test_a_child_beside_an_ill_adult_is_a_young_carer_where_few_are_well() -> None:
    ward = SmallWard()
    ill, _ = ward.household(("1980-01-01", "02"), ("2012-01-01", "20"))
    ward.handbook(ill)
    itself = ward.household(("1980-01-01", "02"), ("2012-01-01", "20"))[1]
    ward.handbook(itself)
    helped = ward.household(("1980-01-01", "02"), ("1981-01-01", "12"), ("1982-01-01", "71"), ("2012-01-01", "20"))[0]
    ward.handbook(helped)
    assert counted(ward, "young_carer") == {"structural": 1}
    ward.consult(itself, "2024-03-01", theme=YOUNG_CARER)
    assert counted(ward, "young_carer") == {"structural": 1, "confirmed": 1}


def test_withdrawal_is_suspected_only_where_it_is_not_confirmed() -> None:
    ward = SmallWard()
    one, other = ward.household(("1980-01-01", "02"), ("1981-01-01", "71"))
    ward.consult(one, "2024-03-01", theme=HIKIKOMORI)
    ward.consult(other, "2024-03-01", topics=bits(13))
    (suspected,) = ward.household(("1980-01-01", "02"))
    ward.consult(suspected, "2024-03-01", topics=bits(13))
    (too_old,) = ward.household(("1958-04-30", "02"))
    ward.consult(too_old, "2024-03-01", topics=bits(13))
    assert counted(ward, "hikikomori") == {"confirmed": 1, "suspected": 1}


@pytest.mark.parametrize(("received", "found"), [("2023-10-29", 1), ("2023-10-30", 1), ("2023-10-31", 0)])
def test_who_lives_alone_and_was_in_contact_within_183_days_is_not_isolated(received: str, found: int) -> None:
    # 30 April less 183 days is 30 October
    ward = SmallWard()
    (alone,) = ward.household(ALONE)
    ward.consult(alone, received)
    assert counted(ward, "isolation").get("structural", 0) == found


def test_a_service_or_participation_keeps_one_from_being_isolated() -> None:
    ward = SmallWard()
    (served,) = ward.household(ALONE)
    ward.care(served, "12", uses=1)
    (joining,) = ward.household(ALONE)
    long_ago = ward.consult(joining, "2022-01-01")
    ward.done.activities.append(1, of=0, held=day_of("2024-04-01"), consultation=long_ago)
    (certified,) = ward.household(ALONE)
    ward.care(certified, "12")
    ward.household(("1960-01-01", "02"))
    assert counted(ward, "isolation") == {"structural": 1}


def test_the_last_assessment_says_who_is_isolated() -> None:
    ward = SmallWard()
    for scores in ((11,), (8, 12), (14, 9)):
        case = ward.consult(ward.household(ALONE)[0], "2023-06-01")
        for month, score in enumerate(scores, 7):
            ward.assess(case, f"2023-{month:02d}-01", score)
    ward.consult(ward.household(ALONE)[0], "2023-06-01", theme=ISOLATION)
    assert counted(ward, "isolation") == {"structural": 4, "confirmed": 3}


def test_a_service_gap_is_a_consultation_without_a_need() -> None:
    ward = SmallWard()
    (needy,) = ward.household(ALONE)
    ward.assistance(needy)
    ward.consult(needy, "2024-01-05", scheme_fit=GAP)
    ward.consult(ward.household(ALONE)[0], "2024-01-05")
    ward.consult(-1, "2024-01-05", scheme_fit=GAP)
    assert counted(ward, "service_gap") == {"structural": 1, "confirmed": 1}


def compound(ward: SmallWard) -> int:
    """A household of one with a handbook and a certification it does not use."""
    (person,) = ward.household(("1950-01-01", "02"))
    ward.handbook(person)
    ward.care(person, "12")
    return person


def test_a_compound_household_that_nobody_sees_is_unseen() -> None:
    ward = SmallWard()
    compound(ward)
    (served,) = ward.household(ALONE)
    ward.assistance(served)
    ward.handbook(served)
    known = compound(ward)
    ward.consult(known, "2024-04-01")
    planned = ward.consult(compound(ward), "2022-04-01")
    ward.plan(planned, "2022-05-01")
    ended = ward.consult(compound(ward), "2022-04-01")
    ward.plan(ended, "2022-05-01", "2023-10-31")
    # unseen: the first and the ended; outside the programme: all but the one with an open plan
    assert counted(ward, "unseen") == {"structural": 2}
    assert counted(ward, "outside_programme") == {"structural": 4}


def test_a_layered_conference_is_seen_and_another_is_not() -> None:
    ward = SmallWard()
    for kind in (0, 1):
        case = ward.consult(compound(ward), "2022-04-01")
        ward.done.conferences.append(1, kind=kind, held=day_of("2024-04-10"), cases=1)
        ward.done.conference_consultations.append([case])
    ward.facts["kaigi"] = {"row": np.arange(2)}
    assert counted(ward, "outside_programme") == {"structural": 1}
