"""From pairs to persons: each record to at most one person, no register row twice, no chain through a third record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kasane.linkage.spec import Spec
from kasane.sql import double, literal

# What a reviewer said outweighs every model.
_SAID = 1e6


def cluster(connection: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Write ``linkage_cluster``: a row a record: i, root (the record whose person it is), method, weight.

    Records attach to a register row by a link of their own (``linkage_attached``); the rest join each other by
    falling weight, as long as every two of a cluster are linked directly, no source that holds a person once is in
    it twice, and no reviewer said otherwise.
    """
    _attach(connection, spec)
    _follow_reviewers(connection)
    _part_what_reviewers_parted(connection)
    _join_the_rest(connection)


def _attach(connection: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Links of single records to a register row; without a register there is none."""
    register = literal(spec.register_ or "")
    connection.execute(
        f"""
        create or replace temp table linkage_attached as
        with links as (
            select a, b, 'register_id' as method, {double(_SAID / 2)} as weight
            from linkage_identified where not contradicts
            union all
            select a, b, case when is_deterministic then 'deterministic' else 'probabilistic' end, weight
            from linkage_decided where verdict = 'link'
            union all
            select a, b, 'reviewed', {double(_SAID)} + place from linkage_decision where decision = 'must_link'
        )
        select links.a as i, links.b as root, method, weight
        from links
        join linkage_record as l on links.a = l.i and l.source <> {register}
        join linkage_record as r on links.b = r.i and r.source = {register}
        qualify row_number() over (partition by links.a order by weight desc, links.b) = 1
        """
    )


def _follow_reviewers(connection: duckdb.DuckDBPyConnection) -> None:
    """Who a reviewer said is one person with a record that is attached goes where that record went."""
    while True:
        row = connection.execute(
            """
            insert into linkage_attached
            select said.a, attached.root, 'reviewed', attached.weight
            from linkage_decision as said
            join linkage_attached as attached on said.b = attached.i
            join linkage_record as l on said.a = l.i
            anti join linkage_attached as known on said.a = known.i
            anti join linkage_decision as parted
                on parted.decision = 'cannot_link' and parted.a = said.a and parted.b = attached.root
            where said.decision = 'must_link' and not l.is_single
            qualify row_number() over (partition by said.a order by said.place desc) = 1
            """
        ).fetchone()
        if row is None or not row[0]:
            return


def _part_what_reviewers_parted(connection: duckdb.DuckDBPyConnection) -> None:
    """Of two records of one register row that a reviewer parted, the one with less evidence leaves."""
    connection.execute(
        """
        delete from linkage_attached where i in (
            select case when (one.weight, -one.i) < (other.weight, -other.i) then one.i else other.i end
            from linkage_decision as said
            join linkage_attached as one on said.a = one.i
            join linkage_attached as other on said.b = other.i and one.root = other.root
            where said.decision = 'cannot_link'
        )
        """
    )


def _join_the_rest(connection: duckdb.DuckDBPyConnection) -> None:
    edges = connection.execute(
        f"""
        with links as (
            select a, b, weight from linkage_decided where verdict = 'link'
            union all
            select a, b, {double(_SAID)} + place from linkage_decision where decision = 'must_link' and a < b
        )
        select least(a, b) as a, greatest(a, b) as b, max(weight) as weight
        from links
        anti join linkage_attached as l on links.a = l.i
        anti join linkage_attached as r on links.b = r.i
        anti join (select i from linkage_record semi join linkage_attached on linkage_record.i = root) as x on a = x.i
        anti join (select i from linkage_record semi join linkage_attached on linkage_record.i = root) as y on b = y.i
        group by all order by weight desc, a, b
        """
    ).to_arrow_table()
    members = _clusters(connection, edges)
    connection.register("linkage_members", members)
    connection.execute(
        """
        create or replace temp table linkage_cluster as
        select i, root, method, weight from linkage_attached
        union all
        select
            member.i, first_value(member.i) over (
                partition by member.root order by record.is_single desc, record.sort_key, record.id
            ), case when member.weight >= 1e6 then 'reviewed' else 'probabilistic' end, member.weight
        from linkage_members as member join linkage_record as record on member.i = record.i
        union all
        select i, i, 'unlinked', null from linkage_record
        anti join linkage_attached using (i) anti join linkage_members using (i)
        """
    )
    connection.unregister("linkage_members")


def _clusters(connection: duckdb.DuckDBPyConnection, edges: pa.Table) -> pa.Table:
    """Members of clusters of two or more: i, root (any one of the cluster), weight (of the best link of each)."""
    a, b = (edges[name].to_numpy() for name in ("a", "b"))
    weight = edges["weight"].to_numpy()
    places, nodes = np.unique(np.concatenate([a, b]), return_inverse=True) if len(a) else (a, np.zeros(0, np.int64))
    left, right = nodes[: len(a)], nodes[len(a) :]
    size = len(places)
    _, component = connected_components(coo_array((np.ones(len(a)), (left, right)), shape=(size, size)), directed=False)
    limits = _limits(connection, places)
    plain = _are_plain(component, left, limits)
    root = component.astype(np.int64).copy()
    taken = plain[component[left]]
    best = np.full(size, -np.inf)
    for end in (left, right):
        np.maximum.at(best, end[taken], weight[taken])
    rest = np.flatnonzero(~taken)
    clusters = _grow(zip(left[rest].tolist(), right[rest].tolist(), weight[rest].tolist(), strict=True), limits)
    for number, (members, weights) in enumerate(clusters, start=size):
        root[members], best[members] = number, weights
    kept = np.isfinite(best)
    return pa.table({"i": places[kept], "root": root[kept], "weight": best[kept]})


@dataclass
class _Limits:
    """What may not meet: the single source of each record (-1: none), and pairs that reviewers parted."""

    source: np.ndarray[tuple[int], np.dtype[np.int64]]
    parted: set[tuple[int, int]]


def _limits(connection: duckdb.DuckDBPyConnection, places: np.ndarray) -> _Limits:
    connection.register("linkage_places", pa.table({"i": pa.array(places, pa.int64())}))
    sources = connection.execute(
        """
        select case when is_single then dense_rank() over (order by source) else -1 end as source
        from linkage_places join linkage_record using (i) order by i
        """
    ).fetchnumpy()["source"]
    parted = connection.execute(
        "select a, b from linkage_decision where decision = 'cannot_link'"
        " and a in (select i from linkage_places) and b in (select i from linkage_places)"
    ).fetchall()
    connection.unregister("linkage_places")
    index = {int(place): number for number, place in enumerate(places.tolist())} if parted else {}
    return _Limits(np.asarray(sources, np.int64), {(index[one], index[other]) for one, other in parted})


def _are_plain(component: np.ndarray, left: np.ndarray, limits: _Limits) -> np.ndarray:
    """Components in which all are linked to all and nothing stands against it: the great majority."""
    count = int(component.max()) + 1 if len(component) else 0
    nodes = np.bincount(component, minlength=count)
    links = np.bincount(component[left], minlength=count)
    plain = links == nodes * (nodes - 1) // 2
    single = limits.source >= 0
    pairs = np.stack([component[single], limits.source[single]], axis=1)
    found, times = np.unique(pairs, axis=0, return_counts=True)
    plain[found[times > 1, 0]] = False
    for one, _ in limits.parted:
        plain[component[one]] = False
    return np.asarray(plain)


@dataclass
class _Cluster:
    members: list[int]
    sources: set[int]
    weights: dict[int, float] = field(default_factory=dict)


def _grow(edges: Iterable[tuple[int, int, float]], limits: _Limits) -> Iterator[tuple[list[int], list[float]]]:
    """Clusters by falling weight; two become one only where all of one are linked to all of the other."""
    edges = list(edges)
    linked = {(one, other) for left, right, _ in edges for one, other in ((left, right), (right, left))}
    of: dict[int, _Cluster] = {}
    for left, right, weight in edges:
        one, other = (of.setdefault(node, _single(node, limits)) for node in (left, right))
        if one is other or one.sources & other.sources:
            continue
        pairs = [(a, b) for a in one.members for b in other.members]
        # A reviewer's word makes a cluster by itself; the model's links must hold between all of them.
        if any(pair in limits.parted for pair in pairs) or (weight < _SAID and not all(p in linked for p in pairs)):
            continue
        one.members += other.members
        one.sources |= other.sources
        one.weights = {**one.weights, **other.weights}
        for node in (left, right):
            one.weights[node] = max(weight, one.weights.get(node, weight))
        for node in other.members:
            of[node] = one
    for cluster_found in {id(each): each for each in of.values()}.values():
        if len(cluster_found.members) > 1:
            yield cluster_found.members, [cluster_found.weights[node] for node in cluster_found.members]


def _single(node: int, limits: _Limits) -> _Cluster:
    source = int(limits.source[node])
    return _Cluster([node], {source} if source >= 0 else set())
