"""Files that are made from the contracts, committed, and compared in ``make check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kasane.contracts.load import load_contracts
from kasane.contracts.model import Contract
from kasane.errors import ContractError, KasaneError, Problem
from kasane.files import write_atomically
from kasane.settings import PROJECT_ROOT, load_settings


def write_or_check(path: Path, content: str, check: bool, command: str) -> None:
    """Write ``content`` to ``path`` or, with ``check``, raise ContractError when it holds anything else."""
    if not check:
        write_atomically(path, content.encode())
        return
    if not path.is_file() or path.read_text(encoding="utf-8") != content:
        shown = str(path.relative_to(PROJECT_ROOT)) if path.is_relative_to(PROJECT_ROOT) else str(path)
        raise ContractError(Problem("differs from the contracts", f"run `{command}` and commit it", shown))


def main(
    arguments: Sequence[str] | None,
    module: str,
    path: Path,
    render: Callable[[Mapping[str, Contract]], str],
) -> int:
    """The command line of a generator: writes ``path``, or compares it with ``--check`` (exit 1 when it differs)."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args(arguments).check
    try:
        contracts = load_contracts(load_settings().contract_dirs[:1])
        write_or_check(path, render(contracts), check, f"python -m {module}")
    except KasaneError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
