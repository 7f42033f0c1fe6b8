"""``--as-of D`` for pulls from a database: of their rows, those that were last changed on D or before (ADR 0016)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from kasane.contracts.delivery import Delivery
from kasane.contracts.model import Contract
from kasane.sql import identifier, literal


def known_rows(contract: Contract, day: date | None) -> str | None:
    """The condition, in SQL, of the rows of a table that were known on ``day``; None where all of them were."""
    if day is None or contract.kind != "incremental" or contract.version is None:
        return None
    return f"cast({identifier(contract.version)} as date) <= cast({literal(day.isoformat())} as date)"


def deliveries_as_of(
    deliveries: Sequence[Delivery], contracts: Mapping[str, Contract], lake: Path, day: date | None
) -> list[Delivery]:
    """The deliveries as they would stand had nothing changed in the databases after ``day``.

    A pull keeps the rows known then, and is based on the highest day that the feed had told by it, not after
    ``day``; without such a row it is left out. All other deliveries stay as they are.
    """
    if day is None:
        return list(deliveries)
    reached: dict[str, date] = {}
    kept: dict[str, Delivery] = {}
    for delivery in sorted(deliveries, key=lambda item: (item.feed, item.sequence)):
        known = _as_of(delivery, contracts[delivery.table], lake, day, reached.get(delivery.feed, date.min))
        if known is not None:
            reached[delivery.feed] = max(reached.get(delivery.feed, date.min), known.base_date or date.min)
            kept[delivery.delivery_id] = known
    return [kept[item.delivery_id] for item in deliveries if item.delivery_id in kept]


def _as_of(delivery: Delivery, contract: Contract, lake: Path, day: date, reached: date) -> Delivery | None:
    condition = known_rows(contract, day)
    if condition is None:
        return delivery
    is_later = (delivery.base_date or date.min) > day
    if not delivery.in_force:
        return None if is_later else delivery
    highest, hidden = _told(lake / delivery.table / delivery.delivery_id / "rows.parquet", contract, condition)
    if is_later and highest is None:
        return None
    return replace(
        delivery,
        base_date=max(reached, highest or date.min) if is_later else delivery.base_date,
        rows_in=(delivery.rows_in or 0) - hidden,
        rows_loaded=delivery.rows_loaded - hidden,
    )


def _told(rows: Path, contract: Contract, condition: str) -> tuple[date | None, int]:
    """The highest day among the known rows of a pull, and how many rows are not known yet."""
    day = f"cast({identifier(contract.version or '')} as date)"
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select max({day}) filter ({condition}), count(*) filter (not ({condition}))"
            f" from read_parquet({literal(str(rows))})"
        ).fetchone()
    return (found[0], found[1]) if found else (None, 0)
