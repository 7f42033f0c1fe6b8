"""``kasane lineage``: restricted content leaves its zone through listed gates alone; and the lineage as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kasane.contracts import load_contracts
from kasane.dictionary.origins import ORIGINS_FILE, Origins, render_origins
from kasane.errors import ContractError, Problem
from kasane.files import write_atomically
from kasane.lineage.digest import digest
from kasane.lineage.flows import Column
from kasane.lineage.gates import Gate, Gates, load_gates
from kasane.lineage.project import Project, compiled_manifest, read_project
from kasane.lineage.reach import Reach, problems, reach, zone_of
from kasane.settings import load_settings


def check_lineage() -> str:
    """Check the repository's models against expectations/gates.yml; one line that says what was followed.

    Raises ContractError with every leak and its whole path, every idle gate, every column without a class, and where
    expectations/lineage.json says something else.
    """
    manifest = compiled_manifest()
    project, gates, found = _followed(manifest)
    wrong = [*problems(project, gates, found), *_stale(_digest(manifest, project))]
    if wrong:
        raise ContractError(wrong)
    listed = len(gates.rules) + len(gates.gates)
    return f"{len(project.origins)} columns followed through {len(project.flows)}, {listed} gates, no leak"


def write_lineage(out: Path) -> str:
    """Write the lineage of every column that a model makes as JSON; one line that says how many."""
    project, gates, found = _followed(compiled_manifest())
    columns = [_described(column, project, gates, found) for column in sorted(project.flows)]
    write_atomically(out, json.dumps(columns, ensure_ascii=False, indent=1).encode())
    return f"{len(columns)} columns: {out}"


def update_lineage() -> str:
    """Write expectations/lineage.json, which the data dictionary reads; one line that says where."""
    manifest = compiled_manifest()
    write_atomically(ORIGINS_FILE, render_origins(_digest(manifest, read_project(manifest))).encode())
    return f"written: {ORIGINS_FILE}"


def _digest(manifest: Mapping[str, Any], project: Project) -> Origins:
    wide = read_project(manifest, is_wide=True)
    return digest(manifest, project, wide, load_contracts(load_settings().contract_dirs[:1]))


def _stale(origins: Origins) -> Iterator[Problem]:
    if not ORIGINS_FILE.is_file() or ORIGINS_FILE.read_text(encoding="utf-8") != render_origins(origins):
        remedy = "run `kasane lineage --update`, then `python -m kasane.dictionary`, and commit both"
        yield Problem("differs from the models", remedy, str(ORIGINS_FILE))


def _followed(manifest: Mapping[str, Any]) -> tuple[Project, Gates, Reach]:
    project, gates = read_project(manifest), load_gates()
    return project, gates, reach(project, gates)


def _described(column: Column, project: Project, gates: Gates, found: Reach) -> dict[str, Any]:
    """One column: what it is made of, whose content is in it still, on what legal basis, and what was stopped at it."""
    origins = found.paths.get(column, {})
    stops = found.stopped_by.get(column, set())
    return {
        "relation": column[0],
        "column": column[1],
        "zone": zone_of(column[0]),
        "made_of": sorted(".".join(source) for source in project.flows[column]),
        "secrecy": sorted({project.origins[origin].secrecy for origin in origins}),
        "holds": sorted(".".join(origin) for origin in origins),
        "legal_basis": sorted({basis for origin in origins if (basis := project.origins[origin].legal_basis)}),
        "gates": sorted(
            ({"kind": each.kind, "reason": each.reason} for each in stops if isinstance(each, Gate)),
            key=lambda each: each["reason"],
        ),
    }
