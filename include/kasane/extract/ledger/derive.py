"""What becomes of each delivery: a pure function, so that the order of arrival cannot matter.

Rules: the design's source_layouts.md, "What a bad delivery gets", and architecture.md, "read".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from kasane.contracts.delivery import Decision, Delivery, Manifest
from kasane.contracts.file_names import shown_name
from kasane.contracts.model import Contract, Volume

_CONFLICT = "同じ基準日・連番で内容の違うファイルがあります。正しい方をより大きい連番で送り直してください"
_SAME = "{} と同じ内容です"
_VOLUME = "{} 件。前回 {} の {} 件から {:+.1%}、許す増減は {:.0%} まで"


@dataclass(frozen=True)
class _Outcome:
    """What becomes of one readable manifest."""

    manifest: Manifest
    status: str
    reason_code: str | None = None
    reason: str | None = None
    row_change: float | None = None


@dataclass(frozen=True)
class _Rules:
    """What one feed's deliveries are judged by, besides each other."""

    volume: Volume | None
    accepted_by_hand: frozenset[tuple[str, str]]
    failed_checks: Mapping[str, str | Collection[str]]


def derive(
    manifests: Iterable[Manifest],
    decisions: Iterable[Decision],
    contracts: Mapping[str, Contract],
    as_of: date | None = None,
    judged: Mapping[str, str | Collection[str]] | None = None,
) -> list[Delivery]:
    """One Delivery a manifest, by feed, part, base date, sequence and name; rows are counts of records.

    ``judged`` holds, by delivery_id, the failed checks of severity ``refuse`` (their names, or a sentence).
    Files based after ``as_of`` are left out as if they had not been delivered; tables without a contract too.

    Per feed, part and base date the highest acceptable sequence is in force; accepted lower ones are
    superseded whole. Not acceptable: refused by the reader, two contents under one sequence, a failed check, a
    change of volume beyond the contract that no operator accepted. The same content as the next lower sequence or as
    the one in force is skipped.
    """
    rules = _rules(contracts, decisions, judged or {})
    kept = [item for item in manifests if item.table in contracts and not _is_after(item, contracts[item.table], as_of)]
    refused = [_refused_whole(item, contracts[item.table]) for item in kept if item.refusal]
    readable = sorted((item for item in kept if not item.refusal), key=_order)
    judged_deliveries = [
        delivery
        for (table, _), series in groupby(readable, key=lambda item: (item.table, item.part))
        for delivery in _judged(list(series), contracts[table], rules[table])
    ]
    return sorted([*refused, *judged_deliveries], key=_delivery_order)


def _rules(
    contracts: Mapping[str, Contract],
    decisions: Iterable[Decision],
    judged: Mapping[str, str | Collection[str]],
) -> dict[str, _Rules]:
    by_hand = frozenset((decision.file_name, decision.sha256) for decision in decisions)
    return {
        table: _Rules(contract.batch.volume if _is_whole(contract) else None, by_hand, judged)
        for table, contract in contracts.items()
    }


def _is_whole(contract: Contract) -> bool:
    """Whether each file tells all there is: every file of a full feed, and a database's list of all keys."""
    return contract.kind == "full" or (contract.kind == "incremental" and contract.version is None)


def _is_after(manifest: Manifest, contract: Contract, as_of: date | None) -> bool:
    """Whether a file is left out by ``as_of``; a pull of versioned rows never is: its rows are, one by one."""
    if contract.kind == "incremental" and contract.version is not None:
        return False
    return as_of is not None and manifest.base_date is not None and manifest.base_date > as_of


def _refused_whole(manifest: Manifest, contract: Contract) -> Delivery:
    """A name that no contract reads may hold anything, and the ledger is read outside the restricted zone."""
    delivery = _delivery(_refused(manifest, *_own_refusal(manifest)), None)
    return replace(delivery, file_name=shown_name(contract, manifest.file_name))


def _own_refusal(manifest: Manifest) -> tuple[str, str]:
    refusal = manifest.refusal
    assert refusal is not None
    where = f" ({refusal.line}行目)" if refusal.line is not None else ""
    return refusal.code, refusal.message + where


def _order(manifest: Manifest) -> tuple[str, str, date, int, str, str]:
    base_date = manifest.base_date or date.min
    return manifest.table, manifest.part, base_date, manifest.sequence, manifest.file_name, manifest.sha256


def _delivery_order(delivery: Delivery) -> tuple[str, str, date, int, str, str]:
    base_date = delivery.base_date or date.min
    return delivery.table, delivery.part, base_date, delivery.sequence, delivery.file_name, delivery.sha256


def _judged(manifests: list[Manifest], contract: Contract, rules: _Rules) -> Iterator[Delivery]:
    return _pulls(manifests, contract, rules) if contract.kind == "incremental" else _series(manifests, rules)


