"""The months of the warehouse, and which delivery of each full feed counts at each month end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from kasane.contracts.delivery import Delivery
from kasane.contracts.model import Contract

REGISTER_FEED = "jumin"


def months(deliveries: Iterable[Delivery]) -> list[date]:
    """All month ends M: from the month of the first accepted register to the last one that any feed has reached.

    Source: definitions.md, "Household". Empty where no register was accepted. A register without a single person
    begins nothing: it tells of no month who lives here.
    """
    accepted = [(item, item.base_date) for item in deliveries if item.status == "accepted" and item.base_date]
    register = [base_date for item, base_date in accepted if item.feed == REGISTER_FEED and item.rows_in != 0]
    if not register:
        return []
    latest = max(base_date for _, base_date in accepted)
    found: list[date] = []
    month = month_end(min(register))
    while month <= latest:
        found.append(month)
        month = month_end(month + timedelta(days=1))
    return found


def month_deliveries(
    deliveries: Iterable[Delivery], contracts: Mapping[str, Contract], month_ends: Sequence[date]
) -> list[tuple[date, Delivery]]:
    """For each month end the latest delivery in force, based that day or before, of each part of each full table."""
    full = [
        item
        for item in deliveries
        if item.in_force and item.base_date and item.table in contracts and contracts[item.table].kind == "full"
    ]
    found: list[tuple[date, Delivery]] = []
    for month in month_ends:
        latest: dict[tuple[str, str], Delivery] = {}
        for item in full:
            known = latest.get((item.table, item.part))
            if _base(item) <= month and (known is None or _base(known) < _base(item)):
                latest[item.table, item.part] = item
        found += [(month, latest[key]) for key in sorted(latest)]
    return found


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _base(delivery: Delivery) -> date:
    return delivery.base_date or date.min
