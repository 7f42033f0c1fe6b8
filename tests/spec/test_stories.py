"""Every definition holds on stories whose numbers were counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from judge import differences
from story import Story, load_stories, story_warehouse

from support.warehouse import BUILD_ANEW, run_dbt, write_sources

STORIES = load_stories()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """One build over all stories; dbt's own tests must hold on them too."""
    build_file: Path = tmp_path_factory.mktemp("stories") / "kasane.duckdb"
    write_sources(build_file, story_warehouse(STORIES))
    assert run_dbt(build_file, BUILD_ANEW) == []
    return differences(build_file, STORIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_story_holds(story: Story, found: dict[str, list[str]]) -> None:
    assert found.get(story.title, []) == []
