"""An operator's decision to accept a delivery that was refused for its volume."""

from __future__ import annotations

from kasane.errors import KasaneError, Problem
from kasane.extract import ledger
from kasane.lock import writer_lock
from kasane.pipeline.state import load_ledger
from kasane.settings import Settings

SHORTEST_HASH = 8


def accept_delivery(settings: Settings, file_name: str, sha256: str, by: str, reason: str) -> str:
    """Record the decision and say what follows; raises KasaneError where there is nothing to accept.

    ``sha256`` may be the first 8 characters or more, as ``kasane status`` shows them.
    """
    with writer_lock(settings.data):
        found = [
            delivery
            for delivery in load_ledger(settings).deliveries
            if delivery.file_name == file_name and delivery.sha256.startswith(sha256.lower())
        ]
        if len(sha256) < SHORTEST_HASH or len(found) != 1:
            raise KasaneError(
                Problem(
                    what=f"no delivery of this name has a SHA-256 that begins with {sha256}",
                    remedy="`kasane status` shows the names and hashes of refused files",
                    file=file_name,
                )
            )
        ledger.record_decision(settings.data, found[0], by, reason)
    return f"{file_name} is accepted by {by}; `kasane build` brings it into the warehouse"
