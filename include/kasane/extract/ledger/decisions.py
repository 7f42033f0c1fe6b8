"""Operators' decisions: decisions/accept.jsonl, one JSON object a line, only ever appended to."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from kasane.contracts.delivery import Decision, Delivery
from kasane.errors import KasaneError, Problem
from kasane.files import append_json_lines, load_json_lines
from kasane.settings import DataPaths

LOGGER = logging.getLogger(__name__)


def record_decision(paths: DataPaths, delivery: Delivery, decided_by: str, reason: str) -> Decision:
    """Append an operator's acceptance of a delivery and return it; it is on the disk before this returns.

    Raises KasaneError when the delivery is not refused by volume, or who decided or why is blank.
    """
    problems = []
    if delivery.reason_code != "volume":
        state = delivery.reason_code or delivery.status
        what = f"only a refusal by volume can be overridden; this delivery is: {state}"
        problems.append(Problem(what, "mend the file and send it again", delivery.file_name))
    if not decided_by.strip():
        problems.append(Problem("nobody decided", "say who decides", delivery.file_name))
    if not reason.strip():
        problems.append(Problem("no reason is given", "say why the change of volume is right", delivery.file_name))
    if problems:
        raise KasaneError(problems)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    decision = Decision(delivery.file_name, delivery.sha256, decided_by.strip(), reason.strip(), now)
    append_json_lines(_file(paths), [asdict(decision)])
    return decision


def repeat_decision(paths: DataPaths, decision: Decision) -> None:
    """Append a decision that was made before, for the same delivery under another hash."""
    append_json_lines(_file(paths), [asdict(decision)])


def load_decisions(paths: DataPaths) -> list[Decision]:
    """All decisions in the order they were made; a line torn by a crash was never acknowledged and is left out."""
    decisions = []
    for number, entry in load_json_lines(_file(paths)):
        try:
            decisions.append(Decision(**entry))
        except TypeError:
            LOGGER.warning("decisions: line %d is no decision and is left out", number)
    return decisions


def _file(paths: DataPaths) -> Path:
    return paths.decisions / "accept.jsonl"
