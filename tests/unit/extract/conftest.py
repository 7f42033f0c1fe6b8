"""A small feed, its landing area, and an SFTP server on 127.0.0.1."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from kasane.contracts import Contract, load_contracts
from kasane.extract import land
from kasane.settings import DataPaths, load_settings

from .support import FORBIDDEN, FileServer, Land, LoginServer, SftpServer


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    return load_contracts(load_settings().contract_dirs[:1])


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path / "data")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "extracts" / "chiku"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def land_chiku(contracts: dict[str, Contract], drop: Path, paths: DataPaths) -> Land:
    return lambda: land([contracts["chiku"]], str(drop.parent), paths, FORBIDDEN)


@pytest.fixture
def sftp_server(tmp_path: Path) -> Iterator[SftpServer]:
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    files = type("Files", (FileServer,), {"root": tmp_path})
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            transports.append(transport)
            with contextlib.suppress(EOFError, paramiko.SSHException):
                transport.start_server(server=LoginServer())

    threading.Thread(target=serve, daemon=True).start()
    yield SftpServer(port, known_hosts)
    listener.close()
    for transport in transports:
        transport.close()
