"""The service stack of docker-compose.yml, started on this machine service by service (docs/adr/0056)."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import urllib.error
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from support.airflow_api import AirflowApi, log_in
from support.compose import Stack
from support.compose_processes import Running
from support.guides import DOCS

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
# The operator's guide: what a backup holds.
BACKED_UP = {"landing", "keys", "key_ledger", "decisions", "audit", "release_register"}
whole = pytest.mark.skipif(not os.environ.get("KASANE_WHOLE_STACK"), reason="`make compose` does it: minutes")


def secret(stack: Stack, name: str) -> str:
    return Path(stack.secrets[name]["file"]).read_text(encoding="utf-8")


def data_of(started: Running) -> Path:
    return started.stack.place("airflow-scheduler", "/srv/kasane/data")


@pytest.fixture(scope="module")
def api(started: Running) -> AirflowApi:
    """The operator's session, with the password of docker/secrets/."""
    password = json.loads(secret(started.stack, "airflow_passwords"))["admin"]
    return log_in(f"http://127.0.0.1:{started.stack.port('airflow-api-server')}", "admin", password)


def test_each_service_listens_where_it_is_meant_and_nowhere_else(started: Running) -> None:
    services = [name for name in started.processes if name != "airflow-init"]
    found = {name: started.listening(name) for name in services}
    meant = {name: {("127.0.0.1", started.stack.port(name))} for name in services if name in started.stack.listens}
    assert found == {name: meant.get(name, set()) for name in services}


def test_no_database_calls_itself_healthy_before_its_first_start_is_over(started: Running) -> None:
    assert started.healthy_too_early == {"postgres": False, "postgres-serving": False}


def test_only_the_password_of_the_secrets_opens_the_api(started: Running, api: AirflowApi) -> None:
    assert api.dags() is not None
    with pytest.raises(urllib.error.HTTPError, match="401"):
        log_in(api.address, "admin", "admin")


def test_a_feed_is_taken_in_under_the_scheduler(started: Running, api: AirflowApi) -> None:
    api.wait_for_dag("ingest_kikan")
    api.switch_on("ingest_kikan")
    api.trigger("ingest_kikan")
    assert api.wait_for_runs("ingest_kikan") == {"success"}
    told = started.run("airflow-scheduler", ["kasane", "status"])
    assert told.returncode == 0, told.stderr
    assert re.search(r"kikan\W+20\d\d-\d\d-\d\d\W+[1-9]", told.stdout), told.stdout


@whole
def test_every_feed_becomes_reports_and_tables_for_bi(started: Running, api: AirflowApi) -> None:
    api.wait_for_dag("publish_reports")
    feeds = sorted(dag for dag in api.dags() if dag.startswith("ingest_"))
    # Switched on, a feed's run of its schedule starts by itself; what it updates starts the others.
    for dag in ("publish_reports", "build_warehouse", *feeds):
        api.switch_on(dag)
    for dag in (*feeds, "build_warehouse", "publish_reports"):
        assert api.wait_for_runs(dag, seconds=600) == {"success"}, dag
    current = data_of(started) / "current"
    assert (current / "reports" / "index.html").stat().st_size > 0
    password = urlsplit(secret(started.stack, "serving_url")).password
    address = f"postgresql://kasane_loader:{password}@127.0.0.1:{started.stack.port('postgres-serving')}/kasane_serving"
    with psycopg.connect(address) as connection:
        assert connection.execute("select release_id from kasane.release").fetchall() == [(current.resolve().name,)]


@whole
def test_the_operators_guide_restores_a_backup_in_the_stack(started: Running) -> None:
    data = data_of(started)
    release = (data / "current").resolve().name
    for path in data.iterdir():
        if path.name not in BACKED_UP:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    guide = (DOCS / "operators_guide.md").read_text(encoding="utf-8")
    line = re.search(
        r"^docker-compose run --rm --no-deps (airflow-scheduler bash -ec .*ingest.*)$", guide, re.MULTILINE
    )
    assert line is not None
    service, *command = shlex.split(line[1])
    told = started.run(service, command)
    assert told.returncode == 0, told.stderr
    assert (data / "current").resolve().name == release


def test_no_service_says_a_secret(started: Running, api: AirflowApi) -> None:
    passwords = {value for name in started.stack.secrets for value in secret(started.stack, name).split() if value}
    passwords |= set(json.loads(secret(started.stack, "airflow_passwords")).values())
    said = {name: started.whole_log(name) for name in started.processes}
    assert [(name, "…") for name, text in said.items() if any(each in text for each in passwords)] == []
