"""Where CSV records end: the line ends that stand outside quotes."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Bytes = NDArray[np.uint8]

LF, CR, QUOTE, COMMA = 0x0A, 0x0D, 0x22, 0x2C
_FIELD = rb'(?:"(?:[^"]|"")*+"[^,\n]*+|[^",\n][^,\n]*+|)'
_RECORD = re.compile(_FIELD + rb"(?:," + _FIELD + rb")*+\n")


def record_ends(text: bytes) -> Positions:
    """The position after each record of ``text``; what follows the last one is not a whole record.

    ``text`` begins where a record begins and ends with a line end.
    """
    data = np.frombuffer(text, np.uint8)
    newlines = np.flatnonzero(data == LF)
    quotes = np.flatnonzero(data == QUOTE)
    if not len(quotes):
        return newlines + 1
    if not _well_formed(data, quotes):
        return _ends_one_by_one(text)
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    ends: Positions = newlines[outside] + 1
    return ends


def _well_formed(data: Bytes, quotes: Positions) -> bool:
    """Whether quotes open and close in turn: each opens at a field's start and closes at its end.

    A doubled quote inside a field reads as closing and opening again at once, which comes to the same.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[opening[1:] - 1] if opening[0] == 0 else data[opening - 1]
    after = data[np.minimum(closing + 1, len(data) - 1)]
    opens = (before == COMMA) | (before == LF) | (before == QUOTE)
    closes = (after == COMMA) | (after == LF) | (after == CR) | (after == QUOTE)
    return bool(opens.all() and closes.all())


def _ends_one_by_one(text: bytes) -> Positions:
    """The same by a pattern, record for record: a quote inside an unquoted field is a plain character."""
    ends, position = [], 0
    while found := _RECORD.match(text, position):
        position = found.end()
        ends.append(position)
    return np.array(ends, dtype=np.int64)
