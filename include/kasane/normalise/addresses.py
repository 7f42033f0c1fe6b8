"""Match key of an address in the resident register, by the definition of the living household."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kasane.normalise.arrays import blank_to_null, nfkc, on_distinct

# Signs typed for － between numbers, after NFKC. The long vowel mark ー is one of them where no kana stands
# before it; after kana it belongs to the building's name.
_HYPHENS = r"[-‐‑‒–—―−─]"
_DIGITS = tuple(zip("〇一二三四五六七八九", "0123456789", strict=True))
_NUMERAL = "〇一二三四五六七八九"
_COUNTED = r"(?:丁目|番地)"


def register_address(town_code: pa.Array, town_name: pa.Array, block: pa.Array, building: pa.Array) -> pa.Array:
    """Key ``town|block|building``: 番地, 号, － and 号室, widths and spaces made equal.

    The town is its code or, without one, its name. Null where the town is not known, or where there is neither
    block nor building: such addresses say nothing about living together. Equal lengths in, the same length out.
    Source: definitions.md, *living household*.
    """
    town = pc.coalesce(on_distinct(town_code, _town_code), on_distinct(town_name, town_key))
    blocks, buildings = on_distinct(block, block_key), on_distinct(building, building_key)
    door = pc.binary_join_element_wise(_or_blank(blocks), _or_blank(buildings), "|")
    return pc.binary_join_element_wise(town, pc.if_else(pc.equal(door, "|"), pa.scalar(None, pa.string()), door), "|")


def _town_code(values: pa.Array) -> pa.Array:
    return blank_to_null(pc.utf8_trim_whitespace(nfkc(values)))


def town_key(values: pa.Array) -> pa.Array:
    """A town's name with widths and spaces made equal and 一丁目 written 1丁目; null where blank."""
    return blank_to_null(kanji_numbers(_narrow(values)))


def kanji_numbers(values: pa.Array) -> pa.Array:
    """The numeral before 丁目 and 番地 in figures, up to 99: 十二丁目 → 12丁目."""
    text = pc.replace_substring_regex(values, rf"([{_NUMERAL}])十([{_NUMERAL}]{_COUNTED})", r"\1\2")
    text = pc.replace_substring_regex(text, rf"([{_NUMERAL}])十({_COUNTED})", r"\10\2")
    text = pc.replace_substring_regex(text, rf"十([{_NUMERAL}]{_COUNTED})", r"一\1")
    text = pc.replace_substring_regex(text, rf"十({_COUNTED})", r"10\1")
    # From the last figure to the first: each makes room for the one before it.
    for _ in range(2):
        for kanji, digit in _DIGITS:
            text = pc.replace_substring_regex(text, rf"{kanji}([0-9]*{_COUNTED})", rf"{digit}\1")
    return text


def block_key(values: pa.Array) -> pa.Array:
    """12番地3号, 12番3号, 12番地の3, 12の3, 12－3 → 12-3; null where blank."""
    text = number_hyphens(_narrow(values))
    text = pc.replace_substring_regex(text, r"(\d)(?:番地の?|番の?|号室?の?|の)", r"\1-")
    text = pc.replace_substring_regex(text, r"-+", "-")
    return blank_to_null(pc.replace_substring_regex(text, r"-$", ""))


def building_key(values: pa.Array) -> pa.Array:
    """コーポ富士　１０４号室, コーポ富士104号, コーポ富士－104 → コーポ富士104; null where blank."""
    text = number_hyphens(_narrow(values))
    text = pc.replace_substring_regex(text, r"(\d)号(?:室|$)", r"\1")
    text = pc.replace_substring_regex(text, r"(\d)室$", r"\1")
    return blank_to_null(pc.replace_substring_regex(text, r"(^|[^\d-])-(\d)", r"\1\2"))


def _narrow(values: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(nfkc(values), r"\s", "")


def number_hyphens(values: pa.Array) -> pa.Array:
    text = pc.replace_substring_regex(values, _HYPHENS, "-")
    return pc.replace_substring_regex(text, r"(^|[^\p{Katakana}\p{Hiragana}ー])ー", r"\1-")


def _or_blank(values: pa.Array) -> pa.Array:
    return pc.fill_null(values, "")
