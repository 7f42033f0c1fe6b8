"""The lineage in short, for the data dictionary: the delivered fields that each column of a zone has its values of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kasane.contracts.model import Contract
from kasane.dictionary.origins import Origins
from kasane.lineage.flows import ROWS, Column
from kasane.lineage.project import Project, relation_of
from kasane.lineage.reach import zone_of

_ENDS = ("_text", "_precision", "_earliest", "_latest")
METRICS = "metrics."


def digest(project: Project, manifest: Mapping[str, Any], contracts: Mapping[str, Contract]) -> Origins:
    """Of every relation of a zone, and of each metric: the feeds' tables it rests on, and its columns' fields.

    A relation rests on every table that it reads, however far back. A column has the fields whose values flow into it;
    what only decides which rows there are, or which row of another relation is looked up, is left to the relation.
    """
    columns: dict[Column, tuple[str, ...]] = {}
    for column in sorted(project.flows):
        if column[1] != ROWS and _is_told(column[0]):
            columns[column] = tuple(sorted({_named(each, contracts) for each in _origins(column, project)}))
    tables = _tables(manifest)
    return Origins({relation: tables[relation] for relation in sorted({each[0] for each in columns})}, columns)


def _is_told(relation: str) -> bool:
    return zone_of(relation) is not None or relation.startswith(METRICS)


def _origins(column: Column, project: Project) -> Iterator[Column]:
    """Where the values come of, back through every column between."""
    seen, waiting = {column}, [column]
    while waiting:
        for source in _values(project, waiting.pop()):
            if source in seen:
                continue
            seen.add(source)
            if source in project.flows:
                waiting.append(source)
            else:
                yield source


def _values(project: Project, column: Column) -> Iterable[Column]:
    flows = project.flows.get(column, {})
    return (
        source for source, routes in flows.items() if source[1] != ROWS and any("lookup" not in each for each in routes)
    )


def _named(origin: Column, contracts: Mapping[str, Contract]) -> str:
    """A delivered field by its contract's name; of what the pipeline or a seed adds, the table."""
    schema, _, table = origin[0].partition(".")
    if schema != "lake":
        return origin[0]
    fields = contracts[table].by_name
    dates = (origin[1].removesuffix(end) for end in _ENDS if origin[1].endswith(end))
    return f"{table}.{next((name for name in dates if name in fields), origin[1])}"


def _tables(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Of each model's relation, the tables of feeds (and ``ledger``, ``link``) that it reads, however far back."""
    needs: dict[str, frozenset[str]] = {}
    nodes = {**manifest["nodes"], **manifest["sources"]}

    def rests_on(key: str) -> frozenset[str]:
        if key not in needs:
            node = nodes.get(key, {"resource_type": "other"})
            needs[key] = _of_node(node, rests_on)
        return needs[key]

    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    return {relation_of(node): tuple(sorted(rests_on(key))) for key, node in models.items()}


def _of_node(node: Mapping[str, Any], rests_on: Any) -> frozenset[str]:
    if node["resource_type"] == "source":
        return frozenset((node["name"] if node["schema"] == "lake" else node["schema"],))
    return frozenset().union(*(rests_on(each) for each in node.get("depends_on", {}).get("nodes", ())))
