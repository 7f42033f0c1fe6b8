"""The lineage in short, for the data dictionary: the delivered fields that each column of a zone has its values of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kasane.contracts.model import Contract
from kasane.dictionary.origins import Origins
from kasane.lineage.flows import ROWS, Column
from kasane.lineage.project import Project, relation_of
from kasane.lineage.reach import zone_of

_ENDS = ("_text", "_precision", "_earliest", "_latest")
_ADDED = (ROWS, "delivery_id", "base_date", "line_number", "record_key")
# Routes on which nothing of a value goes on, but how many, whether, in which order, and what was found by it.
_NO_VALUE = frozenset(("count", "flag", "rank", "lookup"))
METRICS = "metrics."
RESTRICTED = "restricted"
_SETTINGS = frozenset(("seeds.threshold",))
_Sources = Callable[[Project, Column], Iterable[Column]]


def digest(manifest: Mapping[str, Any], project: Project, wide: Project, contracts: Mapping[str, Contract]) -> Origins:
    """Of every relation of a zone, and of each metric: the feeds' tables it rests on, and its columns' fields.

    A relation rests on every table that it reads, however far back. A column has the fields whose values flow into it,
    not those that only decide which rows there are or what is looked up. Where no value but a setting's is left in a
    column (a count, a flag), it has the fields that decide what it says, by ``wide``; restricted ones in their zone
    alone.
    """
    made: dict[Column, tuple[str, ...]] = {}
    decided: dict[Column, tuple[str, ...]] = {}
    for column in sorted(each for each in project.flows if each[1] != ROWS and _is_told(each[0])):
        values = _origins(column, project, _values)
        made[column] = tuple(sorted({_named(each, contracts) for each in values}))
        if {each[0] for each in values} <= _SETTINGS:
            deciding = [each for each in _origins(column, wide, _everything) if _is_delivered(each)]
            may_tell = [each for each in deciding if _may_tell(each, column[0], wide)]
            decided[column] = tuple(sorted({_named(each, contracts) for each in may_tell}))
    tables = _tables(manifest)
    relations = sorted({each[0] for each in made})
    return Origins({name: tables[name] for name in relations}, made, {at: told for at, told in decided.items() if told})


def _is_told(relation: str) -> bool:
    return zone_of(relation) is not None or relation.startswith(METRICS)


def _is_delivered(origin: Column) -> bool:
    """Whether a feed's own field: not what the reader adds, nor which rows there are."""
    return origin[0].startswith("lake.") and origin[1] not in _ADDED


def _may_tell(origin: Column, relation: str, project: Project) -> bool:
    """Restricted fields (youtai) decide nothing outside their zone; ``wide`` can't tell what they are kept apart by."""
    return zone_of(relation) == RESTRICTED or project.origins[origin].secrecy != RESTRICTED


def _origins(column: Column, project: Project, sources: _Sources) -> list[Column]:
    """Where a column comes of by ``sources``, back through every column between."""
    seen, waiting = {column}, [column]
    found: list[Column] = []
    while waiting:
        for source in sources(project, waiting.pop()):
            if source not in seen:
                seen.add(source)
                (waiting if source in project.flows else found).append(source)
    return found


def _values(project: Project, column: Column) -> Iterable[Column]:
    flows = project.flows.get(column, {})
    return (
        source for source, routes in flows.items() if source[1] != ROWS and any(not each & _NO_VALUE for each in routes)
    )


def _everything(project: Project, column: Column) -> Iterable[Column]:
    return project.flows.get(column, {})


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
