"""How alike each pair is: the level of every comparison, and the sum of their evidence."""

from __future__ import annotations

import math

import duckdb

from kasane.linkage.conditions import Sides, aliased, is_missing, level_condition
from kasane.linkage.spec import MISSING, Comparison, Spec
from kasane.linkage.weights import Weights
from kasane.sql import double, identifier

# What a rare value can add to the evidence of an equality: as if at most one in 2^22 bore it.
_RAREST = 2.0**-22


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
            select pair.*{dear_levels}{_shares(spec, dear)}
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
            select pair.*{levels}{_shares(spec, names)}
            from {pairs} as pair join linkage_record as l on pair.a = l.i join linkage_record as r on pair.b = r.i
        )
    """


def level_expression(comparison: Comparison, sides: Sides) -> str:
    """The place of the level among the comparison's labels: 0 for missing."""
    whens = " ".join(
        f"when {level_condition(level, sides)} then {place}" for place, level in enumerate(comparison.levels, start=1)
    )
    return f"case when {is_missing(comparison, sides)} then 0 {whens} else {len(comparison.levels) + 1} end::utinyint"


def _shares(spec: Spec, names: list[str]) -> str:
    """How common the commoner of the two values is, for each column whose rarity counts."""
    columns = {level.rarity for name in names for level in spec.comparisons[name].levels if level.rarity}
    return "".join(
        f", greatest(l.{identifier(f'tf_{column}')}, r.{identifier(f'tf_{column}')}) as {identifier(f'share_{column}')}"
        for column in sorted(columns)
    )


def _sum(spec: Spec, weights: Weights, names: list[str]) -> str:
    return " + ".join([weight_expression(name, spec.comparisons[name], weights) for name in names] or ["0::double"])


def weight_expression(name: str, comparison: Comparison, weights: Weights) -> str:
    """The evidence of a comparison in bits, by its level and, where rarity counts, by how common the value is."""
    whens = []
    for place, label in enumerate(comparison.labels):
        bits = weights.bits(name, comparison, label)
        level = comparison.levels[place - 1] if 0 < place <= len(comparison.levels) else None
        if label != MISSING and level is not None and level.rarity:
            whens.append(f"when {place} then {_by_rarity(level.rarity, bits, weights, name, comparison, label)}")
        else:
            whens.append(f"when {place} then {double(bits)}")
    return f"(case {level_column(name)} {' '.join(whens)} end)"


def _by_rarity(column: str, bits: float, weights: Weights, name: str, comparison: Comparison, label: str) -> str:
    """log2(m / share): two persons share this very value as often as it is borne (Splink's term frequency)."""
    chance = weights.levels[name][label]
    share = f"greatest(coalesce({identifier(f'share_{column}')}, {double(chance.u)}), {double(_RAREST)})"
    adjusted = f"{double(chance.bits)} + log2({double(chance.u)} / {share})"
    most = comparison.most_bits
    return f"least({adjusted}, {double(most)})" if most is not None else f"({adjusted})"


def _most(spec: Spec, weights: Weights, name: str) -> float:
    """The most evidence that a comparison can give."""
    comparison, most = spec.comparisons[name], 0.0
    for place, label in enumerate(comparison.labels):
        bits = weights.bits(name, comparison, label)
        if 0 < place <= len(comparison.levels) and comparison.levels[place - 1].rarity:
            chance = weights.levels[name][label]
            bits = chance.bits + max(0.0, math.log2(chance.u / _RAREST))
            bits = bits if comparison.most_bits is None else min(bits, comparison.most_bits)
        most = max(most, bits)
    return most
