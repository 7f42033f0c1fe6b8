"""Training with Splink: the same comparisons as the engine's, estimated by expectation maximisation or from labels.

Weights are trained now and then, looked at and frozen in a file (docs/adr/0029); linking itself reads the file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from kasane.linkage.conditions import aliased, is_missing, level_condition, suffixed
from kasane.linkage.scoring import level_expression
from kasane.linkage.spec import Spec
from kasane.linkage.spec_parts import MISSING, OTHER
from kasane.linkage.weights import Chance, Weights
from kasane.sql import identifier, literal

# Counts that a level begins with, so that what training never met is rare, not impossible.
_SMOOTHING = 0.5
_NEVER_MET = 1e-6
# Fewer pairs with a shared identifier say too little of how people are written.
_ENOUGH_LABELS = 300


def train(connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str], note: str) -> Weights:
    """Weights for the records in ``linkage_record`` (see ``prepare``), without an answer key.

    Chance levels (u) come from random pairs. The others (m) come from the pairs that an identifier links, where there
    are enough of them, else from expectation maximisation within each rule of ``training.blocking`` (by default the
    first two of ``blocking.rules``); a comparison that one rule blocks on is estimated within the others.
    Source: Fellegi and Sunter 1969; Splink's documentation, "Training".
    """
    row = connection.execute("select count(*) from linkage_identified where not contradicts").fetchone()
    if row is not None and row[0] >= _ENOUGH_LABELS:
        labels = "(select a, b from linkage_identified where not contradicts)"
        return train_from_labels(connection, spec, lists, labels, note)
    linker = _with_chance_levels(connection, spec, lists)
    for rule in spec.training.blocking or spec.blocking.rules[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            _allowed(rule), estimate_without_term_frequencies=True
        )
    return _weights(spec, linker.misc.save_model_to_json(), note)


def _allowed(rule: Iterable[str]) -> str:
    """Pairs that share the columns of a rule and may be one person; two rows of a clean list teach nothing."""
    shared = " and ".join(f"l.{identifier(column)} = r.{identifier(column)}" for column in rule)
    return f"{shared} and not (l.is_single and l.source = r.source)"


def _with_chance_levels(connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str]) -> Any:
    linker = splink_linker(connection, spec, lists)
    linker.training.estimate_u_using_random_sampling(max_pairs=spec.training.random_pairs, seed=spec.training.seed)
    return linker


def train_from_labels(
    connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str], pairs: str, note: str
) -> Weights:
    """Weights from pairs known to be one person; ``pairs``: a relation (a, b) of numbers in ``linkage_record``."""
    linker = _with_chance_levels(connection, spec, lists)
    chances = _weights(spec, linker.misc.save_model_to_json(), note)
    levels = {
        name: _with_counts(labels, _counts(connection, spec, lists, name, pairs))
        for name, labels in chances.levels.items()
    }
    return Weights(levels, chances.matches_a_record, note)


def _counts(
    connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str], name: str, pairs: str
) -> dict[str, int]:
    comparison = spec.comparisons[name]
    rows = connection.execute(
        f"""
        select {level_expression(comparison, aliased(lists))} as level, count(*)
        from {pairs} as pair join linkage_record as l on pair.a = l.i join linkage_record as r on pair.b = r.i
        group by level
        """
    ).fetchall()
    return {comparison.labels[place]: count for place, count in rows}


def _with_counts(chances: Mapping[str, Chance], counts: Mapping[str, int]) -> dict[str, Chance]:
    total = sum(counts.get(label, 0) + _SMOOTHING for label in chances)
    return {label: Chance((counts.get(label, 0) + _SMOOTHING) / total, chance.u) for label, chance in chances.items()}


def splink_linker(connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str], **settings: Any) -> Any:
    """Splink's own linker over ``linkage_record`` with the spec's comparisons and blocking rules.

    ``settings`` are laid over Splink's settings dictionary (weights, for one).
    """
    from splink import DuckDBAPI, Linker, block_on

    api = DuckDBAPI(connection)
    tables, link_type = _splink_tables(connection, spec)
    told = {
        "link_type": link_type,
        "unique_id_column_name": "i",
        "comparisons": [splink_comparison(spec, name, lists) for name in spec.comparisons],
        "blocking_rules_to_generate_predictions": [_block_on(block_on, rule, lists) for rule in spec.blocking.rules],
        "retain_matching_columns": False,
        **settings,
    }
    return Linker([api.register(table) for table in tables], told, log_level=logging.ERROR)


def _block_on(block_on: Any, rule: Iterable[str], lists: frozenset[str]) -> Any:
    exploded = [column for column in rule if column in lists]
    return block_on(*rule, arrays_to_explode=exploded) if exploded else block_on(*rule)


def _splink_tables(connection: duckdb.DuckDBPyConnection, spec: Spec) -> tuple[list[str], str]:
    """The records as Splink takes them: one table a source that holds a person once, the rest together."""
    if not spec.single_sources:
        return ["linkage_record"], "dedupe_only"
    names = []
    for place, source in enumerate(spec.single_sources):
        names.append(f"linkage_set_{place}")
        connection.execute(
            f"create or replace temp table {names[-1]} as select * from linkage_record where source = {literal(source)}"
        )
    row = connection.execute("select count(*) from linkage_record where not is_single").fetchone()
    if row is None or not row[0]:
        return names, "link_only"
    connection.execute("create or replace temp table linkage_set_rest as from linkage_record where not is_single")
    return [*names, "linkage_set_rest"], "link_and_dedupe"


def splink_comparison(spec: Spec, name: str, lists: frozenset[str]) -> dict[str, Any]:
    """A comparison of the spec as Splink's settings say it."""
    comparison, sides = spec.comparisons[name], suffixed(lists)
    levels: list[dict[str, Any]] = []
    if comparison.missing or comparison.where:
        levels.append(
            {
                "sql_condition": is_missing(comparison, sides),
                "label_for_charts": MISSING,
                "is_null_level": True,
            }
        )
    for level in comparison.levels:
        told: dict[str, Any] = {"sql_condition": level_condition(level, sides), "label_for_charts": level.label}
        if level.rarity:
            told["tf_adjustment_column"] = level.rarity
        levels.append(told)
    levels.append({"sql_condition": "ELSE", "label_for_charts": OTHER})
    return {"output_column_name": name, "comparison_levels": levels}


def _weights(spec: Spec, model: Mapping[str, Any], note: str) -> Weights:
    levels: dict[str, dict[str, Chance]] = {}
    for told in model["comparisons"]:
        name = told["output_column_name"]
        of_levels = [level for level in told["comparison_levels"] if not level.get("is_null_level")]
        known = {level["label_for_charts"]: level for level in of_levels}
        levels[name] = {
            label: Chance(_probability(known[label], "m"), _probability(known[label], "u"))
            for label in spec.comparisons[name].labels
            if label != MISSING
        }
    return Weights(levels, spec.training.matches_a_record, note)


def _probability(level: Mapping[str, Any], kind: str) -> float:
    """What was estimated; a level that no pair of the training stood at is as rare as can be told."""
    value = level.get(f"{kind}_probability")
    return _NEVER_MET if not isinstance(value, int | float) else max(float(value), _NEVER_MET)
