"""Which column of a file is which field, by its headings."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from kasane.contracts.model import Contract
from kasane.read.refusal import FileReason, RefusedError

_SHOWN = 40


def names_by_heading(contract: Contract, headings: Sequence[str], line: int | None, sheet: str = "") -> list[str]:
    """The field names in the order of the headings, which may be of any width; ``line``, ``sheet``: where they stand.

    Raises RefusedError where a column is unknown, given twice or missing.
    """
    wanted = {plain(field.source): field.name for field in contract.delivered_fields}
    given = [plain(heading) for heading in headings]
    unknown = [heading[:_SHOWN] for heading in given if heading not in wanted]
    missing = [field.source for field in contract.delivered_fields if plain(field.source) not in given]
    twice = [heading for heading, times in Counter(given).items() if times > 1 and heading in wanted]
    if len(missing) == len(wanted):
        # Then the line is likely data; naming what stands there would put a person into a log.
        where = f"{sheet} line {line}".strip() if line != 1 else "the first line"
        message = f"{where} is no heading of this feed" if line else "the columns are not those of this feed"
        raise RefusedError(FileReason.COLUMNS_MISSING, message, line)
    if unknown or twice or missing:
        found = (("unknown", unknown), ("given twice", twice), ("missing", missing))
        message = "; ".join(f"columns {what}: {', '.join(names)}" for what, names in found if names)
        code = FileReason.COLUMNS_UNKNOWN if unknown or twice else FileReason.COLUMNS_MISSING
        raise RefusedError(code, f"{sheet} {message}".strip(), line)
    return [wanted[heading] for heading in given]


def plain(text: str) -> str:
    """A heading or mark as it is compared: NFKC, without quotes and spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().strip('"')
