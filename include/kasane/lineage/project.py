"""The compiled dbt project as a graph of columns: sources and seeds with their classes, models with their flows."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from sqlglot.errors import SqlglotError

from kasane.errors import ContractError, Problem
from kasane.lineage.flows import ROWS, Column, Flows, output_flows
from kasane.settings import PROJECT_ROOT, dbt_environment

SEED_CLASS = "open"
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Origin:
    """A column that no model makes: its secrecy class and the legal basis on which it is held (none for our own)."""

    secrecy: str
    legal_basis: str | None = None


@dataclass(frozen=True)
class Project:
    """Every column of the project: where values begin, and what each model's column is made of."""

    origins: Mapping[Column, Origin]
    flows: Mapping[Column, Flows]
    files: Mapping[str, str]
    """The SQL file of each model's relation, below dbt_project."""


def compiled_manifest() -> dict[str, Any]:
    """dbt's manifest of the repository's project, compiled against an empty DuckDB; raises ContractError."""
    project = PROJECT_ROOT / "dbt_project"
    with tempfile.TemporaryDirectory(prefix="kasane-lineage-") as scratch:
        places = ["--project-dir", str(project), "--profiles-dir", str(project)]
        targets = ["--target-path", f"{scratch}/target", "--log-path", f"{scratch}/logs"]
        command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-use-colors", "compile", *places, *targets]
        environment = dbt_environment(Path(scratch) / "empty.duckdb", Path(scratch) / "spill")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        manifest = Path(scratch) / "target" / "manifest.json"
        if done.returncode != 0 or not manifest.exists():
            what = "dbt can't compile the project: " + " ".join(done.stdout.split())[-600:]
            raise ContractError(Problem(what, "mend the model that dbt names", str(project)))
        return dict(json.loads(manifest.read_text(encoding="utf-8")))


def read_project(manifest: Mapping[str, Any], is_wide: bool = False) -> Project:
    """The graph of columns of a compiled manifest. Raises ContractError for every model that can't be traced.

    ``is_wide``: as in ``output_flows``; the check of zones follows values, not what every aggregate may depend on.
    """
    origins = dict(_origins(manifest))
    schema = _schema(origins)
    flows: dict[Column, Flows] = {}
    files, problems = {}, []
    for node in _in_order(manifest):
        relation = relation_of(node)
        try:
            outputs = output_flows(node["compiled_code"], schema, is_wide)
        except (SqlglotError, ValueError) as error:
            what = f"the columns can't be traced: {str(error).splitlines()[0]}"
            problems.append(Problem(what, "write it in a form that sqlglot reads", node["original_file_path"]))
            outputs = {name: {} for name in node["columns"]}
        files[relation] = node["original_file_path"]
        flows |= {(relation, name): flow for name, flow in outputs.items()}
        _add(schema, relation, outputs)
    if problems:
        raise ContractError(problems)
    return Project(origins, flows, files)


def _in_order(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    needs = {key: [each for each in node["depends_on"]["nodes"] if each in models] for key, node in models.items()}
    return (models[key] for key in TopologicalSorter(needs).static_order())


def _origins(manifest: Mapping[str, Any]) -> Iterator[tuple[Column, Origin]]:
    for source in manifest["sources"].values():
        for name, column in source["columns"].items():
            meta = column["config"]["meta"]
            origin = Origin(meta.get("secrecy", _UNKNOWN), meta.get("legal_basis"))
            yield (f"{source['schema']}.{source['name']}", name), origin
        rows = source["config"]["meta"].get("rows") or _rows_class(source)
        yield (f"{source['schema']}.{source['name']}", ROWS), Origin(rows, source["config"]["meta"].get("legal_basis"))
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            for name in _heading(PROJECT_ROOT / "dbt_project" / node["original_file_path"]):
                yield (relation_of(node), name), Origin(SEED_CLASS)
        elif node["resource_type"] == "model":
            yield from _declared(node)


def _declared(model: Mapping[str, Any]) -> Iterator[tuple[Column, Origin]]:
    """Columns that a model's own description gives a class: open values that may tell a secret, as an area does."""
    for name, column in model["columns"].items():
        if secrecy := column["config"]["meta"].get("secrecy"):
            yield (relation_of(model), name), Origin(secrecy)


def _rows_class(source: Mapping[str, Any]) -> str:
    """Whether it is secret that there is such a record: where its key is restricted."""
    key = source["columns"].get("record_key", {"config": {"meta": {}}})
    return "restricted" if key["config"]["meta"].get("secrecy") == "restricted" else "internal"


def _heading(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream))


def relation_of(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _schema(origins: Mapping[Column, Origin]) -> dict[str, dict[str, dict[str, str]]]:
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for relation, name in origins:
        _add(schema, relation, [name])
    return schema


def _add(schema: dict[str, dict[str, dict[str, str]]], relation: str, names: Iterator[str] | Any) -> None:
    place, _, table = relation.partition(".")
    # The types don't matter here: names are all that the tracing asks for.
    schema.setdefault(place, {}).setdefault(table, {}).update({name: "varchar" for name in names if name != ROWS})
