"""Airflow for tests: a home of their own, so that no asset event or run reaches the developer's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.canary_ward import generate_canaries
from support.dag_runs import run_dags

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "dags")]


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """This process uses a fresh AIRFLOW_HOME; set before anything imports Airflow, which reads it once."""
    import airflow_home as homes

    before = dict(os.environ)
    home = tmp_path_factory.mktemp("airflow")
    homes.use(home)
    yield home
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def dag_bag(airflow_home: Path) -> Any:
    """All DAG files, parsed as by a bare DagBag, which puts no folder on the path for them."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(ROOT / "dags")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the extracts of a tiny ward whose people are canaries."""
    folder = tmp_path_factory.mktemp("run")
    generate_canaries(folder / "ward", residents=300, months=2, seed=7)
    return folder


@pytest.fixture(scope="session")
def first_run(place: Path) -> subprocess.CompletedProcess[str]:
    """Every DAG once, on that ward: one run for all tests here."""
    return run_dags(place)
