"""Restricted content leaves its zone through a listed gate or the check names the whole way that it went."""

from pathlib import Path
from typing import Any

import pytest

from kasane.errors import ContractError
from kasane.lineage.flows import output_flows
from kasane.lineage.gates import Gate, Gates, Rule, load_gates
from kasane.lineage.project import Origin, Project
from kasane.lineage.reach import problems, reach

NAME, NO = ("lake.person", "name"), ("lake.person", "no")
ORIGINS = {
    NAME: Origin("personal", "住民基本台帳法"),
    NO: Origin("identifier"),
    ("lake.person", "area"): Origin("open"),
}
COUNTS = Rule(kind="count", classes=("identifier", "personal"), reason="件数")


def project(**models: str) -> Project:
    """Models by name: the first reads lake.person, each later one may read those before it."""
    schema: dict[str, dict[str, dict[str, str]]] = {
        "lake": {"person": dict.fromkeys(("name", "no", "area"), "varchar")}
    }
    flows, files = {}, {}
    for name, sql in models.items():
        place, table = name.split("__", 1)
        outputs = output_flows(sql, schema)
        flows |= {(f"{place}.{table}", column): flow for column, flow in outputs.items()}
        files[f"{place}.{table}"] = f"models/{table}.sql"
        schema.setdefault(place, {})[table] = dict.fromkeys(outputs, "varchar")
    return Project(ORIGINS, flows, files)


def gates(*listed: dict[str, Any], rules: tuple[Rule, ...] = ()) -> Gates:
    return Gates(
        zones={"analyst": ("sensitive", "internal", "open")}, rules=rules, gates=tuple(Gate(**each) for each in listed)
    )


def told(made: Project, given: Gates) -> list[str]:
    return [str(problem) for problem in problems(made, given, reach(made, given))]


NAMED = project(
    staging__person="select name as n, area from lake.person", marts__list="select n, area from staging.person"
)
GATE = {"relation": "marts.list", "columns": ("n",), "of": ("lake.person.name",), "kind": "kept", "reason": "試験"}


def test_a_leak_is_told_with_its_whole_path() -> None:
    (problem,) = told(NAMED, gates())
    assert "models/list.sql" in problem
    assert "personal" in problem
    assert "lake.person.name > staging.person.n > marts.list.n" in problem


def test_a_listed_gate_lets_it_through_and_only_what_it_names() -> None:
    assert told(NAMED, gates(GATE)) == []
    assert len(told(NAMED, gates(GATE | {"of": ("lake.person.no",)}))) == 2


def test_what_stays_in_the_restricted_zone_needs_no_gate() -> None:
    assert told(project(restricted__list="select name from lake.person"), gates()) == []


def test_a_gate_that_claims_a_hash_needs_one_in_the_sql() -> None:
    hashed = gates(GATE | {"kind": "hash"})
    assert "lake.person.name > staging.person.n > marts.list.n" in told(NAMED, hashed)[0]
    made = project(
        staging__person="select name as n from lake.person", marts__list="select sha256(n) as n from staging.person"
    )
    assert told(made, hashed) == []


def test_a_rule_holds_in_every_model_but_not_for_other_classes() -> None:
    counted = project(marts__list="select count(no) as n from lake.person")
    assert told(counted, gates(rules=(COUNTS,))) == []
    assert told(counted, gates(rules=(Rule(kind="count", classes=("personal",), reason="件数"),)))


@pytest.mark.parametrize(
    ("gate", "what"),
    [
        (GATE | {"columns": ("n", "area")}, "marts.list.area stops nothing"),
        (GATE | {"columns": ("n", "gone")}, "marts.list.gone names a column that no model makes"),
    ],
)
def test_a_gate_that_nothing_needs_is_told(gate: dict[str, Any], what: str) -> None:
    (problem,) = told(NAMED, gates(gate))
    assert what in problem


def test_a_rule_that_nothing_needs_is_told() -> None:
    assert "the rule count stops nothing" in told(NAMED, gates(GATE, rules=(COUNTS,)))[0]


def test_a_column_without_a_class_is_told() -> None:
    made = Project({**ORIGINS, ("lake.person", "new"): Origin("unknown")}, NAMED.flows, NAMED.files)
    assert any("lake.person.new has no secrecy class" in each for each in told(made, gates(GATE)))


def test_a_gates_file_of_another_form_is_refused_with_everything_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "gates.yml"
    file.write_text("zones: {analyst: [open]}\ngates: [{relation: marts.x, columns: [a], of: [b], kind: magic}]\n")
    with pytest.raises(ContractError) as raised:
        load_gates(file)
    assert "gates.0.kind" in str(raised.value)
    assert "gates.0.reason" in str(raised.value)
