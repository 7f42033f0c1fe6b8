"""Which pairs of records are looked at: those that share all columns of a rule."""

from __future__ import annotations

import duckdb

from kasane.linkage.spec import Spec
from kasane.sql import identifier, literal


def block(connection: duckdb.DuckDBPyConnection, spec: Spec, lists: frozenset[str]) -> int:
    """Write ``linkage_pair`` (a, b: numbers of records in ``linkage_record``) and return how many there are.

    ``linkage_query`` holds the numbers of records that look for their person. Two records of a source that holds a
    person at most once are never a pair. ``b`` is the record of such a source, or the later of two.
    """
    big = _looked_in(connection, spec)
    connection.execute("create or replace temp table linkage_found_pair (a bigint, b bigint)")
    # Rule by rule: all at once would hold a hash table of each.
    for rule in spec.blocking.rules:
        found = _rule(rule, spec.blocking.largest_block, big, lists)
        connection.execute(f"insert into linkage_found_pair select distinct a, b from ({found})")
    connection.execute("create or replace temp table linkage_pair as select distinct a, b from linkage_found_pair")
    connection.execute("drop table linkage_found_pair")
    row = connection.execute("select count(*) from linkage_pair").fetchone()
    return int(row[0]) if row else 0


def _looked_in(connection: duckdb.DuckDBPyConnection, spec: Spec) -> str | None:
    """The largest source of single persons: the side that the others look in."""
    row = connection.execute(
        "select source from linkage_record where is_single group by source order by count(*) desc, source limit 1"
    ).fetchone()
    return spec.register_ or (str(row[0]) if row else None)


def _rule(rule: tuple[str, ...], largest: int, big: str | None, lists: frozenset[str]) -> str:
    keys = [f"k{place}" for place in range(len(rule))]
    named = ", ".join(keys)
    values = ", ".join(
        f"{f'unnest({identifier(column)})' if column in lists else identifier(column)} as {key}"
        for column, key in zip(rule, keys, strict=True)
    )
    known = " and ".join(f"{identifier(column)} is not null" for column in rule)
    is_big = f"looked_in.source = {literal(big)}" if big is not None else "false"
    return f"""
        select looking.i as a, looked_in.i as b
        from (
            select i, source, is_single, {values} from linkage_record
            where {known} and i in (select i from linkage_query)
        ) as looking
        join (
            select * from (select i, source, {values} from linkage_record where {known})
            where ({named}) in (
                select ({named}) from (
                    select {values} from linkage_record where {known} and i in (select i from linkage_query)
                )
            )
            -- A key that so many share tells nobody apart.
            qualify count(*) over (partition by {named}) <= {literal(largest)}
        ) as looked_in using ({named})
        where ({is_big} or (looking.i < looked_in.i and looked_in.i in (select i from linkage_query)))
            and not (looking.is_single and looking.source = looked_in.source)
    """
