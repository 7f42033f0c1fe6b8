"""A contract's ``batch`` section as checks and as a Great Expectations suite."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from kasane.contracts.model import Contract
from kasane.quality.checks import Check
from kasane.quality.engine import build_suite
from kasane.quality.profile import share_name

if TYPE_CHECKING:
    import great_expectations as gx

VOLUME = "row_change"


def batch_checks(contract: Contract) -> list[Check]:
    """The checks of a verdict, from the contract's completeness and share rules; keys once a full feed."""
    checks = [
        Check(f"complete__{rule.field}", f"{_label(contract, rule.field)}の記入率", rule.severity, rule.at_least)
        for rule in contract.batch.completeness
    ]
    checks += [
        Check(
            share_name(rule.field, rule.value),
            f"{_label(contract, rule.field)}＝{rule.value} の割合",
            rule.severity,
            rule.at_least,
            rule.at_most,
        )
        for rule in contract.batch.share
    ]
    if contract.kind == "full":
        checks.append(Check("key_share", "キーの一意性（異なるキー÷行数）", "refuse", 1.0, 1.0))
    return checks


def batch_suite(contract: Contract) -> gx.ExpectationSuite:
    """The GX suite of a feed's read batches, generated from its contract."""
    return build_suite(contract.table, batch_checks(contract))


def suite_hash(contract: Contract) -> str:
    """SHA-256 of what decides a verdict: names, bounds and severities of the checks, not their wording."""
    decisive = [(c.name, c.severity, c.at_least, c.at_most) for c in batch_checks(contract)]
    return hashlib.sha256(json.dumps([contract.table, *decisive]).encode()).hexdigest()


def volume_check(contract: Contract) -> Check | None:
    """The contract's volume rule, shown as a warning: whether a batch is refused by it the ledger decides."""
    rule = contract.batch.volume
    if rule is None or contract.kind != "full":
        return None
    return Check(VOLUME, "前回からの行数の増減", "warning", -rule.max_change, rule.max_change)


def _label(contract: Contract, field: str) -> str:
    return contract.by_name[field].source if field in contract.by_name else field
