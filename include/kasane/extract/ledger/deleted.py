"""What becomes in the ledger of deliveries that were deleted, and which months can still be told (docs/adr/0044)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kasane.contracts.delivery import Delivery, Manifest
from kasane.contracts.model import Contract
from kasane.extract.tombstones import Tombstone

STATUS = "deleted"


def kept_manifests(stones: Sequence[Tombstone]) -> list[Manifest]:
    """How the deleted deliveries were read; one that an edition stands for is left to that edition."""
    return [stone.manifest for stone in stones if stone.manifest and not stone.replaced_by]


def with_deleted(deliveries: Sequence[Delivery], stones: Sequence[Tombstone]) -> tuple[list[Delivery], list[Delivery]]:
    """All deliveries, the deleted ones as such, and those among them that would be in force had they been kept.

    A deleted delivery keeps its number of records (``rows_in``); none of them is loaded.
    """
    by_id = {stone.manifest.delivery_id: stone for stone in stones if stone.manifest}
    told = [_deleted(each, by_id[each.delivery_id]) if each.delivery_id in by_id else each for each in deliveries]
    replaced = [_replaced(stone.manifest, stone) for stone in stones if stone.manifest and stone.replaced_by]
    gone = [each for each in deliveries if each.delivery_id in by_id and each.in_force]
    return [*told, *replaced], gone


def whole_months(
    months: Sequence[date], deliveries: Sequence[Delivery], gone: Sequence[Delivery], contracts: Mapping[str, Contract]
) -> list[date]:
    """The months after the last one that a deleted full file was read for: an earlier one would lack a whole feed."""
    broken = [month for each in gone for month in months if _was_read(each, month, deliveries, contracts)]
    return [month for month in months if not broken or month > max(broken)]


def _was_read(gone: Delivery, month: date, deliveries: Sequence[Delivery], contracts: Mapping[str, Contract]) -> bool:
    base = gone.base_date
    if base is None or base > month or gone.table not in contracts or contracts[gone.table].kind != "full":
        return False
    return not any(
        each.in_force
        and (each.table, each.part) == (gone.table, gone.part)
        and base < (each.base_date or base) <= month
        for each in deliveries
    )


def _deleted(delivery: Delivery, stone: Tombstone) -> Delivery:
    return replace(
        delivery,
        status=STATUS,
        reason_code=stone.cause,
        reason=stone.reason,
        rows_loaded=0,
        rows_quarantined=0,
        rows_superseded=0,
        warnings=0,
        in_force=False,
    )


def _replaced(manifest: Manifest, stone: Tombstone) -> Delivery:
    return Delivery(
        delivery_id=manifest.delivery_id,
        feed=manifest.feed,
        table=manifest.table,
        part=manifest.part,
        file_name=manifest.file_name,
        sha256=manifest.sha256,
        base_date=manifest.base_date,
        sequence=manifest.sequence,
        status=STATUS,
        reason_code=stone.cause,
        reason=stone.reason,
        rows_in=manifest.rows_in,
        rows_loaded=0,
        rows_quarantined=0,
        rows_superseded=0,
        warnings=0,
        in_force=False,
    )
