"""What people and machines start: the Makefile's verbs, the service stack, the pool they all mean."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
import yaml

from kasane.settings import PROJECT_ROOT

VERBS = ["setup", "run", "test", "check", "build", "up", "bench", "torture", "mutants", "accuracy", "compose"]
STACK: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("verb", VERBS)
def test_make_knows_the_verb_and_lists_it(verb: str) -> None:
    known = subprocess.run(["make", "--dry-run", verb], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert known.returncode == 0, known.stderr
    listed = subprocess.run(["make", "help"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {verb}\s", listed.stdout, re.MULTILINE)


def test_the_stack_has_airflows_processes_and_each_tells_its_health() -> None:
    services = STACK["services"]
    parts = {"airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"}
    parts |= {"postgres", "postgres-serving"}
    assert parts <= set(services)
    assert [name for name in parts if "healthcheck" not in services[name]] == []


def test_the_stack_listens_on_loopback_and_holds_no_secret() -> None:
    ports = [port for service in STACK["services"].values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    for service in STACK["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|FERNET|SQL_ALCHEMY_CONN", name):
                assert re.search(r"(_FILE|_CMD)$", name), f"{name} is given in the open: {len(str(value))} characters"


def test_dags_start_scripts_and_stack_mean_the_same_pool() -> None:
    places = ["dags/kasane_dags.py", "scripts/airflow_home.py", "docker-compose.yml"]
    assert [p for p in places if "kasane_writer" not in (PROJECT_ROOT / p).read_text(encoding="utf-8")] == []
