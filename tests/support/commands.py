"""The command line as a user would start it."""

import os
import subprocess
import sys


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
