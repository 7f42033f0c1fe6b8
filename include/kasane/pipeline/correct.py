"""``kasane publication correct``: a month that was published is published anew, where the attacker lets it pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import duckdb

from kasane.errors import KasaneError, Problem
from kasane.files import append_json_lines
from kasane.lock import writer_lock
from kasane.publish.disclosure.decide import Approval, decide_month
from kasane.publish.disclosure.figures import load_figures
from kasane.publish.disclosure.policy import load_policy
from kasane.publish.disclosure.publication import Publication
from kasane.publish.disclosure.register import add_to_register, load_register, secret_seed
from kasane.publish.release import require_release
from kasane.settings import Settings


def correct_publication(settings: Settings, month: date, by: str, reason: str) -> str:
    """Approve the overlap of ``month`` as the release in force has it; the next build publishes it.

    Running counts and the other indicators stand as they were released. Raises KasaneError where the month was never
    published, and BuildFailedError where both versions together would tell what is hidden: nothing changes then.
    """
    with writer_lock(settings.data):
        release = require_release(settings.data)
        before = load_register(settings.data)
        _require_published(before, month)
        _require_words(by, reason)
        policy = load_policy(settings.seed_dirs)
        with duckdb.connect(str(release.zone_file("analyst")), read_only=True) as connection:
            figures = load_figures(connection, month)
        seed = secret_seed(settings.data)
        correction = decide_month(figures, policy, before, seed, Approval(by.strip(), reason.strip()))
        _audit(settings, correction)
        add_to_register(settings.data, [correction])
    return f"{month:%Y-%m} is corrected as publication {correction.number}; `kasane build` publishes it"


def _require_published(before: Sequence[Publication], month: date) -> None:
    months = sorted({each.month for each in before})
    if month not in months:
        there = f"published are {months[0]} to {months[-1]}" if months else "nothing was published yet"
        raise KasaneError(Problem(f"{month} was never published, there is nothing to correct", there))


def _require_words(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise KasaneError(Problem("a correction needs who approves it and why", "give --by and --reason"))


def _audit(settings: Settings, correction: Publication) -> None:
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": "publication correct",
        "month": correction.month.isoformat(),
        "publication": correction.number,
        "by": correction.approved_by,
        "reason": correction.reason,
    }
    append_json_lines(settings.data.audit / "publication.jsonl", [entry], mode=0o600)
