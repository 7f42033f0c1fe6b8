"""What was released, as tables again: for the attacker who has every release, and for corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kasane.publish.disclosure.kpi_decision import released_month, shown_numbers
from kasane.publish.disclosure.kpi_table import count_table, whole_count
from kasane.publish.disclosure.linked_table import COMPOUND_KPI, with_support
from kasane.publish.disclosure.overlap_table import Layout, OverlapCells, atoms_of, overlap_key
from kasane.publish.disclosure.policy import Policy
from kasane.publish.disclosure.publication import Publication, fiscal_year, in_force
from kasane.publish.disclosure.table import Key, Table

_COUNTS = ("people", "organisations", "sum")


@dataclass(frozen=True)
class Released:
    """A table, and what of it was hidden."""

    table: Table
    hidden: frozenset[Key]


def released_overlap(publication: Publication, policy: Policy) -> Released:
    """The overlap of a publication, with the indicator that hangs on it where the two agree."""
    detail = next(each for each in policy.details if each.number == publication.detail)
    layout = Layout(publication.groups, detail)
    atoms = dict(zip(atoms_of(layout), publication.atoms, strict=True))
    cells = OverlapCells(atoms, layout, policy.people(publication.residents))
    counts = {
        row.area_code: (whole_count(row.numerator), whole_count(row.denominator))
        for row in publication.kpis
        if row.kpi_id == COMPOUND_KPI and row.numerator is not None and row.denominator is not None
    }
    table = (with_support(cells, publication.month, counts) if counts else None) or cells.table()
    shown: dict[Key, bool] = {
        overlap_key(row.area_code, row.household_type, row.domains, row.match): row.is_shown
        for row in publication.overlap
    }
    return _released(table, shown | shown_numbers(publication))


def released_indicators(publications: Sequence[Publication], policy: Policy) -> Iterator[Released]:
    """The indicators that count something: running counts a fiscal year together, others a month."""
    told = in_force(publications)
    for kpi, rule in policy.kpi_rules.items():
        if rule.rule not in _COUNTS:
            continue
        batches: dict[str, list[Publication]] = {}
        for each in told:
            name = str(fiscal_year(each.month) if rule.numerator_runs else each.month)
            batches.setdefault(name, []).append(each)
        for batch in batches.values():
            months = [month for each in batch if (month := released_month(each, kpi)) is not None]
            limit = policy.organisations if rule.rule == "organisations" else policy.people(batch[-1].residents)
            if months:
                shown = {key: is_shown for each in batch for key, is_shown in shown_numbers(each).items()}
                yield _released(count_table(kpi, rule, months, limit), shown)


def _released(table: Table, shown: dict[Key, bool]) -> Released:
    published = (cell.key for cell in table.cells if cell.is_published)
    return Released(table, frozenset(key for key in published if not shown.get(key, False)))
