"""Small areas (圏域) are merged with a neighbour before anything is published of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Group = tuple[str, ...]
# What is left over (圏域なし): households and cases in no area, those of protected persons among them. It counts as
# an area like any other, and is nearly always a small one.
OTHER = "OTHER"


def merge_areas(
    residents: Mapping[str, int], least: int, neighbours: Mapping[str, frozenset[str]], before: Iterable[Group] = ()
) -> tuple[Group, ...]:
    """Groups of area codes, each with ``least`` residents or more where there is more than one.

    A single group is the whole municipality: nothing is published by area then. ``residents``: how many live in each
    area, those of no area under ``OTHER``. ``before``: groups of the last release, which are never taken apart
    again, for the difference to an older table would tell a small area. A group that is too small joins its named
    neighbour with the fewest residents; without one, the smallest group of all.
    """
    groups = _start(residents, before)
    while len(groups) > 1:
        smallest = min(groups, key=lambda group: (_count(group, residents), group))
        if _count(smallest, residents) >= least:
            break
        groups.remove(smallest)
        near = [group for group in groups if _touch(smallest, group, neighbours)]
        partner = min(near or groups, key=lambda group: (_count(group, residents), group))
        groups.remove(partner)
        groups.append(tuple(sorted({*smallest, *partner})))
    return tuple(sorted(groups))


def group_code(group: Group) -> str:
    """The code that a merged area is published under: ``E01+E03``."""
    return "+".join(group)


def _start(residents: Mapping[str, int], before: Iterable[Group]) -> list[Group]:
    kept = [tuple(sorted(area for area in group if area in residents)) for group in before]
    grouped = {area for group in kept for area in group}
    return [group for group in kept if group] + [(area,) for area in sorted(residents) if area not in grouped]


def _count(group: Group, residents: Mapping[str, int]) -> int:
    return sum(residents[area] for area in group)


def _touch(group: Group, other: Group, neighbours: Mapping[str, frozenset[str]]) -> bool:
    return any(set(other) & neighbours.get(area, frozenset()) for area in group)
