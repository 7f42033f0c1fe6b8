"""Katakana to the half-width kana of municipal dumps, and the loose key that two readings must not share by chance."""

from __future__ import annotations

from itertools import pairwise

_FULL = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー"
)
_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ"
_VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ"
_VOICED_BASE = "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎｳ"
_SEMI, _SEMI_BASE = "パピプペポ", "ﾊﾋﾌﾍﾎ"

_TABLE: dict[int, str] = {
    **{ord(full): half for full, half in zip(_FULL, _HALF, strict=True)},
    **{ord(full): base + "ﾞ" for full, base in zip(_VOICED, _VOICED_BASE, strict=True)},
    **{ord(full): base + "ﾟ" for full, base in zip(_SEMI, _SEMI_BASE, strict=True)},
    ord("　"): " ",
}
_LOOSE = str.maketrans("ｧｨｩｪｫｯｬｭｮｦ", "ｱｲｳｴｵﾂﾔﾕﾖｵ", "ﾞﾟｰ ")
_O_ROW = "ｵｺｿﾄﾉﾎﾓﾖﾛ"


def half_width(katakana: str) -> str:
    """The reading as registers print it, voiced marks as characters of their own."""
    return katakana.translate(_TABLE)


def loose_key(half: str) -> str:
    """What is left of a reading when every official fuzzy-search rule is applied.

    Two surnames of the ward never share it unless their readings are equal, so that no reasonable
    normalisation decides whether two households live together.
    """
    plain = half.translate(_LOOSE)
    letters = [plain[:1]]
    for before, letter in pairwise(plain):
        letters.append("ｵ" if letter == "ｳ" and before in _O_ROW else letter)
    return "".join(letters).replace("ﾜ", "ﾊ").replace("ﾂ", "ｽ").replace("ﾁ", "ｼ")
