"""Column lineage of one SELECT: which source columns flow into each output column, and through what.

A *route* is the set of kinds that the value met on its way: ``hash`` (only a one-way digest goes on), ``count`` (only
how many rows), ``flag`` (only whether a condition holds), ``rank`` (only a place in an order), ``year`` (only the year
of a day), ``lookup`` (only what it led to in a joined relation). An empty route is the value itself.

``ROWS`` stands for which rows there are: an output's rows follow from WHERE, HAVING, QUALIFY, joins and the rows of
what is read; a count follows from them, and so does whatever a left join may leave blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

Schema = Mapping[str, Mapping[str, Mapping[str, str]]]
Route = frozenset[str]
Column = tuple[str, str]
"""``("intermediate.int_member__at_month", "resident_no")``."""
Flows = dict[Column, set[Route]]
Node = Any  # sqlglot's expressions: its classes are compiled and their stubs disagree with them
ROWS = "*"

_KIND_OF: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("hash", (exp.SHA, exp.SHA2, exp.MD5)),
    ("count", (exp.Count, exp.CountIf, exp.ApproxDistinct)),
    ("rank", (exp.RowNumber, exp.Rank, exp.DenseRank)),
    ("flag", (exp.Predicate, exp.Not, exp.Exists, exp.LogicalAnd, exp.LogicalOr)),
)
_BLANKABLE = ("LEFT", "FULL")
_COUNTS = (exp.Count, exp.CountIf)


def output_flows(sql: str, schema: Schema, is_wide: bool = False) -> dict[str, Flows]:
    """Each output column of a DuckDB SELECT and its ``ROWS``, with the columns of relations that it comes of.

    ``schema`` maps schema to relation to column to type, for every relation that the SELECT reads. ``is_wide``: not
    only a count follows from which rows there are, but every aggregate, as ``bool_or(domain = 'elderly')`` does.
    Raises sqlglot's error where a name can't be resolved.
    """
    names: Any = schema
    tree = qualify(_spread(parse_one(sql, dialect="duckdb")), schema=names, dialect="duckdb", quote_identifiers=False)
    root = build_scope(tree)
    if root is None:
        raise ValueError("no SELECT")
    tracer = _Tracer((exp.AggFunc,) if is_wide else _COUNTS)
    return {name: tracer.of_output(root, name) for name in (*_outputs(root), ROWS)}


@dataclass
class _Tracer:
    counting: tuple[Any, ...]
    known: dict[tuple[int, str], Flows] = field(default_factory=dict)

    def of_output(self, scope: Scope, name: str) -> Flows:
        key = (id(scope), name)
        if key not in self.known:
            self.known[key] = {}
            self.known[key] = self._rows(scope) if name == ROWS else self._computed(scope, name)
        return self.known[key]

    def _computed(self, scope: Scope, name: str) -> Flows:
        branches = scope.set_operation_scopes
        if branches:
            place = _outputs(scope).index(name)
            return _joined(self.of_output(branch, _outputs(branch)[place]) for branch in branches)
        tree: Node = scope.expression
        projection = next((each for each in tree.selects if each.alias_or_name == name), None)
        if projection is None:
            return self._of_expression(scope, tree)
        counted = [self.of_output(scope, ROWS)] if projection.find(*self.counting) else []
        return _joined([self._of_expression(scope, projection), *(_through(each, {"count"}) for each in counted)])

    def _rows(self, scope: Scope) -> Flows:
        if scope.set_operation_scopes:
            return _joined(self.of_output(branch, ROWS) for branch in scope.set_operation_scopes)
        tree: Node = scope.expression
        if not isinstance(tree, exp.Select):
            return {}
        clauses = [tree.args.get(name) for name in ("where", "having", "qualify")]
        joins = [each for each in tree.args.get("joins") or [] if each.side not in _BLANKABLE]
        conditions = [each for each in (*clauses, *joins) if each is not None]
        blankable = {each.alias_or_name for each in tree.args.get("joins") or [] if each.side in _BLANKABLE}
        read = [name for name in scope.selected_sources if name not in blankable]
        parts = [_through(self._of_expression(scope, each), {"flag"}) for each in conditions]
        return _joined([*parts, *(self._rows_of(scope, name) for name in read)])

    def _rows_of(self, scope: Scope, name: str) -> Flows:
        source = scope.sources.get(name)
        if isinstance(source, exp.Table):
            return {(f"{source.db}.{source.name}", ROWS): {frozenset()}}
        return self.of_output(source, ROWS) if isinstance(source, Scope) else {}

    def _of_expression(self, scope: Scope, root: Node) -> Flows:
        scopes = {id(each.expression): each for each in scope.traverse()}
        return _joined(
            _through(self._of_column(_scope_of(column, root, scope, scopes), column), set(_kinds(column, root)))
            for column in root.find_all(exp.Column)
        )

    def _of_column(self, scope: Scope | None, column: Node) -> Flows:
        while scope is not None:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                own: Flows = {(f"{source.db}.{source.name}", column.name): {frozenset()}}
                return _joined([own, self._found_by(scope, column.table)])
            if isinstance(source, Scope):
                return _joined([self.of_output(source, column.name), self._found_by(scope, column.table)])
            scope = scope.parent
        return {}

    def _found_by(self, scope: Scope, name: str) -> Flows:
        """What decides which row of a joined relation is read, and whether there is one."""
        key = (id(scope), f"join {name}")
        if key not in self.known:
            self.known[key] = {}
            tree: Node = scope.expression
            join = next((each for each in tree.args.get("joins") or [] if each.alias_or_name == name), None)
            if join is not None:
                rows = self._rows_of(scope, name) if join.side in _BLANKABLE else {}
                led = self._of_expression(scope, join.args["on"]) if join.args.get("on") else {}
                self.known[key] = _through(_joined([rows, led]), {"lookup"})
        return self.known[key]


def _spread(tree: Node) -> Node:
    """An unnested list of structs is a column a field (DuckDB's ``recursive := true``), which sqlglot does not know."""
    for explode in list(tree.find_all(exp.Explode)):
        structs = list(explode.find_all(exp.Struct))
        if structs and isinstance(explode.parent, exp.Select):
            names = [each.name for each in structs[0].expressions]
            values = [[struct.expressions[at].expression for struct in structs] for at in range(len(names))]
            columns = [exp.alias_(exp.Array(expressions=each), name) for name, each in zip(names, values, strict=True)]
            select = explode.parent
            select.set("expressions", [*(each for each in select.expressions if each is not explode), *columns])
    return tree


def _outputs(scope: Scope) -> list[str]:
    tree: Node = scope.expression
    return [each.alias_or_name for each in tree.selects]


def _scope_of(column: Node, root: Node, scope: Scope, scopes: Mapping[int, Scope]) -> Scope:
    """The scope that the column's name is looked up in: that of the nearest SELECT around it below ``root``."""
    node = column.parent
    while node is not None and node is not root:
        if id(node) in scopes:
            return scopes[id(node)]
        node = node.parent
    return scope


def _kinds(column: Node, root: Node) -> Iterator[str]:
    child, node = column, column.parent
    while child is not root and node is not None:
        yield from (kind for kind, types in _KIND_OF if isinstance(node, types))
        if _is_condition(child, node):
            yield "flag"
        if isinstance(node, exp.Year) or (isinstance(node, exp.Extract) and node.name.lower() == "year"):
            yield "year"
        child, node = node, node.parent


def _is_condition(child: Node, parent: Node) -> bool:
    """Whether only the truth of ``child`` goes on: it is the condition of a CASE, a FILTER, a WHERE or a join."""
    if isinstance(parent, exp.If | exp.Case):
        return bool(child.arg_key == "this")
    return isinstance(parent, exp.Where | exp.Having | exp.Join) or (
        isinstance(parent, exp.Filter) and child.arg_key == "expression"
    )


def _through(flows: Flows, kinds: set[str]) -> Flows:
    return {column: {route | kinds for route in routes} for column, routes in flows.items()}


def _joined(parts: Iterable[Flows]) -> Flows:
    joined: Flows = {}
    for part in parts:
        for column, routes in part.items():
            joined.setdefault(column, set()).update(routes)
    return joined
