"""Whole runs, each in a data directory of its own."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def shared_extracts() -> Path:
    """The sample by another hand, beside the project on a founder's machine."""
    if not (SHARED / "extracts" / "check.py").exists():
        pytest.skip("no ../shared/extracts here")
    return SHARED / "extracts"
