"""Weights of a model: how likely each level is for two records of one person, and of two persons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kasane.errors import ContractError, Problem
from kasane.linkage.spec import Spec
from kasane.linkage.spec_parts import MISSING, Comparison

# A level that training never met is no proof beyond this.
_FLOOR = 1e-7


@dataclass(frozen=True)
class Chance:
    """Of a level: ``m``, its share among pairs of one person, and ``u``, its share among pairs of two."""

    m: float
    u: float

    @property
    def bits(self) -> float:
        """Evidence for one person, in bits: log2(m / u)."""
        return math.log2(max(self.m, _FLOOR) / max(self.u, _FLOOR))


@dataclass(frozen=True)
class Weights:
    """Frozen weights: a Chance for each comparison and label but ``missing``, and matches expected of a record."""

    levels: Mapping[str, Mapping[str, Chance]]
    matches_a_record: float
    note: str = ""

    def bits(self, name: str, comparison: Comparison, label: str) -> float:
        """The evidence of a level within the comparison's bounds; 0 where it says nothing."""
        if label == MISSING:
            return 0.0
        bits = self.levels[name][label].bits
        if comparison.most_bits is not None:
            bits = min(bits, comparison.most_bits)
        return bits if comparison.least_bits is None else max(bits, comparison.least_bits)

    def as_json(self) -> dict[str, Any]:
        """What is kept in a file."""
        levels = {
            name: {label: {"m": chance.m, "u": chance.u} for label, chance in labels.items()}
            for name, labels in self.levels.items()
        }
        return {"note": self.note, "matches_a_record": self.matches_a_record, "comparisons": levels}


def parse_weights(content: object, spec: Spec, name: str) -> Weights:
    """Weights from what their file holds; raises ContractError where they don't fit the spec. ``name``: the file's."""
    problems, levels = [], {}
    told = content.get("comparisons") if isinstance(content, Mapping) else None
    told = told if isinstance(told, Mapping) else {}
    for comparison, rule in spec.comparisons.items():
        of_levels = told.get(comparison)
        wanted = set(rule.labels) - {MISSING}
        if not isinstance(of_levels, Mapping) or set(of_levels) != wanted:
            problems.append(
                Problem(f"comparison `{comparison}` wants the levels {', '.join(sorted(wanted))}", _MEND, name)
            )
            continue
        levels[comparison] = {label: Chance(float(value["m"]), float(value["u"])) for label, value in of_levels.items()}
    if problems:
        raise ContractError(problems)
    assert isinstance(content, Mapping)
    expected = float(content.get("matches_a_record", spec.training.matches_a_record))
    return Weights(levels, expected, str(content.get("note", "")))


_MEND = "the spec changed since these weights were trained: train again with `kasane link --train`"
