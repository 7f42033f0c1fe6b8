"""Airflow's API as an operator's program uses it: a token for a password, then DAGs and their runs."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

ENDED = {"success", "failed"}


@dataclass(frozen=True)
class AirflowApi:
    """A user's session with the api-server at ``address``."""

    address: str
    token: str

    def wait_for_dag(self, dag_id: str, seconds: float = 90) -> None:
        """Wait until the dag-processor has told the database of a DAG."""
        end = time.monotonic() + seconds
        while dag_id not in self.dags():
            assert time.monotonic() < end, f"{dag_id} is not known; known are {self.dags()}"
            time.sleep(1)

    def dags(self) -> list[str]:
        """The DAGs that the api-server knows."""
        return [dag["dag_id"] for dag in self._ask("GET", "dags?limit=100")["dags"]]

    def switch_on(self, dag_id: str) -> None:
        """Take a DAG's pause away."""
        self._ask("PATCH", f"dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str) -> None:
        """Start a run by hand."""
        self._ask("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None})

    def states(self, dag_id: str) -> list[str]:
        """How the DAG's runs stand."""
        return [run["state"] for run in self._ask("GET", f"dags/{dag_id}/dagRuns")["dag_runs"]]

    def wait_for_runs(self, dag_id: str, seconds: float = 180) -> set[str]:
        """How the DAG's runs ended, when it has some and all of them have."""
        end = time.monotonic() + seconds
        while not (states := self.states(dag_id)) or set(states) - ENDED:
            assert time.monotonic() < end, f"the runs of {dag_id} are {states}"
            time.sleep(1)
        return set(states)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return _ask(method, f"{self.address}/api/v2/{path}", body, {"Authorization": f"Bearer {self.token}"})


def log_in(address: str, user: str, password: str) -> AirflowApi:
    """A session; raises urllib.error.HTTPError (401) for a wrong password."""
    body = {"username": user, "password": password}
    return AirflowApi(address, _ask("POST", f"{address}/auth/token", body, {})["access_token"])


def _ask(method: str, url: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
