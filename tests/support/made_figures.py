"""Figures of an invented month, without a warehouse: what disclosure control decides on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

from kasane.publish.disclosure.figures import ALL, SINGLE_TYPES, Figures, KpiFigure
from kasane.publish.disclosure.overlap_table import COMBINATIONS, domains_text

AREAS = ("E01", "E02", "E03")
MONTH = date(2025, 6, 30)


def counted(kpi_id: str, counts: Mapping[str, tuple[float, float]]) -> list[KpiFigure]:
    """Rows of an indicator: numerator and denominator by area, ``ALL`` among them."""
    return [
        KpiFigure(kpi_id, area, n, d, 100 * n / d if d else None, 80, None, "behind" if d else "no_data")
        for area, (n, d) in counts.items()
    ]


def made_figures(
    seed: int = 1,
    residents: Mapping[str, int] | None = None,
    month: date = MONTH,
    kpis: list[KpiFigure] | None = None,
    least: Mapping[str, int] | None = None,
) -> Figures:
    """A month whose overlap is drawn by chance, sizes of combinations as uneven as they are in a ward."""
    chance = random.Random(seed)
    inhabitants = dict(residents or {ALL: 30_000, "E01": 12_000, "E02": 9_000, "E03": 8_900})
    overlap: dict[tuple[str, str, str], int] = {}
    for kind in SINGLE_TYPES:
        for chosen in COMBINATIONS:
            usual = {"AO": 300, "AC": 100, "CO": 0.4, "UN": 0.2}[kind] / 4 ** (len(chosen) - 1)
            counts = {area: int(chance.expovariate(1 / usual)) for area in inhabitants if area != ALL}
            rest = int(chance.random() * 2)
            for area, count in counts.items():
                overlap[area, kind, domains_text(chosen)] = count
            overlap[ALL, kind, domains_text(chosen)] = sum(counts.values()) + rest
    return Figures(
        month=month,
        residents=inhabitants,
        area_names={area: f"{area}圏域" for area in inhabitants if area != ALL},
        overlap=overlap,
        kpis=tuple(kpis or ()),
        least_case_count=dict(least or {}),
        is_complete=True,
    )
