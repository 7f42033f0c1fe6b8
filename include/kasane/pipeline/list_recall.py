"""Lists of persons after they were written: whose time is over, and whose consent was taken back since."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kasane.lock import writer_lock
from kasane.pipeline.audit_chain import Entry, append_chained, load_chained
from kasane.pipeline.person_list import consenting, list_log
from kasane.publish.release import Release, require_release
from kasane.settings import DataPaths, Settings

LOGGER = logging.getLogger(__name__)
SHARED, RECALL = "shared", "recall"


@dataclass(frozen=True)
class OverdueList:
    """A list that must be gone: ``why`` is ``expired`` or ``withdrawn``; ``is_there``: the file lies where it was."""

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
    recalled = {entry["list_id"] for entry in entries if entry["what"] == RECALL}
    found = []
    for entry in (each for each in entries if each["what"] != RECALL):
        is_over = date.fromisoformat(entry["expires"]) < today
        if is_over or entry["list_id"] in recalled:
            why = "withdrawn" if entry["list_id"] in recalled else "expired"
            told = (entry["list_id"], entry["file"], entry["recipient"], entry["expires"])
            found.append(OverdueList(*told, why, Path(entry["file"]).exists()))
    return found


def recall_withdrawn(settings: Settings) -> int:
    """Take back each list of consulters on which somebody stands whose consent no longer covers its recipient.

    The file is deleted where it lies as it was written; where it doesn't, the log says that it has to be called back.
    How many lists were recalled. Run after a release was put in force.
    """
    log = list_log(settings.data)
    if not log.exists():
        return 0
    with writer_lock(settings.data):
        release = require_release(settings.data)
        withdrawn = list(_withdrawn(load_chained(log), release))
        for entry in withdrawn:
            _recall(settings.data, entry, release)
    return len(withdrawn)


def _withdrawn(entries: Sequence[Entry], release: Release) -> Iterator[Entry]:
    recalled = {entry["list_id"] for entry in entries if entry["what"] == RECALL}
    covered: dict[str, set[str]] = {}
    for entry in entries:
        if entry["what"] != SHARED or entry["list_id"] in recalled:
            continue
        agency = entry["recipient"]
        if agency not in covered:
            covered[agency] = {each["case_id"] for each in consenting(release, agency)}
        if not covered[agency].issuperset(entry["cases"]):
            yield entry


def _recall(paths: DataPaths, entry: Entry, release: Release) -> None:
    file = Path(entry["file"])
    is_ours = file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"]
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": RECALL,
        "list_id": entry["list_id"],
        "is_deleted": is_ours,
        "release_id": release.release_id,
    }
    append_chained(list_log(paths), told)
    if is_ours:
        file.unlink()
    else:
        LOGGER.warning("list %s holds consent that was taken back and is not where it was written", entry["list_id"])
