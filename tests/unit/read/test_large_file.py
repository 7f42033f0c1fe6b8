"""Memory is bounded by a block, not by the file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .register_file import write_register

ROWS = 100_000
# The file is 22 MB; held whole, its text, its fields and their keys take more than ten times that.
ALLOWED_MIB = 100

READS_IN_SMALL_BLOCKS = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {here!r})
import register_file as made
from kasane.read import blocks
from kasane.normalise.itaiji import itaiji_classes

blocks.BLOCK_BYTES = 1024 * 1024
itaiji_classes()
path = Path({path!r})
warm = path.with_name("warm.csv")
made.write_register(warm, 1000)
made.read_register(warm, path.parent / "warm")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
manifest = made.read_register(path, path.parent)
print(manifest.rows_good, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_large_register_is_read_in_little_memory(tmp_path: Path) -> None:
    write_register(tmp_path / "register.csv", ROWS)
    script = READS_IN_SMALL_BLOCKS.format(here=str(Path(__file__).parent), path=str(tmp_path / "register.csv"))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows, grown = map(int, done.stdout.split())
    assert rows == ROWS
    assert grown < ALLOWED_MIB
