"""Helpers to work on the distinct values of a column, and the characters that need care everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

# Private-use characters (gaiji of one municipality's own fonts; CP932 bytes F040-F9FC, A0 and FD-FF decode to
# them without an error) and the geta mark, which a system writes where it could not write a character.
GAIJI = r"[\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}〓]"


def on_distinct(values: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """``function`` applied to each distinct value once, spread over the column again; nulls stay null."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return function(encoded.dictionary).take(encoded.indices)


def one(function: Callable[[pa.Array], pa.Array], value: str | None) -> str | None:
    """An array function for a single value."""
    result: str | None = function(pa.array([value], pa.string()))[0].as_py()
    return result


def has_gaiji(values: pa.Array) -> pa.Array:
    """True where a value holds a private-use character or 〓; false for null."""
    return pc.fill_null(pc.match_substring_regex(values, GAIJI), False)


def nfkc(values: pa.Array) -> pa.Array:
    """Unicode NFKC, with a free-standing voicing mark (゛, ゜) joined to the kana before it.

    NFKC by itself turns that mark into a space and a combining mark, which would cut a name in two.
    """
    joined = pc.replace_substring(pc.replace_substring(values, "゛", "\u3099"), "゜", "\u309a")
    return pc.utf8_normalize(joined, "NFKC")


def blank_to_null(values: pa.Array) -> pa.Array:
    """Null in place of an empty string."""
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
