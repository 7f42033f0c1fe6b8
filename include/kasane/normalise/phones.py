"""Match key of phone numbers, as offices write them down."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kasane.normalise.arrays import nfkc, on_distinct

_FEWEST, _MOST = 9, 11


def phone_key(phone: pa.Array) -> pa.Array:
    """The digits of the first number in a cell: ０３（１２３４）５６７８ 内線9, +81 3 1234 5678 → 0312345678.

    Null for what no Japanese number is: fewer than 9 or more than 11 digits, or zeros or nines alone, which stand
    for *unknown*. A first 0 that a spreadsheet took away is put back. Equal lengths in, the same length out.
    """
    return on_distinct(phone, _digits)


def _digits(values: pa.Array) -> pa.Array:
    text = pc.utf8_lower(nfkc(values))
    for pattern, written in (
        # Extension (内線), a name or a second number come after the number.
        (r"(?s)([0-9])[^0-9]*(?:内線?|ext|#|[/、,;・\n]).*$", r"\1"),
        (r"^[^0-9+]*(?:\+|00|010)81[^0-9]*", "0"),
        (r"[^0-9]", ""),
        (r"^00([1-9])", r"0\1"),
        (r"^([1-9][0-9]{8,9})$", r"0\1"),
    ):
        text = pc.replace_substring_regex(text, pattern, written)
    length = pc.utf8_length(text)
    possible = pc.and_(pc.greater_equal(length, _FEWEST), pc.less_equal(length, _MOST))
    unknown = pc.match_substring_regex(text, r"^0*(?:0|9+)$")
    return pc.if_else(pc.and_(possible, pc.invert(unknown)), text, pa.scalar(None, pa.string()))
