"""Imports go one way, and a DAG file stays light: what .importlinter and the parser of Airflow rely on."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kasane.settings import PROJECT_ROOT

DAG_FILES = sorted((PROJECT_ROOT / "dags").glob("*.py"))
LIGHT = {"airflow", "pendulum", "kasane_dags", "kasane.contracts", "kasane.settings", "kasane.errors"}


def test_imports_go_one_way() -> None:
    command = [Path(sys.executable).parent / "lint-imports", "--config", ".importlinter", "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.stem)
def test_a_dag_file_imports_only_light_things_at_its_top(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    heavy = [name for name in map(imported, tree.body) if name and not is_light(name)]
    assert heavy == []


def imported(node: ast.stmt) -> str | None:
    if isinstance(node, ast.ImportFrom):
        return node.module
    return node.names[0].name if isinstance(node, ast.Import) else None


def is_light(name: str) -> bool:
    top = name.split(".")[0]
    return top in sys.stdlib_module_names or top in LIGHT or ".".join(name.split(".")[:2]) in LIGHT
