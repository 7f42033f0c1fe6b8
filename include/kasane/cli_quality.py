"""``kasane quality``: what an office needs to mend its data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kasane.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Lists of values to mend (所管課の一覧) for the offices: restricted.")
OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]


@app.command()
def office(
    out: Annotated[Path, typer.Option(help="The folder to write to, outside the data directory.")],
    by: Annotated[str, typer.Option(help="Who takes the lists out; it is kept.")],
    reason: Annotated[str, typer.Option(help="Why, in a few words; it is kept.")],
    owner: Annotated[str | None, typer.Option(help="The office (所管課) as the contracts name it; none: all.")] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write what is wrong in an office's data, record by record, in the encoding and words of its own system."""
    from kasane.pipeline.office_list import write_office_lists

    written = write_office_lists(load_settings(data, config), owner, out, by, reason)
    for each in written:
        OUT.print(f"{each.owner}  {each.table}  {each.rows:,} values: {each.file}", markup=False, soft_wrap=True)
    OUT.print("hand them to their offices, and delete them when they are replaced", markup=False, soft_wrap=True)
