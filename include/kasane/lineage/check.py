"""``kasane lineage``: restricted content leaves its zone through listed gates alone; and the lineage as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kasane.errors import ContractError
from kasane.files import write_atomically
from kasane.lineage.flows import Column
from kasane.lineage.gates import Gate, Gates, load_gates
from kasane.lineage.project import Project, compiled_manifest, read_project
from kasane.lineage.reach import Reach, problems, reach, zone_of


def check_lineage() -> str:
    """Check the repository's models against expectations/gates.yml; one line that says what was followed.

    Raises ContractError with every leak and its whole path, every idle gate, every column without a class.
    """
    project, gates, found = _followed()
    wrong = problems(project, gates, found)
    if wrong:
        raise ContractError(wrong)
    listed = len(gates.rules) + len(gates.gates)
    return f"{len(project.origins)} columns followed through {len(project.flows)}, {listed} gates, no leak"


def write_lineage(out: Path) -> str:
    """Write the lineage of every column that a model makes as JSON; one line that says how many."""
    project, gates, found = _followed()
    columns = [_described(column, project, gates, found) for column in sorted(project.flows)]
    write_atomically(out, json.dumps(columns, ensure_ascii=False, indent=1).encode())
    return f"{len(columns)} columns: {out}"


def _followed() -> tuple[Project, Gates, Reach]:
    project, gates = read_project(compiled_manifest()), load_gates()
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
