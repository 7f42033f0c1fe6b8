"""Lists of persons after they were written: whose time is over, and which no longer may be there."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kasane.lock import writer_lock
from kasane.pipeline.audit_chain import Entry, append_chained, load_chained
from kasane.pipeline.list_log import list_log
from kasane.pipeline.person_list import consenting, withheld_persons
from kasane.publish.release import Release, require_release
from kasane.settings import DataPaths, Settings

LOGGER = logging.getLogger(__name__)
SHARED, RECALL = "shared", "recall"


@dataclass(frozen=True)
class OverdueList:
    """A list that must be gone. ``why``: ``expired``, ``consent`` or ``protection``; ``is_there``: the file is where
    it was written."""

    list_id: str
    file: str
    recipient: str
    expires: str
    why: str
    is_there: bool


def overdue_lists(settings: Settings, today: date) -> list[OverdueList]:
    """Every list whose time is over or that was recalled, in the order they were written.

    Raises KasaneError where the audit log is no longer whole.
    """
    entries = load_chained(list_log(settings.data))
    recalled = {entry["list_id"]: str(entry["why"]) for entry in entries if entry["what"] == RECALL}
    found = []
    for entry in (each for each in entries if each["what"] != RECALL):
        why = recalled.get(entry["list_id"])
        if why is None and date.fromisoformat(entry["expires"]) < today:
            why = "expired"
        if why is not None:
            told = (entry["list_id"], entry["file"], entry["recipient"], entry["expires"])
            found.append(OverdueList(*told, why, Path(entry["file"]).exists()))
    return found


def recall_lists(settings: Settings) -> int:
    """Take back each list on which somebody stands whose consent no longer covers its recipient, or with an address
    who is protected now.

    The file is deleted where it lies as it was written; where it doesn't, the log says that it has to be called back.
    How many lists were recalled. Run after a release was put in force.
    """
    log = list_log(settings.data)
    if not log.exists():
        return 0
    with writer_lock(settings.data):
        release = require_release(settings.data)
        recalled = list(_to_recall(settings, load_chained(log)))
        for entry, why in recalled:
            _recall(settings.data, entry, why, release)
    return len(recalled)


def _to_recall(settings: Settings, entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """The lists that stand no longer, each with the reason."""
    done = {entry["list_id"] for entry in entries if entry["what"] == RECALL}
    standing = [each for each in entries if each["what"] != RECALL and each["list_id"] not in done]
    agencies = {entry["recipient"] for entry in standing if entry["what"] == SHARED}
    covered = {agency: {each["case_id"] for each in consenting(settings, agency)} for agency in agencies}
    withheld = withheld_persons(settings) if standing else set()
    for entry in standing:
        if not withheld.isdisjoint(entry["located"]):
            yield entry, "protection"
        elif entry["what"] == SHARED and not covered[entry["recipient"]].issuperset(entry["cases"]):
            yield entry, "consent"


def _recall(paths: DataPaths, entry: Entry, why: str, release: Release) -> None:
    file = Path(entry["file"])
    is_ours = file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"]
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": RECALL,
        "list_id": entry["list_id"],
        "why": why,
        "is_deleted": is_ours,
        "release_id": release.release_id,
    }
    append_chained(list_log(paths), told)
    if is_ours:
        file.unlink()
    else:
        LOGGER.warning(
            "list %s is recalled and is not where it was written: see `kasane list expired`", entry["list_id"]
        )
