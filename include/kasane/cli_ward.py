"""``kasane generate``: an invented ward."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kasane.files import remove_tree
from kasane.settings import load_settings

OUT = Console()


def generate(
    out: Annotated[Path, typer.Option(help="Where to write extracts/ and truth/.")],
    residents: Annotated[int, typer.Option(min=100, max=2_000_000)] = 20_000,
    months: Annotated[int, typer.Option(min=1, max=120)] = 24,
    seed: Annotated[int, typer.Option()] = 1,
    truth: Annotated[bool, typer.Option(help="Write the answer key too.")] = True,
    dirt: Annotated[bool, typer.Option(help="Spoil some deliveries, as real ones are.")] = True,
    config: Annotated[Path | None, typer.Option(help="A configuration: its code, and none of its feeds_off.")] = None,
) -> None:
    """Invent a ward and write its extracts in the real formats, with the answer key."""
    from kasane.contracts.municipality import load_municipality
    from kasane.ward import generate as generate_ward

    municipality = load_municipality(load_settings(config=config))
    made = generate_ward(
        out, residents=residents, months=months, seed=seed, dirt=dirt, truth=truth, code=municipality.code
    )
    for feed in municipality.feeds_off:
        remove_tree(out / "extracts" / feed)
    OUT.print(
        f"{made.residents:,} residents, {made.months} months, {made.files} files, {made.size / 1e6:.0f} MB: {out}",
        markup=False,
        soft_wrap=True,
    )
