"""What was delivered under which name: one small JSON a name and hash beside the landed bytes.

``landing/<feed>/<sha256>`` holds bytes as received, ``landing/<feed>/<sha256>.names/<id>.json`` says under
which name they came; several names may share one hash. A file that must not be landed has its entry under
``landing/<feed>/refused/<sha256>.names/`` and no bytes. An entry is written after its bytes, whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kasane.contracts.delivery import Refusal
from kasane.extract.tombstones import entry_name, read_tombstones
from kasane.files import write_atomically

REFUSED = "refused"
_SELDOM = ("pulled_at", "edition")


@dataclass(frozen=True)
class Entry:
    """One delivered file: its name, the hashes of its bytes and of the data inside, and why it was not landed.

    ``edition``: the bytes are what an erasure left of the delivery (docs/adr/0044), not what was delivered.
    ``pulled_at``: when it was read from a database (ISO 8601, UTC); None for a file that somebody delivered.
    """

    file_name: str
    sha256: str
    content_sha256: str
    size_bytes: int
    refusal: Refusal | None = None
    pulled_at: str | None = None
    edition: bool = False

    @property
    def is_landed(self) -> bool:
        """Whether the bytes are kept."""
        return self.refusal is None


def write_entry(folder: Path, entry: Entry) -> None:
    """Record a delivery; writing it again changes nothing."""
    place = folder if entry.is_landed else folder / REFUSED
    known = {name: value for name, value in asdict(entry).items() if name not in _SELDOM or value}
    content = json.dumps(known, ensure_ascii=True, indent=1, sort_keys=True)
    write_atomically(place / f"{entry.sha256}.names" / entry_name(entry.file_name), content.encode())


def read_entries(folder: Path) -> list[Entry]:
    """Every delivery recorded so far and not deleted, by name and hash."""
    deleted = {(stone.file_name, stone.sha256) for stone in read_tombstones(folder)}
    found = (*_entries(folder), *_entries(folder / REFUSED))
    entries = [entry for entry in found if (entry.file_name, entry.sha256) not in deleted]
    return sorted(entries, key=lambda entry: (entry.file_name, entry.sha256))


def _entries(folder: Path) -> Iterator[Entry]:
    for path in folder.glob("*.names/*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        refusal = content.pop("refusal")
        yield Entry(**content, refusal=Refusal(**refusal) if refusal else None)
