"""The linkage engine: records in, persons, pairs to review and an explanation of each pair out."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kasane.linkage.blocking import block
from kasane.linkage.clustering import cluster
from kasane.linkage.deciding import CONTRADICTED, decide, least_bits
from kasane.linkage.identifiers import link_by_identifier
from kasane.linkage.prepare import prepare
from kasane.linkage.scoring import level_column, prior_bits, rarity_columns, score, weight_expression
from kasane.linkage.spec import Spec
from kasane.linkage.training import train
from kasane.linkage.weights import Weights
from kasane.sql import double, literal

DECISION_SCHEMA = pa.schema(
    [("left_record_id", pa.string()), ("right_record_id", pa.string()), ("decision", pa.string())]
)


@dataclass(frozen=True)
class Linked:
    """How a run went: the weights used and how many records, pairs looked at and pairs to review there were."""

    weights: Weights
    records: int
    pairs: int
    reviews: int


def link(
    connection: duckdb.DuckDBPyConnection,
    spec: Spec,
    relation: str,
    weights: Weights | None = None,
    decisions: pa.Table | None = None,
    note: str = "",
) -> Linked:
    """Link the records of a relation by a spec; without ``weights`` they are trained on these records.

    Writes temporary tables of ``connection``:

    - ``linkage_link``: record_id, person_id (the id of the record that stands for the person: the register's row,
      else the first by ``records.order`` and id), method, probability
    - ``linkage_review``: left_record_id, right_record_id, probability, match_weight (bits), reason, evidence
    - ``linkage_explanation``: the same of every pair that was linked, without a reason

    ``decisions``: what reviewers said (DECISION_SCHEMA, the latest last); it outranks the model.
    """
    lists = prepare(connection, spec, relation)
    _write_decisions(connection, decisions)
    link_by_identifier(connection, spec, lists)
    _write_queries(connection, spec)
    pairs = block(connection, spec, lists)
    weights = weights or train(connection, spec, lists, note)
    score(connection, spec, weights, lists, least_bits(spec))
    decide(connection, spec)
    cluster(connection, spec)
    _write_links(connection, spec)
    reviews = _write_reviews(connection, spec, weights)
    _write_explanations(connection, spec, weights)
    row = connection.execute("select count(*) from linkage_record").fetchone()
    return Linked(weights, int(row[0]) if row else 0, pairs, reviews)


def _write_decisions(connection: duckdb.DuckDBPyConnection, decisions: pa.Table | None) -> None:
    """``linkage_decision``: a, b, decision, place, each pair both ways; the latest word on a pair counts."""
    if decisions is None:
        columns = ", ".join(f"{name} varchar" for name in DECISION_SCHEMA.names)
        connection.execute(f"create or replace temp table linkage_said ({columns})")
    else:
        _write_table(connection, "linkage_said", decisions)
    connection.execute(
        """
        create or replace temp table linkage_decision as
        with said as (
            select l.i as a, r.i as b, decision, place
            from (select *, row_number() over () as place from linkage_said)
            join linkage_record as l on left_record_id = l.id
            join linkage_record as r on right_record_id = r.id
            where l.i <> r.i
        ),
        both_ways as (select a, b, decision, place from said union all select b, a, decision, place from said)
        select * from both_ways qualify row_number() over (partition by a, b order by place desc) = 1
        """
    )


def _write_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("linkage_given", table)
    connection.execute(f"create or replace temp table {name} as from linkage_given")
    connection.unregister("linkage_given")


def _write_queries(connection: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Records that look for their person: all but the side they look in and those that their number linked."""
    row = connection.execute(
        "select source from linkage_record where is_single group by source order by count(*) desc, source limit 1"
    ).fetchone()
    looked_in = spec.register_ or (str(row[0]) if row else None)
    where = f"where source <> {literal(looked_in)}" if looked_in is not None else ""
    connection.execute(
        f"""
        create or replace temp table linkage_query as
        select i from linkage_record {where}
        except
        select a from linkage_identified
        """
    )


