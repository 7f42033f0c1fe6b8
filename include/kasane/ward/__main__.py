"""``python -m kasane.ward --residents N --months K --seed S --out DIR``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from kasane.errors import KasaneError
from kasane.ward import generate


def main() -> int:
    """Generate a ward from the command line; 1 with the problems on a user's mistake."""
    parser = argparse.ArgumentParser(prog="python -m kasane.ward", description=__doc__)
    parser.add_argument("--residents", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=date.fromisoformat, default=None, help="a day of the first month")
    parser.add_argument("--clean", action="store_true", help="no broken files, no bad rows")
    parser.add_argument("--no-truth", action="store_true", help="extracts only")
    o = parser.parse_args()
    try:
        summary = generate(o.out, o.residents, o.months, o.seed, o.start, not o.clean, not o.no_truth)
    except KasaneError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{summary.residents} residents, {summary.months} months, {summary.files} files, {summary.size} bytes")
    print(", ".join(f"{name} {share:.1%}" for name, share in summary.overlap.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
