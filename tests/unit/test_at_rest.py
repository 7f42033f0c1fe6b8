"""Encryption at rest: nobody reads names in a file, its log or its spill without the key, and a wrong key says so."""

import os
import stat
from pathlib import Path

import duckdb
import pytest

from kasane import at_rest
from kasane.errors import KeyMissingError
from kasane.pipeline.build_file import open_build_file, prepare_build_file
from kasane.publish.release import publish_release, table_hashes
from kasane.settings import DataPaths, Settings

NAME = b"KASANE_AT_REST_NAME"


def settings_of(folder: Path, at_rest_form: str) -> Settings:
    config = folder / f"config-{at_rest_form}"
    config.mkdir(exist_ok=True)
    text = f'code: "131130"\nname: 試験区\nat_rest: {at_rest_form}\n'
    (config / "municipality.yml").write_text(text, encoding="utf-8")
    return Settings(DataPaths(folder / "data"), config, None, None)


def write_names(settings: Settings) -> None:
    prepare_build_file(settings)
    with open_build_file(settings.data) as db:
        db.execute("create schema if not exists restricted; create schema if not exists marts")
        # One row alone: of many, DuckDB packs texts so that none is found plainly in either file.
        db.execute(f"create or replace table restricted.person as select '{NAME.decode()}' as name")
        db.execute("create or replace table marts.total as select count(*) as n from restricted.person")


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def encrypted(tmp_path: Path) -> Settings:
    settings = settings_of(tmp_path, "encrypted")
    write_names(settings)
    return settings


def test_plain_files_show_names_and_encrypted_ones_do_not(tmp_path: Path, encrypted: Settings) -> None:
    release = publish_release(encrypted.data, "202504-a")
    assert at_rest.is_encrypted(encrypted.data.build_file)
    assert at_rest.is_encrypted(release.zone_file("restricted"))
    assert not at_rest.is_encrypted(release.zone_file("analyst"))
    assert NAME not in bytes_below(encrypted.data.root)
    (tmp_path / "other").mkdir()
    plain = settings_of(tmp_path / "other", "plain")
    write_names(plain)
    publish_release(plain.data, "202504-a")
    assert NAME in bytes_below(plain.data.root)
    assert not (plain.data.keys / at_rest.KEY_NAME).exists()
    assert table_hashes(release.folder) == table_hashes(plain.data.current.resolve())


def test_the_log_of_a_writer_that_is_still_at_it_is_encrypted(encrypted: Settings) -> None:
    with open_build_file(encrypted.data) as db:
        db.execute(f"insert into restricted.person values ('{NAME.decode()}-in-the-log')")
        wal = encrypted.data.build_file.with_name("kasane.duckdb.wal")
        assert wal.stat().st_size > 0
        assert NAME not in wal.read_bytes()


@pytest.mark.parametrize("is_wanted", [True, False])
def test_what_is_spilt_is_as_secret_as_the_file(tmp_path: Path, is_wanted: bool) -> None:
    settings = settings_of(tmp_path, "encrypted" if is_wanted else "plain")
    prepare_build_file(settings)
    with open_build_file(settings.data) as db:
        db.execute("set memory_limit = '40MB'")
        db.execute(
            f"create temp table much as select '{NAME.decode()}' || md5(i::varchar) || sha256(i::varchar) as name"
            " from range(400000) as t(i)"
        )
        spilt = bytes_below(settings.data.work / "spill")
    assert len(spilt) > 1_000_000
    assert (NAME in spilt) is not is_wanted


def test_the_key_is_for_its_owner_alone_and_stays_out_of_messages(encrypted: Settings) -> None:
    key_file = encrypted.data.keys / at_rest.KEY_NAME
    assert stat.S_IMODE(os.stat(key_file).st_mode) == 0o600
    right, wrong = key_file.read_text().strip(), "ab" * 32
    key_file.write_text(wrong)
    with pytest.raises(KeyMissingError, match="encrypted with another key") as told, open_build_file(encrypted.data):
        pass
    assert right not in str(told.value)
    assert wrong not in str(told.value)
    assert told.value.__cause__ is None
    with pytest.raises(duckdb.Error) as plainly:
        duckdb.connect(str(encrypted.data.build_file))
    assert right not in str(plainly.value)


def test_a_key_that_is_gone_is_an_error_and_never_made_anew(encrypted: Settings) -> None:
    (encrypted.data.keys / at_rest.KEY_NAME).unlink()
    with pytest.raises(KeyMissingError, match="their key is missing"):
        prepare_build_file(encrypted)
    with pytest.raises(KeyMissingError, match="their key is missing"), open_build_file(encrypted.data):
        pass
    assert not (encrypted.data.keys / at_rest.KEY_NAME).exists()


def test_a_key_may_lie_on_another_disk(encrypted: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "stick" / "the.key"
    elsewhere.parent.mkdir()
    (encrypted.data.keys / at_rest.KEY_NAME).rename(elsewhere)
    monkeypatch.setenv("KASANE_AT_REST_KEY_FILE", str(elsewhere))
    with open_build_file(encrypted.data, read_only=True) as db:
        assert db.execute("select count(*) from restricted.person").fetchone() == (1,)


@pytest.mark.parametrize(("before", "after"), [("plain", "encrypted"), ("encrypted", "plain")])
def test_switched_over_releases_are_written_anew_and_say_the_same(tmp_path: Path, before: str, after: str) -> None:
    settings = settings_of(tmp_path, before)
    write_names(settings)
    release = publish_release(settings.data, "202504-a")
    hashes = table_hashes(release.folder)
    prepare_build_file(settings_of(tmp_path, after))
    assert at_rest.is_encrypted(release.zone_file("restricted")) is (after == "encrypted")
    # All that the build file holds is made again.
    assert settings.data.build_file.exists() is (after == "encrypted")
    assert table_hashes(release.folder) == hashes
    assert (NAME in bytes_below(settings.data.root)) is (after == "plain")
