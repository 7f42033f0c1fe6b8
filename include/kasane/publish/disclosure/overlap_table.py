"""The overlap of one month (重なり) as a table of cells: areas, household types, combinations, and what they tell."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kasane.publish.disclosure.areas import OTHER, Group, group_code
from kasane.publish.disclosure.figures import ALL, SINGLE_TYPES, Figures
from kasane.publish.disclosure.policy import Detail, Limit
from kasane.publish.disclosure.table import Cell, Key, Relation, Table

DOMAINS = ("elderly", "disability", "child", "poverty")
COMBINATIONS = tuple(
    frozenset(chosen) for size in range(1, len(DOMAINS) + 1) for chosen in itertools.combinations(DOMAINS, size)
)
EXACT, AT_LEAST = "exact", "at_least"
OVERLAP = "overlap"
Atom = tuple[str, str, frozenset[str]]


def domains_text(combination: Iterable[str]) -> str:
    """``elderly+disability``, in the order of the definitions; ``ALL`` for those in need of whatever domain."""
    chosen = frozenset(combination)
    return "+".join(domain for domain in DOMAINS if domain in chosen) or ALL


def overlap_key(area: str, household_type: str, domains: str, match: str) -> Key:
    """The key of a cell of the overlap table."""
    return (OVERLAP, area, household_type, domains, match)


@dataclass(frozen=True)
class Layout:
    """Which cells a month's table has: areas as published, with the detail that is told of each."""

    groups: tuple[Group, ...]
    detail: Detail

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the areas, merged as they are; none where areas aren't told."""
        if len(self.groups) < 2 or not self.detail.area_types:
            return ()
        return tuple(group_code(group) for group in self.groups)

    @property
    def regions(self) -> tuple[str, ...]:
        """What atoms are told apart by: the areas, else the whole."""
        return self.areas or (ALL,)

    def group(self, region: str) -> Group:
        """The areas that a region is made of."""
        return next((group for group in self.groups if group_code(group) == region), (ALL,))

    def types(self, area: str) -> tuple[str, ...]:
        """The household types told of an area."""
        return self.detail.whole_types if area == ALL else self.detail.area_types

    def told(self, area: str, kind: str) -> tuple[tuple[frozenset[str], str], ...]:
        """Combinations with their match told of an area and type; those in need of whatever domain stand first."""
        detail = self.detail
        exact, at_least = (
            (detail.whole_exact, detail.whole_at_least) if area == ALL else (detail.area_exact, detail.area_at_least)
        )
        told = [(chosen, EXACT) for chosen in COMBINATIONS if len(chosen) <= exact]
        # Beside the exact combinations of each type, "these or more" of types would let readers reckon them back.
        if kind == ALL or not exact:
            told += [(chosen, AT_LEAST) for chosen in COMBINATIONS if len(chosen) <= at_least]
        return ((frozenset(), AT_LEAST), *told)


def region_counts(figures: Figures, layout: Layout) -> dict[Atom, int]:
    """Households of each region, single household type and exact combination."""
    counts: dict[Atom, int] = {}
    for region, kind, chosen in atoms_of(layout):
        domains = domains_text(chosen)
        group = layout.group(region)
        counts[region, kind, chosen] = sum(figures.overlap.get((area, kind, domains), 0) for area in group)
        if OTHER in group:
            located = sum(figures.overlap.get((area, kind, domains), 0) for area in figures.located)
            counts[region, kind, chosen] += figures.overlap.get((ALL, kind, domains), 0) - located
    return counts


def atoms_of(layout: Layout) -> tuple[Atom, ...]:
    """What ``region_counts`` counts, in its order."""
    return tuple(
        (region, kind, chosen)
        for kind, chosen in itertools.product(SINGLE_TYPES, COMBINATIONS)
        for region in layout.regions
    )


