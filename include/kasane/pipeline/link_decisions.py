"""Reviewers' decisions: decisions/links.jsonl, one JSON object a line, only ever appended to."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from kasane.errors import KasaneError, Problem
from kasane.files import append_json_lines, load_json_lines
from kasane.linkage.decisions import (
    DECISIONS,
    LinkDecision,
    WantedDecision,
    effective_table,
    find_problems,
    latest,
)
from kasane.lock import writer_lock
from kasane.pipeline.audit import note_review
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.link_records import REGISTER_FEED
from kasane.settings import DataPaths

LOGGER = logging.getLogger(__name__)


def load_link_decisions(paths: DataPaths) -> list[LinkDecision]:
    """All decisions in the order they were made; a line torn by a crash was never acknowledged and is left out."""
    decisions = []
    for number, entry in load_json_lines(_file(paths)):
        try:
            decision = LinkDecision(**entry)
            datetime.fromisoformat(decision.decided_at)
        except (TypeError, ValueError):
            decision = None
        if decision is None or decision.decision not in DECISIONS:
            LOGGER.warning("links.jsonl: line %d is no decision and is left out", number)
        else:
            decisions.append(decision)
    return decisions


def load_effective(paths: DataPaths) -> pa.Table:
    """The decisions that count, a row a pair: left_record_id < right_record_id, decision (must_link or cannot_link),
    decided_by, decided_on (the day in Japan), reason; sorted by both ids.
    """
    return effective_table(load_link_decisions(paths))


def record_link_decisions(paths: DataPaths, wanted: Sequence[WantedDecision], by: str, what: str) -> int:
    """Append what is wanted, all or nothing, note it in the audit log, and return how many pairs changed.

    A pair that stands decided so by the same person for the same reason is not written again, so an import may be
    repeated. ``what`` names the command for the audit log. Raises KasaneError with every problem.
    """
    if not paths.build_file.exists():
        raise KasaneError(Problem("no records are linked yet", "run `kasane build` first", str(paths.build_file)))
    with writer_lock(paths):
        so_far = latest(load_link_decisions(paths))
        problems = find_problems(wanted, so_far, _known_records(paths, wanted), f"{REGISTER_FEED}|")
        if not by.strip():
            problems.insert(0, Problem("nobody decided", "say who decides with --by"))
        if problems:
            raise KasaneError(problems)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = latest(
            LinkDecision(*each.pair, each.decision, by.strip(), each.reason.strip(), now)
            for each in wanted
            if not _stands(so_far.get(each.pair), each, by)
        )
        note_review(paths, what, len(new), by.strip())
        if new:
            append_json_lines(_file(paths), [asdict(each) for each in new.values()], mode=0o600)
    return len(new)


def _stands(before: LinkDecision | None, wanted: WantedDecision, by: str) -> bool:
    if before is None:
        return False
    told = (before.decision, before.decided_by, before.reason)
    return told == (wanted.decision, by.strip(), wanted.reason.strip())


def _known_records(paths: DataPaths, wanted: Sequence[WantedDecision]) -> set[str]:
    """Which of the named records there are."""
    named = pa.table({"record_id": pa.array([end for each in wanted for end in each.pair], pa.string())})
    with open_build_file(paths, read_only=True) as connection:
        connection.register("named", named)
        rows = connection.execute(
            "select record_id from link.record where record_id in (select record_id from named)"
        ).fetchall()
    return {record_id for (record_id,) in rows}


def _file(paths: DataPaths) -> Path:
    return paths.decisions / "links.jsonl"
