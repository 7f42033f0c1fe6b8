"""What a database or dbt says when something fails, without the values that it may quote from people's records."""

from __future__ import annotations

import errno
import os
import re
import traceback

# These tell of SQL, names of relations, memory and disk; every other kind may quote a value.
_TELL_NO_VALUE = frozenset(
    [
        *("Binder", "Catalog", "Parser", "Syntax", "Permission", "IO", "Out of Memory", "Interrupt", "Dependency"),
        *("Connection", "Database", "Runtime", "Compilation", "Internal dbt", "Parsing", "Contract"),
        "TransactionContext",
    ]
)
_KIND = re.compile(r"\b((?:[A-Z][A-Za-z]+|Out|of|dbt)(?: (?:of|[A-Z][A-Za-z]+|dbt))*) Error\b")
_COLUMN = re.compile(r"source column ([A-Za-z_][A-Za-z0-9_]*)")
NO_SPACE = os.strerror(errno.ENOSPC)
WITHHELD = "what it says may quote a record and is withheld"


def without_values(message: str) -> str:
    """The message in one line or, where its kind may quote a value, its kind alone and the column that it names.

    A message of no known kind is withheld as well.
    """
    kinds = list(dict.fromkeys(_KIND.findall(message)))
    if kinds and all(kind in _TELL_NO_VALUE for kind in kinds):
        return " ".join(message.split())
    quoting = [kind for kind in kinds if kind not in _TELL_NO_VALUE] or ["Unknown"]
    column = _COLUMN.search(message)
    where = f" in column {column[1]}" if column else ""
    full = f"; {NO_SPACE}" if NO_SPACE in message else ""
    return f"{', '.join(quoting)} Error{where}; {WITHHELD}{full}"


def place_of(error: BaseException) -> str:
    """File, line and function of our own code in which an error arose."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/kasane/" in frame.filename] or frames
    if not own:
        return "unknown place"
    return f"{own[-1].filename.rpartition('/kasane/')[2]}:{own[-1].lineno} in {own[-1].name}"
