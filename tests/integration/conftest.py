"""Whole runs as a user would start them, each in a data directory of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


def kasane(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`kasane …`, with its output kept."""
    command = [sys.executable, "-m", "kasane.cli", *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KASANE_")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def succeed(*arguments: object) -> str:
    """What a command prints; the test fails with its errors where the command does."""
    done = kasane(*arguments)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def shared_extracts() -> Path:
    """The sample by another hand, beside the project on a founder's machine."""
    if not (SHARED / "extracts" / "check.py").exists():
        pytest.skip("no ../shared/extracts here")
    return SHARED / "extracts"
