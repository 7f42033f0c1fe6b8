"""Match keys of names in kana."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kasane.normalise.arrays import blank_to_null, nfkc

_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
# Signs that are typed for the long vowel mark ー, after NFKC (rule 6 of the official fuzzy search).
_LONG_MARKS = r"[-‐‑‒–—―−─]"

# One letter for all that the official fuzzy-search rules call equal once voicing marks are gone. ヂ=ジ with
# ヂ=チ (marks ignored) makes シ and チ one, ヅ=ズ likewise ス and ツ.
_FUZZY_PAIRS = (("チ", "シ"), ("ツ", "ス"), ("ワ", "ハ"), ("ヲ", "オ"), ("ヰ", "イ"), ("ヱ", "エ"))
_FOREIGN_V = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"))
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))


def full_kana(values: pa.Array) -> pa.Array:
    """Full-width katakana with single spaces: widths, hiragana, long marks and spaces made equal; trimmed."""
    text = pc.replace_substring_regex(_katakana(nfkc(values)), _LONG_MARKS, "ー")
    return pc.utf8_upper(pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r"\s+", " ")))


def whole_kana(values: pa.Array) -> pa.Array:
    """The whole name without spaces, in full-width katakana; null where blank."""
    return blank_to_null(pc.replace_substring(full_kana(values), " ", ""))


def surname_kana(values: pa.Array) -> pa.Array:
    """What stands before the first space; the whole name where there is none; null where blank."""
    return blank_to_null(pc.replace_substring_regex(full_kana(values), r" .*$", ""))


def given_kana(values: pa.Array) -> pa.Array:
    """All after the first space, spaces removed; null where there is none (the name can't be cut)."""
    text = full_kana(values)
    given = pc.replace_substring(pc.replace_substring_regex(text, r"^[^ ]* ?", ""), " ", "")
    return blank_to_null(given)


def fuzzy_kana(values: pa.Array) -> pa.Array:
    """The key of the official fuzzy search, to compare names across systems; null where blank.

    Source: reference/code_lists.md `kana_fuzzy_rules` (住民記録システム標準仕様書 2.1.2), rules 1-6.
    """
    text = pc.replace_substring(full_kana(values), " ", "")
    for written, meant in _FOREIGN_V:
        text = pc.replace_substring(text, written, meant)
    text = pc.replace_substring_regex(pc.utf8_normalize(text, "NFD"), r"[\x{3099}\x{309A}]", "")
    for written, meant in (*_SMALL.items(), *_FUZZY_PAIRS):
        text = pc.replace_substring(text, written, meant)
    text = pc.replace_substring_regex(text, r"([オコソトノホモヨロ])ウ", r"\1オ")
    return blank_to_null(pc.replace_substring(text, "ー", ""))


def _katakana(values: pa.Array) -> pa.Array:
    """Hiragana to katakana; columns without any (the usual case) are not touched."""
    found = pc.fill_null(pc.match_substring_regex(values, r"[\x{3041}-\x{3096}\x{309D}\x{309E}]"), False)
    if not pc.any(found).as_py():
        return values
    mended = pa.array([text.translate(_HIRAGANA) for text in values.filter(found).to_pylist()], values.type)
    return pc.replace_with_mask(values, found, mended)
