"""``audit/lists.jsonl``: every list of persons that left the restricted zone; a chain of lines, no names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kasane.errors import KasaneError, Problem
from kasane.files import write_atomically
from kasane.lock import writer_lock
from kasane.pipeline.audit import user_name
from kasane.pipeline.audit_chain import append_chained
from kasane.settings import DataPaths

_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class ListNote:
    """What the log keeps of a list: why, for whom and until when. ``basis`` and ``recipient`` are codes or a user."""

    kind: str
    list_id: str
    scope: str
    purpose: str
    basis: str
    recipient: str
    expires: date
    release_id: str


def list_log(paths: DataPaths) -> Path:
    """The audit log of lists of persons."""
    return paths.audit / "lists.jsonl"


def write_noted(
    paths: DataPaths, out: Path, content: bytes, note: ListNote, people: Mapping[str, Sequence[str]]
) -> None:
    """Note a list and write it, in this order, for its owner alone. Raises KasaneError.

    ``people``: pseudonyms, by ``persons`` (all on it), ``located`` (with an address), ``cases`` (by consent).
    """
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": note.kind,
        "list_id": note.list_id,
        "scope": note.scope,
        "purpose": note.purpose,
        "basis": note.basis,
        "recipient": note.recipient,
        "expires": f"{note.expires}",
        "file": str(out.resolve()),
        "sha256": hashlib.sha256(content).hexdigest(),
        "release_id": note.release_id,
        **{name: list(people.get(name, ())) for name in ("persons", "located", "cases")},
        "user": user_name(),
    }
    with writer_lock(paths):
        append_chained(list_log(paths), entry)
        try:
            write_atomically(out, content, _OWNER_ONLY)
        except OSError as error:
            what = f"the file can't be written ({type(error).__name__})"
            raise KasaneError(Problem(what, "check the folder and its rights", str(out))) from None
