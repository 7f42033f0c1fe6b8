"""``kasane lineage``, ``serve`` and ``docs``: what may leave its zone, the zones in PostgreSQL, dbt docs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kasane.settings import load_settings

OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]


def lineage(
    check: Annotated[bool, typer.Option("--check", help="Fail where restricted content leaves its zone.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the lineage of every column as JSON.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Write expectations/lineage.json anew.")] = False,
) -> None:
    """Follow every contract column through the models; what may leave its zone: expectations/gates.yml."""
    from kasane.lineage import check_lineage, update_lineage, write_lineage

    if update:
        OUT.print(update_lineage(), markup=False, soft_wrap=True)
    if check or (out is None and not update):
        OUT.print(check_lineage(), markup=False, soft_wrap=True)
    if out is not None:
        OUT.print(write_lineage(out), markup=False, soft_wrap=True)


def serve_release(data: Data = None, config: Config = None) -> None:
    """Load the release in force into the serving PostgreSQL (KASANE_SERVING_URL)."""
    from kasane.pipeline import serve

    OUT.print(serve(load_settings(data, config)).summary(), markup=False, soft_wrap=True)


def docs(data: Data = None, config: Config = None) -> None:
    """Write dbt docs, one page that opens offline, into the reports of the release in force."""
    from kasane.pipeline import publish_reports, write_dbt_docs

    settings = load_settings(data, config)
    page = write_dbt_docs(settings)
    publish_reports(settings)
    OUT.print(f"dbt docs: {page}", markup=False, soft_wrap=True)
