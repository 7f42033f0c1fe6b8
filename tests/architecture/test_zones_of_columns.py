"""The models of the repository against expectations/gates.yml, and leaks planted in them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kasane.lineage.gates import load_gates
from kasane.lineage.project import compiled_manifest, read_project
from kasane.lineage.reach import problems, reach


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return compiled_manifest()


def told(manifest: dict[str, Any]) -> list[str]:
    project, gates = read_project(manifest), load_gates()
    return [str(problem) for problem in problems(project, gates, reach(project, gates))]


def with_change(manifest: dict[str, Any], model: str, old: str, new: str) -> dict[str, Any]:
    changed = copy.deepcopy(manifest)
    node = changed["nodes"][f"model.kasane.{model}"]
    assert old in node["compiled_code"]
    node["compiled_code"] = node["compiled_code"].replace(old, new)
    return changed


def test_no_restricted_column_leaves_its_zone_but_through_a_listed_gate(manifest: dict[str, Any]) -> None:
    assert told(manifest) == []


PLANTED = [
    (
        "int_consultation__described",
        "consultations.route,",
        "consultations.consultation_id as route,",
        "lake.soudan_consultation.consultation_id > staging.stg_soudan__consultation.consultation_id"
        " > intermediate.int_consultation__current.consultation_id > intermediate.int_consultation__described.route"
        " > core.fct_consultation.route",
    ),
    (
        "fct_household_month",
        "households.has_child_need",
        "households.has_child_need_with_youtai",
        "intermediate.int_household__masked.has_child_need_with_youtai > marts.fct_household_month.has_child_need",
    ),
    (
        "fct_household_month",
        "households.area_code",
        "households.restricted_area_code as area_code",
        "intermediate.int_household__at_month.area_code > intermediate.int_household__masked.restricted_area_code"
        " > marts.fct_household_month.area_code",
    ),
    (
        "dim_person",
        "left join residents",
        "inner join restricted.person_link on persons.person_id = person_link.person_id"
        " inner join staging.stg_youtai__case as y on person_link.record_key = y.record_key left join residents",
        "lake.youtai.record_key > staging.stg_youtai__case.record_key > marts.dim_person.*",
    ),
]


def test_planted_leaks_are_told_with_their_whole_path(manifest: dict[str, Any]) -> None:
    changed = manifest
    for model, old, new, _ in PLANTED:
        changed = with_change(changed, model, old, new)
    found = told(changed)
    assert [path for *_, path in PLANTED if not any(path in each for each in found)] == [], found
