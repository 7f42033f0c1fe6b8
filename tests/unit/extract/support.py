"""An SFTP server for tests, and names that the tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import paramiko

from kasane.contracts.delivery import LandedFile

FORBIDDEN = frozenset({"個人番号", "マイナンバー", "住民票コード"})
Land = Callable[[], list[LandedFile]]


class LoginServer(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("kasane", "ひみつ") else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> paramiko.SFTPAttributes | int:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class FileServer(paramiko.SFTPServerInterface):
    root = Path()

    def _local(self, path: str) -> str:
        return str(self.root) + self.canonicalize(path)

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            local = Path(self._local(path))
            return [paramiko.SFTPAttributes.from_stat(item.stat(), item.name) for item in local.iterdir()]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(self._local(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        handle = _Handle(flags)
        try:
            handle.readfile = open(self._local(path), "rb")  # noqa: SIM115
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return handle


@dataclass(frozen=True)
class SftpServer:
    """Where the server listens, and a known_hosts file that vouches for it."""

    port: int
    known_hosts: Path
