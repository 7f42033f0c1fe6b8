"""``kasane publication``: what was published, and approved corrections of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kasane.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="What was published (公表): approved corrections.")
OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]


@app.command()
def correct(
    month: Annotated[datetime, typer.Option(help="The month end, as 2025-03-31.", formats=["%Y-%m-%d"])],
    by: Annotated[str, typer.Option(help="Who approves the correction.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the heading of the published files.")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Publish a month's overlap anew as the release in force has it, where the attacker lets it pass."""
    from kasane.pipeline.correct import correct_publication

    told = correct_publication(load_settings(data, config), month.date(), by, reason)
    OUT.print(told, markup=False, soft_wrap=True)


@app.callback()
def _group() -> None:
    """What was published (公表): approved corrections."""
