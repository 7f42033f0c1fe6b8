"""Which relations are read, and by which functions, while something runs in this process."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from kasane.settings import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "include" / "kasane"
_OPENED = duckdb.connect
Read = tuple[str, frozenset[str]]
"""A relation (``marts.dim_area``), and the functions on the way to it (``reports/kpi_data.py:read_scorecard``)."""


class _Recording:
    """A connection of which each query is noted; everything else is the connection's own."""

    def __init__(self, connection: Any, reads: set[Read]) -> None:
        self._connection, self._reads = connection, reads

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> _Recording:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def execute(self, query: str, *values: Any) -> Any:
        self._note(query)
        return self._connection.execute(query, *values)

    def sql(self, query: str, *values: Any, **named: Any) -> Any:
        self._note(query)
        return self._connection.sql(query, *values, **named)

    def _note(self, query: str) -> None:
        functions = frozenset(_functions())
        self._reads.update((relation, functions) for relation in _relations(query))


def _relations(query: str) -> Iterator[str]:
    for tree in sqlglot.parse(query, dialect="duckdb"):
        yield from (f"{each.db}.{each.name}" for each in (tree.find_all(exp.Table) if tree else ()) if each.db)


def _functions() -> Iterator[str]:
    for frame in traceback.extract_stack():
        file = Path(frame.filename)
        if file.is_relative_to(PACKAGE):
            yield f"{file.relative_to(PACKAGE)}:{frame.name}"


@contextmanager
def recorded_reads() -> Iterator[set[Read]]:
    """What every DuckDB connection that is opened inside reads."""
    reads: set[Read] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", lambda *args, **named: _Recording(_OPENED(*args, **named), reads))
        yield reads
