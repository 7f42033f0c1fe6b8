"""A published zone as disclosure control leaves it, from invented months, without a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from kasane.publish.disclosure.decide import decide_month
from kasane.publish.disclosure.figures import ALL, SINGLE_TYPES, Figures
from kasane.publish.disclosure.linked_table import COMPOUND_KPI
from kasane.publish.disclosure.overlap_table import COMBINATIONS, domains_text
from kasane.publish.disclosure.policy import load_policy
from kasane.publish.disclosure.publication import Publication
from kasane.publish.disclosure.published import Labels, published_tables
from kasane.settings import PROJECT_ROOT
from support.made_figures import counted, made_figures

SEEDS = [PROJECT_ROOT / "dbt_project" / "seeds"]


def made_publications(months: Sequence[date], residents: dict[str, int] | None = None) -> list[Publication]:
    """A publication a month, each decided after those before it."""
    policy, told = load_policy(SEEDS), list[Publication]()
    for seed, month in enumerate(months, start=1):
        told.append(decide_month(_with_support(made_figures(seed, residents, month)), policy, told, b"s" * 32))
    return told


def make_published_zone(path: Path, publications: Sequence[Publication]) -> Path:
    """The file as a release has it: its schema is named like the file."""
    tables = published_tables(publications, Labels.load(SEEDS, load_policy(SEEDS).kpi_rules))
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {path.stem}.published")
        for name, table in tables.items():
            connection.register("given", table)
            connection.execute(f"create table {path.stem}.published.{name} as select * from given")
            connection.unregister("given")
    return path


def _with_support(figures: Figures) -> Figures:
    """A third of the compound households is supported, as M1-KGI-1 counts them."""
    areas = {area for area, _, _ in figures.overlap}
    compound = {area: _compound(figures, area) for area in areas}
    supported = {area: compound[area] // 3 for area in areas - {ALL}}
    counts = {area: (float(supported[area]), float(compound[area])) for area in areas - {ALL}}
    counts[ALL] = (float(sum(supported.values())), float(compound[ALL]))
    return replace(figures, kpis=tuple(counted(COMPOUND_KPI, counts)))


def _compound(figures: Figures, area: str) -> int:
    chosen = [domains_text(each) for each in COMBINATIONS if len(each) > 1]
    return sum(figures.overlap[area, kind, domains] for kind in SINGLE_TYPES for domains in chosen)
