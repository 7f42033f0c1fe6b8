"""Address keys that a register's columns and an address written freely have in common, for linkage.

Three keys: ``town`` (町字 without its 丁目), ``block`` (town, then 丁目, 番地 and 号 as one series: 栄町1-33-13) and
``door`` (block, ``|``, building and room; the block where neither is told). Unlike
:func:`kasane.normalise.addresses.register_address` they know no town code: nobody writes one by hand.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kasane.normalise.addresses import building_key, kanji_numbers, number_hyphens
from kasane.normalise.arrays import blank_to_null, nfkc, on_distinct
from kasane.normalise.itaiji import itaiji_key

_PREFECTURE = (
    r"^(?:東京都|北海道|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡"
    r"|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
# Cities whose own name holds 市, so that the first 市 does not end it.
_CITY = r"(?:四日市市|廿日市市|野々市市|市川市|市原市|[^0-9市区]{1,6}市(?:[^0-9市区]{1,4}区)?|[^0-9市区]{1,5}区)"
_COUNTY = r"[^0-9市区郡]{1,5}郡[^0-9市区]{1,5}?[町村]"
_VILLAGE = r"[^0-9市区]{1,5}?[町村]"
# What is left must be a town: 上市1-2, 古市場1-2 and 四日市町1-2 have lost nothing when 市 is no city's.
_TOWN_LEFT = r"([^0-9町村場][^0-9]|[^0-9町村場内川原田谷野]|[町村内川原田谷野][^0-9])"
_NOWHERE = r"^(?:住所|居所|住居)?(?:不定|不明|不詳|未定|未詳|非公開|秘匿|同上|無し?$|なし)"
# Three numbers are 丁目, 番地 and 号 (or 番地 and its branches); a fourth is the room: 栄町1-33-13-104.
_NUMBERS = r"^(?P<series>[0-9]+(?:-[0-9]+){0,2})(?P<rest>.*)$"
# Sapporo's 北7条西5 keeps the number that belongs to its name.
_PARTS = r"^(?P<town>(?:[^0-9\s]|[0-9]+[条線])+)\s*(?P<series>[0-9]+(?:-[0-9]+){0,2})?(?P<rest>.*)$"


def free_town(address: pa.Array) -> pa.Array:
    """Town of an address written in one piece, without 丁目, prefecture and municipality; null where none is told."""
    return on_distinct(address, lambda values: _town(_parts(values)))


def free_block(address: pa.Array) -> pa.Array:
    """栄町一丁目33番13号, 栄町１－３３－１３ → 栄町1-33-13; null without a town or without a number after 丁目."""
    return on_distinct(address, lambda values: _block(_parts(values)))


def free_door(address: pa.Array) -> pa.Array:
    """Block, ``|``, building and room: 栄町1-33-13|コーポ富士104; the block alone where no building is told."""
    return on_distinct(address, lambda values: _door(_parts(values)))


def register_town(town_name: pa.Array) -> pa.Array:
    """As :func:`free_town`, of the register's 町字名."""
    return free_town(town_name)


def register_block(town_name: pa.Array, block: pa.Array) -> pa.Array:
    """As :func:`free_block`, of the register's 町字名 and 番地."""
    return _register(town_name, block)[0]


def register_door(town_name: pa.Array, block: pa.Array, building: pa.Array) -> pa.Array:
    """As :func:`free_door`, of the register's 町字名, 番地 and 方書."""
    place, beyond = _register(town_name, block)
    rooms = pc.fill_null(on_distinct(building, _building), "")
    return _with_building(place, blank_to_null(pc.binary_join_element_wise(beyond, rooms, "")))


