"""Ids and redirects outlive the warehouse: landing, key ledger, decisions and keys are enough to have them again."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from kasane.publish.release import table_hashes
from kasane.settings import DataPaths
from support.commands import succeed

pytestmark = pytest.mark.slow


def drop_somebody_with_a_case(extracts: Path) -> bytes:
    """Deliver the register without one person whom konkyu knows by number; return the whole file."""
    (register,) = (extracts / "jumin").iterdir()
    (cases,) = (extracts / "konkyu").iterdir()
    whole = register.read_bytes()
    lines = whole.split(b"\r\n")
    numbers = set(re.findall(rb"\d{10}", cases.read_bytes()))
    (somebody, *_) = (at for at, line in enumerate(lines) if line[1:11] in numbers)
    kept = [line for at, line in enumerate(lines[:-2]) if at != somebody]
    register.write_bytes(b"\r\n".join([*kept, f'"T","{len(kept) - 1}"'.encode(), b""]))
    return whole


def persons(data: Path, sql: str) -> list[tuple[str, ...]]:
    with duckdb.connect(str(data / "current" / "analyst.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_deleted_and_built_again_every_id_and_redirect_is_the_same(tmp_path: Path) -> None:
    succeed("generate", "--residents", 400, "--months", 1, "--no-dirt", "--no-truth", "--out", tmp_path / "ward")
    extracts, data = tmp_path / "ward" / "extracts", tmp_path / "data"
    run = ("run", "--extracts", extracts, "--data", data)
    whole = drop_somebody_with_a_case(extracts)
    succeed(*run)
    before = set(persons(data, "select person_id from marts.dim_person"))
    (register,) = (extracts / "jumin").iterdir()
    register.with_name(register.name.replace("_01.", "_02.")).write_bytes(whole)
    succeed(*run)
    redirects = persons(data, "select retired_person_id, person_id from marts.person_redirect")
    now = set(persons(data, "select person_id from marts.dim_person"))
    # The record that stood for somebody unknown is now the register's person's, and its old id leads there.
    assert redirects
    assert {(retired,) for retired, _ in redirects} == before - now
    assert {(person,) for _, person in redirects} <= now - before
    hashes, ledger = table_hashes(DataPaths(data).current.resolve()), sorted((data / "key_ledger").iterdir())
    for name in ("lake", "build", "releases", "work", "quality"):
        shutil.rmtree(data / name)
    (data / "current").unlink()
    succeed(*run)
    assert table_hashes(DataPaths(data).current.resolve()) == hashes
    assert sorted((data / "key_ledger").iterdir()) == ledger
