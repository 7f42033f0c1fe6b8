"""A manifest as ``manifest.json`` in a delivery's folder of the lake, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from kasane.contracts.delivery import Manifest, Refusal


def manifest_json(manifest: Manifest) -> bytes:
    """The manifest as JSON: dates as ISO text, keys sorted, the same bytes for the same manifest."""
    content = json.dumps(asdict(manifest), default=date.isoformat, ensure_ascii=False, indent=1, sort_keys=True)
    return content.encode() + b"\n"


def parse_manifest(content: bytes) -> Manifest:
    """The manifest back from its JSON; raises ValueError, TypeError or KeyError on anything else."""
    values = json.loads(content)
    base_date, refusal = values.pop("base_date"), values.pop("refusal", None)
    return Manifest(
        **values,
        base_date=date.fromisoformat(base_date) if base_date else None,
        refusal=Refusal(**refusal) if refusal else None,
    )
