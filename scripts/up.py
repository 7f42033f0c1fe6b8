"""``airflow standalone`` for one person on one machine: bound to 127.0.0.1, in a process group of its own.

Three things about ``airflow standalone`` need help. Its scheduler and triggerer each open a log server on every
address, which no setting can bind; here they share a disk with the api-server, which reads the logs itself, so
they are started without one. Its scheduler may start tasks before the api-server answers, which fail for that;
here it waits. And its children outlive a SIGTERM; so the whole session is ended, by force if need be.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import airflow_home

START_S = 120
PATIENCE_S = 10
WITHOUT_LOG_SERVER = {"scheduler", "triggerer"}


def main() -> int:
    """Start, say where to look, wait for Ctrl-C or SIGTERM, stop everything."""
    parser = argparse.ArgumentParser(description="airflow standalone, on 127.0.0.1 only")
    parser.add_argument("--home", type=Path, default=airflow_home.DEFAULT_HOME, help="AIRFLOW_HOME to use")
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1")
    parser.add_argument("--standalone", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if port_is_taken(arguments.port):
        sys.exit(f"port {arguments.port} of 127.0.0.1 is taken; choose another: make up PORT=8081")
    home = arguments.home.resolve()
    airflow_home.use(home, arguments.port)
    # Started in the background by a shell, we would have inherited deaf ears for Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if arguments.standalone:
        standalone(arguments.port)
        return 0
    return supervise(home, arguments.port)


def standalone(port: int) -> None:
    """Airflow's own ``standalone``, but for the two log servers and the scheduler's haste."""
    airflow_home.prepare()
    from airflow.cli.commands import standalone_command

    class Part(standalone_command.SubCommand):
        def __init__(self, parent: object, name: str, command: list[str], env: dict[str, str]) -> None:
            extra = ["--skip-serve-logs"] if name in WITHOUT_LOG_SERVER else []
            super().__init__(parent, name, [*command, *extra], env)

        def run(self) -> None:
            if self.name == "scheduler":
                wait_until_up(port)
            super().run()

    standalone_command.SubCommand = Part
    standalone_command.StandaloneCommand.entrypoint(None)


def supervise(home: Path, port: int) -> int:
    """Run ``standalone`` in its own session until it ends or we are told to stop."""
    command = [sys.executable, __file__, "--standalone", "--home", str(home), "--port", str(port)]
    log = home / "standalone.log"
    with log.open("ab") as output:
        process = subprocess.Popen(command, start_new_session=True, stdout=output, stderr=subprocess.STDOUT)
    log.chmod(0o600)
    print(f"Airflow を起動しています / starting Airflow (log: {log}) …", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        announce(process, home, port)
        code = process.wait()
        print(f"Airflow が終わりました / Airflow ended by itself; see {log}", flush=True)
        return code
    except KeyboardInterrupt:
        print("\n止めています / stopping …", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop_session(process)


def announce(process: subprocess.Popen[bytes], home: Path, port: int) -> None:
    """Wait until the UI answers, then say where it is and where the password lies."""
    if not wait_until_up(port, while_running=process):
        return
    passwords = home / "simple_auth_manager_passwords.json.generated"
    if passwords.exists():
        passwords.chmod(0o600)
    print(f"\n  Airflow: http://127.0.0.1:{port}")
    print(f"  利用者 / user: admin\n  パスワード / password: {passwords}")
    print("  止める / stop: Ctrl-C\n", flush=True)


def wait_until_up(port: int, while_running: subprocess.Popen[bytes] | None = None) -> bool:
    """Wait for the api-server's health, at most two minutes; False when it doesn't come or the process ends."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and (while_running is None or while_running.poll() is None):
        if is_up(f"http://127.0.0.1:{port}/api/v2/monitor/health"):
            return True
        time.sleep(0.5)
    return False


def is_up(address: str) -> bool:
    """Whether something answers there."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def port_is_taken(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop_session(process: subprocess.Popen[bytes]) -> None:
    """Ask every process of the session politely, wait, then end what is left; returns when none runs."""
    for signal_number, patience in ((signal.SIGINT, PATIENCE_S), (signal.SIGTERM, 3), (signal.SIGKILL, 5)):
        for pid in living(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
        if is_gone(process, patience):
            break
    process.wait()
    print("止まりました / stopped", flush=True)


def is_gone(process: subprocess.Popen[bytes], patience: float) -> bool:
    """Whether the session has no living process left within ``patience`` seconds."""
    end = time.monotonic() + patience
    while process.poll() is None or living(process.pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def living(session: int) -> list[int]:
    """The processes of a session that are not yet dead (a zombie is), from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            # "pid (name) state ppid pgrp session …"; the name may hold spaces and brackets.
            state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(int(entry.name))
    return found


if __name__ == "__main__":
    sys.exit(main())