def _write_links(connection: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    register = literal(spec.register_ or "")
    connection.execute(
        f"""
        create or replace temp table linkage_link as
        select
            record.id as record_id, root.id as person_id,
            case when record.source = {register} then 'register_id' else clustered.method end as method,
            case
                when record.source = {register} or clustered.method in ('register_id', 'reviewed') then 1.0::double
                else 1 / (1 + pow(2.0, -clustered.weight))
            end::double as probability
        from linkage_cluster as clustered
        join linkage_record as record on clustered.i = record.i
        join linkage_record as root on clustered.root = root.i
        """
    )


def _evidence(spec: Spec, weights: Weights) -> str:
    structs = []
    for name, comparison in spec.comparisons.items():
        places = ", ".join(literal(label) for label in comparison.labels)
        weight = weight_expression(name, comparison, weights)
        level = f"[{places}][{level_column(name)} + 1]"
        structs.append(f"{{'comparison': {literal(name)}, 'level': {level}, 'weight': ({weight})::double}}")
    return f"[{', '.join(structs)}]"


def _write_reviews(connection: duckdb.DuckDBPyConnection, spec: Spec, weights: Weights) -> int:
    """Pairs for people to look at: of records that found no person, the best few; and numbers that are contradicted."""
    contradicted = " + ".join(
        [double(prior_bits(connection, spec, weights))]
        + [weight_expression(name, comparison, weights) for name, comparison in spec.comparisons.items()]
    )
    levels = "".join(f", {level_column(name)}" for name in spec.comparisons)
    lacks_register = f"root.source <> {literal(spec.register_)}" if spec.register_ else "false"
    connection.execute(
        f"""
        create or replace temp table linkage_review as
        with alone as (
            select clustered.i
            from linkage_cluster as clustered join linkage_record as root on clustered.root = root.i
            where method = 'unlinked' or {lacks_register}
        ),
        asked as (
            select decided.a, decided.b, decided.reason, decided.weight {levels}
            from linkage_decided as decided
            join alone on decided.a = alone.i
            anti join linkage_decision as said on said.a = decided.a and said.b = decided.b
            where verdict = 'review'
            qualify row_number() over (partition by decided.a order by weight desc, decided.b)
                <= {literal(spec.thresholds.reviews_a_record)}
        ),
        shared as (
            select pair.*{rarity_columns(spec, spec.comparisons)}
            from (
                select * from asked
                union all
                select a, b, '{CONTRADICTED}', null {levels} from linkage_identified
                semi join alone on a = alone.i
                anti join linkage_decision as said
                    on said.a = linkage_identified.a and said.b = linkage_identified.b
                where contradicts
            ) as pair
            join linkage_record as l on pair.a = l.i join linkage_record as r on pair.b = r.i
        ),
        weighed as (
            select *, coalesce(weight, {contradicted}) as bits, {_evidence(spec, weights)} as evidence from shared
        )
        select l.id as left_record_id, r.id as right_record_id, 1 / (1 + pow(2.0, -bits)) as probability,
            bits as match_weight, reason, evidence
        from weighed join linkage_record as l on a = l.i join linkage_record as r on b = r.i
        """
    )
    row = connection.execute("select count(*) from linkage_review").fetchone()
    return int(row[0]) if row else 0


def _write_explanations(connection: duckdb.DuckDBPyConnection, spec: Spec, weights: Weights) -> None:
    connection.execute(
        f"""
        create or replace temp table linkage_explanation as
        with shared as (
            select decided.*{rarity_columns(spec, spec.comparisons)}
            from linkage_decided as decided
            join linkage_record as l on decided.a = l.i join linkage_record as r on decided.b = r.i
            where verdict = 'link'
        ),
        weighed as (select *, {_evidence(spec, weights)} as evidence from shared)
        select l.id as left_record_id, r.id as right_record_id, probability, weight as match_weight, evidence
        from weighed join linkage_record as l on a = l.i join linkage_record as r on b = r.i
        """
    )