def _register(town_name: pa.Array, block: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Block of each row, and what its 番地 holds beyond that. Towns and 番地 are few: each is parsed once, apart."""
    chome = on_distinct(town_name, _chome)
    numbers = on_distinct(block, lambda values: pc.utf8_trim_whitespace(_series(_one_line(values))))
    numbers = pc.if_else(pc.match_substring_regex(numbers, "^[0-9]"), numbers, pa.scalar(None, pa.string()))
    joined = pc.coalesce(pc.binary_join_element_wise(chome, numbers, "-"), numbers).dictionary_encode()
    cut = pc.extract_regex(joined.dictionary, _NUMBERS)
    series, beyond = (pc.struct_field(cut, name).take(joined.indices) for name in ("series", "rest"))
    place = pc.binary_join_element_wise(register_town(town_name), on_distinct(series, _without_leading_zeros), "")
    return place, pc.fill_null(on_distinct(beyond, _building), "")


def _chome(town_names: pa.Array) -> pa.Array:
    """The number of 丁目, null where there is none: what stands before a number put after the town."""
    series = pc.struct_field(_parts(pc.binary_join_element_wise(town_names, "0", "")), "series")
    return blank_to_null(pc.replace_substring_regex(series, "-?0$", ""))


def _parts(values: pa.Array) -> pa.Array:
    """Town, series of numbers and rest of each address, a struct; null where nobody could find the place."""
    text = _one_line(values)
    text = pc.if_else(pc.match_substring_regex(text, _NOWHERE), pa.scalar(None, pa.string()), text)
    return pc.extract_regex(_series(_without_municipality(text)), _PARTS)


def _one_line(values: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(nfkc(values), r"\s+", " "))


def _without_municipality(values: pa.Array) -> pa.Array:
    """The address from its town on; a town that only looks like a municipality stays."""
    text = pc.replace_substring_regex(values, r"^〒?\s?[0-9]{3}-?[0-9]{4}\s", "")
    whole = pc.replace_substring_regex(text, _PREFECTURE + r"\s?", "")
    named = pc.not_equal(text, whole)
    cut = pc.replace_substring_regex(whole, rf"^(?:{_COUNTY}|{_CITY})\s?{_TOWN_LEFT}", r"\1")
    # Without a county only a prefecture before it tells that 町 and 村 end a municipality.
    villages = pc.replace_substring_regex(whole, rf"^(?:{_COUNTY}|{_CITY}|{_VILLAGE})\s?([^0-9\s])", r"\1")
    return pc.replace_substring_regex(pc.if_else(named, villages, cut), r"^大字", "")


def _series(values: pa.Array) -> pa.Array:
    """丁目, 番地 and 号 as numbers joined by hyphens; a space where the series ends."""
    text = number_hyphens(kanji_numbers(values))
    for pattern, written in (
        (r"([0-9])\s?丁目?\s?[-のノ]?\s?([0-9])", r"\1-\2"),
        # 丁目 alone is no place: a block of it would make neighbours of hundreds.
        (r"[0-9]+丁目", " "),
        (r"([0-9]) ?[のノ] ?([0-9])", r"\1-\2"),
        (r"([0-9]) ?- ?([0-9])", r"\1-\2"),
        # 33番13-104号: of three figures and more it is a room.
        (r"([0-9]) ?番地?[ の-]*([0-9]+)-([0-9]{3,})", r"\1-\2 \3"),
        (r"([0-9]) ?番地? ?([0-9]+号?室)", r"\1 \2"),
        (r"([0-9]) ?番地? ([0-9]+号)", r"\1-\2"),
        (r"([0-9]) ?番地?[の-]?([0-9])", r"\1-\2"),
        (r"([0-9]) ?番地?[の-]?", r"\1 "),
        (r"([0-9])号[の-]([0-9])", r"\1-\2"),
        (r"([0-9])号室?", r"\1 "),
        (r"-+", "-"),
        (r"([0-9])-(\D|$)", r"\1 \2"),
    ):
        text = pc.replace_substring_regex(text, pattern, written)
    return text


def _town(parts: pa.Array) -> pa.Array:
    """Variant characters and the small letters of place names made equal: 霞が関 and 霞ヶ関, 丸の内 and 丸ノ内."""
    town = pc.struct_field(parts, "town")
    text = pc.replace_substring_regex(town, r"(\p{Han})[ヶケヵがガ](\p{Han})", r"\1ケ\2")
    text = pc.replace_substring_regex(text, r"(\p{Han})[のノ之](\p{Han})", r"\1ノ\2")
    return blank_to_null(on_distinct(text, itaiji_key))


def _block(parts: pa.Array) -> pa.Array:
    series = blank_to_null(pc.struct_field(parts, "series"))
    return pc.binary_join_element_wise(_town(parts), _without_leading_zeros(series), "")


def _without_leading_zeros(series: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(series, r"\b0+([0-9])", r"\1")


def _door(parts: pa.Array) -> pa.Array:
    return _with_building(_block(parts), _building(pc.struct_field(parts, "rest")))


def _with_building(block: pa.Array, building: pa.Array) -> pa.Array:
    return pc.coalesce(pc.binary_join_element_wise(block, building, "|"), block)


def _building(values: pa.Array) -> pa.Array:
    """富士1号棟101号室 → 富士1棟101, 山田様方 → 山田方; null where blank."""
    text = pc.replace_substring_regex(building_key(values), r"([0-9])(?:番地?|号|丁目)", r"\1")
    return blank_to_null(pc.replace_substring_regex(text, "様方$", "方"))
