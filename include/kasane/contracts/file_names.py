"""A delivered file's name as it may be shown: people put names of people into names of files."""

from __future__ import annotations

import re
import unicodedata

from kasane.contracts.model import Contract

_HARMLESS = re.compile(r"[0-9]{1,8}|[A-Z][0-9]{1,3}|CSV|ZIP|TXT|XLSX|XLS|PARQUET")
_PART = re.compile(r"[^\W_]+")


def shown_name(contract: Contract, file_name: str) -> str:
    """The name itself where the contract reads it; else only what can name nobody: feed, dates, sequence, ending.

    ``KODOMO_山田太郎_20250331.csv`` is shown as ``KODOMO_…_20250331.csv``.
    """
    if contract.identify(file_name) is not None:
        return file_name
    own = set(_PART.findall(f"{contract.feed}_{contract.table}".upper()))
    return _PART.sub(lambda found: found[0] if _is_harmless(found[0], own) else "…", file_name)


def _is_harmless(part: str, own: set[str]) -> bool:
    plain = unicodedata.normalize("NFKC", part).upper()
    return plain in own or _HARMLESS.fullmatch(plain) is not None
