"""A release is whole or not there, and whoever reads keeps what he opened."""

from pathlib import Path

import duckdb
import pytest

from kasane.errors import KasaneError
from kasane.publish.export import export_scorecard
from kasane.publish.query import query_analyst_zone
from kasane.publish.release import current_release, publish_release, table_hashes
from kasane.settings import DataPaths


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path / "data")
    paths.build_file.parent.mkdir(parents=True)
    build(paths, 1)
    return paths


def build(paths: DataPaths, value: int) -> None:
    with duckdb.connect(str(paths.build_file)) as db:
        for schema in ("restricted", "marts", "quality", "intermediate"):
            db.execute(f"create schema if not exists {schema}")
        db.execute("create or replace table intermediate.secret as select 'x' as name")
        db.execute("create or replace table restricted.link as select '0100000050' as number")
        db.execute(f"create or replace table marts.answer as select {value} as value")
        db.execute("create or replace view marts.shown as select value from marts.answer")


def value_of(paths: DataPaths) -> int:
    _, rows, _ = query_analyst_zone(paths, "select value from marts.shown", 10)
    return int(rows[0][0])


def test_the_analysts_file_holds_no_restricted_table(paths: DataPaths) -> None:
    release = publish_release(paths, "202504-a")
    with duckdb.connect(str(release.zone_file("analyst")), read_only=True) as db:
        names = {name for (name,) in db.execute("select table_schema from information_schema.tables").fetchall()}
    assert names == {"marts"}


def test_a_reader_keeps_the_release_that_it_opened(paths: DataPaths) -> None:
    publish_release(paths, "202504-a")
    old = duckdb.connect(str((paths.current / "analyst.duckdb").resolve()), read_only=True)
    build(paths, 2)
    publish_release(paths, "202504-b")
    assert old.execute("select value from marts.answer").fetchone() == (1,)
    assert value_of(paths) == 2
    old.close()


def test_a_draft_left_by_a_killed_run_is_neither_shown_nor_kept(paths: DataPaths) -> None:
    publish_release(paths, "202504-a")
    (paths.releases / ".new-202504-b").mkdir()
    (paths.releases / "202504-b").mkdir()
    assert current_release(paths).release_id == "202504-a"
    build(paths, 2)
    publish_release(paths, "202504-b")
    assert value_of(paths) == 2
    assert not list(paths.releases.glob(".new-*"))


def test_the_same_rows_have_the_same_hash_in_any_order(paths: DataPaths) -> None:
    first = table_hashes(publish_release(paths, "202504-a").folder)
    with duckdb.connect(str(paths.build_file)) as db:
        db.execute("create or replace table marts.answer as select unnest([1, 2]) as value")
    second = table_hashes(publish_release(paths, "202504-b").folder)
    with duckdb.connect(str(paths.build_file)) as db:
        db.execute("create or replace table marts.answer as select unnest([2, 1]) as value")
    third = table_hashes(publish_release(paths, "202504-c").folder)
    assert second == third != first


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "copy marts.answer to '/tmp/kasane-stolen.csv'",
        "attach '/tmp/other.duckdb'",
        "create table marts.mine as select 1",
        "set enable_external_access = true",
        "select * from restricted.link",
    ],
)
def test_a_query_reaches_the_analysts_zone_alone(paths: DataPaths, sql: str) -> None:
    publish_release(paths, "202504-a")
    with pytest.raises(KasaneError):
        query_analyst_zone(paths, sql, 10)


def test_an_export_of_all_zones_wants_the_operators_word_and_is_noted(paths: DataPaths, tmp_path: Path) -> None:
    release = publish_release(paths, "202504-a")
    out = tmp_path / "scorecard.duckdb"
    with pytest.raises(KasaneError, match="--synthetic"):
        export_scorecard(paths, release, out, synthetic=False)
    assert not out.exists()
    export_scorecard(paths, release, out, synthetic=True)
    with duckdb.connect(str(out), read_only=True) as db:
        assert db.execute("select number from restricted.link").fetchone() == ("0100000050",)
    assert "202504-a" in (paths.decisions / "audit.jsonl").read_text()
