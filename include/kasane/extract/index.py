"""What was delivered under which name: one small JSON a name and hash beside the landed bytes.

``landing/<feed>/<sha256>`` holds bytes as received, ``landing/<feed>/<sha256>.names/<id>.json`` says under
which name they came; several names may share one hash. A file that must not be landed has its entry under
``landing/<feed>/refused/<sha256>.names/`` and no bytes. An entry is written after its bytes, whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kasane.contracts.delivery import Refusal
from kasane.files import write_atomically

REFUSED = "refused"


@dataclass(frozen=True)
class Entry:
    """One delivered file: its name, the hashes of its bytes and of the data inside, and why it was not landed.

    ``pulled_at``: when it was read from a database (ISO 8601, UTC); None for a file that somebody delivered.
    """

    file_name: str
    sha256: str
    content_sha256: str
    size_bytes: int
    refusal: Refusal | None = None
    pulled_at: str | None = None

    @property
    def is_landed(self) -> bool:
        """Whether the bytes are kept."""
        return self.refusal is None


def write_entry(folder: Path, entry: Entry) -> None:
    """Record a delivery; writing it again changes nothing."""
    name = hashlib.sha256(entry.file_name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    place = folder if entry.is_landed else folder / REFUSED
    known = {name: value for name, value in asdict(entry).items() if name != "pulled_at" or value is not None}
    content = json.dumps(known, ensure_ascii=True, indent=1, sort_keys=True)
    write_atomically(place / f"{entry.sha256}.names" / f"{name}.json", content.encode())


def read_entries(folder: Path) -> list[Entry]:
    """Every delivery recorded so far, by name and hash."""
    entries = [*_entries(folder), *_entries(folder / REFUSED)]
    return sorted(entries, key=lambda entry: (entry.file_name, entry.sha256))


def _entries(folder: Path) -> Iterator[Entry]:
    for path in folder.glob("*.names/*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        refusal = content.pop("refusal")
        yield Entry(**content, refusal=Refusal(**refusal) if refusal else None)
