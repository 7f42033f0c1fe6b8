"""A municipality may protect more than the defaults, never less; small areas are merged before anything is told."""

from pathlib import Path

import pytest

from kasane.errors import ContractError
from kasane.publish.disclosure.areas import OTHER, merge_areas
from kasane.publish.disclosure.policy import load_policy
from kasane.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


def overlay(folder: Path, name: str, text: str) -> list[Path]:
    """The repository's seeds with one of a municipality laid over."""
    (folder / "policy").mkdir(exist_ok=True)
    (folder / "policy" / name).write_text(text, encoding="utf-8")
    return [SEEDS, folder]


def threshold(folder: Path, name: str, value: str) -> list[Path]:
    return overlay(folder, "threshold.csv", f"threshold_id,value,unit,reason,source\n{name},{value},count,試験,\n")


def test_the_defaults_are_those_of_the_definitions() -> None:
    policy = load_policy([SEEDS])
    assert policy.people(25_000).under == 10
    assert policy.people(24_999).under == 20
    assert policy.organisations.under == 3
    assert policy.area_residents_from == 2_000
    assert policy.counts_people(2_000)
    assert not policy.counts_people(1_999)


def test_a_municipality_may_hide_more(tmp_path: Path) -> None:
    assert load_policy(threshold(tmp_path, "disclosure_people_under", "15")).people(50_000).under == 15


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("disclosure_people_under", "5"),
        ("disclosure_small_people_under", "10"),
        ("disclosure_organisations_under", "1"),
        ("disclosure_area_residents_from", "500"),
        ("disclosure_people_width", "0"),
    ],
)
def test_a_weaker_threshold_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ContractError, match=f"{name} is {value}, weaker than the default"):
        load_policy(threshold(tmp_path, name, value))


def test_households_of_children_alone_are_never_told_by_area(tmp_path: Path) -> None:
    heading = (SEEDS / "policy" / "disclosure_detail.csv").read_text(encoding="utf-8").splitlines()[0]
    row = "1,0,ALL,4,4,ALL;CO,4,0,試験"
    with pytest.raises(ContractError, match="household type CO by area"):
        load_policy(overlay(tmp_path, "disclosure_detail.csv", f"{heading}\n{row}\n"))


def test_an_indicator_may_not_be_protected_less(tmp_path: Path) -> None:
    text = (SEEDS / "policy" / "disclosure_kpi.csv").read_text(encoding="utf-8")
    weaker = text.replace("M1-KPI-4,people,false,true", "M1-KPI-4,open,false,true")
    with pytest.raises(ContractError, match="M1-KPI-4"):
        load_policy(overlay(tmp_path, "disclosure_kpi.csv", weaker))


def test_a_small_area_joins_the_smallest_other_one_and_so_does_what_is_left_over() -> None:
    groups = merge_areas({"E01": 9_000, "E02": 1_500, "E03": 4_000, OTHER: 70}, 2_000, {})
    assert groups == (("E01",), ("E02", "E03", OTHER))


def test_a_named_neighbour_comes_first() -> None:
    near = {"E02": frozenset({"E01"}), "E01": frozenset({"E02"})}
    assert ("E01", "E02") in merge_areas({"E01": 9_000, "E02": 1_500, "E03": 4_000, OTHER: 2_500}, 2_000, near)


def test_what_was_merged_is_never_taken_apart_again() -> None:
    before = (("E01", "E02"), ("E03", OTHER))
    assert merge_areas({"E01": 9_000, "E02": 5_000, "E03": 4_000, OTHER: 70}, 2_000, {}, before) == before


def test_a_municipality_of_small_areas_tells_of_none() -> None:
    assert len(merge_areas({"E01": 900, "E02": 700, OTHER: 10}, 2_000, {})) == 1
