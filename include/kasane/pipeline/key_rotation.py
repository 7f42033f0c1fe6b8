"""``kasane keys``: the versions of the pseudonym key, a new one in force, an old one destroyed (docs/adr/0042)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kasane.errors import KasaneError, Problem
from kasane.files import append_json_lines
from kasane.keys import (
    FIRST,
    RETIRE,
    ROTATE,
    active_version,
    create_key,
    history_file,
    key_history,
    key_path,
    load_version,
    pseudonym_key,
    read_key,
    retired_versions,
)
from kasane.keys import PseudonymKey as Key
from kasane.lock import writer_lock
from kasane.pipeline.custody import accountable, note_custody
from kasane.pipeline.key_ledger import ledger_files
from kasane.publish.release import current_release
from kasane.settings import Settings


@dataclass(frozen=True)
class VersionLine:
    """One version of the key as people see it; the key itself is shown nowhere."""

    version: int
    key_id: str
    state: str
    since: str
    by: str
    reason: str


def list_keys(settings: Settings) -> Sequence[VersionLine]:
    """Every version from the first on: ``in_force``, ``kept`` or ``retired``."""
    made = {entry["version"]: entry for entry in key_history(settings) if entry["what"] == ROTATE}
    active, retired = active_version(settings), retired_versions(settings)
    lines = []
    for version in range(FIRST, active + 1):
        entry = made.get(version, {})
        state = "retired" if version in retired else "in_force" if version == active else "kept"
        shown = entry.get("key_id") or _key_id(settings, version)
        told = (str(entry.get(name, "-")) for name in ("at", "by", "reason"))
        lines.append(VersionLine(version, shown, state, *told))
    return lines


def rotate(settings: Settings, by: str, reason: str) -> Key:
    """Make a new version of the key and put it in force: every id is another one from the next build on.

    Raises KasaneError where nobody or no reason is named, KeyMissingError where the key in force is not there.
    """
    who = accountable(by, reason)
    with writer_lock(settings.data):
        before = pseudonym_key(settings)
        path = key_path(settings, before.version + 1)
        # A file that a killed rotation left was never noted, so no id was made with it.
        create_key(path)
        new = Key(before.version + 1, read_key(path))
        entry = {
            **who,
            "what": ROTATE,
            "version": new.version,
            "key_id": new.key_id,
            "before": before.key_id,
            # The releases so far showed ids of the older versions.
            "ledger_files": len(ledger_files(settings.data)),
        }
        note_custody(settings.data, "keys rotate", by, reason, version=new.version, key_id=new.key_id)
        append_json_lines(history_file(settings), [entry], mode=0o600)
    return new


def retire(settings: Settings, version: int, by: str, reason: str) -> None:
    """Destroy the key of an older version: its ids can't be led to persons or to newer ids any more.

    Raises KasaneError for the version in force, one that a release in force still shows, or one that is not there.
    """
    who = accountable(by, reason)
    with writer_lock(settings.data):
        problem = _why_not(settings, version)
        if problem:
            # What a killed run noted and did not end.
            if version in retired_versions(settings):
                key_path(settings, version).unlink(missing_ok=True)
            raise KasaneError(problem)
        shown = load_version(settings, version).key_id
        note_custody(settings.data, "keys retire", by, reason, version=version, key_id=shown)
        entry = {**who, "what": RETIRE, "version": version, "key_id": shown}
        append_json_lines(history_file(settings), [entry], mode=0o600)
        key_path(settings, version).unlink()


def key_of_release(settings: Settings, number: int) -> Key | None:
    """The key behind the ids of the ``number``-th file of the key ledger; None where it is retired."""
    rotations = [entry for entry in key_history(settings) if entry["what"] == ROTATE]
    version = max((each["version"] for each in rotations if each.get("ledger_files", 0) < number), default=FIRST)
    return None if version in retired_versions(settings) else load_version(settings, version)


def _why_not(settings: Settings, version: int) -> Problem | None:
    active = active_version(settings)
    if version in retired_versions(settings):
        return Problem(f"version {version} is retired already")
    if not FIRST <= version < active:
        return Problem(f"version {version} is no older version", f"older ones are {FIRST} to {active - 1}")
    if _version_in_force(settings) == version:
        what = f"the release in force still shows ids of version {version}"
        return Problem(what, "run `kasane build` first, so that readers have the new ids")
    return None


def _version_in_force(settings: Settings) -> int | None:
    """The version that made the ids of the release in force, by its manifest."""
    release = current_release(settings.data)
    if release is None:
        return None
    content = json.loads((release.folder / "release.json").read_text(encoding="utf-8"))
    told = str(content.get("rules", {}).get("keys/pseudonym", f"version {FIRST},"))
    return int(told.split(",")[0].removeprefix("version "))


def _key_id(settings: Settings, version: int) -> str:
    path = key_path(settings, version)
    return load_version(settings, version).key_id if path.exists() else "-"
