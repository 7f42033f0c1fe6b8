"""A real PostgreSQL, started for a test and gone after it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

PASSWORD = f"p{secrets.token_hex(8)}@/:"
QUOTED = PASSWORD.replace("@", "%40").replace("/", "%2F").replace(":", "%3A")
BINARIES = [Path("/usr/local/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that listens on 127.0.0.1; ``admin`` may do all, `kasane` may read."""

    port: int

    def address(self, name: str, user: str = "kasane", password: str = QUOTED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def engine(self, name: str) -> sa.Engine:
        url = sa.make_url(self.address(name, "admin")).set(drivername="postgresql+psycopg")
        return sa.create_engine(url, poolclass=sa.pool.NullPool)


def postgres_server() -> Iterator[Server]:
    """A server for as long as a fixture lives; skips where none is installed."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="kasane-pg-", dir="/tmp"))
    try:
        yield from _started(programs, folder)
    finally:
        shutil.rmtree(folder)


def binaries() -> Path:
    """The folder of this machine's PostgreSQL server; skips where none is installed."""
    found = next((folder for folder in BINARIES if (folder / "initdb").exists()), None)
    if found is None:
        pytest.skip("no PostgreSQL server is installed here (no initdb)")
    return found


def _started(programs: Path, folder: Path) -> Iterator[Server]:
    who = unprivileged(folder)
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    os.chmod(folder / "password", 0o644)
    data = folder / "data"
    made = ("--username=admin", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--encoding=UTF8")
    subprocess.run(
        [programs / "initdb", "-D", data, *made, "--locale=C", "--no-sync"], check=True, capture_output=True, **who
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, **who)
    try:
        with Server(port).engine("postgres").begin() as connection:
            # CREATE ROLE takes no bound value; the password is hexadecimal and three marks.
            connection.exec_driver_sql(f"create role kasane login password '{PASSWORD}'")
        yield Server(port)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, **who)


def unprivileged(folder: Path) -> dict[str, Any]:
    """How to run a server that refuses to run as root."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in names)
    shutil.chown(folder, user)
    return {"cwd": folder, "user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
