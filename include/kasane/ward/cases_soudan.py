"""soudan as it is lived: a consultation, what is done for it, its plan, and how isolated the person is found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kasane.ward import cases as c
from kasane.ward.arrays import Ints, Rng
from kasane.ward.cases import ACTION_KINDS, CaseBook
from kasane.ward.cases_people import Troubles, draw_issues, draw_themes, draw_topics
from kasane.ward.days import NONE

_ROUTES = (0.14, 0.2, 0.1, 0.14, 0.08, 0.2, 0.08, 0.03, 0.03)
_CONSENTS = ((1, 2, 3, 8, 9), (0.72, 0.1, 0.09, 0.02, 0.07))
_PLANNED_WITH = (1, 3)
_KINDS = (0.16, 0.27, 0.2, 0.05, 0.05, 0.06, 0.02, 0.08, 0.025, 0.015, 0.07)
_REASONS = ((1, 2, 3, 6, 9), (0.5, 0.2, 0.08, 0.17, 0.05))
_EMERGENCY, _PLAN, _ASSESSED, _CORRECTED = 0.09, 0.45, 0.5, 0.06
# LSNS-6 at the first assessment; under 12 is isolated
_SCORE = {c.ISOLATION: 6.5, c.HIKIKOMORI: 7.0, c.PARENT_AND_CHILD: 8.5}
_LONELY_DESKS = 3


@dataclass(frozen=True)
class Desks:
    """Places in the ward's list of agencies: desks that receive consultations, every agency, centres by area."""

    receiving: Ints
    agencies: Ints
    centres: Ints
    centre_of_area: Ints


def consult(rng: Rng, book: CaseBook, troubles: Troubles, desks: Desks, who: Ints, received: Ints) -> Ints:
    """New consultations (``who``: -1 for people not in the register), with all that will follow; their places."""
    count = len(who)
    theme = draw_themes(rng, troubles, who)
    topics, issues = draw_topics(rng, troubles, who, theme), draw_issues(rng, troubles, who, theme)
    odd = theme == c.ISOLATION
    route = np.where(odd & (rng.random(count) < 0.5), 7, 1 + _draw(rng, _ROUTES, count))
    hard = (theme != c.OTHER) | (rng.random(count) < 0.15)
    fit = np.searchsorted([0.83, 0.93], rng.random(count)) if not count else np.select(
        [rng.random(count) < np.where(hard, 0.17, 0.06), rng.random(count) < 0.12], [c.GAP, c.PENDING], c.FIT
    )  # fmt: skip
    emergency = np.where(rng.random(count) < _EMERGENCY, received + rng.integers(0, 60, count), NONE)
    places = book.consultations.append(
        count, person=who, numbered=(who >= 0) & (rng.random(count) < 0.46), received=received,
        minute=rng.integers(9 * 60, 18 * 60, count), desk=rng.choice(desks.receiving, count), route=route,
        consent=rng.choice(_CONSENTS[0], count, p=_CONSENTS[1]), topics=topics, issues=issues, theme=theme,
        scheme_fit=fit, desks_visited=1 + rng.binomial(_LONELY_DESKS, np.where(hard, 0.45, 0.3)), emergency=emergency,
        changed=np.where(rng.random(count) < _CORRECTED, received + rng.integers(1, 60, count), NONE),
    )  # fmt: skip
    end = _plan(rng, book, desks, places)
    _act(rng, book, desks, places, end)
    _assess(rng, book, places)
    return places


def _draw(rng: Rng, shares: tuple[float, ...], count: int) -> Ints:
    edges = np.cumsum(shares) / sum(shares)
    return np.searchsorted(edges, rng.random(count), "right").clip(0, len(shares) - 1)


