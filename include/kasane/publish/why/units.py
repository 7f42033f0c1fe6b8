"""What a number counts, in both releases: the units that came, went or count otherwise, and who they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from kasane.publish.why.releases import NEW, OLD
from kasane.sql import identifier


@dataclass(frozen=True)
class Cell:
    """A number at a month end, in an area or ``ALL``: of a KPI, or of an overlap cell (``domains``, ``match``)."""

    month: date
    kpi_id: str | None = None
    domains: str | None = None
    match: str = "at_least"
    area_code: str = "ALL"


def write_units(connection: duckdb.DuckDBPyConnection, cell: Cell) -> None:
    """Temp tables ``unit`` (unit, the old and new amounts) and ``unit_person`` (unit, person_id) of what differs."""
    for side in (OLD, NEW):
        _counted(connection, cell, side)
    connection.execute(_UNITS)
    connection.execute(_PERSONS.format(old=_persons(OLD), new=_persons(NEW)), [cell.month, cell.month])


def _counted(connection: duckdb.DuckDBPyConnection, cell: Cell, side: str) -> None:
    """``<side>_counted``: unit, numerator and denominator of one release."""
    target, analyst = identifier(f"{side}_counted"), identifier(f"{side}_analyst")
    area = "and ($area = 'ALL' or area_code = $area)"
    if cell.kpi_id is not None:
        connection.execute(
            f"""
            create or replace temp table {target} as
            select coalesce(case_ref, '') as unit, sum(numerator_amount) as numerator,
                   sum(denominator_amount) as denominator
            from {analyst}.marts.fct_kpi_case
            where kpi_id = $kpi and period_end_date = $month {area}
            group by all
            """,
            {"kpi": cell.kpi_id, "month": cell.month, "area": cell.area_code},
        )
        return
    wanted = set((cell.domains or "").split("+"))
    needs = {name: name in wanted for name in ("elderly", "disability", "child", "poverty")}
    connection.execute(
        f"""
        create or replace temp table {target} as
        select household_id as unit, 1.0 as numerator, 1.0 as denominator
        from {analyst}.marts.fct_household_month
        where month_end_date = $month {area}
            and has_elderly_need >= $elderly and has_disability_need >= $disability
            and has_child_need >= $child and has_poverty_need >= $poverty
            and ($match = 'at_least' or domain_count = $count)
        """,
        {"month": cell.month, "area": cell.area_code, "match": cell.match, "count": len(wanted), **needs},
    )


_UNITS = """
create or replace temp table unit as
select
    coalesce(was.unit, now.unit) as unit,
    coalesce(was.numerator, 0) as old_numerator, coalesce(now.numerator, 0) as new_numerator,
    coalesce(was.denominator, 0) as old_denominator, coalesce(now.denominator, 0) as new_denominator
from old_counted as was
full join new_counted as now on was.unit = now.unit
where was.numerator is distinct from now.numerator or was.denominator is distinct from now.denominator
"""
_PERSONS = "create or replace temp table unit_person as select distinct * from (({old}) union all ({new}))"


def _persons(side: str) -> str:
    """Who a unit is about in one release: the members of a household, a person, the household of a case's person."""
    analyst, restricted = identifier(f"{side}_analyst"), identifier(f"{side}_restricted")
    return f"""
        with member as (
            select household_id, person_id, month_end_date from {restricted}.restricted.household_member
        ),
        consultation as (
            select case_id, person_id, household_id, intake_month_end_date from {analyst}.core.fct_consultation
        )
        select unit.unit, member.person_id
        from unit inner join member on unit.unit = member.household_id and member.month_end_date = ?
        union all
        select unit.unit, person.person_id
        from unit inner join {analyst}.marts.dim_person as person on unit.unit = person.person_id
        union all
        select unit.unit, consultation.person_id
        from unit inner join consultation on unit.unit = consultation.case_id
        union all
        -- Whether a consultation is about compound troubles depends on all who lived there at intake.
        select unit.unit, member.person_id
        from unit
        inner join consultation on unit.unit = consultation.case_id
        inner join member
            on consultation.household_id = member.household_id
            and consultation.intake_month_end_date = member.month_end_date
    """
