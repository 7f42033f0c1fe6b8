"""A database that quotes a record when it fails: what it says reaches no message, no log and no file of ours."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kasane.errors import BuildFailedError, StepFailedError
from kasane.pipeline import dbt
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.progress import step
from kasane.pipeline.scrubbed import without_values
from kasane.settings import DataPaths, Settings

NAME = "鼈囀　瓏鼈"
PROJECT = """
name: kasane
version: "1.0.0"
profile: kasane
model-paths: [models]
"""


@pytest.mark.parametrize(
    "sql",
    [
        f"select cast('{NAME}' as integer)",
        f"select cast(x as date) from (select '{NAME}' as x)",
        f"select strptime('{NAME}', '%Y%m%d')",
        f"select error('{NAME}')",
        f"create temp table t (no varchar primary key); insert into t values ('{NAME}'), ('{NAME}')",
        f"create temp table t (no varchar check (length(no) < 2)); insert into t values ('{NAME}')",
        f"create type e as enum ('a'); select cast('{NAME}' as e)",
        "select 2147483647::integer * 951736842::integer",
    ],
)
def test_a_step_that_a_value_stops_tells_where_and_not_what(sql: str) -> None:
    with pytest.raises(StepFailedError) as raised, step("link"):
        duckdb.connect().execute(sql)
    text = str(raised.value)
    assert "link failed at" in text
    assert NAME not in text
    assert "951736842" not in text


def test_an_error_of_the_sql_itself_is_told_as_it_is() -> None:
    with pytest.raises(StepFailedError, match="no_such_table"), step("link"):
        duckdb.connect().execute("select * from no_such_table")


@pytest.mark.parametrize(
    "message", [NAME, f"Something New Error: {NAME}", f"Binder Error: x\nConversion Error: {NAME}"]
)
def test_what_is_of_no_known_kind_is_withheld(message: str) -> None:
    assert NAME not in without_values(message)


def test_dbt_repeats_no_value_in_its_message_its_log_or_its_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "dbt_project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (project / "profiles.yml").write_text((dbt.DBT_PROJECT / "profiles.yml").read_text("utf-8"), encoding="utf-8")
    cast = "{{ config(materialized='table') }} select cast(kanji_name as integer) as n from lake.person"
    (project / "models" / "stg_person.sql").write_text(cast, encoding="utf-8")
    monkeypatch.setattr(dbt, "DBT_PROJECT", project)
    settings = Settings(DataPaths(tmp_path / "data"), None, None, None)
    with open_build_file(settings.data) as connection:
        connection.execute("create schema lake")
        connection.execute("create table lake.person as select ? as kanji_name", [NAME])
    with pytest.raises(BuildFailedError) as raised:
        dbt.run_dbt(settings, full_refresh=True)
    assert "stg_person: error: Conversion Error in column kanji_name" in str(raised.value)
    written = [path for root in (project, settings.data.work) for path in root.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"run_results.json", "manifest.json"}
    assert [
        path for path in written if NAME.encode() in path.read_bytes() or "\\u9f08" in path.read_text("utf-8", "ignore")
    ] == []
    assert NAME not in str(raised.value)
