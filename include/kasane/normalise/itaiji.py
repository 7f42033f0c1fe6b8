"""Match key of names in kanji: variant characters (異体字) of one class become one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
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
    """For each character that belongs to a larger class: the commonest of it, which stands for the class.

    Classes are closed: what shrinks to a character of a class belongs to it. A rare character that can shrink to
    several classes joins none of them, or it would make 明 and 朋, 孝 and 考, 島 and 雀 one.
    """
    several = dict(_shrinking())
    leaders: dict[str, str] = {}
    for char, targets in list(several.items()):
        if len(targets) == 1:
            _join(leaders, char, *several.pop(char))
    while joining := [char for char in several if len(_met(leaders, several[char])) == 1]:
        for char in joining:
            _join(leaders, char, *_met(leaders, several.pop(char)))
    return {ord(char): leader for char in leaders if (leader := _leader(leaders, char)) != char}


def _shrinking() -> Iterator[tuple[str, set[str]]]:
    """Every character that shrinks to others, with those."""
    for start, stop in _KANJI_RANGES:
        for char in map(chr, range(start, stop)):
            candidates = mj_shrink_candidates(char, _SCHEME)
            if candidates != [char]:
                normal = {unicodedata.normalize("NFKC", text) for text in candidates}
                if targets := {text for text in normal if len(text) == 1 and text != char}:
                    yield char, targets


def _met(leaders: dict[str, str], chars: set[str]) -> set[str]:
    return {_leader(leaders, char) for char in chars}


def _join(leaders: dict[str, str], char: str, other: str) -> None:
    first, second = sorted((_leader(leaders, char), _leader(leaders, other)), key=_rarity)
    leaders[second] = first
    leaders.setdefault(first, first)


def _leader(leaders: dict[str, str], char: str) -> str:
    while (leader := leaders.get(char, char)) != char:
        char = leader
    return char


def _rarity(char: str) -> tuple[bytes, str]:
    """Kanji of JIS level 1 come first, then level 2, then all others."""
    return char.encode("shift_jis", "ignore") or b"\xff", char
