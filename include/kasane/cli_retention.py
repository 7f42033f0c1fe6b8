"""``kasane retain``, ``erase`` and ``subject``: what is deleted when, and what is known of one person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kasane.settings import load_settings

OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]
By = Annotated[str, typer.Option(help="Who decides; it is kept.")]
Reason = Annotated[str, typer.Option(help="Why, in a few words; it is kept.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")]
Person = Annotated[str, typer.Argument(help="宛名番号, or a person_id of the release in force.")]
NEXT = "`kasane build` makes the warehouse without it, and removes the release that still shows it"


def add_to(app: typer.Typer) -> None:
    """Give the command line these three verbs."""
    for verb in (retain, erase, subject):
        app.command()(verb)


def retain(
    as_of: Annotated[str, typer.Option(help="The day on which a time must be over, as 2030-04-01.")],
    by: By = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Delete the deliveries that the contracts no longer keep, down to landing; each leaves a tombstone."""
    from kasane.pipeline.retention import retain as delete_over

    over = delete_over(load_settings(data, config), as_of, by, reason, dry_run)
    for each in over:
        OUT.print(f"{each.until}  {each.file.feed}  {each.file.file_name}", markup=False, soft_wrap=True)
    done = "would be deleted" if dry_run else f"deleted; {NEXT}" if over else "are over"
    OUT.print(f"{len(over):,} deliveries {done}", markup=False, soft_wrap=True)


def erase(
    person: Person,
    basis: Annotated[str, typer.Option(help="The legal basis, as 個人情報保護法第101条; it is kept.")],
    by: By,
    reason: Reason,
    dry_run: DryRun = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Erase one person's records down to landing; they don't come back with a delivery."""
    from kasane.pipeline.erasure import erase as erase_person

    erased = erase_person(load_settings(data, config), person, by, reason, basis, dry_run)
    for each in erased:
        OUT.print(f"{each.feed}  {each.file_name}  {each.rows} records", markup=False, soft_wrap=True)
    done = "hold records of the person" if dry_run else f"hold no record of the person any more; {NEXT}"
    OUT.print(f"{len(erased):,} deliveries {done}", markup=False, soft_wrap=True)


def subject(
    person: Person,
    out: Annotated[Path, typer.Option(help="The .xlsx or .csv file to write, for its owner alone.")],
    by: By,
    reason: Reason,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write all that is processed about one person: records, links, households, releases, decisions."""
    from kasane.pipeline.subject import write_subject

    done = write_subject(load_settings(data, config), person, out, by, reason)
    counts = ", ".join(f"{title} {rows:,}" for title, rows in done.rows.items())
    OUT.print(f"{counts}: {out}; hand it over and delete it", markup=False, soft_wrap=True)
