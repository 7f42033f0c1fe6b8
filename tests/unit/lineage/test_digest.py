"""The short lineage: fields of values, fields that decide a count or flag, and the tables that a relation rests on."""

from __future__ import annotations

from typing import Any

from kasane.contracts import load_contracts
from kasane.dictionary.origins import Origins
from kasane.lineage.digest import digest
from kasane.lineage.flows import output_flows
from kasane.lineage.project import Origin, Project
from kasane.settings import load_settings

CONTRACTS = load_contracts(load_settings().contract_dirs[:1])
LAKE = {
    "kaigo": {"insured_no": "identifier", "care_level": "sensitive", "valid_to_latest": "sensitive"},
    "youtai": {"case_kind": "restricted", "record_key": "restricted"},
    "jumin": {"resident_no": "identifier", "birth_date_earliest": "personal", "delivery_id": "internal"},
}
MODELS = {
    "intermediate.needs": (
        "select insured_no as no, 'elderly' as domain from lake.kaigo where care_level >= '21'"
        " union all select record_key as no, 'child' as domain from lake.youtai where case_kind = '1'"
    ),
    "intermediate.people": "select resident_no as no, year(birth_date_earliest) as birth_year from lake.jumin",
    "marts.person": (
        "select people.birth_year, coalesce(bool_or(needs.domain = 'elderly'), false) as has_need, 'x' as kind"
        " from intermediate.people as people left join intermediate.needs as needs on people.no = needs.no group by all"
    ),
    "marts.total": "select count(*) as people, count_if(has_need) as in_need from marts.person",
    "restricted.total": "select count_if(domain = 'child') as children from intermediate.needs",
}
READS = {
    "intermediate.needs": ["source.lake.kaigo", "source.lake.youtai"],
    "intermediate.people": ["source.lake.jumin", "source.ledger.month"],
    "marts.person": ["intermediate.people", "intermediate.needs"],
    "marts.total": ["marts.person"],
    "restricted.total": ["intermediate.needs"],
}


def told() -> Origins:
    return digest(manifest(), project(is_wide=False), project(is_wide=True), CONTRACTS)


def project(is_wide: bool) -> Project:
    schema: dict[str, dict[str, dict[str, str]]] = {
        "lake": {table: dict.fromkeys(columns, "varchar") for table, columns in LAKE.items()}
    }
    flows: dict[Any, Any] = {}
    for relation, sql in MODELS.items():
        outputs = output_flows(sql, schema, is_wide)
        flows |= {(relation, column): flow for column, flow in outputs.items()}
        place, _, table = relation.partition(".")
        schema.setdefault(place, {})[table] = dict.fromkeys((name for name in outputs if name != "*"), "varchar")
    origins = {(f"lake.{table}", name): Origin(kind) for table, own in LAKE.items() for name, kind in own.items()}
    return Project(origins, flows, {})


def manifest() -> dict[str, Any]:
    models = {name: _node("model", *name.split("."), READS[name]) for name in MODELS}
    sources = {f"source.lake.{table}": _node("source", "lake", table, []) for table in LAKE}
    return {"nodes": models, "sources": sources | {"source.ledger.month": _node("source", "ledger", "month", [])}}


def _node(kind: str, schema: str, name: str, needs: list[str]) -> dict[str, Any]:
    return {"resource_type": kind, "schema": schema, "name": name, "alias": name, "depends_on": {"nodes": needs}}


def test_a_relation_rests_on_every_table_that_is_read_on_the_way_to_it() -> None:
    assert told().tables == {
        "marts.person": ("jumin", "kaigo", "ledger", "youtai"),
        "marts.total": ("jumin", "kaigo", "ledger", "youtai"),
        "restricted.total": ("kaigo", "youtai"),
    }


def test_a_column_has_the_fields_of_its_values_by_the_contracts_names() -> None:
    origins = told()
    assert origins.of_column("marts.person", "birth_year") == ("jumin.birth_date",)
    assert origins.of_column("marts.person", "has_need") == ()
    assert origins.of_column("marts.person", "kind") == ()
    assert origins.deciding("marts.person", "birth_year") == ()


def test_a_flag_and_a_count_have_the_fields_that_decide_them_though_only_a_word_is_left_of_the_rows() -> None:
    origins = told()
    assert "kaigo.care_level" in origins.deciding("marts.person", "has_need")
    assert "kaigo.care_level" in origins.deciding("marts.total", "in_need")
    assert "kaigo.valid_to" not in origins.deciding("marts.total", "in_need")


def test_what_is_restricted_decides_in_its_own_zone_alone() -> None:
    origins = told()
    assert "youtai.case_kind" in origins.deciding("restricted.total", "children")
    assert not any(
        name.startswith("youtai")
        for at, names in origins.decided.items()
        if at[0] != "restricted.total"
        for name in names
    )
