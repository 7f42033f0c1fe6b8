"""Column lineage of one SELECT: which source columns flow into each output column, and through what.

A *route* is a set of kinds that the value met on its way: ``hash`` (only a one-way digest goes on), ``count`` (only how
many rows), ``flag`` (only a true or false of a condition on it), ``rank`` (only a place in an order), ``year`` (only the
year of a day). An empty route is the value itself. Which *rows* there are (joins, WHERE) is no flow of a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

Schema = Mapping[str, Mapping[str, Mapping[str, str]]]
Route = frozenset[str]
Column = tuple[str, str]
"""``("intermediate.int_member__at_month", "resident_no")``."""
Flows = dict[Column, set[Route]]

_KIND_OF: tuple[tuple[str, tuple[type[exp.Expression], ...]], ...] = (
    ("hash", (exp.SHA, exp.SHA2, exp.MD5)),
    ("count", (exp.Count, exp.CountIf, exp.ApproxDistinct)),
    ("rank", (exp.RowNumber, exp.Rank, exp.DenseRank)),
    ("flag", (exp.Predicate, exp.Not, exp.Exists, exp.LogicalAnd, exp.LogicalOr)),
)


def output_flows(sql: str, schema: Schema) -> dict[str, Flows]:
    """Each output column of a DuckDB SELECT, with the columns of relations that its value comes of and by which routes.

    ``schema`` maps schema to relation to column to type, for every relation that the SELECT reads.
    Raises sqlglot's error where a name can't be resolved.
    """
    tree = qualify(_spread(parse_one(sql, dialect="duckdb")), schema=schema, dialect="duckdb", quote_identifiers=False)
    root = build_scope(tree)
    if root is None:
        raise ValueError("no SELECT")
    tracer = _Tracer()
    return {name: tracer.of_output(root, name) for name in _outputs(root)}


@dataclass
class _Tracer:
    known: dict[tuple[int, str], Flows] = field(default_factory=dict)

    def of_output(self, scope: Scope, name: str) -> Flows:
        key = (id(scope), name)
        if key not in self.known:
            self.known[key] = {}
            self.known[key] = self._computed(scope, name)
        return self.known[key]

    def _computed(self, scope: Scope, name: str) -> Flows:
        if scope.set_operation_scopes:
            place = _outputs(scope).index(name)
            return _joined(self.of_output(branch, _outputs(branch)[place]) for branch in scope.set_operation_scopes)
        projection = next((each for each in scope.expression.selects if each.alias_or_name == name), None)
        if projection is None:
            return self._of_expression(scope, scope.expression)
        return self._of_expression(scope, projection)

    def _of_expression(self, scope: Scope, root: exp.Expression) -> Flows:
        scopes = {id(each.expression): each for each in scope.traverse()}
        return _joined(
            _through(self._of_column(_scope_of(column, root, scope, scopes), column), _kinds(column, root))
            for column in root.find_all(exp.Column)
        )

    def _of_column(self, scope: Scope | None, column: exp.Column) -> Flows:
        while scope is not None:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                return {(f"{source.db}.{source.name}", column.name): {frozenset()}}
            if isinstance(source, Scope):
                return self.of_output(source, column.name)
            scope = scope.parent
        return {}


def _spread(tree: exp.Expression) -> exp.Expression:
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
    return [each.alias_or_name for each in scope.expression.selects]


def _scope_of(column: exp.Column, root: exp.Expression, scope: Scope, scopes: Mapping[int, Scope]) -> Scope:
    """The scope that the column's name is looked up in: that of the nearest SELECT around it below ``root``."""
    node = column.parent
    while node is not None and node is not root:
        if id(node) in scopes:
            return scopes[id(node)]
        node = node.parent
    return scope


def _kinds(column: exp.Column, root: exp.Expression) -> Route:
    return frozenset(_kinds_above(column, root))


def _kinds_above(column: exp.Expression, root: exp.Expression) -> Iterator[str]:
    child, node = column, column.parent
    while child is not root and node is not None:
        for kind, types in _KIND_OF:
            if isinstance(node, types):
                yield kind
        if _is_condition(child, node):
            yield "flag"
        if isinstance(node, exp.Extract) and node.name.lower() == "year" or isinstance(node, exp.Year):
            yield "year"
        child, node = node, node.parent


def _is_condition(child: exp.Expression, parent: exp.Expression) -> bool:
    """Whether only the truth of ``child`` goes on: it is the condition of a CASE, a FILTER or a WHERE."""
    if isinstance(parent, exp.If | exp.Case):
        return child.arg_key == "this"
    return isinstance(parent, exp.Where | exp.Having | exp.Join) or (
        isinstance(parent, exp.Filter) and child.arg_key == "expression"
    )


def _through(flows: Flows, kinds: Route) -> Flows:
    return {column: {route | kinds for route in routes} for column, routes in flows.items()}


def _joined(parts: Iterator[Flows]) -> Flows:
    joined: Flows = {}
    for part in parts:
        for column, routes in part.items():
            joined.setdefault(column, set()).update(routes)
    return joined
