"""The records as the engine compares them: numbered, with the columns that the spec makes and how common values are."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters, digits, punctuation

import duckdb
import pyarrow as pa

from kasane.errors import KasaneError, Problem
from kasane.linkage.spec import Spec
from kasane.linkage.spec_parts import Made, Step
from kasane.sql import identifier, literal

# One byte a character for what a column is written with; the rest share the last one.
_BYTES = ascii_letters + digits + punctuation
_FIXED = ("i", "id", "source", "is_single", "sort_key")


def prepare(connection: duckdb.DuckDBPyConnection, spec: Spec, relation: str) -> frozenset[str]:
    """Write the temporary table ``linkage_record`` from a relation of records; returns the columns that hold lists.

    Its columns: ``i`` (0, 1, …, in the order of the ids), ``id``, ``source``, ``is_single`` (of a source that holds a
    person at most once), ``sort_key``, all columns that the spec reads, and ``rare_<column>``, how rare its value is in
    bits, for columns whose rarity counts.

    Raises KasaneError where the relation lacks a column, or an id is missing or given twice.
    """
    kinds = _kinds(connection, relation)
    _refuse_missing_columns(spec, kinds, relation)
    _write_base(connection, spec, relation)
    _refuse_doubtful_ids(connection, spec, relation)
    narrowed = [name for name in spec.columns if name in spec.make and _is_narrowed(spec.make[name])]
    for name in narrowed:
        _write_narrowed(connection, name)
    rare = _rare_columns(spec)
    for name in rare:
        _write_rarity(connection, spec, name)
    _write_records(connection, narrowed, rare)
    return frozenset(name for name, kind in _kinds(connection, "linkage_record").items() if kind.endswith("[]"))


def _kinds(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {row[0]: str(row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()}


def _refuse_missing_columns(spec: Spec, kinds: Mapping[str, str], relation: str) -> None:
    named = [name for name in (spec.records.id, spec.records.source, spec.records.order) if name is not None]
    lacking = [name for name in dict.fromkeys([*named, *spec.input_columns]) if name not in kinds]
    if lacking:
        remedy = f"the records have: {', '.join(kinds)}"
        raise KasaneError([Problem(f"the records lack the column `{name}`", remedy) for name in lacking])


def _write_base(connection: duckdb.DuckDBPyConnection, spec: Spec, relation: str) -> None:
    records = spec.records
    source = f"{identifier(records.source)}::varchar" if records.source else "''"
    singles = ", ".join(literal(name) for name in spec.single_sources)
    given = [name for name in spec.input_columns if name not in _FIXED]
    layers = [
        f"""layer_0 as (
            select {identifier(records.id)}::varchar as id, {source} as source,
                {f"{identifier(records.order)}::varchar" if records.order else "''"} as sort_key
                {"".join(f", {_blank_to_null(identifier(name))} as {identifier(name)}" for name in given)}
            from {relation}
        )"""
    ]
    for place, (name, made) in enumerate(spec.make.items()):
        layers.append(f"layer_{place + 1} as (select *, {_made(made)} as {identifier(name)} from layer_{place})")
    columns = "".join(f", {identifier(name)}" for name in spec.columns)
    connection.execute(
        f"""
        create or replace temp table linkage_base as
        with {", ".join(layers)}
        select row_number() over (order by id) - 1 as i, id, source, sort_key,
            {f"source in ({singles})" if singles else "false"} as is_single {columns}
        from layer_{len(spec.make)}
        """
    )


def _blank_to_null(column: str) -> str:
    # A list or a date has no blank; only a text that is '' is cast away.
    return f"case when {column}::varchar <> '' then {column} end"


def _refuse_doubtful_ids(connection: duckdb.DuckDBPyConnection, spec: Spec, relation: str) -> None:
    row = connection.execute(
        "select count(*) filter (id is null), count(id) - count(distinct id) from linkage_base"
    ).fetchone()
    assert row is not None
    named = f"`{spec.records.id}`"
    problems = [
        Problem(what, "each record needs an id of its own")
        for count, what in ((row[0], f"{row[0]} records have no {named}"), (row[1], f"{row[1]} records repeat {named}"))
        if count
    ]
    if problems:
        raise KasaneError(problems)


def _made(made: Made) -> str:
    names = [f"{identifier(name)}::varchar" for name in made.from_]
    if len(names) == 1:
        value = names[0]
    elif made.sort:
        value = f"list_aggregate(list_sort([{', '.join(names)}]), 'string_agg', {literal(made.join)})"
    else:
        value = f" || {literal(made.join)} || ".join(names)
    if made.sort and len(names) > 1:
        value = f"case when {' and '.join(f'{name} is not null' for name in names)} then {value} end"
    for step in made.steps:
        value = _step(value, step)
    return f"nullif({value}, '')"


def _step(value: str, step: Step) -> str:
    if step.single_byte:
        return value
    plain = {
        "lower": "lower({})",
        "letters": r"regexp_replace({}, '[^\p{{L}}]', '', 'g')",
        "digits": "regexp_replace({}, '[^0-9]', '', 'g')",
        "alphanumeric": r"regexp_replace({}, '[^\p{{L}}0-9]', '', 'g')",
        "no_spaces": r"regexp_replace({}, '\s', '', 'g')",
        "sorted_words": r"list_aggregate(list_sort(regexp_split_to_array(trim({}), '\s+')), 'string_agg', ' ')",
    }
    for name, template in plain.items():
        if getattr(step, name):
            return template.format(value)
    if step.first is not None:
        return f"left({value}, {literal(step.first)})"
    if step.last is not None:
        return f"right({value}, {literal(step.last)})"
    if step.longer_than is not None:
        return f"case when length({value}) > {literal(step.longer_than)} then {value} end"
    return rf"regexp_split_to_array(trim({value}), '\s+')[{literal(step.word or 1)}]"


def _is_narrowed(made: Made) -> bool:
    return any(step.single_byte for step in made.steps)


def _write_narrowed(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """A byte for each character: DuckDB's string distances count bytes, not characters."""
    column = identifier(name)
    letters = connection.execute(
        f"""
        select letter from (select unnest(string_split({column}, '')) as letter from linkage_base)
        group by letter order by count(*) desc, letter
        """
    ).fetchall()
    alphabet = {ord(letter): _BYTES[min(place, len(_BYTES) - 1)] for place, (letter,) in enumerate(letters)}
    values = connection.execute(f"select distinct {column} from linkage_base where {column} is not null").fetchall()
    texts = [text for (text,) in values]
    table = pa.table(
        {
            "value": pa.array(texts, pa.string()),
            "bytes": pa.array([text.translate(alphabet) for text in texts], pa.string()),
        }
    )
    _write(connection, f"linkage_bytes_{name}", table)


