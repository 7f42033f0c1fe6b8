"""How alike each pair is: the level of every comparison, and the sum of their evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable

import duckdb

from kasane.linkage.conditions import Sides, aliased, is_missing, level_condition
from kasane.linkage.spec import Spec
from kasane.linkage.spec_parts import Comparison
from kasane.linkage.weights import Weights
from kasane.sql import double, identifier

# No value is so rare that sharing it says more than this.
_RAREST_BITS = 30.0


def level_column(name: str) -> str:
    """The quoted column that holds a comparison's level, as its place among the labels."""
    return identifier(f"level_{name}")


def bits_of(probability: float) -> float:
    """Odds in bits."""
    return math.log2(probability / (1 - probability))


def prior_bits(connection: duckdb.DuckDBPyConnection, spec: Spec, weights: Weights) -> float:
    """The odds, in bits, that a record and one of those it could belong to are one person, before looking at them."""
    row = connection.execute(
        "select count(*) filter (is_single and source = coalesce($register, source)), count(*) from linkage_record",
        {"register": spec.register_},
    ).fetchone()
    assert row is not None
    singles = row[0] if spec.register_ else row[0] / max(1, len(spec.single_sources))
    others = max(2.0, float(singles or row[1]))
    return bits_of(min(0.5, weights.matches_a_record / others))


def score(
    connection: duckdb.DuckDBPyConnection, spec: Spec, weights: Weights, lists: frozenset[str], least: float
) -> None:
    """Write ``linkage_scored`` from ``linkage_pair``: a, b, a level a comparison, ``weight`` in bits, ``probability``.

    Pairs whose weight can't reach ``least`` bits are left out: the cheap comparisons are judged first, and the
    distances are computed only for pairs that could still reach it.
    """
    prior = prior_bits(connection, spec, weights)
    cheap = [
        name for name, comparison in spec.comparisons.items() if all(level.is_cheap for level in comparison.levels)
    ]
    dear = [name for name in spec.comparisons if name not in cheap]
    reachable = double(least - prior - sum(_most(spec, weights, name) for name in dear))
    sides = aliased(lists)
    dear_levels = "".join(
        f", {level_expression(spec.comparisons[name], sides)} as {level_column(name)}" for name in dear
    )
    connection.execute(
        f"""
        create or replace temp table linkage_scored as
        with cheaply as (
            {_judged(spec, weights, sides, cheap, "linkage_pair", "a, b")}
        ),
        reachable as (select * from cheaply where cheap_bits >= {reachable}),
        levelled as (
            select pair.*{dear_levels}{rarity_columns(spec, dear)}
            from reachable as pair
            join linkage_record as l on pair.a = l.i join linkage_record as r on pair.b = r.i
        ),
        weighed as (
            select *, {double(prior)} + cheap_bits + {_sum(spec, weights, dear)} as weight from levelled
        )
        select a, b, {"".join(f"{level_column(name)}, " for name in spec.comparisons)}
            weight, 1 / (1 + pow(2.0, -weight)) as probability
        from weighed where weight >= {double(least)}
        """
    )


def _judged(spec: Spec, weights: Weights, sides: Sides, names: list[str], pairs: str, kept: str) -> str:
    """Pairs with the levels of some comparisons and their evidence as ``cheap_bits``."""
    levels = "".join(f", {level_expression(spec.comparisons[name], sides)} as {level_column(name)}" for name in names)
    return f"""
        select {kept}{"".join(f", {level_column(name)}" for name in names)}, {_sum(spec, weights, names)} as cheap_bits
        from (
            select pair.*{levels}{rarity_columns(spec, names)}
            from {pairs} as pair join linkage_record as l on pair.a = l.i join linkage_record as r on pair.b = r.i
        )
    """


def level_expression(comparison: Comparison, sides: Sides) -> str:
    """The place of the level among the comparison's labels: 0 for missing."""
    whens = " ".join(
        f"when {level_condition(level, sides)} then {place}" for place, level in enumerate(comparison.levels, start=1)
    )
    return f"case when {is_missing(comparison, sides)} then 0 {whens} else {len(comparison.levels) + 1} end::utinyint"


def rarity_columns(spec: Spec, names: Iterable[str]) -> str:
    """How rare the commoner of the two values is, in bits, for each column whose rarity counts."""
    columns = {level.rarity for name in names for level in spec.comparisons[name].levels if level.rarity}
    return "".join(
        f", least(l.{identifier(f'rare_{column}')}, r.{identifier(f'rare_{column}')}) as {identifier(f'rare_{column}')}"
        for column in sorted(columns)
    )


def _sum(spec: Spec, weights: Weights, names: list[str]) -> str:
    return " + ".join([weight_expression(name, spec.comparisons[name], weights) for name in names] or ["0::double"])


def weight_expression(name: str, comparison: Comparison, weights: Weights) -> str:
    """The evidence of a comparison in bits: that of its level and, where rarity counts, of how rare the value is.

    Two persons share a value the less often the rarer it is: Splink's term frequency adjustment, with the chance that
    two persons share any value in place of the level's u, so that it holds for levels of several conditions too.
    """
    levels = (None, *comparison.levels, None)
    whens = []
    for place, (label, level) in enumerate(zip(comparison.labels, levels, strict=True)):
        bits = double(weights.bits(name, comparison, label))
        if level is not None and level.rarity:
            bits = _bounded(comparison, f"{bits} + coalesce({identifier(f'rare_{level.rarity}')}, 0)")
        whens.append(f"when {place} then {bits}")
    return f"(case {level_column(name)} {' '.join(whens)} end)"


def _bounded(comparison: Comparison, bits: str) -> str:
    if comparison.most_bits is not None:
        bits = f"least({bits}, {double(comparison.most_bits)})"
    return bits if comparison.least_bits is None else f"greatest({bits}, {double(comparison.least_bits)})"


def _most(spec: Spec, weights: Weights, name: str) -> float:
    """The most evidence that a comparison can give."""
    comparison, most = spec.comparisons[name], 0.0
    for label, level in zip(comparison.labels, (None, *comparison.levels, None), strict=True):
        bits = weights.bits(name, comparison, label)
        if level is not None and level.rarity:
            bits += _RAREST_BITS
            bits = bits if comparison.most_bits is None else min(bits, comparison.most_bits)
        most = max(most, bits)
    return most
