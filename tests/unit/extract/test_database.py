"""Pulling a feed from its database: what lands, what does not, and what is told when it can't be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kasane.errors import KasaneError
from kasane.extract import database, feed_database, pulled, pulling
from kasane.extract.index import Entry, read_entries, write_entry
from kasane.settings import load_database_address
from support.soudan import CONTRACTS, Puller, Soudan, as_dicts, sample_rows


@pytest.fixture
def soudan(tmp_path: Path) -> Soudan:
    return Soudan(sa.create_engine(f"sqlite:///{tmp_path}/soudan.sqlite"))


@pytest.fixture
def puller(soudan: Soudan, tmp_path: Path) -> Puller:
    return Puller(database.sqlite_file(tmp_path / "soudan.sqlite"), tmp_path / "data")


def keys(brought: dict[str, list[tuple[str | None, ...]]]) -> dict[str, list[str | None]]:
    """The keys that a pull brought, by part."""
    return {part: [row[0] for row in rows] for part, rows in brought.items() if part != "KEYS"}


def test_the_first_pull_takes_every_table_whole_and_the_keys_last(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    brought = puller.pull()
    assert list(brought) == ["CONSULTATION", "SUPPORT_ACTION", "PLAN", "ASSESSMENT", "KEYS"]
    assert [row[0] for row in brought["CONSULTATION"]] == ["B3", "C1", "a2"]
    assert brought["SUPPORT_ACTION"] == [("A1", "C1", "2025-04-20", "1", None, "2025-04-20T18:00:00")]
    assert brought["ASSESSMENT"][0][3] == "0"
    assert ("consultation", "a2") in brought["KEYS"]
    assert len(brought["KEYS"]) == 6


def test_files_are_named_by_the_highest_day_told_and_numbered_through(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    assert puller.names() == [
        "SOUDAN_CONSULTATION_20250501_0001.parquet",
        "SOUDAN_SUPPORT_ACTION_20250501_0002.parquet",
        "SOUDAN_PLAN_20250501_0003.parquet",
        "SOUDAN_ASSESSMENT_20250501_0004.parquet",
        "SOUDAN_KEYS_20250501_0005.parquet",
    ]
    assert {entry.pulled_at for entry in read_entries(puller.paths.landing / "soudan")} == {"2026-04-01T00:00:00+00:00"}
    assert [(file.table, file.part) for file in puller.landed()][-1] == ("soudan_key", "KEYS")


def test_a_second_pull_of_the_same_lands_nothing(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    assert puller.pull() == {}
    assert puller.pull(datetime(2026, 12, 1, tzinfo=UTC)) == {}


def test_a_changed_row_lands_alone(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    soudan.put("consultation", "C1", "2025-05-02T10:00:00", theme="8050")
    assert keys(puller.pull()) == {"CONSULTATION": ["C1"]}
    assert puller.names()[-1] == "SOUDAN_CONSULTATION_20250502_0006.parquet"


def test_a_row_changed_twice_lands_twice_and_the_later_has_the_higher_number(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    for theme in ("8050", "hikikomori"):
        soudan.put("consultation", "C1", "2025-05-02T10:00:00", theme=theme)
        puller.pull()
    told = [(file.sequence, row["theme"]) for file in puller.landed()[5:] for row in as_dicts(file)]
    assert told == [(6, "8050"), (7, "hikikomori")]


@pytest.mark.parametrize(("day", "is_seen"), [("2025-04-13", True), ("2025-04-12", False)])
def test_a_row_that_comes_late_is_seen_within_the_overlap(
    soudan: Soudan, puller: Puller, day: str, is_seen: bool
) -> None:
    soudan.put("support_action", "A1", "2025-04-20T18:00:00")
    puller.pull()
    soudan.put("support_action", "A2", f"{day}T08:00:00")
    assert ("SUPPORT_ACTION" in puller.pull()) is is_seen


def test_the_overlap_is_that_of_the_table_not_of_the_busiest_one(soudan: Soudan, puller: Puller) -> None:
    soudan.put("assessment", "S1", "2025-01-10T00:00:00")
    soudan.put("support_action", "A1", "2025-04-20T18:00:00")
    puller.pull()
    soudan.put("assessment", "S2", "2025-02-01T00:00:00")
    assert keys(puller.pull()) == {"ASSESSMENT": ["S2"]}


def test_base_dates_never_run_back_so_that_numbers_and_dates_tell_one_order(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    soudan.put("assessment", "S2", "2025-04-22T00:00:00")
    puller.pull()
    order = [(file.base_date, file.sequence) for file in puller.landed()]
    assert order == sorted(order)


def test_a_deleted_row_is_missing_from_the_next_key_list(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    soudan.delete("consultation", "a2")
    soudan.put("plan", "P2", "2025-05-07T00:00:00")
    assert "KEYS" not in puller.pull(), "six days after the last list"
    soudan.put("plan", "P3", "2025-05-08T00:00:00")
    assert "KEYS" in puller.pull()
    assert puller.listed() == {
        ("consultation", "B3"),
        ("consultation", "C1"),
        ("support_action", "A1"),
        *(("plan", name) for name in ("P1", "P2", "P3")),
        ("assessment", "S1"),
    }


def test_a_quiet_database_is_asked_for_its_keys_by_the_clock(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull(datetime(2026, 4, 1, tzinfo=UTC))
    soudan.delete("plan", "P1")
    assert puller.pull(datetime(2026, 4, 7, tzinfo=UTC)) == {}
    assert list(puller.pull(datetime(2026, 4, 8, tzinfo=UTC))) == ["KEYS"]
    assert puller.names()[-1] == "SOUDAN_KEYS_20250501_0006.parquet", "no month begins because a pull happened"


def test_a_deleted_row_that_comes_back_unchanged_lands_again(soudan: Soudan, tmp_path: Path) -> None:
    puller = Puller(database.sqlite_file(tmp_path / "soudan.sqlite"), tmp_path / "data", key_list_days=0)
    sample_rows(soudan)
    puller.pull()
    soudan.delete("plan", "P1")
    assert list(puller.pull()) == ["KEYS"]
    soudan.put("plan", "P1", "2025-05-01T18:00:00", consultation_id="C1", agency_codes="K01;K07")
    assert list(puller.pull()) == ["PLAN", "KEYS"]
    assert ("plan", "P1") in puller.listed()
    assert puller.pull() == {}


def test_a_day_to_come_moves_neither_the_base_date_nor_what_is_read_next(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.put("plan", "P9", "2099-01-01T00:00:00")
    puller.pull()
    assert {file.base_date.year for file in puller.landed() if file.base_date} == {2025}
    soudan.put("plan", "P2", "2025-05-02T00:00:00")
    assert keys(puller.pull()) == {"PLAN": ["P2"]}


def test_a_row_without_a_time_of_change_is_never_overlooked(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    puller.pull()
    soudan.put("plan", "P0", None)  # type: ignore[arg-type]
    assert keys(puller.pull()) == {"PLAN": ["P0"]}
    assert puller.pull() == {}


def test_an_empty_table_lands_nothing_until_it_has_a_row(soudan: Soudan, puller: Puller) -> None:
    soudan.put("consultation", "C1", "2025-04-09T18:00:00")
    assert list(puller.pull()) == ["CONSULTATION", "KEYS"]
    soudan.put("plan", "P1", "2025-04-09T18:00:00")
    assert list(puller.pull()) == ["PLAN", "KEYS"], "a table's first rows come with a key list"


def test_a_database_without_any_row_lands_nothing(soudan: Soudan, puller: Puller) -> None:
    assert puller.pull() == {}


@pytest.mark.parametrize("moment", ["write_entry", "replace", "_write"])
def test_a_pull_that_is_killed_leaves_nothing_half_and_the_next_brings_the_rest(
    soudan: Soudan, puller: Puller, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_rows(soudan)
    calls: list[object] = []

    def killed(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            calls.append(arguments)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return real(*arguments)

        return call

    place: Any = pulling.os if moment == "replace" else pulling
    with monkeypatch.context() as patched:
        patched.setattr(place, moment, killed(getattr(place, moment)))
        with pytest.raises(KeyboardInterrupt):
            puller.pull()
    # A power cut leaves what the interpreter could not clear away.
    folder = puller.paths.landing / "soudan"
    (folder / ".incoming-left").mkdir()
    (folder / ".incoming-left" / "plan").write_bytes(b"PAR1")
    puller.pull()
    parts = [file.part for file in puller.landed()]
    assert sorted(parts) == ["ASSESSMENT", "CONSULTATION", "KEYS", "PLAN", "SUPPORT_ACTION"]
    assert all(digest(file.path) == file.sha256 for file in puller.landed())
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def digest(path: Path | None) -> str:
    assert path is not None
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_were_put(tmp_path: Path) -> None:
    hashes = []
    for number in (0, 1):
        soudan = Soudan(sa.create_engine(f"sqlite:///{tmp_path}/{number}.sqlite"))
        if number:
            soudan.put("consultation", "a2", "2025-01-01T00:00:00")
        sample_rows(soudan)
        puller = Puller(database.sqlite_file(tmp_path / f"{number}.sqlite"), tmp_path / str(number))
        puller.pull(datetime(2026, 4, 1 + number, tzinfo=UTC))
        hashes.append([file.sha256 for file in puller.landed()])
    assert hashes[0] == hashes[1]


def test_many_rows_come_in_blocks(soudan: Soudan, puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ROWS_AT_ONCE", 4)
    monkeypatch.setattr(pulling, "ROWS_IN_GROUP", 6)
    for number in range(15):
        soudan.put("plan", f"P{number:02}", "2025-05-01T18:00:00")
    assert keys(puller.pull())["PLAN"] == [f"P{number:02}" for number in range(15)]
    (plan,) = [file for file in puller.landed() if file.part == "PLAN"]
    groups = pulled.pq.ParquetFile(plan.path).metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [6, 6, 3]


def test_another_column_in_the_contract_pulls_the_table_whole_again(
    soudan: Soudan, puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_rows(soudan)
    soudan.run("alter table plan add column lead_agency text")
    puller.pull()
    changed = [wider(each) if each.table == "soudan_plan" else each for each in CONTRACTS]
    monkeypatch.setattr("support.soudan.CONTRACTS", tuple(changed))
    assert keys(puller.pull()) == {"PLAN": ["P1"]}


def wider(contract: Any) -> Any:
    more = contract.fields[1].model_copy(update={"name": "lead_agency", "source": "lead_agency"})
    return contract.model_copy(update={"fields": (*contract.fields, more)})


def test_columns_that_the_contract_does_not_know_are_not_read(
    soudan: Soudan, puller: Puller, caplog: pytest.LogCaptureFixture
) -> None:
    sample_rows(soudan)
    soudan.run("alter table plan add column memo text default 'ひみつ'")
    with caplog.at_level("INFO"):
        brought = puller.pull()
    assert "table plan: columns not read: memo" in caplog.text
    assert "ひみつ" not in repr(brought) + caplog.text


def test_a_table_with_a_forbidden_column_is_refused_and_told_once(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.run("alter table consultation add column MY_NUMBER_12 text default '123456789018'")
    brought = puller.pull()
    refused = [file for file in puller.landed() if file.refusal]
    assert [(file.table, file.path, file.refusal.code) for file in refused if file.refusal] == [
        ("soudan_consultation", None, "forbidden_column")
    ]
    assert "KEYS" not in brought, "a list without the table would delete its records"
    assert puller.pull() == {}
    everything = b"".join(path.read_bytes() for path in puller.paths.root.rglob("*") if path.is_file())
    assert b"123456789018" not in everything


def test_every_missing_table_and_column_is_told_and_nothing_lands(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.run("drop table plan")
    soudan.run("alter table assessment drop column isolation_score")
    with pytest.raises(KasaneError) as error:
        puller.pull()
    assert [problem.what for problem in error.value.problems] == [
        "there is no table plan",
        "table assessment: columns missing: isolation_score",
    ]
    assert puller.landed() == []


def test_a_time_of_change_that_is_a_number_is_refused(soudan: Soudan, puller: Puller) -> None:
    soudan.run("drop table plan")
    soudan.run(
        "create table plan (plan_id, consultation_id, decided_on, meeting_id, agency_codes, started_on, reviewed_on,"
        " closed_on, closing_reason, updated_at integer)"
    )
    with pytest.raises(KasaneError, match="table plan: updated_at is neither text nor a date nor a time"):
        puller.pull()


def test_what_is_no_database_is_told_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "soudan.sqlite").write_text("山田太郎 " * 500, encoding="utf-8")
    with pytest.raises(KasaneError, match=r"can't be re") as error:
        Puller(database.sqlite_file(tmp_path / "soudan.sqlite"), tmp_path / "data").pull()
    assert "山田" not in str(error.value)


def test_text_that_is_no_utf8_is_told_without_the_text(soudan: Soudan, puller: Puller) -> None:
    sample_rows(soudan)
    soudan.run("update consultation set name = cast(x'8e5293638373ff' as text) || 'HIMITSU'")
    with pytest.raises(KasaneError) as error:
        puller.pull()
    assert "HIMITSU" not in str(error.value)
    assert puller.landed() == []


def test_an_sqlite_file_is_only_read(soudan: Soudan, puller: Puller, tmp_path: Path) -> None:
    sample_rows(soudan)
    before = (tmp_path / "soudan.sqlite").read_bytes()
    with puller.database.reading() as reader, pytest.raises(sa.exc.OperationalError, match="readonly"):
        reader._connection.exec_driver_sql("delete from plan")
    assert (tmp_path / "soudan.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://kasane:himitsu@127.0.0.1:1/soudan",
        "postgresql://kasane@127.0.0.1:1/soudan?password=himitsu",
        "postgresql://kasane:hi/mi@himitsu:x/soudan",
        "postgresql://kasane:a@himitsu/x@127.0.0.1/soudan",
        "postgresql://kasane:himitsu@127.0.0.1:port/soudan",
        "oracle://kasane:himitsu@host/soudan",
        "himitsu",
        "sqlite:////nowhere/at/all.sqlite?himitsu=1",
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(address: str) -> None:
    with pytest.raises(KasaneError) as error, database.database_at(address).reading():
        pass
    told = "".join(map(str, [error.value, error.value.__cause__]))
    assert "himitsu" not in told
    assert all(problem.remedy for problem in error.value.problems)


def test_without_an_address_the_file_among_the_extracts_is_read(soudan: Soudan, tmp_path: Path) -> None:
    (tmp_path / "extracts" / "soudan").mkdir(parents=True)
    assert feed_database("soudan", None, str(tmp_path / "extracts")) is None
    (tmp_path / "soudan.sqlite").rename(tmp_path / "extracts" / "soudan" / "soudan.sqlite")
    found = feed_database("soudan", None, str(tmp_path / "extracts"))
    assert found is not None
    assert found.shown.endswith("extracts/soudan/soudan.sqlite")


def test_with_neither_address_nor_extracts_the_remedy_names_both() -> None:
    with pytest.raises(KasaneError, match=r"KASANE_SOUDAN_URL.*--extracts"):
        feed_database("soudan", None, None)


def test_the_address_comes_from_the_environment_or_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KASANE_SOUDAN_URL", raising=False)
    monkeypatch.setenv("KASANE_SOUDAN_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(KasaneError, match="KASANE_SOUDAN_URL_FILE can't be read"):
        load_database_address("soudan")
    (tmp_path / "url").write_text("postgresql://in-file/x\n", encoding="utf-8")
    assert load_database_address("soudan") == "postgresql://in-file/x"
    monkeypatch.setenv("KASANE_SOUDAN_URL", "postgresql://in-environment/x")
    assert load_database_address("soudan") == "postgresql://in-environment/x"


def test_an_entry_of_a_delivered_file_is_written_and_read_as_before(tmp_path: Path) -> None:
    write_entry(tmp_path, Entry("JUMIN_20250430_01.csv", "ab", "ab", 3))
    (path,) = tmp_path.glob("*.names/*.json")
    assert set(json.loads(path.read_text())) == {"file_name", "sha256", "content_sha256", "size_bytes", "refusal"}
    assert read_entries(tmp_path)[0].pulled_at is None
