"""``kasane list``: lists of persons for case workers. They leave the restricted zone by a recorded word alone."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kasane.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Lists of persons (名簿) for case workers: restricted extracts.")
OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]
Purpose = Annotated[str, typer.Option(help="What the list is for, in one line; it stands on the list.")]
Expires = Annotated[datetime, typer.Option(help="The last day on which the list may be there.", formats=["%Y-%m-%d"])]
Out = Annotated[Path, typer.Option(help="The .csv or .xlsx file to write, outside the data directory.")]
_WHY = {"expired": "期限切れ", "consent": "同意の撤回", "protection": "支援措置"}


@app.command()
def unmarked(
    month: Annotated[str, typer.Option(help="The month, as 2025-03.")],
    purpose: Purpose,
    basis: Annotated[str, typer.Option(help="The legal basis: a code of seeds/policy/list_basis.csv.")],
    recipient: Annotated[str, typer.Option(help="Who receives it: a code of seeds/policy/list_recipient.csv.")],
    expires: Expires,
    out: Out,
    data: Data = None,
    config: Config = None,
) -> None:
    """Who lives in the households that nobody reaches (ノーマーク)."""
    from kasane.pipeline.list_order import ListOrder
    from kasane.pipeline.person_list import write_unmarked

    order = ListOrder(purpose, basis, recipient, expires.date(), out)
    written = write_unmarked(load_settings(data, config), order, month, date.today())
    _tell(written.list_id, written.persons, expires)


@app.command()
def shared(
    agency: Annotated[str, typer.Option(help="The agency that receives it: a code of kikan.")],
    purpose: Purpose,
    expires: Expires,
    out: Out,
    basis: Annotated[str, typer.Option(help="The legal basis: a code of seeds/policy/list_basis.csv.")] = "consent",
    data: Data = None,
    config: Config = None,
) -> None:
    """Consulters whose consent in force covers an agency."""
    from kasane.pipeline.list_order import ListOrder
    from kasane.pipeline.person_list import write_shared

    order = ListOrder(purpose, basis, agency, expires.date(), out)
    written = write_shared(load_settings(data, config), order, date.today())
    _tell(written.list_id, written.persons, expires)


@app.command()
def expired(data: Data = None, config: Config = None) -> None:
    """Lists that must be gone: their time is over, or somebody on them took consent back or is protected now."""
    from kasane.pipeline.list_recall import overdue_lists

    found = overdue_lists(load_settings(data, config), date.today())
    table = Table("名簿の番号")
    table.add_column("ファイル", overflow="fold")
    for heading in ("提供先", "廃棄期限", "理由", "書いた場所に"):
        table.add_column(heading)
    for each in found:
        there = "残っている" if each.is_there else "ない"
        table.add_row(each.list_id, each.file, each.recipient, each.expires, _WHY[each.why], there)
    OUT.print(table)
    left = sum(each.is_there for each in found)
    OUT.print(f"{left} of {len(found)} files are still there: delete them, and every copy", markup=False)


def _tell(list_id: str, persons: int, expires: datetime) -> None:
    OUT.print(f"list {list_id}: {persons:,} persons, until {expires:%Y-%m-%d}", markup=False, soft_wrap=True)
