"""The ledger as it stands: contracts, and what becomes of every delivery by all manifests and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kasane.contracts import load_contracts
from kasane.contracts.delivery import Delivery
from kasane.contracts.model import Contract
from kasane.contracts.municipality import unused_feeds
from kasane.errors import KasaneError, Problem
from kasane.extract import ledger
from kasane.extract.tombstones import read_tombstones
from kasane.pipeline.as_of import deliveries_as_of
from kasane.quality import failed_checks
from kasane.settings import Settings


@dataclass(frozen=True)
class LedgerState:
    """All deliveries with their status, the months of the warehouse, and what is in force at each month end.

    Of ``unused`` feeds nothing counts, whatever was delivered before they were switched off (docs/adr/0059).
    """

    contracts: dict[str, Contract]
    unused: frozenset[str]
    deliveries: Sequence[Delivery]
    months: Sequence[date]
    month_deliveries: Sequence[tuple[date, Delivery]]


def load_ledger(settings: Settings, feed: str | None = None, with_unused: bool = False) -> LedgerState:
    """Derive the ledger anew from the manifests in the lake, the verdicts and the operators' decisions.

    ``feed``: of one feed alone, which is all that it takes to know what becomes of its deliveries. ``with_unused``:
    feeds that the municipality does not use count, too, as for what must be kept and for how long.
    """
    unused = frozenset() if with_unused else unused_feeds(settings)
    contracts = load_contracts(settings.contract_dirs)
    if feed is not None:
        contracts = {table: contract for table, contract in contracts.items() if contract.feed == feed}
    used = [contract for contract in contracts.values() if contract.feed not in unused]
    manifests = [manifest for contract in used for manifest in ledger.load_manifests(settings.data, contract)]
    stones = [
        stone
        for name in sorted({contract.feed for contract in used})
        for stone in read_tombstones(settings.data.landing / name)
    ]
    # A killed deletion leaves folders of the lake behind.
    dead = {(stone.file_name, stone.sha256) for stone in stones}
    manifests = [each for each in manifests if (each.file_name, each.sha256) not in dead]
    # What was deleted still says what the others are judged by: a volume, a content that came before.
    manifests += ledger.kept_manifests(stones)
    deliveries = ledger.derive(
        manifests,
        ledger.load_decisions(settings.data),
        contracts,
        as_of(settings),
        failed_checks(settings.data, contracts),
    )
    deliveries, gone = ledger.with_deleted(deliveries, stones)
    deliveries = deliveries_as_of(deliveries, contracts, settings.data.lake, as_of(settings))
    months = ledger.whole_months(ledger.months(deliveries), deliveries, gone, contracts)
    in_force = ledger.month_deliveries(deliveries, contracts, months)
    return LedgerState(contracts, unused, deliveries, months, in_force)


def as_of(settings: Settings) -> date | None:
    """The day of ``--as-of``; raises KasaneError where it is no day."""
    if settings.as_of is None:
        return None
    try:
        return date.fromisoformat(settings.as_of)
    except ValueError:
        raise KasaneError(
            Problem(what=f"--as-of {settings.as_of} is no day", remedy="write it as 2025-03-31")
        ) from None
