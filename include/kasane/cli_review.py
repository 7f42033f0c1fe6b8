"""``kasane review``: work the queue of pairs that wait for a person's decision. It reads the restricted zone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kasane.errors import KasaneError, Problem
from kasane.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The review queue of the linkage (名寄せの確認待ち): for named reviewers.")
OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]
By = Annotated[str, typer.Option(help="Who decides.")]
Reason = Annotated[str, typer.Option(help="Why, in a few words; it is kept with the decision.")]
RecordId = Annotated[str, typer.Argument(help="A record's id, as the export shows it: feed|role|key.")]
NEXT = "`kasane build` brings it into the warehouse"


@app.command("list")
def show(data: Data = None, config: Config = None) -> None:
    """How many pairs wait, why, and for how long."""
    from kasane.pipeline.review_queue import count_queue, word_labels

    settings = load_settings(data, config)
    labels = word_labels(settings)
    table = Table("理由", "件数", "最も古い", "日数", "中央の日数")
    counts = count_queue(settings)
    for each in counts:
        ages = (str((date.today() - day).days) for day in (each.oldest, each.median))
        table.add_row(labels.get(each.reason, each.reason), f"{each.pairs:,}", each.oldest.isoformat(), *ages)
    OUT.print(table)
    OUT.print(f"{sum(each.pairs for each in counts):,} pairs wait", markup=False, soft_wrap=True)


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="The .csv or .xlsx file to write; restricted, for its owner alone.")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Write the queue as a table, both records of a pair side by side, with columns to decide in."""
    from kasane.pipeline.review import export_queue

    count = export_queue(load_settings(data, config), out)
    OUT.print(f"{count:,} pairs: {out}; delete the file when it is reviewed", markup=False, soft_wrap=True)


@app.command()
def page(
    out: Annotated[Path, typer.Option(help="The .html file to write; restricted, for its owner alone.")],
    limit: Annotated[int, typer.Option(min=1, max=2_000, help="So many pairs, the longest waiting first.")] = 200,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write the queue as a page to decide on in a browser, without a network."""
    from kasane.pipeline.review import write_page

    count = write_page(load_settings(data, config), out, limit)
    OUT.print(f"{count:,} pairs: {out}; delete the file when it is reviewed", markup=False, soft_wrap=True)


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="The reviewed .csv or .xlsx, or the CSV that the page saved.")],
    by: By,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take the decisions of a reviewed file, all or none of them."""
    from kasane.pipeline.review import import_decisions

    count = import_decisions(load_settings(data, config), file, by)
    OUT.print(f"{count:,} pairs decided by {by}; {NEXT}", markup=False, soft_wrap=True)


@app.command()
def decide(
    left: RecordId,
    right: RecordId,
    by: By,
    reason: Reason,
    must_link: Annotated[bool, typer.Option("--must-link", help="They are one person.")] = False,
    cannot_link: Annotated[bool, typer.Option("--cannot-link", help="They are two people.")] = False,
    data: Data = None,
) -> None:
    """Decide one pair of records, in the queue or not."""
    from kasane.pipeline.review import decide as decide_pair

    if must_link == cannot_link:
        raise KasaneError(Problem("nothing is decided", "say --must-link or --cannot-link, one of them"))
    count = decide_pair(load_settings(data), left, right, "must_link" if must_link else "cannot_link", by, reason)
    OUT.print(f"decided by {by}; {NEXT}" if count else "it stood so already", markup=False, soft_wrap=True)


@app.command()
def unmerge(left: RecordId, right: RecordId, by: By, reason: Reason, data: Data = None) -> None:
    """Make two people of what was shown as one, and list the releases that showed it."""
    from kasane.pipeline.unmerge import unmerge as separate

    shown = separate(load_settings(data), left, right, by, reason)
    table = Table("公開の版", "その版での人の仮名")
    for each in shown:
        table.add_row(each.release_id, each.person_id)
    OUT.print(table)
    OUT.print(f"{len(shown)} releases showed both as one person; {NEXT}", markup=False, soft_wrap=True)
