"""``kasane retain``: what is over by the contracts is deleted down to landing (docs/adr/0044)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kasane.contracts import by_feed, load_contracts
from kasane.contracts.delivery import Delivery, LandedFile
from kasane.contracts.model import Contract
from kasane.errors import KasaneError, Problem
from kasane.extract import load_landed
from kasane.lock import writer_lock
from kasane.pipeline.custody import note_custody
from kasane.pipeline.deletion import bury, forget_what_was_made, sweep_buried
from kasane.pipeline.state import load_ledger
from kasane.settings import Settings

_Key = tuple[str, str]


@dataclass(frozen=True)
class Over:
    """One delivery whose time is over: it was to be kept until ``until``, counted from ``counted_from``."""

    file: LandedFile
    contract: Contract
    counted_from: date
    until: date

    @property
    def reason(self) -> str:
        """What its tombstone says."""
        return (
            f"保存期限 {self.until}（{self.counted_from} から{self.contract.retention_years}年、"
            f"{self.contract.retention_basis or self.contract.legal_basis}）を過ぎて削除"
        )


def find_over(settings: Settings, as_of: date) -> list[Over]:
    """The deliveries that are over on a day, by feed and name.

    A full file counts from the base date of the file that took its place, and is not over while none has; a file of
    a delta or pulled feed, and one that was never in force, counts from its own base date; one without a readable
    base date from the day it was landed. The last day of the time still counts as kept.
    """
    contracts = load_contracts(settings.contract_dirs)
    deliveries = load_ledger(settings, with_unused=True).deliveries
    replaced_on = _replaced_on(deliveries, contracts)
    newest = _newest(deliveries)
    return [
        over
        for feed in by_feed(contracts).values()
        for file in load_landed(feed, settings.data)
        if (file.file_name, file.sha256) not in newest
        and (over := _over(file, contracts[file.table], replaced_on)) is not None
        and over.until < as_of
    ]


def retain(settings: Settings, as_of: str, by: str, reason: str, dry_run: bool) -> Sequence[Over]:
    """Delete what is over on the day ``as_of`` and return it; with ``dry_run`` only return it.

    Raises KasaneError for a day that is none or lies ahead: what is still needed is not deleted by a typing error.
    """
    day = _day(as_of)
    with writer_lock(settings.data):
        over = find_over(settings, day)
        if dry_run:
            return over
        contracts = load_contracts(settings.contract_dirs)
        note_custody(settings.data, "retain", by, reason, as_of=day.isoformat(), files=len(over))
        sweep_buried(settings.data, contracts)
        # First, so that a run killed in between leaves nothing that was made of what is deleted.
        if over:
            forget_what_was_made(settings.data, "retain")
        for each in over:
            bury(settings.data, each.file, each.contract, "retention_over", each.reason)
    return over


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _over(file: LandedFile, contract: Contract, replaced_on: Mapping[_Key, date | None]) -> Over | None:
    key = (file.file_name, file.sha256)
    start = replaced_on[key] if key in replaced_on else file.base_date or _landed_on(file)
    if start is None:
        return None
    return Over(file, contract, start, years_after(start, contract.retention_years))


def _replaced_on(deliveries: Sequence[Delivery], contracts: Mapping[str, Contract]) -> dict[_Key, date | None]:
    """By full file in force the base date of the next one of its table and part; None for the last one."""
    found: dict[_Key, date | None] = {}
    for (table, part), series in _in_force(deliveries):
        if contracts[table].kind != "full":
            continue
        ordered = sorted((each for each in series if each.part == part), key=lambda each: each.base_date or date.min)
        following = [*(each.base_date for each in ordered[1:]), None]
        found |= {(each.file_name, each.sha256): day for each, day in zip(ordered, following, strict=True)}
    return found


def _in_force(deliveries: Sequence[Delivery]) -> Iterator[tuple[tuple[str, str], list[Delivery]]]:
    groups: dict[tuple[str, str], list[Delivery]] = {}
    for each in deliveries:
        if each.in_force:
            groups.setdefault((each.table, each.part), []).append(each)
    yield from groups.items()


def _newest(deliveries: Sequence[Delivery]) -> set[_Key]:
    """The newest delivery in force of each table and part: what comes next is judged by it."""
    newest = (max(series, key=lambda each: (each.base_date or date.min, each.sequence)) for _, series in
              _in_force(deliveries))  # fmt: skip
    return {(each.file_name, each.sha256) for each in newest}


def _landed_on(file: LandedFile) -> date | None:
    if file.path is None or not file.path.exists():
        return None
    return datetime.fromtimestamp(file.path.stat().st_mtime).date()


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise KasaneError(Problem(f"--as-of {text} is no day", "write it as 2025-03-31")) from None
    if day > date.today():
        raise KasaneError(Problem(f"--as-of {text} lies ahead", "name today or a day before"))
    return day
