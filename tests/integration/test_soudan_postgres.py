"""soudan from a real PostgreSQL, started here: what SQLite can't show, and that both give the same bytes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from kasane.errors import KasaneError
from kasane.extract import database, pulling
from kasane.pipeline import extract
from kasane.settings import load_settings
from support.postgres import PASSWORD, QUOTED, Server, postgres_server
from support.soudan import Puller, Soudan, as_dicts, sample_rows


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from postgres_server()


@pytest.fixture
def name(server: Server) -> str:
    """A new database that `kasane` may read."""
    name = f"soudan_{secrets.token_hex(4)}"
    engine = server.engine("postgres").execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    with server.engine(name).begin() as connection:
        connection.exec_driver_sql("alter default privileges in schema public grant select on tables to kasane")
    return name


@pytest.fixture
def soudan(server: Server, name: str) -> Soudan:
    """Tables with PostgreSQL's own types, keys in an order that is not that of bytes."""
    return Soudan(server.engine(name), typed=True, key_collation="und-x-icu")


@pytest.fixture
def puller(server: Server, name: str, soudan: Soudan, tmp_path: Path) -> Puller:
    return Puller(database.database_at(server.address(name)), tmp_path / "data")


def test_the_same_rows_give_the_same_bytes_as_from_sqlite(soudan: Soudan, puller: Puller, tmp_path: Path) -> None:
    plain = Soudan(sa.create_engine(f"sqlite:///{tmp_path}/soudan.sqlite"))
    other = Puller(database.sqlite_file(tmp_path / "soudan.sqlite"), tmp_path / "other")
    for each in (soudan, plain):
        sample_rows(each)
    puller.pull()
    other.pull()
    for each, pulls in ((soudan, puller), (plain, other)):
        each.put("consultation", "C1", "2025-05-02T10:00:00.500000", birth_date="1979-08-06", desks_visited=12)
        each.delete("plan", "P1")
        each.put("plan", "P2", "2025-05-08T23:59:59", closed_on="2025-05-08", closing_reason="1")
        pulls.pull()
    assert [(file.file_name, file.sha256) for file in puller.landed()] == [
        (file.file_name, file.sha256) for file in other.landed()
    ]
    assert len(puller.landed()) == 8


