"""Reads marts of a release by their columns; a mart or a column that is not there is noted, not an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

from kasane.reports.figure_line import Form, Line

MONTHS_SHOWN: Final = 36
Row = Mapping[str, Any]

_COLUMNS = """
select table_name, column_name from information_schema.columns where table_schema = 'marts'
"""


@dataclass(frozen=True)
class Measure:
    """A column of a mart with its heading, unit and form."""

    column: str
    heading: str
    unit: str
    form: Form


class MartReader:
    """Rows of marts in the newest months; ``missing`` names relations and columns that are not there."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spine: str) -> None:
        """``spine`` is the mart whose months are the page's."""
        self._connection = connection
        self._present: dict[str, set[str]] = {}
        self.missing: set[str] = set()
        for name, column in connection.execute(_COLUMNS).fetchall():
            self._present.setdefault(name, set()).add(column)
        found = {row["month_end_date"] for row in self._all(spine, ("month_end_date",))}
        self.months_in_file = len(found)
        self.months = tuple(sorted(found)[-MONTHS_SHOWN:])

    def rows(self, mart: str, columns: Sequence[str], day: str = "month_end_date") -> list[Row]:
        """These columns of every row of the months shown, in the order of the columns."""
        if not self.months:
            return []
        return [row for row in self._all(mart, (day, *columns)) if row[day] is not None and row[day] >= self.months[0]]

    def labels(self, mart: str, code: str, name: str) -> dict[str, str]:
        """A dimension's names by code."""
        return {row[code]: row[name] or row[code] for row in self._all(mart, (code, name)) if row[code] is not None}

    def _all(self, mart: str, columns: Sequence[str]) -> list[Row]:
        if not self._has(mart, columns):
            return []
        # Names of columns and marts are this package's own, never a value of the data.
        chosen = ", ".join(dict.fromkeys(columns))
        rows = self._connection.execute(f"select distinct {chosen} from marts.{mart} order by all").fetchall()
        return [dict(zip(dict.fromkeys(columns), map(_as_day, row), strict=True)) for row in rows]

    def _has(self, mart: str, columns: Sequence[str]) -> bool:
        lacking = sorted(set(columns) - self._present.get(mart, set()))
        if lacking:
            whole = mart not in self._present
            self.missing.add(f"marts.{mart}" if whole else f"marts.{mart}({'、'.join(lacking)})")
        return not lacking


def _as_day(value: Any) -> Any:
    return value.date() if hasattr(value, "date") and callable(value.date) else value


def lines_of(
    mart: str, rows: Sequence[Row], measures: Sequence[Measure], place: str = "area_code", **named: str
) -> dict[str, Line]:
    """A line a measure by its column, over the places in ``place`` (None: the blank code); ``named`` names it more."""
    kind = place.removesuffix("_code")
    return {
        each.column: Line(
            metric=f"{mart}.{each.column}",
            heading=each.heading,
            unit=each.unit,
            form=each.form,
            values={
                (row["month_end_date"], row[place] or ""): row[each.column]
                for row in rows
                if row[each.column] is not None
            },
            kind=kind,
            more=named,
        )
        for each in measures
    }


def reasons_of(rows: Sequence[Row]) -> dict[date, list[str]]:
    """What the mart says of its figures, each sentence once a month."""
    said: dict[date, list[str]] = {}
    for row in rows:
        if row["reason"] and row["reason"] not in said.setdefault(row["month_end_date"], []):
            said[row["month_end_date"]].append(row["reason"])
    return said
