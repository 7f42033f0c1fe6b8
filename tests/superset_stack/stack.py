"""The service stack's Superset on this machine: the same scripts, secrets and configuration, without Docker."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import requests

from kasane.settings import PROJECT_ROOT
from support.postgres import PASSWORD, Server, postgres_server

SUPERSET = PROJECT_ROOT / "docker" / "superset"
SERVING = PROJECT_ROOT / "docker" / "serving"
START_S = 180


@dataclass(frozen=True)
class Stack:
    """Where Superset listens, its secrets, its own database, and the PostgreSQL that holds the release."""

    address: str
    secrets: Path
    server: Server

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text(encoding="utf-8")

    @property
    def metadata(self) -> str:
        return self.secret("superset_database_url").replace("+psycopg2", "")

    @property
    def serving(self) -> str:
        """The address of Superset's login."""
        return self.secret("superset_serving_url").replace("+psycopg2", "")


@contextmanager
def running_stack(folder: Path, environment: Path, data: Path) -> Iterator[Stack]:
    """PostgreSQL with the release, and Superset with its dashboards, for as long as the block lives."""
    with _server() as server:
        secrets = make_secrets(folder, server)
        set_up_databases(server, secrets)
        address = f"127.0.0.1:{free_port()}"
        variables = _variables(folder, environment, secrets, address)
        # A stack's first start imports before there is a release; the next must find its own and change nothing.
        _logged([SUPERSET / "init.sh"], variables, folder / "init.log")
        load_release(secrets, data)
        _logged([SUPERSET / "init.sh"], variables, folder / "init.log")
        with _pages(variables, folder, address):
            yield Stack(f"http://{address}", secrets, server)


@contextmanager
def _server() -> Iterator[Server]:
    yield from postgres_server()


def make_secrets(folder: Path, server: Server) -> Path:
    """The secrets as scripts/make_secrets.sh makes them, with this machine's address for the services' names."""
    script = folder / "scripts" / "make_secrets.sh"
    script.parent.mkdir()
    shutil.copy(PROJECT_ROOT / "scripts" / "make_secrets.sh", script)
    subprocess.run(["bash", script], check=True, stdout=subprocess.DEVNULL)
    secrets = folder / "docker" / "secrets"
    here = f"127.0.0.1:{server.port}"
    for name in ("superset_database_url", "superset_serving_url", "serving_url"):
        file = secrets / name
        text = file.read_text(encoding="utf-8")
        for service in ("postgres-superset", "postgres-serving:5432"):
            text = text.replace(f"@{service}/", f"@{here}/")
        file.chmod(0o600)
        file.write_text(text, encoding="utf-8")
    return secrets


def set_up_databases(server: Server, secrets: Path) -> None:
    """What the images' first start does: Superset's own database, and the scripts of docker/serving."""
    password = (secrets / "superset_database_password").read_text(encoding="utf-8")
    with psycopg.connect(server.address("postgres", "admin"), autocommit=True) as admin:
        # The password is of letters, digits, - and _ alone.
        admin.execute(f"create role superset login password '{password}'")
        admin.execute("create database superset owner superset")
    variables = os.environ | {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGPASSWORD": PASSWORD,
        "POSTGRES_USER": "admin",
        "KASANE_LOADER_PASSWORD_FILE": str(secrets / "serving_loader_password"),
        "KASANE_SUPERSET_PASSWORD_FILE": str(secrets / "superset_serving_password"),
    }
    for script in sorted(SERVING.glob("*.sh")):
        subprocess.run(["bash", script], env=variables, check=True)
    subprocess.run(["bash", SERVING / "20_superset.sh"], env=variables, check=True)


def load_release(secrets: Path, data: Path) -> None:
    """`kasane serve`, by the loader's login."""
    variables = os.environ | {"KASANE_SERVING_URL_FILE": str(secrets / "serving_url")}
    command = [sys.executable, "-m", "kasane.cli", "serve", "--data", str(data)]
    subprocess.run(command, env=variables, check=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _variables(folder: Path, environment: Path, secrets: Path, address: str) -> dict[str, str]:
    """The environment of the service, with nothing of this shell but the language."""
    home = folder / "superset"
    home.mkdir()
    files = {
        "SECRET_KEY": "superset_secret_key",
        "DATABASE_URL": "superset_database_url",
        "SERVING_URL": "superset_serving_url",
        "ADMIN_PASSWORD": "superset_admin_password",
    }
    return {
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "SUPERSET_HOME": str(home),
        "SUPERSET_ENV": "production",
        "SCARF_ANALYTICS": "false",
        "SUPERSET_CONFIG_PATH": str(SUPERSET / "superset_config.py"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "KASANE_SUPERSET_BIND": address,
    } | {f"KASANE_SUPERSET_{name}_FILE": str(secrets / file) for name, file in files.items()}


def _logged(command: list[Path], variables: Mapping[str, str], log: Path) -> None:
    with log.open("ab") as output:
        done = subprocess.run(
            command, env=variables, cwd=SUPERSET, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        sys.exit(f"{command[0].name} failed:\n" + log.read_text(encoding="utf-8", errors="replace")[-3000:])


@contextmanager
def _pages(variables: Mapping[str, str], folder: Path, address: str) -> Iterator[None]:
    """gunicorn, until the block ends."""
    log = folder / "superset.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [SUPERSET / "serve.sh"], env=variables, cwd=SUPERSET, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until_healthy(address, process, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """The health check of the stack; leaves the program with the log's end where it never answers."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(f"http://{address}/health", timeout=5).text == "OK":
                return
        except requests.RequestException:
            time.sleep(1)
    sys.exit("Superset does not answer:\n" + log.read_text(encoding="utf-8", errors="replace")[-3000:])
