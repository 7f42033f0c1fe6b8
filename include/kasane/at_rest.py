"""Encryption at rest: the one way to open a DuckDB file that may be encrypted (docs/adr/0041).

A file says itself whether it is encrypted, so a reader needs no setting: plain files are opened as ever, encrypted
ones with the key of ``<data>/keys/at_rest.key`` (0600) or of KASANE_AT_REST_KEY_FILE. The key stands in no log and
no message. Writing needs OpenSSL, which DuckDB's extension ``httpfs`` brings; it is loaded from the installed
package, and nothing is fetched.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from kasane.errors import KasaneError, KeyMissingError, Problem
from kasane.keys import create_key, read_key
from kasane.settings import DataPaths, load_at_rest_key_file
from kasane.sql import identifier, literal

KEY_NAME = "at_rest.key"
CLOSED = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_MAGIC_AT, _MAGIC, _FLAGS_AT, _IS_ENCRYPTED = 8, b"DUCK", 20, 0x1
_WRONG_KEY = "Wrong encryption key"


def is_encrypted(file: Path) -> bool:
    """Whether the header of a DuckDB file says so; False for what is not there or is no DuckDB file."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        head = stream.read(_FLAGS_AT + 1)
    has_flags = len(head) > _FLAGS_AT and head[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] == _MAGIC
    return has_flags and bool(head[_FLAGS_AT] & _IS_ENCRYPTED)


def at_rest_key_file(paths: DataPaths) -> Path:
    """Where the key of a data directory's encrypted files lies."""
    return load_at_rest_key_file() or paths.keys / KEY_NAME


def require_at_rest_key(paths: DataPaths) -> None:
    """Make the key where nothing is encrypted yet; raises KeyMissingError where files are, and their key is gone."""
    path = at_rest_key_file(paths)
    if path.exists():
        read_key(path)
        return
    if load_at_rest_key_file() is not None or any(map(is_encrypted, sealed_files(paths))):
        raise KeyMissingError(_missing(path))
    create_key(path)


def sealed_files(paths: DataPaths) -> Iterable[Path]:
    """The files that encryption at rest is about: the build file and the releases' restricted files."""
    return (paths.build_file, *paths.releases.glob("*/restricted.duckdb"))


def connect(
    file: Path, read_only: bool = False, config: Mapping[str, Any] | None = None, encrypt: bool = False
) -> duckdb.DuckDBPyConnection:
    """A connection whose default catalog is ``file``, under the name that DuckDB gives it: its stem.

    ``encrypt``: make a file that is not there yet an encrypted one. Raises KeyMissingError for a wrong or missing key.
    """
    if not (is_encrypted(file) or (encrypt and not file.exists())):
        return duckdb.connect(str(file), read_only=read_only, config=dict(config or {}))
    connection = duckdb.connect(config=dict(config or {}))
    try:
        _attach_encrypted(connection, file, file.stem, read_only)
        connection.execute(f"use {identifier(file.stem)}")
    except BaseException:
        connection.close()
        raise
    return connection


def attach(connection: duckdb.DuckDBPyConnection, file: Path, name: str, read_only: bool = True) -> None:
    """Attach a file, encrypted or not, as the catalog ``name``."""
    if is_encrypted(file):
        _attach_encrypted(connection, file, name, read_only)
    else:
        mode = " (read_only)" if read_only else ""
        connection.execute(f"attach {literal(str(file))} as {identifier(name)}{mode}")


def rewrite(file: Path, encrypt: bool) -> None:
    """Write a file of tables anew, encrypted or plain, in one step; what was there before is removed."""
    draft = file.with_name(f".{file.name}.sealing")
    draft.unlink(missing_ok=True)
    # Another name than the old file's, so that both can be open at once.
    with connect_as(draft, "sealed", encrypt) as connection:
        attach(connection, file, file.stem)
        connection.execute(f"copy from database {identifier(file.stem)} to sealed")
        connection.execute("checkpoint sealed")
    draft.replace(file)


def connect_as(file: Path, name: str, encrypt: bool) -> duckdb.DuckDBPyConnection:
    """A connection in memory with a new ``file``, encrypted or plain, as the catalog ``name``."""
    connection = duckdb.connect(config=dict(CLOSED))
    if encrypt:
        _attach_encrypted(connection, file, name, read_only=False)
    else:
        connection.execute(f"attach {literal(str(file))} as {identifier(name)}")
    return connection


def load_cipher(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection write encrypted files, and encrypt from now on what it spills."""
    connection.execute(f"load {literal(str(_extension()))}")
    connection.execute("set temp_file_encryption = true")


def _attach_encrypted(connection: duckdb.DuckDBPyConnection, file: Path, name: str, read_only: bool) -> None:
    path = load_at_rest_key_file() or _key_beside(file)
    if path is None or not path.exists():
        raise KeyMissingError(_missing(path or file))
    load_cipher(connection)
    mode = ", read_only" if read_only else ""
    try:
        connection.execute(
            f"attach {literal(str(file))} as {identifier(name)} (encryption_key {literal(read_key(path).hex())}{mode})"
        )
    except duckdb.Error as error:
        if _WRONG_KEY not in str(error):
            raise
    else:
        return
    what = f"this file is encrypted with another key than that of {path}"
    raise KeyMissingError(Problem(what, "restore the right key file, or set KASANE_AT_REST_KEY_FILE", str(file)))


def _key_beside(file: Path) -> Path | None:
    """The key of the data directory that a file lies in."""
    found = (DataPaths(folder).keys / KEY_NAME for folder in file.absolute().parents)
    return next((path for path in found if path.exists()), None)


def _missing(path: Path) -> Problem:
    what = "files here are encrypted at rest and their key is missing"
    return Problem(what, "restore keys/at_rest.key from its safe copy or set KASANE_AT_REST_KEY_FILE", str(path))


def _extension() -> Path:
    package = importlib.util.find_spec("duckdb_extension_httpfs")
    places = list(package.submodule_search_locations or ()) if package else []
    for place in places:
        file = Path(place) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if file.exists():
            return file
    what = f"DuckDB's extension httpfs {duckdb.__version__}, which encryption at rest needs, is not installed"
    raise KasaneError(Problem(what, "run `make setup` again"))
