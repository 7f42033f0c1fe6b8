"""``kasane why``: what a user asks, checked, and the tables that a KPI rests on."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from kasane.errors import KasaneError, Problem
from kasane.publish.why import Answer, Cell, why_changed
from kasane.settings import PROJECT_ROOT, Settings

KPI_SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "policy" / "kpi.csv"
_MATCHES = ("exact", "at_least")


def explain_change(
    settings: Settings,
    month: str,
    kpi: str | None,
    domains: str | None,
    match: str,
    area: str,
    releases: tuple[str | None, str | None],
) -> Answer:
    """Why a KPI or an overlap cell differs between two releases; raises KasaneError for a question that is none."""
    problems = []
    if (kpi is None) == (domains is None):
        problems.append(Problem(what="name one number", remedy="--kpi M1-KGI-1, or --domains elderly+disability"))
    if match not in _MATCHES:
        problems.append(Problem(what=f"--match {match} is unknown", remedy=f"choose {' or '.join(_MATCHES)}"))
    day = _day(month, problems)
    tables = _tables(KPI_SEED).get(kpi or "", ())
    if kpi is not None and kpi not in _tables(KPI_SEED):
        problems.append(Problem(what=f"there is no KPI {kpi}", remedy=f"KPIs are {', '.join(_tables(KPI_SEED))}"))
    if problems or day is None:
        raise KasaneError(problems)
    cell = Cell(day, kpi_id=kpi, domains=domains, match=match, area_code=area)
    return why_changed(settings.data, cell, releases[0], releases[1], tables)


def _day(month: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(month)
    except ValueError:
        problems.append(Problem(what=f"--month {month} is no day", remedy="write it as 2025-03-31"))
        return None


def _tables(seed: Path) -> dict[str, tuple[str, ...]]:
    """By KPI the tables of the lake that it rests on."""
    with seed.open(encoding="utf-8", newline="") as stream:
        return {row["kpi_id"]: tuple(row["feeds"].split(";")) for row in csv.DictReader(stream)}
