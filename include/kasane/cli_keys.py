"""``kasane keys`` and ``kasane extract``: what the custodian of the pseudonym keys (仮名鍵の管理者) does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kasane.errors import KasaneError, Problem
from kasane.settings import load_settings

keys = typer.Typer(no_args_is_help=True, help="The versions of the pseudonym key (仮名の鍵): for its custodian.")
extract = typer.Typer(invoke_without_command=True, help="A table for one recipient, under ids of its own (提供用抽出).")
OUT = Console()

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]
By = Annotated[str, typer.Option(help="Who does this; it is kept.")]
Reason = Annotated[str, typer.Option(help="Why, in a few words; it is kept.")]
Out = Annotated[Path, typer.Option(help="The file to write, for its owner alone.")]
Recipient = Annotated[str, typer.Option(help="The recipient's code; the same code gives the same ids.")]
Version = Annotated[int | None, typer.Option(help="A version of the key; by default the one in force.")]
_WORDS = {"in_force": "使用中", "kept": "保管", "retired": "廃棄済み"}


@keys.command("list")
def show(data: Data = None, config: Config = None) -> None:
    """Every version of the key: its name, state, who made it and why. No key is shown."""
    from kasane.pipeline.key_rotation import list_keys

    table = Table("版", "見分け", "状態", "日時", "だれが", "理由")
    for each in list_keys(load_settings(data, config)):
        table.add_row(str(each.version), each.key_id, _WORDS[each.state], each.since, each.by, each.reason)
    OUT.print(table)


@keys.command()
def rotate(by: By, reason: Reason, data: Data = None, config: Config = None) -> None:
    """Put a new version of the key in force: every id changes with the next build."""
    from kasane.pipeline.key_rotation import rotate as make_version

    new = make_version(load_settings(data, config), by, reason)
    text = f"version {new.version} ({new.key_id}) is in force; `kasane build` gives every id anew. Back the key up now."
    OUT.print(text, markup=False, soft_wrap=True)


@keys.command()
def retire(
    version: Annotated[int, typer.Argument(help="An older version.")],
    by: By,
    reason: Reason,
    data: Data = None,
    config: Config = None,
) -> None:
    """Destroy an older version of the key: its ids can't be traced any more, here or in any copy."""
    from kasane.pipeline.key_rotation import retire as destroy

    destroy(load_settings(data, config), version, by, reason)
    OUT.print(f"version {version} is destroyed; destroy its safe copies too", markup=False, soft_wrap=True)


@keys.command()
def crosswalk(
    old: Annotated[int, typer.Option("--from", help="The older version.")],
    out: Out,
    by: By,
    reason: Reason,
    new: Annotated[int | None, typer.Option("--to", help="The newer version; by default the one in force.")] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write which id of one version is which of another (CSV). Restricted; noted in the audit log."""
    from kasane.pipeline.crosswalk import write_crosswalk

    count = write_crosswalk(load_settings(data, config), old, new, out, by, reason)
    OUT.print(f"{count:,} ids: {out}; delete the file when it has served", markup=False, soft_wrap=True)


@extract.callback()
def give(
    context: typer.Context,
    recipient: Annotated[str | None, typer.Option(help="The recipient's code; the same code, the same ids.")] = None,
    relation: Annotated[str | None, typer.Option(help="A relation of the analysts' zone, as marts.dim_person.")] = None,
    out: Annotated[Path | None, typer.Option(help="The .csv or .parquet file to write.")] = None,
    by: Annotated[str | None, typer.Option(help="Who takes it out; it is kept.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept.")] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write a relation with ids that this recipient alone has: two recipients' files don't join."""
    if context.invoked_subcommand is not None:
        return
    from kasane.pipeline.recipient_extract import write_extract

    if recipient is None or relation is None or out is None:
        needed = (("--recipient", recipient), ("--relation", relation), ("--out", out))
        raise KasaneError(Problem(f"missing: {', '.join(name for name, value in needed if value is None)}", "add them"))
    done = write_extract(load_settings(data, config), recipient, relation, out, by or "", reason or "")
    text = f"{done.rows:,} rows with {done.ids:,} ids of {recipient}, release {done.release_id}: {out}"
    OUT.print(text, markup=False, soft_wrap=True)


@extract.command()
def reidentify(
    recipient: Recipient,
    file: Annotated[Path, typer.Option(help="A file with the recipient's ids.")],
    out: Out,
    by: By,
    reason: Reason,
    version: Version = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write which of our ids a recipient's ids are (CSV). Restricted; noted in the audit log."""
    from kasane.pipeline.recipient_extract import reidentify as find

    count = find(load_settings(data, config), recipient, file, version, out, by, reason)
    OUT.print(f"{count:,} ids: {out}; delete the file when it has served", markup=False, soft_wrap=True)