def _pulls(manifests: list[Manifest], contract: Contract, rules: _Rules) -> Iterator[Delivery]:
    """Pulls from a database: each adds versions of records, so all that are accepted stay in force together.

    A pull without versions is a list of all keys: one that lost more than the contract allows would delete records.
    """
    last: Manifest | None = None
    for manifest in manifests:
        if last is not None and _is_same(last, manifest):
            yield _delivery(_Outcome(manifest, "skipped", "same_bytes", _SAME.format(last.file_name)), None)
            continue
        is_shorter = last is not None and (manifest.rows_in or 0) < (last.rows_in or 0)
        outcome = _judge(manifest, rules, last if is_shorter and contract.version is None else None)
        last = manifest if outcome.status == "accepted" else last
        yield _delivery(outcome, manifest)


def _series(manifests: list[Manifest], rules: _Rules) -> Iterator[Delivery]:
    """All deliveries of one feed and part, base date by base date: volume looks back at the last good one."""
    last_good: Manifest | None = None
    for _, group in groupby(manifests, key=lambda item: item.base_date):
        outcomes = _base_date(list(group), rules, last_good)
        accepted = [outcome.manifest for outcome in outcomes if outcome.status == "accepted"]
        in_force = accepted[-1] if accepted else None
        yield from (_delivery(outcome, in_force) for outcome in outcomes)
        last_good = in_force or last_good


def _base_date(manifests: list[Manifest], rules: _Rules, last_good: Manifest | None) -> list[_Outcome]:
    """The deliveries of one base date from the lowest sequence up."""
    conflicting = _conflicting_sequences(manifests)
    outcomes: list[_Outcome] = []
    below: Manifest | None = None
    in_force: Manifest | None = None
    for manifest in manifests:
        if manifest.sequence in conflicting:
            outcomes.append(_refused(manifest, "sequence_conflict", _CONFLICT))
            continue
        same = next((other for other in (below, in_force) if other and _is_same(other, manifest)), None)
        if same is not None:
            outcomes.append(_Outcome(manifest, "skipped", "same_bytes", _SAME.format(same.file_name)))
            continue
        outcome = _judge(manifest, rules, last_good)
        outcomes.append(outcome)
        below = manifest
        in_force = manifest if outcome.status == "accepted" else in_force
    return outcomes


def _is_same(one: Manifest, other: Manifest) -> bool:
    return one.content_sha256 == other.content_sha256


def _conflicting_sequences(manifests: Iterable[Manifest]) -> set[int]:
    contents: dict[int, set[str]] = defaultdict(set)
    for manifest in manifests:
        contents[manifest.sequence].add(manifest.content_sha256)
    return {sequence for sequence, found in contents.items() if len(found) > 1}


def _judge(manifest: Manifest, rules: _Rules, last_good: Manifest | None) -> _Outcome:
    failed = rules.failed_checks.get(manifest.delivery_id)
    change = _row_change(manifest, rules.volume, last_good)
    if failed:
        text = failed if isinstance(failed, str) else "、".join(sorted(failed))
        return _refused(manifest, "batch_check", text, change)
    if rules.volume is None or last_good is None or change is None or not _is_beyond(change, rules.volume):
        return _Outcome(manifest, "accepted", row_change=_as_float(change))
    if (manifest.file_name, manifest.sha256) in rules.accepted_by_hand:
        return _Outcome(manifest, "accepted", row_change=_as_float(change))
    reason = _VOLUME.format(
        manifest.rows_in, last_good.base_date, last_good.rows_in, float(change), rules.volume.max_change
    )
    return _refused(manifest, "volume", reason, change)


def _row_change(manifest: Manifest, volume: Volume | None, last_good: Manifest | None) -> Decimal | None:
    """The change of rows as a share of the last good base date's; None where the contract does not check it."""
    before = (last_good.rows_in or 0) if last_good else 0
    if volume is None or before == 0 or before < volume.not_under_rows:
        return None
    return Decimal((manifest.rows_in or 0) - before) / before


def _is_beyond(change: Decimal, volume: Volume) -> bool:
    """Exactly the allowed share is allowed; Decimal, because 0.3 as a binary fraction is not 0.3."""
    return abs(change) > Decimal(str(volume.max_change))


def _as_float(change: Decimal | None) -> float | None:
    return None if change is None else float(change)


def _refused(manifest: Manifest, code: str, reason: str, change: Decimal | None = None) -> _Outcome:
    return _Outcome(manifest, "refused", code, reason, _as_float(change))


def _delivery(outcome: _Outcome, in_force: Manifest | None) -> Delivery:
    manifest, is_accepted = outcome.manifest, outcome.status == "accepted"
    is_in_force = is_accepted and manifest is in_force
    rows_in = manifest.rows_in or 0
    loaded = manifest.rows_good if is_in_force else 0
    quarantined = manifest.rows_quarantined if is_accepted else 0
    return Delivery(
        delivery_id=manifest.delivery_id,
        feed=manifest.feed,
        table=manifest.table,
        part=manifest.part,
        file_name=manifest.file_name,
        sha256=manifest.sha256,
        base_date=manifest.base_date,
        sequence=manifest.sequence,
        status=outcome.status,
        reason_code=outcome.reason_code,
        reason=outcome.reason,
        rows_in=manifest.rows_in,
        rows_loaded=loaded,
        rows_quarantined=quarantined,
        rows_superseded=rows_in - loaded - quarantined if is_accepted else 0,
        warnings=sum(manifest.warnings.values()) if is_accepted else 0,
        in_force=is_in_force,
        row_change=outcome.row_change,
    )
