"""What is known of one delivered file: as landed, as read, as judged, as decided, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Refusal:
    """Why a whole file can't be taken: a code of ``reason_code``, a sentence, and a line where one is known."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True)
class LandedFile:
    """One delivered file as received.

    ``path`` is None when the bytes were never landed (a forbidden heading). ``content_sha256`` is the hash
    of the data inside: the member's for a zip, else the same as ``sha256``. ``is_edition``: an erasure left it.
    """

    feed: str
    file_name: str
    sha256: str
    content_sha256: str
    size_bytes: int
    path: Path | None
    table: str = ""
    part: str = ""
    base_date: date | None = None
    sequence: int = 0
    refusal: Refusal | None = None
    is_edition: bool = False


@dataclass(frozen=True)
class Manifest:
    """What reading one landed file gave; ``manifest.json`` in the delivery's folder of the lake.

    ``rows_in`` = ``rows_good`` + ``rows_quarantined`` + ``rows_repeated`` (equal copies within the file),
    unless ``refusal`` is set, when nothing was loaded. ``rows_in`` is None where the records of a refused file
    could not be counted.
    """

    delivery_id: str
    feed: str
    table: str
    file_name: str
    sha256: str
    content_sha256: str
    part: str
    base_date: date | None
    sequence: int
    read_hash: str
    refusal: Refusal | None = None
    rows_in: int | None = None
    rows_good: int = 0
    rows_quarantined: int = 0
    rows_repeated: int = 0
    warnings: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """An operator's recorded acceptance of one refused file (refusals by volume only)."""

    file_name: str
    sha256: str
    decided_by: str
    reason: str
    decided_at: str


@dataclass(frozen=True)
class Delivery:
    """What becomes of one delivered file, by all manifests and decisions; a row of ``quality.row_outcome``."""

    delivery_id: str
    feed: str
    table: str
    part: str
    file_name: str
    sha256: str
    base_date: date | None
    sequence: int
    status: str
    reason_code: str | None
    reason: str | None
    rows_in: int | None
    rows_loaded: int
    rows_quarantined: int
    rows_superseded: int
    warnings: int
    in_force: bool
    row_change: float | None = None
