"""``kasane init`` and ``kasane config``: another municipality's configuration, written and checked."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from kasane.errors import ContractError, KasaneError, Problem
from kasane.settings import Settings, load_settings

if TYPE_CHECKING:
    from kasane.pipeline.config_init import Wanted

config = typer.Typer(no_args_is_help=True, help="The configuration of a municipality.")
OUT = Console()


def add_to(app: typer.Typer) -> None:
    """Hang the commands onto the command line."""
    app.command()(init)
    app.add_typer(config, name="config")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; nothing is overwritten.")],
    code: Annotated[str | None, typer.Option(help="全国地方公共団体コード, 6 digits (999999: invented).")] = None,
    name: Annotated[str | None, typer.Option(help="The name that reports show, e.g. 江戸川区.")] = None,
    feeds_off: Annotated[str, typer.Option(help="Feeds that are not used, e.g. sanka,kenshu.")] = "",
    change: Annotated[str, typer.Option(help="Feeds of another form: their overlay is made ready.")] = "",
    threshold: Annotated[list[str] | None, typer.Option(help="A threshold of its own, as ID=VALUE.")] = None,
    at_rest: Annotated[str, typer.Option(help="plain or encrypted.")] = "plain",
) -> None:
    """Write the configuration of another municipality; without options on a terminal it asks."""
    from kasane.pipeline.config_init import Wanted, init_configuration

    defaults = replace(load_settings(), config_dir=None)
    wanted = Wanted(code or "", name or "", _listed(feeds_off), _listed(change), _thresholds(threshold or []), at_rest)
    if code is None and name is None and sys.stdin.isatty():
        wanted = _asked(wanted, defaults)
    elif missing := [option for option, given in (("--code", code), ("--name", name)) if given is None]:
        raise KasaneError([Problem(f"{option} is missing", "give it, or start on a terminal") for option in missing])
    for path in init_configuration(folder, wanted, defaults):
        OUT.print(str(path), markup=False, highlight=False, soft_wrap=True)
    OUT.print(f"次は {folder / 'README.md'} を / next, read it; then: kasane config check {folder}", markup=False,
              highlight=False, soft_wrap=True)  # fmt: skip


@config.command()
def check(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="By default KASANE_CONFIG.")] = None,
) -> None:
    """Say everything that is wrong with a configuration, each with its file and line."""
    from kasane.contracts.municipality import FILE, load_municipality
    from kasane.pipeline.config_check import configuration_problems

    settings = load_settings(config=folder)
    if settings.config_dir is None:
        raise KasaneError(Problem("no configuration is named", "kasane config check DIR, or set KASANE_CONFIG"))
    problems = list(configuration_problems(settings))
    if not (settings.config_dir / FILE).exists():
        what = "the file is missing: the invented ward's would count"
        problems.append(Problem(what, "kasane init writes one", str(settings.config_dir / FILE)))
    if problems:
        raise ContractError(problems)
    found = load_municipality(settings)
    unused = f"使わない資料 / not used: {', '.join(found.feeds_off)}"
    told = unused if found.feeds_off else "すべての資料を使う / all feeds"
    OUT.print(f"✓ {found.name} ({found.code}): {told}", markup=False, highlight=False, soft_wrap=True)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("、", ",").split(",") if part.strip())


def _thresholds(given: list[str]) -> Mapping[str, str]:
    wrong = [text for text in given if "=" not in text]
    if wrong:
        raise KasaneError([Problem(f"--threshold {text}", "write it as ID=VALUE") for text in wrong])
    return {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in given)}


def _asked(wanted: Wanted, defaults: Settings) -> Wanted:
    """Ask for code, name and feeds, each until it can be."""
    from kasane.pipeline.config_init import feed_titles

    wanted = replace(wanted, code="999999", name="-")
    wanted = _ask(wanted, "code", "全国地方公共団体コード（6桁） / code", defaults)
    wanted = _ask(wanted, "name", "名前 / name", defaults)
    table = Table("資料 feed", "")
    for feed, title in feed_titles(defaults).items():
        table.add_row(feed, title)
    OUT.print(table)
    return _ask(wanted, "feeds_off", "使わない資料（, で区切る。なければ Enter） / feeds not used", defaults)


def _ask(wanted: Wanted, part: str, question: str, defaults: Settings) -> Wanted:
    from kasane.pipeline.config_init import wanted_problems

    while True:
        answer = typer.prompt(question, default="" if part == "feeds_off" else None, show_default=False)
        tried = _with(wanted, part, answer.strip())
        problem = wanted_problems(tried, defaults).get(part)
        if problem is None:
            return tried
        OUT.print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)


def _with(wanted: Wanted, part: str, answer: str) -> Wanted:
    match part:
        case "code":
            return replace(wanted, code=answer)
        case "name":
            return replace(wanted, name=answer)
    return replace(wanted, feeds_off=_listed(answer))
