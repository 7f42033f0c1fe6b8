"""The release in force at a glance: households in need, their overlap, and the 24 indicators of one month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from kasane.errors import KasaneError, Problem
from kasane.publish.release import require_release
from kasane.settings import DataPaths

COMBINATIONS_SHOWN = 5


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator: value, what is due by now, status, and why there is no value."""

    kpi_id: str
    name_ja: str
    unit: str
    value: float | None
    target: float | None
    status: str
    coverage: float | None
    reason: str | None


@dataclass(frozen=True)
class Overview:
    """One month of a release: counts of living households, the commonest combinations, the indicators."""

    release_id: str
    month: date
    household_count: int
    in_need_count: int
    compound_count: int
    combinations: tuple[tuple[str, int, float | None], ...]
    indicators: tuple[IndicatorLine, ...]
    overlap_reason: str | None = None


def overview(paths: DataPaths, month: date | None = None) -> Overview:
    """The latest month of the release in force, or ``month``; raises KasaneError where there is none such."""
    release = require_release(paths)
    with duckdb.connect(str(release.zone_file("analyst")), read_only=True) as connection:
        wanted = _month(connection, month)
        counts = connection.execute(_COUNTS, [wanted]).fetchone()
        assert counts is not None
        households, in_need, compound, overlap_reason = counts
        combinations = connection.execute(_COMBINATIONS, [wanted, COMBINATIONS_SHOWN]).fetchall()
        indicators = connection.execute(_INDICATORS, [wanted]).fetchall()
    return Overview(
        release.release_id,
        wanted,
        households,
        in_need,
        compound,
        tuple(combinations),
        tuple(IndicatorLine(*row) for row in indicators),
        overlap_reason,
    )


def remarks(found: Overview) -> list[str]:
    """Why numbers are missing or rest on less than is due: each reason once, behind the indicators it is of."""
    overlap = [f"世帯と重なり: {found.overlap_reason}"] if found.overlap_reason else []
    reasons = dict.fromkeys(line.reason for line in found.indicators if line.reason)
    return overlap + [
        f"{'、'.join(line.kpi_id for line in found.indicators if line.reason == reason)}: {reason}"
        for reason in reasons
    ]


def _month(connection: duckdb.DuckDBPyConnection, month: date | None) -> date:
    months = [day for (day,) in connection.execute(_MONTHS).fetchall()]
    if not months:
        raise KasaneError(Problem(what="the release holds no month", remedy="deliver a register (jumin) first"))
    if month is not None and month not in months:
        remedy = f"months are {months[0]} to {months[-1]}"
        raise KasaneError(Problem(what=f"the release holds no month {month}", remedy=remedy))
    return month or months[-1]


_MONTHS = "select distinct month_end_date from marts.mart_overlap_summary order by 1"
_COUNTS = """
select household_count, in_need_count, compound_count, reason
from marts.mart_overlap_summary where month_end_date = ? and area_code = 'ALL'
"""
_COMBINATIONS = """
select label, household_count, share_of_in_need
from marts.mart_domain_overlap
where month_end_date = ? and area_code = 'ALL' and household_type = 'ALL' and match = 'exact'
    and domains like '%+%' and household_count > 0
order by household_count desc, domains
limit ?
"""
_INDICATORS = """
select kpi_id, name_ja, unit, value, target_due, status, coverage_share, reason
from marts.mart_kpi_value
where period_end_date = ? and area_code = 'ALL'
order by kpi_id
"""
