"""The guides name every mart, only commands and options that there are, and pages that can be opened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from kasane.cli import app
from kasane.contracts.codes import load_policy_table
from kasane.settings import PROJECT_ROOT, load_settings
from support.guides import DOCS, commands, guide_queries

GUIDES = [DOCS / "operators_guide.md", DOCS / "analysts_guide.md"]
PAGES = [*GUIDES, PROJECT_ROOT / "README.md"]
MARTS = {file.stem for file in (PROJECT_ROOT / "dbt_project" / "models" / "marts").glob("*.sql")}


def test_every_mart_has_its_row_in_the_analysts_guide() -> None:
    rows = re.findall(r"^\| `marts\.(\w+)` \|(.+)\|(.+)\|(.+)\|$", GUIDES[1].read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(name for name, *_ in rows) == sorted(MARTS)
    assert [name for name, *cells in rows if not all(cell.strip() for cell in cells)] == []


def test_every_sql_block_of_the_analysts_guide_is_one_of_the_tried_queries() -> None:
    text = GUIDES[1].read_text(encoding="utf-8")
    assert len(guide_queries()) == text.count("```sql\n") >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_and_options_exist(page: Path) -> None:
    found = commands(page)
    assert found
    assert [" ".join(words) for words in found if not _is_known(words[1:])] == []


def _is_known(words: list[str]) -> bool:
    command = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        if words[0].startswith("-"):
            break
        if words[0] not in command.commands:
            return False
        command, words = command.commands[words[0]], words[1:]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    named = {word.split("=")[0] for word in words if re.fullmatch(r"--[a-z-]+(=.*)?", word)}
    return named <= options | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_glossary_has_the_words_that_the_pages_call_things_by() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    policy = load_settings().seed_dirs[:1]
    seeds = ("pattern.csv", "domain.csv")
    labels = [row["label"] for seed in seeds for row in load_policy_table(policy, seed, ("label",))]
    levels = {row["level"] for row in load_policy_table(policy, "kpi.csv", ("level",))}
    assert len(labels) > 10
    assert [word for word in (*labels, *levels) if word not in glossary] == []


def test_the_glossary_has_each_word_once_and_says_what_it_means() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", glossary, re.MULTILINE)]
    heads = [row[0] for row in rows if row[0] != "日本語"]
    assert [row for row in rows if len(row) != 3 or not all(cell.strip() for cell in row)] == []
    assert sorted({head for head in heads if heads.count(head) > 1}) == []
