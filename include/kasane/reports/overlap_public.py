"""The overlap report's figures from the published zone alone, beside the seeds' figures of nation and special wards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from kasane.contracts.codes import load_policy_table
from kasane.publish.disclosure.linked_table import COMPOUND_KPI
from kasane.reports.overlap_model import (
    AT_LEAST,
    COMBINATIONS,
    EXACT,
    HIDDEN,
    MONTHS_SHOWN,
    NOT_TOLD,
    Cell,
    OverlapData,
    Row,
    share,
    type_order,
)
from kasane.reports.words import ALL
from kasane.reports.zone_file import open_zone_file, read_rows

_OVERLAP = """
select month_end_date as month, area_code, area_label, household_type, domains, match, household_count, suppressed
from {catalog}.published.domain_overlap
"""
_COMPOUND = """
select period_end_date as month, area_code, denominator, suppressed
from {catalog}.published.kpi_value where kpi_id = $kpi
"""
_BENCHMARK_COLUMNS = (
    "indicator_id", "benchmark_group", "label", "unit", "nation", "special_wards", "source", "is_fact_checked",
    "sort_order",
)  # fmt: skip


def read_public_overlap(published_file: Path, seed_dirs: Sequence[Path]) -> OverlapData:
    """What disclosure control let through, and nothing else; raises KasaneError when it can't be read."""
    with open_zone_file(published_file) as connection:
        rows = read_rows(connection, _OVERLAP, published_file)
        compound = read_rows(connection, _COMPOUND, published_file, {"kpi": COMPOUND_KPI})
    months = sorted({row["month"] for row in rows})
    shown = tuple(months[-MONTHS_SHOWN:])
    kept = [row for row in rows if row["month"] in shown]
    return _assemble(
        shown, len(months), kept, compound, load_policy_table(seed_dirs, "benchmark.csv", _BENCHMARK_COLUMNS)
    )


def _assemble(
    months: tuple[date, ...],
    months_in_file: int,
    rows: Sequence[Row],
    compound: Sequence[Row],
    benchmarks: Sequence[Mapping[str, str]],
) -> OverlapData:
    # An area may be called otherwise in another month: the newest name counts.
    names = {row["area_code"]: row["area_label"] for row in sorted(rows, key=lambda row: row["month"])}
    match, combinations = _columns(rows, months)
    cells = {_key(row): _cell(row) for row in rows}
    summary = _summary(cells, compound)
    return OverlapData(
        is_public=True,
        months=months,
        months_in_file=months_in_file,
        areas=tuple((code, names[code]) for code in sorted(set(names) - {ALL})),
        types=type_order({row["household_type"] for row in rows}),
        summary=summary,
        cells=cells,
        tables={"benchmarks": _benchmarks(benchmarks, cells, summary, months[-1]) if months else []},
        match=match,
        combinations=combinations,
    )


def _key(row: Row) -> tuple[date, str, str, str, str]:
    return row["month"], row["area_code"], row["household_type"], row["match"], row["domains"]


def _cell(row: Row) -> Cell:
    return HIDDEN if row["suppressed"] else Cell(int(row["household_count"]))


def _columns(rows: Sequence[Row], months: Sequence[date]) -> tuple[str, tuple[str, ...]]:
    """What the newest month is told by: exact combinations, or in a small municipality "at least these"."""
    newest = [row for row in rows if row["month"] == months[-1] and row["domains"] != ALL]
    told = {(row["match"], row["domains"]) for row in newest}
    match = EXACT if any(each == EXACT for each, _ in told) else AT_LEAST
    return match, tuple(domains for domains in COMBINATIONS if (match, domains) in told)


def _summary(
    cells: Mapping[tuple[date, str, str, str, str], Cell], compound: Sequence[Row]
) -> dict[tuple[date, str], Mapping[str, Cell]]:
    in_need = {(month, area): cell for (month, area, kind, _, what), cell in cells.items() if kind == what == ALL}
    both = {(row["month"], row["area_code"]): _compound(row) for row in compound}
    return {
        place: {"in_need_count": cell} | ({"compound_count": both[place]} if place in both else {})
        for place, cell in in_need.items()
    }


def _compound(row: Row) -> Cell:
    """Compound households: the denominator, which is hidden only with the indicator's value."""
    if row["denominator"] is None:
        return HIDDEN if row["suppressed"] else NOT_TOLD
    return Cell(round(row["denominator"]))


def _benchmarks(
    rows: Sequence[Mapping[str, str]],
    cells: Mapping[tuple[date, str, str, str, str], Cell],
    summary: Mapping[tuple[date, str], Mapping[str, Cell]],
    month: date,
) -> list[Row]:
    """The figures of overlap; ours are shares of published counts, none where one of them is not published."""
    totals = summary.get((month, ALL), {})
    in_need = totals.get("in_need_count", HIDDEN)
    own = {"overlap_compound_share": share(totals.get("compound_count", HIDDEN), in_need)}
    for domains in COMBINATIONS:
        found = cells.get((month, ALL, ALL, AT_LEAST, domains), HIDDEN)
        own["overlap_" + domains.replace("+", "_")] = share(found, in_need)
    ordered = sorted(rows, key=lambda row: int(row["sort_order"]))
    return [_benchmark(row, own.get(row["indicator_id"])) for row in ordered if row["benchmark_group"] == "overlap"]


def _benchmark(row: Mapping[str, str], own: float | None) -> Row:
    told = {name: row[name] for name in ("indicator_id", "label", "unit", "source")}
    return {
        **told,
        "value": None if own is None else 100 * own,
        "nation": float(row["nation"]) if row["nation"] else None,
        "special_wards": float(row["special_wards"]) if row["special_wards"] else None,
        "reason": "公表していない値です" if own is None else "",
        "is_fact_checked": row["is_fact_checked"].lower() == "true",
    }
