"""The serving PostgreSQL, for real: who may read what, whole releases whatever happens, and what people are told."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from kasane.errors import ServingFailedError
from kasane.publish.release import Release, publish_release
from kasane.publish.serving import TableText, load, load_release, swap
from kasane.publish.serving.plan import load_plan
from kasane.settings import PROJECT_ROOT, DataPaths
from support.postgres import PASSWORD, QUOTED, Server, postgres_server

PLAN = load_plan()
AWKWARD = ["", "a,b", 'say "hi"', "two\nlines", "\\.", "\\N", "back\\slash", "重層", "'; drop table x; --", None]
TEXTS = {("marts", "mart_answer"): TableText("答えの表 (answers)", {"value": "値 (it's the value)"})}
MAY_READ = {
    "an_analyst": {
        *("core.fct_thing", "marts.mart_answer", "marts.fct_household_month", 'marts.odd "name"'),
        *("quality.row_outcome", "published.overlap", "kasane.release"),
    },
    "a_citizen": {"published.overlap", "kasane.release"},
    "a_stranger": set(),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from postgres_server()


@pytest.fixture
def address(server: Server) -> str:
    """A new database; the loader is no superuser but owns it and may create roles."""
    name = f"serving_{secrets.token_hex(4)}"
    with psycopg.connect(server.address("postgres", "admin"), autocommit=True) as admin:
        if admin.execute("select 1 from pg_roles where rolname = 'loader'").fetchone() is None:
            admin.execute(f"create role loader login createrole password '{PASSWORD}'")
        admin.execute(f"create database {name} owner loader")
    return server.address(name, "loader")


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path / "data")


def release(paths: DataPaths, name: str, value: int, text: str = "fine") -> Release:
    """A release whose every table says ``value``."""
    paths.build_file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(paths.build_file)) as db:
        for schema in ("restricted", "core", "marts", "quality", "published"):
            db.execute(f"create schema if not exists {schema}")
        db.execute("create or replace table restricted.person_link as select '0100000050' as number")
        db.execute(f"create or replace table core.fct_thing as select {value} as value, 'p1' as person_id")
        db.execute("create or replace table quality.row_outcome as select ? as value, ? as text", [value, text])
        db.execute(f"create or replace table published.overlap as select {value} as value")
        db.execute(
            f"create or replace table marts.mart_answer as select {value} as value, unnest(?) as text", [AWKWARD]
        )
        db.execute(f'create or replace table marts."odd ""name""" as select {value} as value, 1 as "select; --"')
        db.execute(
            f"create or replace table marts.fct_household_month as select date '2025-03-31' as month_end_date,"
            f" 'h' || i as household_id, 'E01' as area_code, 'AO' as household_type, {value} as value, 0.5 as share,"
            " null::boolean as is_in_need from range(2000) as t(i)"
        )
    return publish_release(paths, name)


def login(address: str, user: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(address.replace("//loader:", f"//{user}:"), autocommit=True)


def tables(address: str) -> list[tuple[str, str]]:
    with psycopg.connect(address) as owner:
        return owner.execute(  # type: ignore[return-value]
            "select schemaname, tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2"
        ).fetchall()


def values(address: str) -> set[tuple[str, str, int]]:
    """Every value that any table of the release says."""
    with psycopg.connect(address) as owner:
        found = set()
        for schema, table in tables(address):
            if schema != "kasane":
                query = psycopg.sql.SQL("select distinct value from {}").format(psycopg.sql.Identifier(schema, table))
                found |= {(schema, table, row[0]) for row in owner.execute(query).fetchall()}
        return found


def whole(value: int) -> set[tuple[str, str, int]]:
    names = [name.split(".", 1) for name in MAY_READ["an_analyst"] - {"kasane.release"}]
    return {(schema, table, value) for schema, table in names}


def held(address: str) -> str:
    with psycopg.connect(address) as owner:
        (found,) = owner.execute("select release_id from kasane.release").fetchall()
        return str(found[0])


def members(address: str) -> None:
    """Logins as an administrator makes them: one a role, and one without any."""
    with psycopg.connect(address, autocommit=True) as owner:
        for user, role in (("an_analyst", "kasane_analyst"), ("a_citizen", "kasane_public"), ("a_stranger", None)):
            if owner.execute("select 1 from pg_roles where rolname = %s", [user]).fetchone() is None:
                owner.execute(f"create role {user} login password '{PASSWORD}'")
                if role:
                    owner.execute(f"grant {role} to {user}")


def test_the_stacks_first_start_makes_a_login_that_can_load_and_no_more(
    server: Server, paths: DataPaths, tmp_path: Path
) -> None:
    password = "it's \\ 'quoted'; --"
    (tmp_path / "password").write_text(password, encoding="utf-8")
    told = conninfo_to_dict(server.address("postgres", "admin"))
    environment = {
        **os.environ,
        "POSTGRES_USER": "admin",
        "PGHOST": str(told["host"]),
        "PGPORT": str(told["port"]),
        "PGPASSWORD": str(told["password"]),
        "KASANE_LOADER_PASSWORD_FILE": str(tmp_path / "password"),
    }
    subprocess.run([PROJECT_ROOT / "docker" / "serving" / "10_loader.sh"], env=environment, check=True)
    address = server.address("kasane_serving", "kasane_loader", quote(password, safe=""))
    assert load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS).is_new
    with psycopg.connect(address) as loader:
        assert loader.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)


