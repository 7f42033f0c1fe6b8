"""Services of the stack as running processes: started, asked for their health, looked at, and ended."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from support.compose import Stack
from support.compose_postgres import data_of, first_start, postgres_command, postgres_environment
from support.postgres import unprivileged

PATIENCE_S = 180


@dataclass
class Running:
    """The stack's processes, by service, in the order of their start."""

    stack: Stack
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    healthy_too_early: dict[str, bool] = field(default_factory=dict)
    """Whether a PostgreSQL called itself healthy while its first start was not over."""

    def start(self, wanted: list[str]) -> None:
        """Start services and what they depend on, each as soon as its ``depends_on`` lets it."""
        for name in self.stack.in_order(wanted):
            if name in self.processes:
                continue
            for needed, how in self.stack.services[name].get("depends_on", {}).items():
                self.wait_for(needed, how["condition"])
            self.stack.lay_out_secrets(name)
            self.processes[name] = self._started(name)

    def wait_for(self, name: str, condition: str) -> None:
        """As docker-compose waits: until a service is healthy, or has ended well."""
        if condition == "service_completed_successfully":
            code = self.processes[name].wait(timeout=PATIENCE_S)
            assert code == 0, f"{name} ended with {code}\n{self.log(name)}"
        else:
            self.wait_until_healthy(name)

    def wait_until_healthy(self, name: str) -> None:
        """Ask the service's own health check until it says yes."""
        end = time.monotonic() + PATIENCE_S
        while self.health(name).returncode != 0:
            assert self.processes[name].poll() is None, f"{name} ended\n{self.log(name)}"
            assert time.monotonic() < end, f"{name} is not healthy\n{self.health(name)}\n{self.log(name)}"
            time.sleep(1)

    def health(self, name: str) -> subprocess.CompletedProcess[str]:
        """One run of the service's health check."""
        return self.run(name, self.stack.health_command(name))

    def run(self, name: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        """`docker-compose exec`: a command that sees what the service sees."""
        return subprocess.run(
            command, **self._inside(name), capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )

    def listening(self, name: str) -> set[tuple[str, int]]:
        """Address and port of everything that the service's processes listen on."""
        found = set()
        for process in self._family(name):
            with contextlib.suppress(psutil.NoSuchProcess):
                for socket in process.net_connections(kind="inet"):
                    if socket.status == psutil.CONN_LISTEN:
                        found.add((socket.laddr.ip, socket.laddr.port))
        return found

    def log(self, name: str) -> str:
        """The end of what the service said."""
        return self.whole_log(name)[-3000:]

    def whole_log(self, name: str) -> str:
        """All that the service said."""
        return self._log_file(name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End the services, the last first, as docker does: a signal, ten seconds, and what is left is killed."""
        for name, process in reversed(self.processes.items()):
            family = self._family(name)
            if process.poll() is None:
                # What the PostgreSQL image says of itself: a fast shutdown.
                process.send_signal(signal.SIGINT if self.stack.is_postgres(name) else signal.SIGTERM)
            _, left = psutil.wait_procs(family, timeout=10)
            for each in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
            psutil.wait_procs(left, timeout=10)
            process.wait(timeout=10)

    def left_over(self) -> list[str]:
        """Processes of any service that still run, wherever they hang."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                home = process.environ().get("HOME", "")
                if home.startswith(f"{self.stack.root}/") and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {process.name()}")
        return found

    def _started(self, name: str) -> subprocess.Popen[bytes]:
        log, inside = self._log_file(name), self._inside(name)
        if self.stack.is_postgres(name):
            first_start(self.stack, name, inside, lambda: self._ask_too_early(name))
            command = postgres_command(self.stack, name)
        else:
            command = self.stack.command(name)
        with log.open("wb") as output:
            return subprocess.Popen(command, **inside, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def _ask_too_early(self, name: str) -> None:
        self.healthy_too_early[name] = self.health(name).returncode == 0

    def _inside(self, name: str) -> dict[str, Any]:
        environment = self.stack.environment(name)
        if not self.stack.is_postgres(name):
            return {"cwd": self.stack.image, "env": environment}
        return {**unprivileged(data_of(self.stack, name)), "env": environment | postgres_environment(self.stack, name)}

    def _family(self, name: str) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.processes[name].pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _log_file(self, name: str) -> Path:
        return self.stack.root / name / "log"


@contextlib.contextmanager
def running(stack: Stack) -> Iterator[Running]:
    """The stack's processes; none of them is left afterwards."""
    found = Running(stack)
    try:
        yield found
    finally:
        found.stop()
        assert found.left_over() == []
