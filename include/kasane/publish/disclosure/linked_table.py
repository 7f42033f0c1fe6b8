"""Tables that share counts are one: the overlap with M1-KGI-1, and a correction with the release that it corrects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from kasane.publish.disclosure.figures import ALL
from kasane.publish.disclosure.kpi_table import COMPLEMENT, DENOMINATOR, NUMERATOR, kpi_key
from kasane.publish.disclosure.overlap_table import OverlapCells
from kasane.publish.disclosure.table import Cell, Key, Relation, Table

# Its denominator counts the compound households of the overlap table.
COMPOUND_KPI = "M1-KGI-1"
BEFORE = "before"


def with_support(overlap: OverlapCells, month: date, counts: Mapping[str, tuple[int, int]]) -> Table | None:
    """The overlap with the supported households among the compound ones, by area; None where the two don't agree.

    ``counts``: numerator and denominator by area, ``ALL`` among them.
    """
    table = overlap.table()
    regions = overlap.layout.regions
    areas = tuple(dict.fromkeys((ALL, *overlap.layout.areas)))
    compound = {area: overlap.compound_parts(area) for area in areas}
    agree = all(
        area in counts
        and sum(table.atoms[atom] for atom in compound[area]) == counts[area][1]
        and counts[area][0] <= counts[area][1]
        for area in areas
    )
    if not agree or sum(counts[region][0] for region in regions) != counts[ALL][0]:
        return None
    first = len(table.atoms)
    supported = {region: first + 2 * index for index, region in enumerate(regions)}
    atoms = [count for region in regions for count in (counts[region][0], counts[region][1] - counts[region][0])]
    cells = [cell for area in areas for cell in _cells(overlap, month, area, supported, counts[area])]
    balances = tuple(
        ((atom, 1), (atom + 1, 1), *((part, -1) for part in compound[region])) for region, atom in supported.items()
    )
    relations = tuple(
        Relation(
            kpi_key(COMPOUND_KPI, month, ALL, part),
            tuple(kpi_key(COMPOUND_KPI, month, area, part) for area in overlap.layout.areas),
        )
        for part in (NUMERATOR, DENOMINATOR)
        if overlap.layout.areas
    )
    return replace(
        table,
        atoms=(*table.atoms, *atoms),
        cells=(*table.cells, *cells),
        relations=(*table.relations, *relations),
        balances=balances,
    )


def _cells(
    overlap: OverlapCells, month: date, area: str, supported: Mapping[str, int], counts: tuple[int, int]
) -> list[Cell]:
    regions = overlap.layout.regions if area == ALL else (area,)
    inside = tuple(supported[region] for region in regions)
    numerator, denominator = counts
    under, width = overlap.limit.under, overlap.limit.width
    whole = kpi_key(COMPOUND_KPI, month, area, DENOMINATOR)
    return [
        Cell(whole, overlap.compound_parts(area), denominator, under, width),
        Cell(kpi_key(COMPOUND_KPI, month, area, NUMERATOR), inside, numerator, under, width, whole=whole),
        Cell(
            kpi_key(COMPOUND_KPI, month, area, COMPLEMENT),
            tuple(atom + 1 for atom in inside),
            denominator - numerator,
            under,
            width,
            is_published=False,
        ),
    ]


def with_earlier(new: Table, old: Table, hidden: Collection[Key]) -> Table:
    """A corrected table together with the one released before, of which ``hidden`` was not shown.

    Both have the same atoms in the same order. The attacker is taken to know which of them were corrected: an atom
    with the same count in both is the same.
    """
    place = {}
    atoms = list(new.atoms)
    for index, count in enumerate(old.atoms):
        place[index] = index if count == new.atoms[index] else len(atoms)
        if place[index] == len(atoms):
            atoms.append(count)
    cells = [
        replace(
            cell,
            key=_before(cell.key),
            parts=tuple(place[part] for part in cell.parts),
            whole=None if cell.whole is None else _before(cell.whole),
        )
        for cell in old.cells
    ]
    return Table(
        new.name,
        tuple(atoms),
        (*new.cells, *cells),
        (*new.relations, *(Relation(_before(r.total), tuple(map(_before, r.parts))) for r in old.relations)),
        (*new.balances, *(tuple((place[atom], by) for atom, by in balance) for balance in old.balances)),
        {_before(cell.key): cell.key not in hidden for cell in old.cells if cell.is_published},
    )


def _before(key: Key) -> Key:
    return (BEFORE, *key)