def _rare_columns(spec: Spec) -> list[str]:
    levels = [level for comparison in spec.comparisons.values() for level in comparison.levels]
    return list(dict.fromkeys(level.rarity for level in levels if level.rarity))


def _write_rarity(connection: duckdb.DuckDBPyConnection, spec: Spec, name: str) -> None:
    """How much rarer a value is than the value that two persons share by chance, in bits (negative: commoner).

    Counted among the register's persons where there is a register, else among all records.
    """
    where = f"and source = {literal(spec.register_)}" if spec.register_ else ""
    column = identifier(name)
    connection.execute(
        f"""
        create or replace temp table {identifier(f"linkage_rarity_{name}")} as
        with valued as (
            select {column} as value, count(*) as times from linkage_base
            where {column} is not null {where} group by value
        ),
        shared as (
            select value, times / (select sum(times) from valued) as share from valued
        )
        select value, log2((select sum(share * share) from shared) / share) as rare from shared
        """
    )


def _write_records(connection: duckdb.DuckDBPyConnection, narrowed: list[str], rare: list[str]) -> None:
    replaced = ", ".join(f"{identifier(f'b_{name}')}.bytes as {identifier(name)}" for name in narrowed)
    shares = "".join(f", {identifier(f's_{name}')}.rare as {identifier(f'rare_{name}')}" for name in rare)
    joins = [
        f"left join {identifier(f'linkage_bytes_{name}')} as {identifier(f'b_{name}')}"
        f" on base.{identifier(name)} = {identifier(f'b_{name}')}.value"
        for name in narrowed
    ] + [
        f"left join {identifier(f'linkage_rarity_{name}')} as {identifier(f's_{name}')}"
        f" on base.{identifier(name)} = {identifier(f's_{name}')}.value"
        for name in rare
    ]
    columns = f"base.* {f'replace ({replaced})' if replaced else ''}{shares}"
    connection.execute(
        f"create or replace temp table linkage_record as select {columns} from linkage_base as base {' '.join(joins)}"
    )
    connection.execute("drop table linkage_base")


def _write(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("linkage_written", table)
    connection.execute(f"create or replace temp table {identifier(name)} as select * from linkage_written")
    connection.unregister("linkage_written")