@pytest.mark.parametrize("user", sorted(MAY_READ))
def test_each_role_reads_its_zones_and_nothing_else(address: str, paths: DataPaths, user: str) -> None:
    load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    members(address)
    with login(address, user) as connection:
        allowed = set()
        for schema, table in tables(address):
            name = psycopg.sql.Identifier(schema, table)
            try:
                connection.execute(psycopg.sql.SQL("select * from {} limit 1").format(name))
            except psycopg.errors.InsufficientPrivilege:
                continue
            allowed.add(f"{schema}.{table}")
            for write in ("delete from {}", "truncate {}", "drop table {}", "create index on {} (value)"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(psycopg.sql.SQL(write).format(name))
    assert allowed == MAY_READ[user]
    assert {schema for schema, _ in tables(address)} == {"core", "marts", "quality", "published", "kasane"}


@pytest.mark.parametrize("statement", ["create schema mine", "create table published.mine (a int)", "set role loader"])
def test_a_reader_makes_nothing(address: str, paths: DataPaths, statement: str) -> None:
    load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    members(address)
    for user in MAY_READ:
        with login(address, user) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_every_value_comes_over_as_it_is(address: str, paths: DataPaths) -> None:
    load_release(address, release(paths, "202504-a", 7), PLAN, TEXTS)
    with psycopg.connect(address) as owner:
        texts = [row[0] for row in owner.execute("select text from marts.mart_answer").fetchall()]
        row = owner.execute("select * from marts.fct_household_month limit 1").fetchone()
    assert sorted(texts, key=str) == sorted(AWKWARD, key=str)
    assert [type(each).__name__ for each in row or ()] == ["date", "str", "str", "str", "int", "Decimal", "NoneType"]


def test_tables_say_what_they_mean_and_are_looked_up_by_month_and_area(address: str, paths: DataPaths) -> None:
    load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    with psycopg.connect(address) as owner:
        told = owner.execute(
            "select obj_description('marts.mart_answer'::regclass), col_description('marts.mart_answer'::regclass, 1)"
        ).fetchone()
        indexes = [
            row[0] for row in owner.execute("select indexdef from pg_indexes where schemaname = 'marts'").fetchall()
        ]
    assert told == ("答えの表 (answers)", "値 (it's the value)")
    assert sorted(each.split(" USING btree ")[1] for each in indexes) == [
        "(household_id, month_end_date)",
        "(month_end_date, area_code, household_type)",
    ]


def test_a_new_release_takes_the_place_of_the_old_one(address: str, paths: DataPaths) -> None:
    first = load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    assert (first.is_new, first.tables) == (True, 6)
    second = release(paths, "202505-b", 2)
    assert load_release(address, second, PLAN, TEXTS).is_new
    assert (held(address), values(address)) == ("202505-b", whole(2))
    assert load_release(address, second, PLAN, TEXTS) == load.Loaded("202505-b", 6, first.rows, is_new=False)


def test_a_load_that_a_value_stops_leaves_the_old_release_and_tells_no_value(address: str, paths: DataPaths) -> None:
    load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    bad = release(paths, "202505-b", 2, text="ヤマダ\x00タロウ")
    with pytest.raises(ServingFailedError) as raised:
        load_release(address, bad, PLAN, TEXTS)
    assert "ヤマダ" not in str(raised.value)
    assert "kasane serve" in str(raised.value)
    assert (held(address), values(address)) == ("202504-a", whole(1))


def test_a_load_that_is_killed_leaves_the_old_release(
    address: str, paths: DataPaths, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)

    def killed(connection: psycopg.Connection[tuple[object, ...]], _: object) -> None:
        with psycopg.connect(server.address("postgres", "admin"), autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])

    second = release(paths, "202505-b", 2)
    with monkeypatch.context() as patched:
        patched.setattr(load, "grant", killed)
        with pytest.raises(ServingFailedError, match="went away"):
            load_release(address, second, PLAN, TEXTS)
    assert (held(address), values(address)) == ("202504-a", whole(1))
    load_release(address, second, PLAN, TEXTS)
    assert (held(address), values(address)) == ("202505-b", whole(2))


def test_who_reads_during_a_load_is_not_stopped_and_sees_a_whole_release(
    address: str, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    members(address)
    count = "select count(*), min(value), max(value) from marts.fct_household_month"
    with psycopg.connect(address.replace("//loader:", "//an_analyst:")) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute(count).fetchone() == (2000, 1, 1)
        monkeypatch.setattr(swap, "WAIT_FOR_READERS", "100ms")
        load_release(address, release(paths, "202505-b", 2), PLAN, TEXTS)
        assert reader.execute(count).fetchone() == (2000, 2, 2)
    load_release(address, release(paths, "202506-c", 3), PLAN, TEXTS)
    assert values(address) == whole(3)


def test_a_schema_of_somebody_else_is_never_renamed_away(address: str, paths: DataPaths) -> None:
    with psycopg.connect(address) as owner:
        owner.execute("create schema core")
        owner.execute("create table core.theirs (a int)")
    with pytest.raises(ServingFailedError, match="a schema core that Kasane did not make"):
        load_release(address, release(paths, "202504-a", 1), PLAN, TEXTS)
    assert tables(address) == [("core", "theirs")]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("loader:", "nobody:"), "can't be reached"),
        ((QUOTED, "wrong-secret"), "can't be reached"),
        (("127.0.0.1:", "127.0.0.1:1"), "can't be reached|can't be understood"),
        (("postgresql://", "postgresql//"), "can't be understood"),
    ],
)
def test_a_server_that_can_not_be_used_is_told_without_the_password(
    address: str, paths: DataPaths, change: tuple[str, str], what: str
) -> None:
    made = release(paths, "202504-a", 1)
    with pytest.raises(ServingFailedError, match=what) as raised:
        load_release(address.replace(*change), made, PLAN, TEXTS)
    for secret in (PASSWORD, QUOTED, "wrong-secret", PASSWORD[:16]):
        assert secret not in str(raised.value)
