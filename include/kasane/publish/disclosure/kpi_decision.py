"""Between indicators and their tables of cells: which table an indicator has, and its rows after the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kasane.publish.disclosure.figures import Figures
from kasane.publish.disclosure.kpi_figures import KpiRows, is_estimate
from kasane.publish.disclosure.kpi_table import (
    DENOMINATOR,
    NUMERATOR,
    VALUE,
    KpiMonth,
    count_table,
    estimate_table,
    kpi_key,
    whole_count,
)
from kasane.publish.disclosure.policy import Limit
from kasane.publish.disclosure.publication import KpiRow, Publication
from kasane.publish.disclosure.table import Key, Table


def kpi_table(each: KpiRows, figures: Figures, limit: Limit, year: Sequence[Publication]) -> Table:
    """The table of an indicator; ``year``: what is published of the fiscal year's months before."""
    if is_estimate(each.rule):
        return estimate_table(each.kpi_id, figures.month, figures.least_case_count.get(each.kpi_id, 0), limit)
    counts = {area: (whole_count(n), whole_count(d)) for area, (n, d) in each.counts().items()}
    if each.rule.rule != "sum" and each.rule.denominator_counts and any(n > d for n, d in counts.values()):
        # Not a part of a whole after all: what it tells can't be judged, so it is not shown.
        return estimate_table(each.kpi_id, figures.month, 1, limit)
    earlier = [released_month(publication, each.kpi_id) for publication in year] if each.rule.numerator_runs else []
    months = [told for told in earlier if told is not None]
    return count_table(each.kpi_id, each.rule, [*months, KpiMonth(figures.month, counts)], limit)


def released_month(publication: Publication, kpi_id: str) -> KpiMonth | None:
    """An indicator of a publication; None where it had no numbers."""
    rows = [row for row in publication.kpis if row.kpi_id == kpi_id and row.numerator is not None]
    if not rows:
        return None
    counts = {row.area_code: (whole_count(row.numerator or 0), whole_count(row.denominator or 0)) for row in rows}
    shown = {(row.area_code, NUMERATOR): row.numerator_shown for row in rows}
    shown |= {(row.area_code, DENOMINATOR): row.denominator_shown for row in rows}
    return KpiMonth(publication.month, counts, shown)


def shown_numbers(publication: Publication) -> dict[Key, bool]:
    """Whether each number of the indicators was shown."""
    return {
        kpi_key(row.kpi_id, publication.month, row.area_code, part): shown
        for row in publication.kpis
        for part, shown in ((NUMERATOR, row.numerator_shown), (DENOMINATOR, row.denominator_shown))
    }


def told_rows(each: KpiRows, month: date, shown: Mapping[Key, bool]) -> list[KpiRow]:
    """The rows of an indicator. A rate is hidden with its numerator or its denominator, a sum with its count."""
    rows = []
    for row in each.rows:
        # A number that no table holds counts nobody.
        value, numerator, denominator = (
            shown.get(kpi_key(each.kpi_id, month, row.area_code, part), True)
            for part in (VALUE, NUMERATOR, DENOMINATOR)
        )
        numerator = denominator if each.rule.rule == "sum" else numerator
        rows.append(
            KpiRow(
                row.kpi_id,
                row.area_code,
                row.numerator,
                row.denominator,
                row.value,
                row.target,
                row.baseline,
                row.status,
                # Numbers behind a mean are not counts of anything: they are left out, not hidden.
                numerator_shown=numerator and value and each.rule.rule != "mean",
                denominator_shown=denominator and value and each.rule.rule != "mean",
                value_shown=value and numerator and denominator,
            )
        )
    return rows
