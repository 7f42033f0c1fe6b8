"""The answer: how a number moved between two releases, and how much of it each reason explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from kasane.errors import KasaneError, Problem
from kasane.publish.why.records import write_reasons
from kasane.publish.why.releases import NEW, OLD, choose, side_by_side
from kasane.publish.why.units import Cell, write_units
from kasane.settings import DataPaths
from kasane.sql import identifier

# In this order the first that applies to a unit is its reason: a record that now belongs to somebody else explains
# a household whatever else came in, and rules explain what nothing else does.
REASONS: dict[str, str] = {
    "links": "名寄せが変わった (changed links)",
    "corrected_data": "データが訂正された (corrected data)",
    "new_data": "新しいデータが届いた (new data)",
    "rules": "定義・しきい値が変わった (changed rules)",
    "indirect": "周囲の変化による (through others: a shared address, a facility, a population)",
}


@dataclass(frozen=True)
class ReasonShare:
    """What one reason explains: units that came, went or count otherwise, and how far they move the number."""

    reason: str
    came: int
    went: int
    changed: int
    numerator: float
    denominator: float
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A number in both releases, the reasons of the difference, and the files of rules that differ."""

    old_release: str
    new_release: str
    old_value: float | None
    new_value: float | None
    shares: tuple[ReasonShare, ...]
    changed_rules: tuple[str, ...]

    def lines(self) -> list[str]:
        """The answer for people, a line a reason."""
        head = f"{self.old_release}: {_shown(self.old_value)} → {self.new_release}: {_shown(self.new_value)}"
        if not self.shares:
            return [head, "数えている対象は同じ (the same units are counted)"]
        return [head, *(_line(share) for share in self.shares), *(f"  規則 {name}" for name in self.changed_rules)]


def why_changed(
    paths: DataPaths,
    cell: Cell,
    old_release: str | None = None,
    new_release: str | None = None,
    tables: Sequence[str] = (),
    examples: int = 5,
) -> Answer:
    """Compare a number in two releases (the one in force and the one before it, unless told).

    It reads the restricted zone, so it is for stewards; units are pseudonyms. ``tables``: tables of the lake whose
    records the number counts itself. Raises KasaneError where a release or the number is not there.
    """
    pair = choose(paths, old_release, new_release)
    with side_by_side(pair) as connection:
        values = [_value(connection, side, cell) for side in (OLD, NEW)]
        write_units(connection, cell)
        write_reasons(connection, paths, cell.month, tables)
        shares = _shares(connection, bool(pair.changed_rules), examples)
    old, new = values
    return Answer(pair.old.release_id, pair.new.release_id, old, new, shares, pair.changed_rules)


def _value(connection: duckdb.DuckDBPyConnection, side: str, cell: Cell) -> float | None:
    analyst = identifier(f"{side}_analyst")
    if cell.kpi_id is not None:
        where = "kpi_id = ? and period_end_date = ? and area_code = ?"
        sql = f"select value from {analyst}.marts.mart_kpi_value where {where}"
        given = [cell.kpi_id, cell.month, cell.area_code]
    else:
        sql = (
            f"select household_count from {analyst}.marts.mart_domain_overlap where household_type = 'ALL'"
            " and domains = ? and month_end_date = ? and area_code = ? and match = ?"
        )
        given = [cell.domains, cell.month, cell.area_code, cell.match]
    row = connection.execute(sql, given).fetchone()
    if row is None:
        # A month that only one of the releases has is an answer as well: the number is not there yet.
        if side == NEW:
            remedy = "see `kasane query` on marts.mart_kpi_value and marts.mart_domain_overlap for what there is"
            raise KasaneError(Problem(what="the release holds no such number", remedy=remedy))
        return None
    return None if row[0] is None else float(row[0])


def _shares(connection: duckdb.DuckDBPyConnection, rules_changed: bool, examples: int) -> tuple[ReasonShare, ...]:
    order = ", ".join(f"'{reason}'" for reason in REASONS)
    rows = connection.execute(
        f"""
        with reasoned as (
            select unit.*, coalesce(
                (select min_by(reason, list_position([{order}], reason)) from unit_reason
                 where unit_reason.unit = unit.unit), $otherwise) as reason
            from unit
        )
        select
            reason,
            count(*) filter (where old_denominator = 0 and old_numerator = 0),
            count(*) filter (where new_denominator = 0 and new_numerator = 0),
            count(*) filter (where not (old_denominator = 0 and old_numerator = 0)
                             and not (new_denominator = 0 and new_numerator = 0)),
            sum(new_numerator - old_numerator), sum(new_denominator - old_denominator),
            list(unit order by unit)[:$examples]
        from reasoned
        group by reason
        order by list_position([{order}], reason)
        """,
        {"otherwise": "rules" if rules_changed else "indirect", "examples": examples},
    ).fetchall()
    return tuple(
        ReasonShare(reason, came, went, changed, numerator, denominator, tuple(units))
        for reason, came, went, changed, numerator, denominator, units in rows
    )


def _line(share: ReasonShare) -> str:
    return (
        f"{REASONS[share.reason]}: 増 +{share.came} 減 -{share.went} 変 {share.changed} units; "
        f"分子 numerator {share.numerator:+g}, 分母 denominator {share.denominator:+g}; {' '.join(share.examples)}"
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
