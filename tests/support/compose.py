"""docker-compose.yml's services as processes of this machine: the very commands, environments, mounts and secrets.

There is no Docker engine here, so what an engine would do is done by name: a container's path becomes a folder
below ``root``, a port a free one, another service's name 127.0.0.1 where both share a network. What a service does
not mount is not there for it, and a service on no common network can't be reached.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kasane.settings import PROJECT_ROOT

Service = dict[str, Any]
PATHS = re.compile(r"(?<![\w.])/(?:opt/kasane|run/secrets|srv/kasane|var/lib/airflow|var/lib/postgresql)\b[\w./-]*")
IMAGE = "/opt/kasane"


def config(project: Path, **variables: str) -> dict[str, Any]:
    """What `docker-compose config` makes of a checkout's docker-compose.yml: every variable filled in."""
    shown = subprocess.run(
        ["docker-compose", "-f", str(project / "docker-compose.yml"), "config"],
        env={"PATH": os.environ["PATH"], "HOME": str(project), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(yaml.safe_load(shown.stdout))


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def copy_of_the_project(target: Path) -> Path:
    """What the stack takes from a checkout beside the image, with secrets made as an operator makes them."""
    (target / "scripts").mkdir(parents=True)
    shutil.copy(PROJECT_ROOT / "docker-compose.yml", target)
    shutil.copy(PROJECT_ROOT / "scripts" / "make_secrets.sh", target / "scripts")
    shutil.copytree(PROJECT_ROOT / "docker", target / "docker", ignore=shutil.ignore_patterns("secrets"))
    (target / "data").mkdir()
    subprocess.run([target / "scripts" / "make_secrets.sh"], check=True, capture_output=True)
    return target


def image_tree(target: Path) -> Path:
    """/opt/kasane as the Dockerfile's COPY lines make it, on this checkout's environment; nothing else is there."""
    dockerfile = (PROJECT_ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (.+) \./?\S*$", dockerfile, re.MULTILINE):
        for source in sources.split():
            place = target / source
            place.parent.mkdir(parents=True, exist_ok=True)
            if (PROJECT_ROOT / source).is_dir():
                left_out = shutil.ignore_patterns("__pycache__", "target", "logs")
                shutil.copytree(PROJECT_ROOT / source, place, ignore=left_out)
            else:
                shutil.copy(PROJECT_ROOT / source, place)
    (target / ".venv").symlink_to(PROJECT_ROOT / ".venv")
    return target


def image_environment() -> dict[str, str]:
    """The variables of the image: those of its Dockerfile, and of the Python image below it."""
    dockerfile = (PROJECT_ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    told = re.search(r"^ENV ((?:.*\\\n)*.*)$", dockerfile, re.MULTILINE)
    assert told is not None
    pairs = dict(pair.split("=", 1) for pair in told[1].replace("\\\n", " ").split())
    return {**pairs, "LANG": "C.UTF-8", "PATH": pairs["PATH"].replace("$PATH", "/usr/local/bin:/usr/bin:/bin")}


@dataclass
class Stack:
    """The services of one `docker-compose config`, mapped to this machine.

    ``listens`` is the container's port that each service is meant to listen on; none, for one not named.
    """

    services: dict[str, Service]
    secrets: dict[str, dict[str, str]]
    root: Path
    image: Path
    listens: dict[str, int]
    ports: dict[str, int] = field(default_factory=dict)

    def port(self, service: str) -> int:
        """The port of this machine in the place of the container's own."""
        if service not in self.ports:
            self.ports[service] = free_port()
        return self.ports[service]

    def in_order(self, wanted: list[str]) -> list[str]:
        """The services and what they depend on, each after those that it depends on."""
        done: list[str] = []
        for name in wanted:
            for each in (*self.in_order(list(self.services[name].get("depends_on", {}))), name):
                if each not in done:
                    done.append(each)
        return done

    def environment(self, name: str) -> dict[str, str]:
        """All that the service's process sees; nothing of this process's own."""
        given = {key: str(value) for key, value in self.services[name].get("environment", {}).items()}
        of_the_image = {} if self.is_postgres(name) else image_environment()
        # The image's environment is compiled; that of the checkout is compiled by who comes first.
        of_the_image.pop("PYTHONDONTWRITEBYTECODE", None)
        mapped = {key: self.mapped(name, value) for key, value in {**of_the_image, **given}.items()}
        home = self.root / name / "home"
        home.mkdir(parents=True, exist_ok=True)
        # The image installs the project where it lies; the environment that is borrowed here names the checkout.
        return {**mapped, "HOME": str(home), "PYTHONPATH": str(self.image / "include")}

    def is_postgres(self, name: str) -> bool:
        """Whether a service is a PostgreSQL of the official image."""
        return str(self.services[name]["image"]).startswith("postgres:")

    def command(self, name: str) -> list[str]:
        """The service's command, as an argument list."""
        return [self.mapped(name, part) for part in self.services[name]["command"]]

    def health_command(self, name: str) -> list[str]:
        """The service's health check, as an argument list."""
        kind, *parts = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD", f"{name}: a health check without a shell is expected"
        return [self.mapped(name, part) for part in parts]

    def mapped(self, name: str, text: str) -> str:
        """A text of the service's, with its paths, ports and hosts those of this machine."""
        text = self._hosts(name, text)
        if name in self.listens:
            text = re.sub(rf"\b{self.listens[name]}\b", str(self.port(name)), text)
        # On the container's own network every address is meant; this machine has others.
        text = text.replace("0.0.0.0", "127.0.0.1")
        return PATHS.sub(lambda found: str(self.place(name, found[0])), text)

    def place(self, name: str, path: str) -> Path:
        """Where a path of the service's container lies on this machine; a mount where there is one."""
        if path.startswith(IMAGE):
            return self.image / path.removeprefix(IMAGE).lstrip("/")
        for target, source in sorted(self.mounts(name).items(), key=lambda mount: -len(mount[0])):
            if path == target or path.startswith(f"{target}/"):
                return source / path.removeprefix(target).lstrip("/")
        return self.root / name / path.lstrip("/")

    def mounts(self, name: str) -> dict[str, Path]:
        """Path in the container → folder of this machine, of every volume of the service."""
        found = {}
        for volume in self.services[name].get("volumes", []):
            source, target = volume.split(":")[:2]
            found[target] = Path(source) if source.startswith("/") else self.root / "volumes" / source
        for source in found.values():
            if not source.exists():
                source.mkdir(parents=True)
        return found

    def lay_out_secrets(self, name: str) -> None:
        """The service's secrets below its own /run/secrets; the addresses in them are reached as it reaches them."""
        folder = self.root / name / "run" / "secrets"
        folder.mkdir(parents=True, exist_ok=True)
        for secret in self.services[name].get("secrets", []):
            source = secret if isinstance(secret, str) else secret["source"]
            content = Path(self.secrets[source]["file"]).read_text(encoding="utf-8")
            (folder / source).write_text(self._hosts(name, content), encoding="utf-8")
            (folder / source).chmod(0o444)

    def _hosts(self, name: str, text: str) -> str:
        for other, port in self.listens.items():
            reached = self._networks(name) & self._networks(other)
            here = f"127.0.0.1:{self.port(other)}" if reached else "unreachable.invalid"
            text = re.sub(rf"(?<=[/@]){re.escape(other)}(?::{port})?(?=/)", here, text)
        return text

    def _networks(self, name: str) -> set[str]:
        return set(self.services[name].get("networks", {}))

    def files_of_the_image(self) -> dict[str, int]:
        """Every file of the image's tree, but for compiled code, with when it was changed."""
        found = [path for path in self.image.rglob("*") if path.is_file() and path.suffix != ".pyc"]
        return {str(path.relative_to(self.image)): path.stat().st_mtime_ns for path in found}
