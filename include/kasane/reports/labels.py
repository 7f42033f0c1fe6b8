"""How people read a feed's name: its contract's title, the one home of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kasane.contracts import load_contracts

_NAMES = re.compile(r"[a-z][a-z_]+[a-z]")


def load_feed_titles(contract_dirs: Sequence[Path]) -> Mapping[str, str]:
    """Feed → Japanese title, from the contracts; raises ContractError."""
    return {contract.feed: contract.title for contract in load_contracts(contract_dirs).values()}


def load_table_titles(contract_dirs: Sequence[Path]) -> Mapping[str, str]:
    """Table → Japanese title, the feed's and the table's where a feed delivers several; raises ContractError."""
    return {table: contract.full_title for table, contract in load_contracts(contract_dirs).items()}


def load_source_titles(contract_dirs: Sequence[Path]) -> Mapping[str, str]:
    """Feed or table → Japanese title, as a mart's reason may name either; raises ContractError."""
    return {**load_feed_titles(contract_dirs), **load_table_titles(contract_dirs)}


def name_sources(text: str, titles: Mapping[str, str]) -> str:
    """A mart's sentence with feeds and tables by their title; other words stay."""
    return _NAMES.sub(lambda found: titles.get(found[0], found[0]), text)
