"""Every definition holds on stories whose numbers were counted by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from judge import differences
from story import Story, load_stories, story_warehouse

from kasane.publish.serving.plan import load_plan
from support.guides import guide_queries
from support.serving_queries import refused_queries
from support.warehouse import BUILD_ANEW, run_dbt, write_sources

STORIES = load_stories()
QUERIES = guide_queries()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One build over all stories; dbt's own tests must hold on them too."""
    build_file: Path = tmp_path_factory.mktemp("stories") / "kasane.duckdb"
    write_sources(build_file, story_warehouse(STORIES))
    assert run_dbt(build_file, BUILD_ANEW) == []
    return build_file


@pytest.fixture(scope="module")
def found(built: Path) -> dict[str, list[str]]:
    return differences(built, STORIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_story_holds(story: Story, found: dict[str, list[str]]) -> None:
    assert found.get(story.title, []) == []


@pytest.mark.parametrize(("question", "sql"), QUERIES, ids=[question for question, _ in QUERIES])
def test_a_query_of_the_analysts_guide_gives_an_answer(question: str, sql: str, built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        assert connection.execute(sql).fetchone() is not None, question


def test_every_dashboards_query_can_be_asked(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        assert refused_queries(connection) == []


def test_every_index_of_the_serving_database_is_of_some_table(built: Path) -> None:
    """A column that was renamed would take its index along without a word."""
    with duckdb.connect(str(built), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in rows:
        tables.setdefault(table, []).append(column)
    plan = load_plan()
    made = {index for columns in tables.values() for index in plan.indexes_of(columns)}
    assert set(plan.indexes) - made == set()
