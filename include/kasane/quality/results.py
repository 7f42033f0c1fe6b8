"""Stored results of Great Expectations: quality/batch/<table>.json and quality/marts/<release>.json.

Sorted and without clock times: equal results are equal bytes, whenever they were computed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kasane.contracts.model import Contract
from kasane.quality.batch_rules import VOLUME, batch_checks, suite_hash, volume_check
from kasane.quality.checks import Check
from kasane.quality.engine import build_suite, gx_version, run_suite
from kasane.quality.store import read_json, write_json

if TYPE_CHECKING:
    from kasane.quality.batch import BatchVerdict
    from kasane.quality.marts import MartVerdict


def batch_results_dir(quality_dir: Path) -> Path:
    """Where the batch results lie, <table>.json each."""
    return quality_dir / "batch"


def mart_results_file(quality_dir: Path, release: str = "latest") -> Path:
    """Where a release's mart results lie; ``latest`` are those of the last build, published or not."""
    return quality_dir / "marts" / f"{release}.json"


def store_batch_results(
    quality_dir: Path,
    contract: Contract,
    verdicts: Sequence[BatchVerdict],
    row_changes: Mapping[str, float | None],
) -> Path:
    """Write quality/batch/<table>.json: each check with bounds, each delivery with its numbers and breaches.

    ``row_changes``: by delivery_id, the change of rows against the last good base date before it (a share,
    -0.3 = 30 % fewer), None where the contract doesn't check it. Nothing is computed when nothing changed.
    """
    path = batch_results_dir(quality_dir) / f"{contract.table}.json"
    inputs = _hash_inputs(contract, verdicts, row_changes)
    stored = read_json(path)
    if stored is None or stored.get("inputs") != inputs:
        write_json(path, _batch_document(contract, verdicts, row_changes) | {"inputs": inputs})
    return path


def store_mart_results(quality_dir: Path, verdict: MartVerdict, release: str = "latest") -> Path:
    """Write quality/marts/<release>.json: each mart's checks with bounds, numbers and breaches in words."""
    path = mart_results_file(quality_dir, release)
    write_json(path, verdict.as_document())
    return path


def _hash_inputs(contract: Contract, verdicts: Sequence[BatchVerdict], row_changes: Mapping[str, float | None]) -> str:
    shown = [check.as_document() for check in _checks(contract)]
    changes = sorted((v.delivery_id, v.suite_hash, str(row_changes.get(v.delivery_id))) for v in verdicts)
    text = json.dumps([_about(contract), shown, changes])
    return hashlib.sha256(text.encode()).hexdigest()


def _about(contract: Contract) -> dict[str, str]:
    about = {name: getattr(contract, name) for name in ("feed", "description", "owner", "rhythm")}
    return about | {"title": contract.full_title, "feed_title": contract.title}


def _checks(contract: Contract) -> list[Check]:
    volume = volume_check(contract)
    return [*([volume] if volume else []), *batch_checks(contract)]


def _batch_document(
    contract: Contract, verdicts: Sequence[BatchVerdict], row_changes: Mapping[str, float | None]
) -> dict[str, Any]:
    volume = volume_check(contract)
    too_much = _volume_failures(volume, row_changes) if volume else frozenset()
    return {
        **_about(contract),
        "suite_hash": suite_hash(contract),
        "gx_version": gx_version(),
        "checks": [check.as_document() for check in _checks(contract)],
        "deliveries": {
            verdict.delivery_id: _delivery(verdict, row_changes.get(verdict.delivery_id), too_much)
            for verdict in verdicts
        },
    }


def _delivery(verdict: BatchVerdict, change: float | None, too_much: frozenset[str]) -> dict[str, Any]:
    failed = [VOLUME] if verdict.delivery_id in too_much else []
    return {
        "passed": verdict.passed,
        "observed": {**verdict.observed, VOLUME: change},
        "failed": failed + [check.check for check in verdict.failed],
    }


def _volume_failures(check: Check, row_changes: Mapping[str, float | None]) -> frozenset[str]:
    if not any(change is not None for change in row_changes.values()):
        return frozenset()
    import pandas as pd

    frame = pd.DataFrame({"delivery_id": list(row_changes), VOLUME: list(row_changes.values())})
    frame[VOLUME] = frame[VOLUME].astype("float64")
    return run_suite(build_suite("volume", [check]), frame, "delivery_id")[VOLUME]
