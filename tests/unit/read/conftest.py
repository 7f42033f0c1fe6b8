"""Reading bytes as a delivery."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from kasane.read import read_delivery

from .support import CODES, CONTRACTS, FIXES, Outcome, Reader, landed


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read bytes as a delivery of a feed."""

    def _read(feed: str, data: bytes, **more: Any) -> Outcome:
        contract = CONTRACTS[feed]
        file = landed(contract, data, **more)
        manifest = read_delivery(file, lambda: io.BytesIO(data), contract, CODES, FIXES, tmp_path)
        if manifest.refusal is None:
            assert manifest.rows_in == (manifest.rows_good + manifest.rows_quarantined + manifest.rows_repeated)
        return Outcome(manifest, tmp_path / feed / manifest.delivery_id)

    return _read
