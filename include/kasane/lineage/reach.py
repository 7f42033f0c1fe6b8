"""How far the content of each contract column reaches through the models, and whether it leaves its zone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kasane.errors import Problem
from kasane.lineage.flows import Column, Route
from kasane.lineage.gates import GATES_FILE, Gate, Gates, Rule
from kasane.lineage.project import Project
from kasane.publish.release import ZONES

_REMEDY = "take it out of the model, or list a gate with its reason in expectations/gates.yml"


@dataclass
class Reach:
    """Where content got to, and what stopped it."""

    paths: dict[Column, dict[Column, tuple[Column, ...]]] = field(default_factory=dict)
    """Of each column that a model makes: the origins whose content is in it, each with a shortest way there."""
    stopped_by: dict[Column, set[Rule | Gate]] = field(default_factory=dict)
    """Of each column that a model makes: the gates that stopped something at it."""


def reach(project: Project, gates: Gates) -> Reach:
    """Follow every contract column that some zone may not hold, as far as no gate stops it."""
    found = Reach()
    onward = _onward(project)
    by_column: dict[Column, list[Gate]] = {}
    for gate in gates.gates:
        for place in gate.places:
            by_column.setdefault(place, []).append(gate)
    for origin, held in project.origins.items():
        if _is_followed(held.secrecy, gates):
            _follow(origin, held.secrecy, onward, gates.rules, by_column, found)
    return found


def problems(project: Project, gates: Gates, found: Reach) -> list[Problem]:
    """Every leak with its whole path, every gate that nothing needs, every column without a class."""
    return [*_unclassed(project), *_leaks(project, gates, found), *_idle(project, gates, found)]


def zone_of(relation: str) -> str | None:
    """The zone that a relation is published to, by its schema; None for what stays in the build file."""
    schema = relation.partition(".")[0]
    return next((zone for zone, schemas in ZONES.items() if schema in schemas), None)


def _is_followed(secrecy: str, gates: Gates) -> bool:
    return any(secrecy not in allowed for allowed in gates.zones.values())


def _onward(project: Project) -> dict[Column, list[tuple[Column, Route]]]:
    onward: dict[Column, list[tuple[Column, Route]]] = {}
    for column, flows in project.flows.items():
        for source, routes in flows.items():
            onward.setdefault(source, []).extend((column, route) for route in sorted(routes, key=sorted))
    return onward


def _follow(
    origin: Column,
    secrecy: str,
    onward: Mapping[Column, list[tuple[Column, Route]]],
    rules: tuple[Rule, ...],
    gates: Mapping[Column, list[Gate]],
    found: Reach,
) -> None:
    """Breadth first, so that the path told of a leak is a shortest one."""
    seen = {origin}
    waiting: deque[tuple[Column, tuple[Column, ...]]] = deque([(origin, (origin,))])
    while waiting:
        column, path = waiting.popleft()
        for target, route in onward.get(column, ()):
            stop = _stopping(origin, secrecy, target, route, rules, gates)
            if stop is not None:
                found.stopped_by.setdefault(target, set()).add(stop)
            elif target not in seen:
                seen.add(target)
                found.paths.setdefault(target, {})[origin] = (*path, target)
                waiting.append((target, (*path, target)))


def _stopping(
    origin: Column,
    secrecy: str,
    target: Column,
    route: Route,
    rules: tuple[Rule, ...],
    gates: Mapping[Column, list[Gate]],
) -> Rule | Gate | None:
    by_rule = next((rule for rule in rules if rule.stops(secrecy, route)), None)
    return by_rule or next((gate for gate in gates.get(target, ()) if gate.stops(origin, route)), None)


def _unclassed(project: Project) -> Iterator[Problem]:
    for column, origin in project.origins.items():
        if origin.secrecy == "unknown":
            yield Problem(f"{'.'.join(column)} has no secrecy class", "give it one where the source is described")


def _leaks(project: Project, gates: Gates, found: Reach) -> Iterator[Problem]:
    for column, paths in sorted(found.paths.items()):
        allowed = gates.zones.get(zone_of(column[0]) or "")
        for origin, path in sorted(paths.items()):
            secrecy = project.origins[origin].secrecy
            if allowed is not None and secrecy not in allowed:
                way = " > ".join(".".join(step) for step in path)
                what = f"{secrecy} content reaches the zone {zone_of(column[0])} through no listed gate: {way}"
                yield Problem(what, _REMEDY, f"dbt_project/{project.files[column[0]]}")


def _idle(project: Project, gates: Gates, found: Reach) -> Iterator[Problem]:
    working = {(place, each) for place, stops in found.stopped_by.items() for each in stops}
    remedy = "take it out, or mend `relation`, `columns`, `of` or `kind`"
    for gate in gates.gates:
        for place in gate.places:
            if (place, gate) not in working:
                known = "stops nothing" if place in project.flows else "names a column that no model makes"
                yield Problem(f"the gate {'.'.join(place)} {known}", remedy, str(GATES_FILE))
    used = {each for _, each in working}
    for rule in gates.rules:
        if rule not in used:
            yield Problem(f"the rule {rule.kind} stops nothing", remedy, str(GATES_FILE))