def test_pulls_tell_changes_late_rows_deletions_and_returns(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    assert list(puller.pull()) == ["CONSULTATION", "SUPPORT_ACTION", "PLAN", "ASSESSMENT", "KEYS"]
    assert puller.pull() == {}

    soudan.put("consultation", "C1", "2025-05-02T10:00:00", theme="8050")
    soudan.put("support_action", "A0", "2025-04-14T00:00:00")  # six days late
    brought = puller.pull()
    assert {part: [row[0] for row in rows] for part, rows in brought.items()} == {
        "CONSULTATION": ["C1"],
        "SUPPORT_ACTION": ["A0"],
    }

    soudan.put("consultation", "C1", "2025-05-03T10:00:00", theme="hikikomori")
    soudan.delete("plan", "P1")
    soudan.put("assessment", "S2", "2025-05-09T10:00:00")
    assert list(puller.pull()) == ["CONSULTATION", "ASSESSMENT", "KEYS"]
    assert ("plan", "P1") not in puller.listed()

    soudan.put("plan", "P1", "2025-05-01T18:00:00", consultation_id="C1", agency_codes="K01;K07")
    assert list(puller.pull()) == ["PLAN"]
    told = [row["theme"] for file in puller.landed() if file.part == "CONSULTATION" for row in as_dicts(file)]
    assert told == [None, None, None, "8050", "hikikomori"]


def test_all_tables_are_seen_as_they_were_at_one_moment(
    soudan: Soudan, puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_rows(soudan)
    real = pulling._take_table

    def meanwhile(reader: database.Reader, contract: Any, *more: Any) -> Any:
        taken = real(reader, contract, *more)
        if contract.sql_table == "consultation":
            changing = threading.Thread(target=lambda: soudan.put("plan", "P9", "2025-05-01T19:00:00"))
            changing.start()
            changing.join()
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(pulling, "_take_table", meanwhile)
        brought = puller.pull()
    assert [row[0] for row in brought["PLAN"]] == ["P1"]
    assert ("plan", "P9") not in brought["KEYS"]
    assert [row[0] for row in puller.pull()["PLAN"]] == ["P9"]


def test_nothing_can_be_written_through_a_pull(server: Server, name: str, soudan: Soudan) -> None:
    sample_rows(soudan)
    as_admin = database.database_at(server.address(name, "admin"))
    with pytest.raises(KasaneError, match="SQLSTATE 25006"), as_admin.reading() as reader:
        reader._connection.exec_driver_sql("delete from plan")


def test_a_pull_that_is_killed_leaves_nothing_half(
    soudan: Soudan, puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_rows(soudan)
    with monkeypatch.context() as patched:
        patched.setattr(pulling, "_take_keys", _killed)
        with pytest.raises(KeyboardInterrupt):
            puller.pull()
    assert puller.landed() == []
    assert len(puller.pull()) == 5


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_times_with_a_zone_are_told_by_japans_clock(soudan: Soudan, puller: Puller) -> None:
    soudan.run("alter table plan alter column updated_at type timestamptz using updated_at at time zone 'UTC'")
    soudan.run("insert into plan (plan_id, updated_at) values ('P1', '2025-04-30T20:15:00.25+00:00')")
    puller.pull()
    (plan, _) = puller.landed()
    assert as_dicts(plan)[0]["updated_at"] == "2025-05-01T05:15:00.250000"
    assert plan.file_name == "SOUDAN_PLAN_20250501_0001.parquet"
    soudan.run("insert into plan (plan_id, updated_at) values ('P2', '2025-04-24T00:00:00+09:00')")
    soudan.run("insert into plan (plan_id, updated_at) values ('P3', '2025-04-23T23:59:00+09:00')")
    assert [row[0] for row in puller.pull()["PLAN"]] == ["P2"]


def test_a_day_that_no_calendar_holds_is_left_to_the_reader(soudan: Soudan, puller: Puller) -> None:
    soudan.run("insert into plan (plan_id, closed_on, updated_at) values ('P1', 'infinity', '2025-04-30')")
    assert puller.pull()["PLAN"][0][7] == "infinity"


def test_a_comment_on_a_column_can_give_it_away(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.run("alter table consultation add column ident text default '123456789018'")
    soudan.run("comment on column consultation.ident is '個人番号（マイナンバー）'")
    assert "KEYS" not in puller.pull()
    told = {file.table: file.refusal.code for file in puller.landed() if file.refusal}
    assert told == {"soudan_consultation": "forbidden_column"}


def test_a_view_is_as_good_as_a_table(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.run("alter table plan rename to plan_kept")
    soudan.run("create view plan as select * from plan_kept")
    assert [row[0] for row in puller.pull()["PLAN"]] == ["P1"]


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (lambda server, name: server.address(name, password="geheim"), "can't be reached: .*password authentication"),
        (lambda server, name: server.address("nowhere"), "can't be reached: .*does not exist"),
        (lambda server, name: server.address(name).replace(str(server.port), "1"), "can't be reached: .*refused"),
    ],
)
def test_a_mistake_in_the_address_is_told_without_the_password(
    server: Server, name: str, mistake: Callable[[Server, str], str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(KasaneError, match=told) as error:
        Puller(database.database_at(mistake(server, name)), tmp_path).pull()
    shown = f"{error.value!r} {error.value} {error.value.__cause__}"
    assert [secret for secret in (PASSWORD, QUOTED, "geheim") if secret in shown] == []


def test_a_missing_right_is_told_by_its_code_alone(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.run("revoke select on plan from kasane")
    with pytest.raises(KasaneError, match=r"can't be read \(InsufficientPrivilege, SQLSTATE 42501\)"):
        puller.pull()
    assert puller.landed() == []


def test_a_connection_that_breaks_is_told_and_nothing_lands(
    server: Server, soudan: Soudan, puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_rows(soudan)
    real = pulling._take_table

    def cut_off(reader: database.Reader, contract: Any, *more: Any) -> Any:
        if contract.sql_table == "plan":
            with psycopg.connect(server.address("postgres", "admin")) as admin:
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kasane'")
        return real(reader, contract, *more)

    monkeypatch.setattr(pulling, "_take_table", cut_off)
    with pytest.raises(KasaneError, match="can't be read"):
        puller.pull()
    assert puller.landed() == []


def test_the_step_extract_takes_the_address_from_a_file_and_keeps_it_nowhere(
    server: Server, name: str, soudan: Soudan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    sample_rows(soudan)
    (tmp_path / "address").write_text(server.address(name) + "\n", encoding="utf-8")
    monkeypatch.delenv("KASANE_SOUDAN_URL", raising=False)
    monkeypatch.delenv("KASANE_EXTRACTS", raising=False)
    monkeypatch.setenv("KASANE_SOUDAN_URL_FILE", str(tmp_path / "address"))
    with caplog.at_level("DEBUG"):
        found = extract(load_settings(tmp_path / "data"), "soudan")
    assert found.summary() == "soudan: 12 rows in 5 new pulls of a table, 5 so far"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    for secret in (PASSWORD, QUOTED):
        assert secret.encode() not in kept
        assert secret not in caplog.text
