"""How people read a feed's name and a reason's code: from the contracts and the code lists, their one home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kasane.contracts import load_contracts
from kasane.contracts.codes import load_code_texts


@dataclass(frozen=True)
class Labels:
    """Japanese names: feed → title, reason code → (label, what to do). What is not here is shown by its code."""

    feeds: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def feed(self, feed: str) -> str:
        """A feed's title."""
        return self.feeds.get(feed, feed)

    def reason(self, code: str) -> str:
        """A reason's label."""
        return self.reasons.get(code, (code, ""))[0]

    def remedy(self, code: str) -> str:
        """What to do about a reason; '' where nothing is known."""
        return self.reasons.get(code, ("", ""))[1]


def load_labels(contract_dirs: Sequence[Path], seed_dirs: Sequence[Path]) -> Labels:
    """Labels from the contracts and from seeds/codes/reason_code.csv; raises ContractError."""
    contracts = load_contracts(contract_dirs)
    reasons = load_code_texts(seed_dirs, "reason_code")
    return Labels(
        feeds={feed: contract.title for feed, contract in contracts.items()},
        reasons={code: (text.label, text.remedy) for code, text in reasons.items()},
    )
