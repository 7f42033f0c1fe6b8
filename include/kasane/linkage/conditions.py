"""Conditions of a spec as SQL over two records, whatever the two are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kasane.linkage.spec_parts import Comparison, Condition, Conditions, Level
from kasane.sql import identifier, literal

Named = Callable[[str], str]


@dataclass(frozen=True)
class Sides:
    """How a column of either record is written, and which columns hold lists."""

    left: Named
    right: Named
    lists: frozenset[str]

    def both(self, template: str, column: str) -> str:
        """``template`` with {l} and {r} for the column on either side."""
        return template.format(l=self.left(column), r=self.right(column))

    def cross(self, template: str, column: str, other: str) -> str:
        """``template`` with {a} the column of one record and {b} the other column of the other one, either way."""
        one = template.format(a=self.left(column), b=self.right(other))
        way_back = template.format(a=self.right(column), b=self.left(other))
        return f"({one} or {way_back})"


def aliased(lists: frozenset[str], left: str = "l", right: str = "r") -> Sides:
    """Sides for two aliases of a table of records."""
    return Sides(lambda column: f"{left}.{identifier(column)}", lambda column: f"{right}.{identifier(column)}", lists)


def suffixed(lists: frozenset[str]) -> Sides:
    """Sides as Splink writes them: column_l and column_r."""
    return Sides(lambda column: identifier(f"{column}_l"), lambda column: identifier(f"{column}_r"), lists)


def is_missing(comparison: Comparison, sides: Sides) -> str:
    """Whether the comparison can say nothing of two records."""
    told = [sides.both("({l} is null or {r} is null)", column) for column in comparison.missing]
    if comparison.where:
        told.append(f"not ({_all(comparison.where, sides)})")
    return " or ".join(told) or "false"


def level_condition(level: Level, sides: Sides) -> str:
    """Whether two records are so alike.

    A plain equality is written as one: Splink counts rarity only where it sees that a level is an exact match.
    """
    if len(level.when) == 1 and [each.equal for each in level.when[0].values()] == [True]:
        return sides.both("{l} = {r}", next(iter(level.when[0])))
    return " or ".join(f"({_all(alternative, sides)})" for alternative in level.when)


def _all(conditions: Conditions, sides: Sides) -> str:
    # A cheap condition that fails spares the distance behind it.
    ordered = sorted(conditions.items(), key=lambda item: not item[1].is_cheap)
    return " and ".join(f"coalesce({_one(column, condition, sides)}, false)" for column, condition in ordered)


def _one(column: str, condition: Condition, sides: Sides) -> str:
    if condition.other_column is not None:
        return _of_two_columns(column, condition, condition.other_column, sides)
    if condition.overlap:
        return _overlap(column, sides)
    templates = {
        "equal": "{l} = {r}",
        "missing": "({l} is null or {r} is null)",
        "present": "({l} is not null and {r} is not null)",
    }
    for name, template in templates.items():
        if getattr(condition, name):
            return sides.both(template, column)
    return _distance(column, condition, sides)


def _overlap(column: str, sides: Sides) -> str:
    return sides.both("list_has_any({l}, {r})" if column in sides.lists else "{l} = {r}", column)


def _distance(column: str, condition: Condition, sides: Sides) -> str:
    if condition.jaro_winkler is not None:
        return sides.both(f"jaro_winkler_similarity({{l}}, {{r}}) >= {literal(condition.jaro_winkler)}", column)
    if condition.days is not None:
        return sides.both(f"abs(date_diff('day', {{l}}::date, {{r}}::date)) <= {literal(condition.days)}", column)
    function, most = (
        ("levenshtein", condition.levenshtein) if condition.levenshtein else ("damerau_levenshtein", condition.damerau)
    )
    assert most is not None
    # Texts whose lengths differ by more can't be that near: far cheaper than the distance.
    near = f"abs(strlen({{l}}) - strlen({{r}})) <= {literal(most)}"
    return sides.both(f"({near} and {function}({{l}}, {{r}}) <= {literal(most)})", column)


def _of_two_columns(column: str, condition: Condition, other: str, sides: Sides) -> str:
    if condition.equal_to is not None:
        return sides.cross("{a} = {b}", column, other)
    if condition.ends_with is not None:
        return sides.cross("ends_with({a}, {b})", column, other)
    if condition.starts_with is not None:
        return sides.cross("starts_with({a}, {b})", column, other)
    joined = "({} = {} and {} = {})" if condition.swapped_with is not None else "({} <= {} and {} >= {})"
    left, right = sides.left, sides.right
    return joined.format(left(column), right(other), left(other), right(column))
