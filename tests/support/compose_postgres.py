"""A PostgreSQL service of the stack: what the official image's entry point does, on this machine's PostgreSQL.

In its order (docker-library/postgres, docker-entrypoint.sh): initdb with the password from its file, any host with a
password, a server for the scripts that answers on its socket alone, the database, the scripts, and the real server.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.compose import Stack
from support.postgres import binaries, unprivileged


def data_of(stack: Stack, name: str) -> Path:
    """The folder of the service's volume."""
    return stack.place(name, "/var/lib/postgresql/data")


def postgres_environment(stack: Stack, name: str) -> dict[str, str]:
    """What the image sets: where its programs and its socket are."""
    return {
        "PATH": f"{_programs()}:/usr/local/bin:/usr/bin:/bin",
        "PGHOST": str(_sockets(stack, name)),
        "PGPORT": str(stack.port(name)),
    }


def postgres_command(stack: Stack, name: str) -> list[str]:
    """The image's own command."""
    options = ("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={_sockets(stack, name)}")
    return [str(_programs() / "postgres"), "-D", str(data_of(stack, name)), *options, "-c", "fsync=off"]


def first_start(stack: Stack, name: str, inside: dict[str, Any], meanwhile: Callable[[], None]) -> None:
    """All that comes before the server is there for others; ``meanwhile`` is called while its scripts run."""
    data, environment = data_of(stack, name), inside["env"]
    user = environment["POSTGRES_USER"]
    password = ("--pwfile", environment["POSTGRES_PASSWORD_FILE"])
    # Here every service comes from 127.0.0.1, which the image trusts; as from another container, it gives its password.
    made = ("--auth-host=scram-sha-256", "--encoding=UTF8", "--no-sync")
    _run(["initdb", "-D", data, "--username", user, *password, *made], inside)
    with (data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
        rules.write("\nhost all all all scram-sha-256\n")
    options = f"-c listen_addresses= -c unix_socket_directories={_sockets(stack, name)} -c fsync=off"
    control = ["pg_ctl", "-D", data, "-w", "-l", data / "first.log"]
    _run([*control, "-o", options, "start"], inside)
    try:
        meanwhile()
        database = environment.get("POSTGRES_DB", user)
        if database != "postgres":
            _run(["createdb", "--username", user, "--no-password", database], inside)
        for script in sorted(stack.place(name, "/docker-entrypoint-initdb.d").glob("*.sh")):
            assert os.access(script, os.X_OK), f"{script.name} would be sourced, not run"
            _run([script], inside)
    finally:
        _run([*control, "-m", "fast", "stop"], inside)


def _programs() -> Path:
    return (binaries() / "initdb").resolve().parent


def _sockets(stack: Stack, name: str) -> Path:
    folder = stack.root / name / "sockets"
    folder.mkdir(parents=True, exist_ok=True)
    unprivileged(folder)
    return folder


def _run(command: list[Any], inside: dict[str, Any]) -> None:
    # A daemon that inherited a pipe would keep it open: no output is captured.
    done = subprocess.run(command, **inside, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}"
