"""How people read a feed's name: its contract's title, the one home of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kasane.contracts import load_contracts


def load_feed_titles(contract_dirs: Sequence[Path]) -> Mapping[str, str]:
    """Feed → Japanese title, from the contracts; raises ContractError."""
    return {contract.feed: contract.title for contract in load_contracts(contract_dirs).values()}
