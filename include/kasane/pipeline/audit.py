"""``audit/review.jsonl``: who took records out for review, brought decisions in or decided, and when; no names."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

from kasane.files import append_json_lines
from kasane.settings import DataPaths


def note_review(paths: DataPaths, what: str, pairs: int, by: str | None = None, **details: str) -> None:
    """Append one entry; it is on the disk before this returns. ``by``: who decides, else the operating system's user.

    ``details`` hold file names and releases, never a record.
    """
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": what,
        "pairs": pairs,
        "user": user_name(),
        "by": by or user_name(),
        **details,
    }
    append_json_lines(paths.audit / "review.jsonl", [entry], mode=0o600)


def user_name() -> str:
    """Who runs this by the operating system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that no name stands for.
        return "unknown"