class OverlapCells:
    """The cells of one month's overlap, and those that follow from them."""

    def __init__(self, counts: Mapping[Atom, int], layout: Layout, limit: Limit) -> None:
        self.layout = layout
        self.limit = limit
        self.atoms = tuple(counts.values())
        self._place = {atom: index for index, atom in enumerate(counts)}

    def table(self) -> Table:
        """The whole table."""
        cells = [cell for area in (ALL, *self.layout.areas) for cell in self._cells_of_area(area)]
        keys = {cell.key for cell in cells if cell.is_published}
        return Table(OVERLAP, self.atoms, tuple(cells), tuple(self._relations(keys)))

    def compound_parts(self, area: str) -> tuple[int, ...]:
        """The atoms of the households with needs in two domains or more."""
        return self._parts(area, SINGLE_TYPES, [chosen for chosen in COMBINATIONS if len(chosen) > 1])

    def _cells_of_area(self, area: str) -> Iterator[Cell]:
        types = self.layout.types(area)
        for kind in types:
            yield from self._cells_of_type(area, kind, SINGLE_TYPES if kind == ALL else (kind,), is_published=True)
        rest = tuple(kind for kind in SINGLE_TYPES if kind not in types)
        # Types that are not told follow from the total where some are: ALL less AC are the households without a child.
        if len(types) > 1 and rest:
            yield from self._cells_of_type(area, "rest", rest, is_published=False)

    def _cells_of_type(self, area: str, kind: str, types: tuple[str, ...], is_published: bool) -> Iterator[Cell]:
        whole = overlap_key(area, kind, ALL, AT_LEAST)
        members: dict[tuple[frozenset[str], str], list[frozenset[str]]] = {}
        for chosen, match in self.layout.told(area, kind):
            members[chosen, match] = _matching(chosen, match)
            key = overlap_key(area, kind, domains_text(chosen), match)
            parts = self._parts(area, types, members[chosen, match])
            yield self._cell(key, parts, is_published, whole if chosen and is_published else None)
        for (chosen, match), (other, other_match) in itertools.permutations(members, 2):
            left = [each for each in members[chosen, match] if each not in members[other, other_match]]
            # What one count has more than another that lies within it, is told by the two.
            if left and set(members[other, other_match]) < set(members[chosen, match]):
                key = ("less", *overlap_key(area, kind, domains_text(chosen), match), domains_text(other), other_match)
                yield self._cell(key, self._parts(area, types, left), False, None)

    def _cell(self, key: Key, parts: tuple[int, ...], is_published: bool, whole: Key | None) -> Cell:
        count = sum(self.atoms[index] for index in parts)
        return Cell(key, parts, count, self.limit.under, self.limit.width, is_published, whole)

    def _parts(self, area: str, types: Iterable[str], members: Iterable[frozenset[str]]) -> tuple[int, ...]:
        regions = self.layout.regions if area == ALL else (area,)
        return tuple(self._place[atom] for atom in itertools.product(regions, types, members))

    def _relations(self, keys: set[Key]) -> Iterator[Relation]:
        for _, area, kind, domains, match in sorted(keys):
            total = overlap_key(area, kind, domains, match)
            if area == ALL:
                yield from _relation(
                    total, (overlap_key(each, kind, domains, match) for each in self.layout.areas), keys
                )
            if kind == ALL:
                yield from _relation(total, (overlap_key(area, each, domains, match) for each in SINGLE_TYPES), keys)
            if match == AT_LEAST:
                chosen = frozenset() if domains == ALL else frozenset(domains.split("+"))
                exact = (domains_text(each) for each in _matching(chosen, AT_LEAST))
                yield from _relation(total, (overlap_key(area, kind, each, EXACT) for each in exact), keys)


def _matching(chosen: frozenset[str], match: str) -> list[frozenset[str]]:
    return [chosen] if match == EXACT else [each for each in COMBINATIONS if each >= chosen]


def _relation(total: Key, parts: Iterable[Key], keys: set[Key]) -> Iterator[Relation]:
    there = tuple(part for part in parts if part in keys)
    if len(there) > 1:
        yield Relation(total, there)
