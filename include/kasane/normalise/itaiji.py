"""Match key of names in kanji: variant characters (異体字) of one class become one character."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from jntajis import MJShrinkSchemeCombo, mj_shrink_candidates

from kasane.normalise.arrays import blank_to_null, nfkc

# MJ縮退マップ, the part from the Family Register Act and its notices (scheme 8): the widest that stays right on names.
_SCHEME = int(MJShrinkSchemeCombo.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE)
_KANJI_RANGES = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2FA20), (0x30000, 0x32000))
_NOT_PART_OF_KEY = r"[\s\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]"


def itaiji_key(values: pa.Array) -> pa.Array:
    """NFKC, no spaces, no variation selectors, each character its class's; null where blank.

    A private-use character or 〓 stays as it is: it equals itself alone, never another character.
    """
    text = pc.utf8_upper(pc.replace_substring_regex(nfkc(values), _NOT_PART_OF_KEY, ""))
    folded = [value and value.translate(itaiji_classes()) for value in text.to_pylist()]
    return blank_to_null(pa.array(folded, pa.string()))


@lru_cache(maxsize=1)
def itaiji_classes() -> dict[int, str]:
    """For each character of a class with several: the one that stands for the class (lowest code point).

    Classes are closed: whatever shrinks to a common character is one class.
    """
    leaders: dict[str, str] = {}
    for start, stop in _KANJI_RANGES:
        for code in range(start, stop):
            _join(leaders, chr(code))
    return {ord(char): leader for char in leaders if (leader := _leader(leaders, char)) != char}


def _join(leaders: dict[str, str], char: str) -> None:
    candidates = {unicodedata.normalize("NFKC", text) for text in mj_shrink_candidates(char, _SCHEME)}
    for other in candidates:
        if len(other) == 1 and other != char:
            first, second = sorted((_leader(leaders, char), _leader(leaders, other)))
            leaders[second] = first
            leaders.setdefault(first, first)


def _leader(leaders: dict[str, str], char: str) -> str:
    while (leader := leaders.get(char, char)) != char:
        char = leader
    return char
