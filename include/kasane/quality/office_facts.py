"""What an office's page says: its tables' checks and findings, as the analysts' zone of a release tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kasane.quality.feed_facts import FeedFacts
from kasane.quality.sql import connect
from kasane.sql import relation

Row = Mapping[str, Any]
_OF_FINDING = ("table_name", "check_kind", "column_name", "is_fault")


@dataclass(frozen=True)
class Finding:
    """A rule that records of a table break: its newest row of ``quality.finding_month``, and the open ones by month.

    ``open_counts``: one number a month of the release, oldest first.
    """

    row: Row
    title: str
    open_counts: Sequence[int]


@dataclass(frozen=True)
class OfficeFacts:
    """An office, its tables by title, what is open there at ``month_end``, and its checks in the newest deliveries.

    ``withheld``: titles of its tables of which nothing is told outside the restricted zone.
    """

    owner: str
    month_end: date
    titles: Mapping[str, str]
    findings: Sequence[Finding]
    checks: Sequence[Row]
    feeds: Sequence[FeedFacts]
    withheld: Sequence[str]

    @property
    def late(self) -> list[Row]:
        """The tables of which nothing came for the newest month."""
        return [each for each in self.checks if each["scope"] == "month" and each["status"] == "outside"]

    @property
    def of_contract(self) -> list[Row]:
        """The checks of the newest deliveries whose bounds the contracts have: completeness, shares, volume, keys."""
        return [each for each in self.checks if each["scope"] == "batch"]

    def found(self, is_fault: bool, origin: str | None = None) -> list[Finding]:
        """Open findings of one weight and, where one is named, one origin; most records first."""
        kept = [
            each
            for each in self.findings
            if each.row["open_count"] and each.row["is_fault"] == is_fault and origin in (None, each.row["origin"])
        ]
        return sorted(kept, key=lambda each: (-each.row["open_count"], each.title, each.row["column_name"]))

    def records(self, is_fault: bool, origin: str | None = None) -> int:
        """How many faulty values that is."""
        return sum(each.row["open_count"] for each in self.found(is_fault, origin))

    def moved(self, name: str) -> int:
        """How many faults came up, came back or were mended in the newest month: ``new_count`` and so on."""
        return sum(each.row[name] for each in self.findings if each.row["is_fault"])


def read_offices(analyst_file: Path, feeds: Sequence[FeedFacts]) -> list[OfficeFacts]:
    """Every office by name; none where the release was built before findings were told of."""
    connection = connect(analyst_file)
    try:
        checks, findings = _rows(connection, "check_result"), _rows(connection, "finding_month")
    except duckdb.CatalogException:
        return []
    finally:
        connection.close()
    months = sorted({each["month_end_date"] for each in checks if each["scope"] == "month"})
    if not months:
        return []
    by_owner: dict[str, list[Row]] = defaultdict(list)
    for each in checks:
        by_owner[each["owner"]].append(each)
    return [_office(owner, rows, findings, feeds, months) for owner, rows in sorted(by_owner.items())]


def _office(
    owner: str, checks: Sequence[Row], findings: Sequence[Row], feeds: Sequence[FeedFacts], months: Sequence[date]
) -> OfficeFacts:
    titles = {each["table_name"]: each["table_title"] for each in checks}
    own = [each for each in feeds if each.table in titles]
    newest = {file.delivery_id for each in own if each.in_force for file in each.latest}
    return OfficeFacts(
        owner=owner,
        month_end=months[-1],
        titles=titles,
        findings=[*_findings([each for each in findings if each["owner"] == owner], titles, months)],
        checks=[each for each in checks if _is_newest(each, newest, months[-1])],
        feeds=own,
        withheld=[each.title for each in feeds if each.results.get("owner") == owner and each.table not in titles],
    )


def _is_newest(check: Row, deliveries: set[str], month: date) -> bool:
    is_of_month = check["scope"] == "month" and check["month_end_date"] == month
    return is_of_month or check["delivery_id"] in deliveries


def _findings(rows: Sequence[Row], titles: Mapping[str, str], months: Sequence[date]) -> Iterator[Finding]:
    """Of each rule and column the newest month's row, and the open ones of all months."""
    series: dict[tuple[Any, ...], dict[date, Row]] = defaultdict(dict)
    for row in rows:
        series[tuple(row[name] for name in _OF_FINDING)][row["month_end_date"]] = row
    for (table, *_), by_month in series.items():
        if months[-1] in by_month:
            counts = [by_month[month]["open_count"] if month in by_month else 0 for month in months]
            yield Finding(by_month[months[-1]], titles.get(table, table), counts)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    # A file's catalogue may be named like a schema in it, and then a short name is ambiguous.
    found = connection.execute("select current_database()").fetchone()
    assert found is not None
    result = connection.execute(f"select * from {relation(str(found[0]), 'quality', name)} order by all")
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
