"""``python -m kasane.dictionary [--check]``: docs/data_dictionary.md and docs/dictionary/, written or compared."""

from __future__ import annotations

import argparse
import sys

from kasane.contracts.generated import write_or_check
from kasane.dictionary.pages import DOCS, render_pages
from kasane.errors import KasaneError

COMMAND = "python -m kasane.dictionary"


def main() -> int:
    """Write every page or, with ``--check``, compare it (exit 1 where one differs)."""
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    try:
        for name, content in render_pages().items():
            write_or_check(DOCS / name, content, check, COMMAND)
    except KasaneError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
