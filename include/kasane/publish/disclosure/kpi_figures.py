"""The indicators of one month by published area: merged areas added up, estimates for the whole alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kasane.publish.disclosure.areas import OTHER, Group, group_code
from kasane.publish.disclosure.figures import ALL, Figures, KpiFigure
from kasane.publish.disclosure.policy import KpiRule

_ADDITIVE = ("people", "organisations", "sum")
_ESTIMATES = ("survey", "mean")


@dataclass(frozen=True)
class KpiRows:
    """One indicator: its rows by published area, ``ALL`` first; ``has_counts`` where there are numbers at all."""

    kpi_id: str
    rule: KpiRule
    rows: tuple[KpiFigure, ...]

    @property
    def has_counts(self) -> bool:
        """Whether its sources have come, so that there is something to count."""
        return self.rows[0].numerator is not None and self.rows[0].denominator is not None

    def counts(self) -> dict[str, tuple[float, float]]:
        """Numerator and denominator by area."""
        return {row.area_code: (row.numerator or 0.0, row.denominator or 0.0) for row in self.rows}


def is_estimate(rule: KpiRule) -> bool:
    """Whether the indicator is a value of its own, whose numerator and denominator count nobody."""
    return rule.rule in _ESTIMATES


def kpi_rows(figures: Figures, groups: Sequence[Group], rules: Mapping[str, KpiRule]) -> list[KpiRows]:
    """Every indicator of the month, its areas merged like ``groups``."""
    by_kpi: dict[str, dict[str, KpiFigure]] = {}
    for figure in figures.kpis:
        by_kpi.setdefault(figure.kpi_id, {})[figure.area_code] = figure
    return [
        KpiRows(kpi, rules[kpi], (found[ALL], *_merged(found, groups, rules[kpi])))
        for kpi, found in sorted(by_kpi.items())
        if ALL in found
    ]


def _merged(found: Mapping[str, KpiFigure], groups: Sequence[Group], rule: KpiRule) -> list[KpiFigure]:
    """A row a group; none where the areas of an indicator don't add up to its whole, or are not told."""
    areas = {area: figure for area, figure in found.items() if area != ALL}
    whole = found[ALL]
    if len(groups) < 2 or not areas or rule.rule not in _ADDITIVE or whole.numerator is None:
        return []
    counts = {area: (figure.numerator or 0.0, figure.denominator or 0.0) for area, figure in areas.items()}
    is_constant = all(figure.denominator == 1 for figure in found.values())
    rest = _rest(whole, counts, is_constant)
    if min(rest) < 0:
        return []
    counts[OTHER] = rest
    return [_add_up(group, areas, counts, whole, is_constant) for group in groups]


def _rest(whole: KpiFigure, counts: Mapping[str, tuple[float, float]], is_constant: bool) -> tuple[float, float]:
    numerator = (whole.numerator or 0.0) - sum(each for each, _ in counts.values())
    denominator = 0.0 if is_constant else (whole.denominator or 0.0) - sum(each for _, each in counts.values())
    # Decimals added up differ in the last digit.
    return round(numerator, 6), round(denominator, 6)


def _add_up(
    group: Group,
    areas: Mapping[str, KpiFigure],
    counts: Mapping[str, tuple[float, float]],
    whole: KpiFigure,
    is_constant: bool,
) -> KpiFigure:
    if len(group) == 1 and group[0] in areas:
        return areas[group[0]]
    there = [counts[area] for area in group if area in counts]
    numerator = sum(each for each, _ in there)
    denominator = 1.0 if is_constant else sum(each for _, each in there)
    # A share in percent is 100 times its quotient, whatever the indicator; others are the quotient itself.
    scale = _scale(whole)
    value = scale * numerator / denominator if denominator and scale is not None else None
    return replace(
        whole,
        area_code=group_code(group),
        numerator=numerator,
        denominator=denominator,
        value=value,
        target=None,
        status=None,
    )


def _scale(whole: KpiFigure) -> float | None:
    if not whole.numerator or not whole.denominator or whole.value is None:
        return None
    return round(whole.value * whole.denominator / whole.numerator, 6)
