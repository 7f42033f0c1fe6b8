"""What the analysts' zone of a release tells of linkage: the facts of the page about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kasane.quality.sql import connect
from kasane.sql import identifier, relation

Rows = Sequence[Mapping[str, Any]]
_ORDERS = {
    "link_method": ("feed", "role", "sort_order"),
    "link_accuracy": ("sort_order",),
    "link_review_age": ("feed", "reason", "sort_order"),
    "link_unlinked": ("feed", "role"),
}


@dataclass(frozen=True)
class LinkageFacts:
    """The rows of ``quality.link_method``, ``link_accuracy``, ``link_review_age`` and ``link_unlinked``.

    Youtai is in none of them. ``reviews_per_thousand``: how many pairs may wait for a thousand records.
    """

    methods: Rows
    accuracy: Rows
    queue: Rows
    unlinked: Rows
    reviews_per_thousand: float

    @property
    def record_total(self) -> int:
        """All records but the register's own and youtai's."""
        return sum(each["record_total"] for each in self.unlinked)

    @property
    def waiting(self) -> int:
        """Pairs that wait for a reviewer."""
        return sum(each["pair_count"] for each in self.queue)

    @property
    def late(self) -> int:
        """Pairs that wait too long."""
        return sum(each["pair_count"] for each in self.queue if each["is_late"])

    @property
    def reviewed(self) -> int:
        """Pairs that reviewers have decided."""
        return sum(each["reviewed_count"] for each in self.accuracy)

    @property
    def oldest(self) -> date | None:
        """Since when the oldest pair waits."""
        return min((each["oldest_queued_on"] for each in self.queue), default=None)

    @property
    def as_of(self) -> date | None:
        """The day by which ages are counted."""
        return max((each["as_of_date"] for each in self.queue), default=None)


def read_linkage(analyst_file: Path, reviews_per_thousand: float) -> LinkageFacts | None:
    """The facts of one release; None where it was built before linkage was told of."""
    connection = connect(analyst_file)
    try:
        methods, accuracy, queue, unlinked = (_rows(connection, name, order) for name, order in _ORDERS.items())
    except duckdb.CatalogException:
        return None
    finally:
        connection.close()
    return LinkageFacts(methods, accuracy, queue, unlinked, reviews_per_thousand)


def _rows(connection: duckdb.DuckDBPyConnection, name: str, order: Sequence[str]) -> list[dict[str, Any]]:
    # A file's catalogue may be named like a schema in it, and then a short name is ambiguous.
    found = connection.execute("select current_database()").fetchone()
    assert found is not None
    path = relation(str(found[0]), "quality", name)
    columns = ", ".join(f"{identifier(column)} nulls last" for column in order)
    result = connection.execute(f"select * from {path} order by {columns}")
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