def _plan(rng: Rng, book: CaseBook, desks: Desks, places: Ints) -> Ints:
    """Plans of those who consent; returns the day each consultation's work ends, or the day it would."""
    table, count = book.consultations, len(places)
    received = table["received"][places].astype(np.int64)
    end = received + rng.gamma(2.0, 45.0, count).astype(np.int64)
    agreed = np.isin(table["consent"][places], _PLANNED_WITH) & (rng.random(count) < _PLAN / 0.8)
    planned = np.flatnonzero(agreed)
    size = len(planned)
    decided = received[planned] + rng.integers(6, 41, size)
    started = decided + np.where(rng.random(size) < 0.7, 0, rng.integers(1, 15, size))
    length = rng.integers(60, 260, size)
    closed = np.where(rng.random(size) < 0.85, started + length, NONE)
    reason = np.where(closed == NONE, 0, rng.choice(_REASONS[0], size, p=_REASONS[1]))
    number = 1 + rng.binomial(3, 0.32, size)
    chosen = np.argsort(rng.random((size, len(desks.agencies))), axis=1)[:, : c.PLAN_AGENCIES]
    agencies = np.where(np.arange(c.PLAN_AGENCIES) < number[:, None], np.sort(desks.agencies[chosen], axis=1), -1)
    book.plans.append(
        size, consultation=places[planned], decided=decided, started=started, reviewed=started + length // 2,
        closed=closed, reason=reason, **{f"agency_{i + 1}": agencies[:, i] for i in range(c.PLAN_AGENCIES)},
    )  # fmt: skip
    end[planned] = started + length
    return end


def _act(rng: Rng, book: CaseBook, desks: Desks, places: Ints, end: Ints) -> None:
    """Support actions from the first, days after intake, until the work ends; some people wait in vain."""
    received = book.consultations["received"][places].astype(np.int64)
    length = np.maximum(end - received, 5)
    number = np.where(rng.random(len(places)) < 0.06, 0, 1 + rng.poisson(length / 32.0)).clip(0, 14)
    row = np.repeat(np.arange(len(places)), number)
    first = np.r_[True, row[1:] != row[:-1]] if len(row) else np.zeros(0, bool)
    day = received[row] + np.where(
        first, rng.gamma(1.4, 5.0, len(row)), 1 + rng.random(len(row)) * length[row]
    ).astype(np.int64)  # fmt: skip
    order = np.lexsort((day, row))
    row, day = row[order], day[order]
    kind = _draw(rng, _KINDS, len(row))
    reached = np.isin(book.consultations["route"][places][row], (5, 7))
    kind = np.where(reached & (rng.random(len(row)) < 0.25), ACTION_KINDS.index("outreach"), kind)
    near = rng.random(len(row)) < 0.5
    agency = np.where(near, book.consultations["desk"][places][row], rng.choice(desks.agencies, len(row)))
    book.actions.append(len(row), consultation=places[row], acted=day, kind=kind, agency=agency)


def _assess(rng: Rng, book: CaseBook, places: Ints) -> None:
    """Assessments of isolation, the first soon after intake and on from there every three or four months."""
    theme = book.consultations["theme"][places]
    mean = np.full(len(places), 12.5)
    for place, score in _SCORE.items():
        mean[theme == place] = score
    number = np.where(rng.random(len(places)) < _ASSESSED, 1 + rng.binomial(3, 0.35, len(places)), 0)
    row = np.repeat(np.arange(len(places)), number)
    step = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    received = book.consultations["received"][places].astype(np.int64)
    day = received[row] + rng.integers(1, 30, len(places))[row] + step * rng.integers(75, 125, len(row))
    start = rng.normal(mean, 4.0)[row]
    gain = rng.normal(1.6, 1.6, len(places))[row] * step + rng.normal(0, 0.8, len(row))
    score = np.rint(start + gain).clip(0, 30)
    book.assessments.append(len(row), consultation=places[row], assessed=day, score=score)


def part_with(book: CaseBook, places: Ints, left: Ints, dead: Ints) -> None:
    """The people of these consultations moved away or died on these days: what was to come does not come."""
    table = book.consultations
    table["left"][places] = left
    day = np.full(table.size, np.iinfo(np.int32).max, np.int64)
    day[places] = left
    died = np.zeros(table.size, bool)
    died[places] = dead
    for events, column in ((book.actions, "acted"), (book.assessments, "assessed"), (book.plans, "decided")):
        events[column][events[column] > day[events["consultation"]]] = NONE
    plans = book.plans
    limit, gone = day[plans["consultation"]], died[plans["consultation"]]
    open_then = (limit < np.iinfo(np.int32).max) & ((plans["closed"] == NONE) | (plans["closed"] > limit))
    plans["started"][plans["started"] > limit] = NONE
    plans["reviewed"][plans["reviewed"] > limit] = NONE
    plans["closed"][open_then] = limit[open_then]
    plans["reason"][open_then] = np.where(gone[open_then], c.DIED, c.MOVED_AWAY)
    late = table["emergency"] > day
    table["emergency"][late] = NONE
