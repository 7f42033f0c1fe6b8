"""docker-compose.yml as a whole: who listens, who sees which secret and folder, who reaches which database."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kasane.settings import PROJECT_ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = {name for name in SERVICES if name.startswith("airflow-")}
# Runs the tasks, and so sees what they need.
WORKER = "airflow-scheduler"
LOOPBACK = re.compile(r"127\.0\.0\.1:\$\{KASANE_\w*PORT:-\d+\}:\d+")
# A whole version: two numbers are one of PostgreSQL, and a branch of Python.
PINNED = re.compile(r"(?:(?!python:)[\w./-]+:\d+\.\d+|python:\d+\.\d+\.\d+)[\w.-]*")


def runs_once(name: str) -> bool:
    """Whether a service ends by itself, and others wait for that."""
    waited = [each.get("depends_on", {}).get(name, {}) for each in SERVICES.values()]
    return SERVICES[name].get("restart") == "no" and {"condition": "service_completed_successfully"} in waited


def secrets_of(name: str) -> set[str]:
    given = SERVICES[name].get("secrets", [])
    return {each if isinstance(each, str) else each["source"] for each in given}


def having(secret: str) -> set[str]:
    return {name for name in SERVICES if secret in secrets_of(name)}


def mounting(folder: str) -> set[str]:
    return {name for name, each in SERVICES.items() if any(folder in volume for volume in each.get("volumes", []))}


def on_network(network: str) -> set[str]:
    return {name for name, each in SERVICES.items() if network in each.get("networks", [])}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_tells_its_health_and_comes_back_or_ends_well(name: str) -> None:
    if runs_once(name):
        return
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]
    assert all(SERVICES[name]["healthcheck"].get(each) for each in ("interval", "timeout", "retries"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_open_to_this_machine_alone_and_stays_in_its_container(name: str) -> None:
    service = SERVICES[name]
    assert [port for port in service.get("ports", []) if not LOOPBACK.fullmatch(port)] == []
    assert {"privileged", "network_mode", "pid", "ipc", "cap_add", "devices"} & set(service) == set()
    assert service["networks"], "the default network would join every service"
    assert [volume for volume in service.get("volumes", []) if re.match(r"/|.*docker\.sock", volume)] == []


def test_published_ports_are_those_of_pages_and_bi_and_none_twice() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    defaults = [re.search(r":-(\d+)\}", port)[1] for port in ports]  # type: ignore[index]
    assert len(set(defaults)) == len(defaults)
    assert SERVICES["postgres"].get("ports") is None


def test_secrets_are_files_that_the_script_makes_and_each_is_used(tmp_path: Path) -> None:
    declared = {name: each["file"] for name, each in COMPOSE["secrets"].items()}
    assert {name: f"./docker/secrets/{name}" for name in declared} == declared
    assert set().union(*map(secrets_of, SERVICES)) == set(declared)
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(PROJECT_ROOT / "scripts" / "make_secrets.sh", tmp_path / "scripts")
    subprocess.run([script], check=True, capture_output=True)
    folder = tmp_path / "docker" / "secrets"
    made = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert set(declared) <= set(made)
    assert folder.stat().st_mode & 0o077 == 0
    assert [name for name in declared if not made[name] and name != "soudan_url"] == []
    subprocess.run([script], check=True, capture_output=True)
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == made, "made anew"


def test_a_database_tells_its_health_over_tcp() -> None:
    """At its first start the image's server for scripts answers on the socket alone: too early for others."""
    databases = {name: each for name, each in SERVICES.items() if each["image"].startswith("postgres:")}
    assert databases
    assert [name for name, each in databases.items() if "--host" not in each["healthcheck"]["test"]] == []


def test_images_are_pinned() -> None:
    files = [PROJECT_ROOT / "docker" / "Dockerfile", *(PROJECT_ROOT / "docker").glob("*/Dockerfile")]
    bases = [base for file in files for base in re.findall(r"^FROM (\S+)", file.read_text(encoding="utf-8"), re.M)]
    images = {service["image"] for service in SERVICES.values()}
    assert [image for image in {*bases, *images} if not PINNED.fullmatch(image)] == []


def test_only_the_tasks_see_data_keys_extracts_and_the_addresses_of_databases() -> None:
    assert mounting("/srv/kasane/data") == mounting("/srv/kasane/extracts") == {WORKER}
    assert having("soudan_url") == having("serving_url") == {WORKER}


def test_airflows_metadata_are_reached_by_airflow_alone() -> None:
    assert on_network("airflow") == {*AIRFLOW, "postgres"}
    assert having("airflow_database_url") == AIRFLOW
    assert having("postgres_password") == {"postgres"}


def test_the_serving_database_is_reached_by_the_loader_and_by_bi() -> None:
    assert AIRFLOW & on_network("serving") == {WORKER}
    assert having("serving_admin_password") == {"postgres-serving"}
    assert having("serving_loader_password") == {"postgres-serving"}
