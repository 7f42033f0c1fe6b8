"""Records that share the register's number: linked before anything is compared, unless they contradict its person."""

from __future__ import annotations

import duckdb

from kasane.linkage.conditions import aliased
from kasane.linkage.scoring import level_column, level_expression
from kasane.linkage.spec import Spec
from kasane.sql import identifier, literal


def link_by_identifier(connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str]) -> None:
    """Write ``linkage_identified``: a, b (the register's row), ``contradicts``, a level a comparison.

    A shared number is no proof where the record contradicts its person (a relative's number, a typing error), nor
    where a reviewer said that they are two.
    """
    levels = "".join(
        f", {level_expression(comparison, aliased(lists))} as {level_column(name)}"
        for name, comparison in spec.comparisons.items()
    )
    if spec.identifier is None:
        connection.execute(
            "create or replace temp table linkage_identified as"
            f" select l.i as a, r.i as b, false as contradicts {levels}"
            " from linkage_record as l join linkage_record as r on l.i = r.i where false"
        )
        return
    number = identifier(spec.identifier.column)
    connection.execute(
        f"""
        create or replace temp table linkage_identified as
        select *, {_contradicts(spec)} as contradicts
        from (
            select l.i as a, r.i as b {levels}
            from linkage_record as l
            join linkage_record as r on l.{number} = r.{number} and r.source = {literal(spec.register_ or "")}
            where l.source <> r.source
        ) as pair
        anti join linkage_decision as said
            on said.decision = 'cannot_link' and said.a = pair.a and said.b = pair.b
        """
    )


def _contradicts(spec: Spec) -> str:
    rule = spec.identifier.contradicted if spec.identifier else None
    if rule is None:
        return "false"
    counts = []
    for name, labels in rule.of.items():
        places = ", ".join(str(spec.comparisons[name].labels.index(label)) for label in labels)
        counts.append(f"({level_column(name)} in ({places}))::int")
    return f"{' + '.join(counts)} >= {literal(rule.at_least)}"
