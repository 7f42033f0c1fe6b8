"""What is left of a delivery that was deleted: hash, date and reason, beside the landed bytes (docs/adr/0044).

``landing/<feed>/deleted/<sha256>.names/<id>.json``. A delivery with a tombstone is never landed or read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from kasane.contracts.delivery import Manifest
from kasane.contracts.manifest import manifest_json, parse_manifest
from kasane.files import write_atomically

DELETED = "deleted"
Cause = Literal["retention_over", "erased"]


@dataclass(frozen=True)
class Tombstone:
    """One deleted delivery. ``manifest``: how it was read, where it was; its counts stay in the ledger.

    ``replaced_by``: the hash of the same delivery without an erased person.
    """

    file_name: str
    sha256: str
    cause: Cause
    deleted_at: str
    reason: str
    manifest: Manifest | None = None
    replaced_by: str | None = None


def write_tombstone(folder: Path, stone: Tombstone) -> None:
    """Record a deletion in a feed's landing folder; on the disk before this returns."""
    told = asdict(stone)
    told["manifest"] = json.loads(manifest_json(stone.manifest)) if stone.manifest else None
    content = json.dumps(told, ensure_ascii=True, indent=1, sort_keys=True)
    name = entry_name(stone.file_name)
    write_atomically(folder / DELETED / f"{stone.sha256}.names" / name, content.encode(), mode=0o600)


def read_tombstones(folder: Path) -> Sequence[Tombstone]:
    """Every deletion in a feed's landing folder, by name and hash."""
    stones = []
    for path in (folder / DELETED).glob("*.names/*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        manifest = told.pop("manifest")
        stones.append(Tombstone(**told, manifest=parse_manifest(json.dumps(manifest).encode()) if manifest else None))
    return sorted(stones, key=lambda stone: (stone.file_name, stone.sha256))


def entry_name(file_name: str) -> str:
    """The name of the JSON file that stands for a delivered file's name."""
    return hashlib.sha256(file_name.encode("utf-8", "surrogateescape")).hexdigest()[:16] + ".json"
