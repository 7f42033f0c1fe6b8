"""Verdicts of Great Expectations on read deliveries.

A verdict depends on the delivery and the suite alone and is stored once in the delivery's folder. Volume
is not part of it: what a delivery is compared with changes when a late file arrives, so the ledger decides
volume anew each time, and ``results`` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kasane.contracts.model import Contract
from kasane.quality.batch_rules import batch_checks, batch_suite, suite_hash
from kasane.quality.checks import Check, Severity, allowed_text_ja, number_text
from kasane.quality.engine import gx_version, run_suite
from kasane.quality.profile import profile_batches
from kasane.quality.results import store_batch_results
from kasane.quality.store import read_json, write_json
from kasane.settings import DataPaths

if TYPE_CHECKING:
    import pandas as pd

VERDICT_FILE = "verdict.json"
DIGITS = 6


@dataclass(frozen=True)
class BrokenCheck:
    """One check that a batch did not pass: what was observed and what is allowed, in words."""

    check: str
    severity: Severity
    observed: float | None
    allowed: str


@dataclass(frozen=True)
class BatchVerdict:
    """What Great Expectations says of one delivery; ``passed`` is False when a ``refuse`` check is broken.

    ``failed`` holds broken checks of both severities, ``observed`` all numbers of the profile.
    """

    delivery_id: str
    passed: bool
    failed: tuple[BrokenCheck, ...]
    observed: Mapping[str, float | None]
    suite_hash: str
    gx_version: str


def judge_batches(
    contract: Contract,
    folders: Mapping[str, Path],
    row_changes: Mapping[str, float | None] | None = None,
    quality_dir: Path | None = None,
) -> list[BatchVerdict]:
    """A verdict on each delivery of one feed, in order of delivery_id; new ones are stored in its folder.

    ``folders``: lake folders by delivery_id. One without ``rows.parquet`` (a file the reader refused) gets
    no verdict. A delivery that has a verdict of the same suite is not judged again; when all have one,
    Great Expectations isn't even imported. With ``quality_dir`` the feed's results are stored there too,
    ``row_changes`` (see ``store_batch_results``) beside them; no verdict depends on those.
    """
    read = {key: folder for key, folder in folders.items() if (folder / "rows.parquet").exists()}
    wanted = suite_hash(contract)
    verdicts = {key: _stored(folder, wanted) for key, folder in read.items()}
    missing = {key: read[key] for key, verdict in verdicts.items() if verdict is None}
    for verdict in _judge(contract, missing) if missing else ():
        write_json(read[verdict.delivery_id] / VERDICT_FILE, asdict(verdict))
        verdicts[verdict.delivery_id] = verdict
    found = [verdict for _, verdict in sorted(verdicts.items()) if verdict is not None]
    if quality_dir is not None:
        store_batch_results(quality_dir, contract, found, row_changes or {})
    return found


def failed_checks(paths: DataPaths, contracts: Mapping[str, Contract]) -> dict[str, str]:
    """By delivery_id, a Japanese sentence on each delivery that a stored verdict refuses; for the ledger.

    A verdict of an earlier suite counts until ``judge_batches`` has judged the delivery anew.
    """
    refused: dict[str, str] = {}
    for table, contract in contracts.items():
        titles = {check.name: check.title for check in batch_checks(contract)}
        for file in sorted((paths.lake / table).glob(f"*/{VERDICT_FILE}")):
            document = read_json(file)
            if document is not None and not document["passed"]:
                refused[document["delivery_id"]] = _sentence(_from_document(document), titles)
    return refused


def observed_numbers(folder: Path) -> dict[str, float | None]:
    """The numbers of a delivery's stored verdict by name; none where it was not judged."""
    document = read_json(folder / VERDICT_FILE)
    return {} if document is None else dict(document["observed"])


def _sentence(verdict: BatchVerdict, titles: Mapping[str, str]) -> str:
    broken = (
        f"{titles.get(check.check, check.check)}が {number_text(check.observed, 'share')}（基準 {check.allowed}）"
        for check in verdict.failed
        if check.severity == "refuse"
    )
    return "、".join(broken)


def _judge(contract: Contract, folders: Mapping[str, Path]) -> list[BatchVerdict]:
    checks = batch_checks(contract)
    frame = profile_batches(contract, folders)
    failing = run_suite(batch_suite(contract), frame, "delivery_id") if checks else {}
    wanted = suite_hash(contract)
    return [_verdict(observed, checks, failing, wanted) for observed in _observed(frame)]


def _observed(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return [
        {
            name: value if name == "delivery_id" else None if value != value else round(value, DIGITS)
            for name, value in row.items()
        }
        for row in rows
    ]


def _verdict(
    numbers: dict[str, Any], checks: list[Check], failing: Mapping[str, frozenset[str]], suite: str
) -> BatchVerdict:
    delivery_id = numbers["delivery_id"]
    broken = tuple(
        BrokenCheck(
            check.name, check.severity, numbers[check.name], allowed_text_ja(check.at_least, check.at_most, check.unit)
        )
        for check in checks
        if delivery_id in failing[check.name]
    )
    return BatchVerdict(
        delivery_id=delivery_id,
        passed=all(check.severity != "refuse" for check in broken),
        failed=broken,
        observed={name: value for name, value in numbers.items() if name != "delivery_id"},
        suite_hash=suite,
        gx_version=gx_version(),
    )


def _stored(folder: Path, suite: str) -> BatchVerdict | None:
    document = read_json(folder / VERDICT_FILE)
    if document is None or document.get("suite_hash") != suite:
        return None
    return _from_document(document)


def _from_document(document: dict[str, Any]) -> BatchVerdict:
    return BatchVerdict(**(document | {"failed": tuple(BrokenCheck(**check) for check in document["failed"])}))
