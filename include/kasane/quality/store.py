"""Small result files that appear whole or not at all, and read the same whoever wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kasane.files import write_atomically


def write_json(path: Path, document: Any) -> None:
    """Store a document with sorted keys, so that equal results are equal bytes."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    write_atomically(path, f"{text}\n".encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """The stored document; None when there is none or it is none of ours (then it is made anew)."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return document if isinstance(document, dict) else None
