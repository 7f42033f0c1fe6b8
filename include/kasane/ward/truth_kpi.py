"""The 24 indicators of definitions.md "KPIs", one small function each, over the books and what was loaded.

A measure is (numerator, denominator, value); the value is None where there is nothing to divide by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kasane.ward.arrays import Bools, Ints
from kasane.ward.cases import DIED, GAP, MOVED_AWAY
from kasane.ward.days import NONE
from kasane.ward.orgs import RESIDENTS
from kasane.ward.orgs_activity import FIELDS, LAYERED, LEADERS, PROFESSIONS, SUPPORTER, USER
from kasane.ward.truth_events import OUTREACH, SUPPORTING, topic_domains, within
from kasane.ward.truth_kpi_month import by, fiscal_start, fiscal_year
from kasane.ward.truth_kpi_survey import Survey, weighted_share
from kasane.ward.truth_pattern import YEAR, Look

Measure = tuple[float | None, float | None, float | None]
_LAG, _EARLY = 30, 30
_ISOLATED_UNDER = 12
_SATISFIED = 4
_SOLVED = 1
_PER_DESK = 50_000
_TENTHS = 10
_SEVERAL_AGENCIES = 2


@dataclass(frozen=True)
class Bench:
    """All there is to count a month's indicators from: its look, the looks of every month, rows that count.

    ``answers``, ``attendances``: rows of the books that were loaded, latest versions; ``surveys``: by fiscal year;
    ``districts``: how many school districts the ward has.
    """

    look: Look
    looks: list[Look]
    answers: Ints
    attendances: Ints
    surveys: dict[int, Survey]
    districts: int
    compound_of: Bools

    @property
    def day(self) -> int:
        """M."""
        return self.look.day

    @cached_property
    def start(self) -> int:
        """1 April of the fiscal year of M."""
        return fiscal_start(self.look.state.month)

    def this_year(self, values: Ints) -> Bools:
        """From 1 April to M."""
        result: Bools = (values != NONE) & (values >= self.start) & (values <= self.day)
        return result

    def trailing(self, values: Ints) -> Bools:
        """In the 365 days up to M − 30."""
        return within(values, self.day - _LAG, YEAR)

    @cached_property
    def first_support(self) -> Ints:
        """The day of each soudan consultation's first support up to M, NONE while it waits."""
        cases = self.look.events.cases
        received = cases.consultations["received"].astype(np.int64)
        first = np.full(len(received), np.iinfo(np.int64).max)
        actions, plans = cases.actions, cases.plans
        begun = by(plans["decided"], self.look.events.last) & by(plans["started"], self.day)
        for table, column, mask in (
            (actions, "acted", by(actions["acted"], self.day) & np.isin(actions["kind"], SUPPORTING)),
            (plans, "started", begun),
        ):
            of, day = table["consultation"][mask], table[column][mask].astype(np.int64)
            later = day >= received[of]
            np.minimum.at(first, of[later], day[later])
        return np.where(first == np.iinfo(np.int64).max, NONE, first)

    @cached_property
    def closed_plans(self) -> Ints:
        """Plans of compound-issue consultations closed this fiscal year up to M."""
        plans = self.look.events.cases.plans
        mask = by(plans["decided"], self.look.events.last) & self.this_year(plans["closed"])
        return np.flatnonzero(mask & self.compound_of[plans["consultation"]])

    def facts(self, name: str) -> dict[str, Ints]:
        """What the file in force says; nothing where none ever came."""
        return self.look.state.facts.get(name, {})


def compound_issues(looks: list[Look]) -> Bools:
    """soudan consultations of compound issue: the household was compound at the month end before intake, or the
    topics name two domains or more."""
    table = looks[0].events.cases.consultations
    person, received = looks[0].events.about["soudan"], table["received"]
    result = topic_domains(table["topics"]) > 1
    ends = np.array([look.day for look in looks])
    # the last month end before intake; the first month's own where there is none
    place = np.maximum(np.searchsorted(ends, received, "left") - 1, 0)
    for index, look in enumerate(looks):
        rows = np.flatnonzero((place == index) & (person >= 0) & (received != NONE))
        rows = rows[person[rows] < len(look.state.home_of)]
        home = look.state.home_of[person[rows]]
        compound = look.domains(without_care_homes=False) > 1
        result[rows[home >= 0]] |= compound[home[home >= 0]]
    return result


def share(part: float, whole: float) -> Measure:
    """A percentage."""
    return part, whole, 100 * part / whole if whole else None


def count(number: float) -> Measure:
    """A count."""
    return number, 1.0, float(number)


def m1_kgi_1(b: Bench) -> Measure:
    """Compound households with a support action or an open soudan plan in the 183 days up to M."""
    compound = b.look.domains(without_care_homes=False) > 1
    people = np.concatenate([b.look.acted_on(), b.look.with_soudan_plan()])
    return share(int((compound & b.look.state.homes_of(people)).sum()), int(compound.sum()))


def m1_kgi_2(b: Bench) -> Measure:
    """Persons in the service gap supported within 30 days and before any emergency; the first in the window."""
    table = b.look.events.cases.consultations
    rows = np.flatnonzero(b.trailing(table["received"]) & (table["scheme_fit"] == GAP))
    rows = rows[np.lexsort((rows, table["minute"][rows], table["received"][rows]))]
    person = b.look.events.about["soudan"][rows]
    # somebody whom the register does not know is a person apart
    apart = np.where(person >= 0, person, -2 - rows)
    rows = rows[np.sort(np.unique(apart, return_index=True)[1])]
    first, received, emergency = b.first_support[rows], table["received"][rows], table["emergency"][rows]
    early = (first != NONE) & (first - received <= _EARLY) & ((emergency == NONE) | (first < emergency))
    return share(int(early.sum()), len(rows))


def m1_kpi_1(b: Bench) -> Measure:
    """Mean days to first support of compound-issue consultations; who waits counts the days waited."""
    received = b.look.events.cases.consultations["received"]
    rows = np.flatnonzero(b.trailing(received) & b.compound_of)
    first = b.first_support[rows]
    waited = np.where(first == NONE, b.day, first) - received[rows]
    total = float(waited.sum())
    return total, len(rows), total / len(rows) if len(rows) else None


def m1_kpi_2(b: Bench) -> Measure:
    """Consulters' answers of the year: 4 or 5 of 5."""
    return share(*_satisfied(b, USER, several=False))


def _satisfied(b: Bench, kind: int, several: bool) -> tuple[int, int]:
    """Satisfied and valid answers of a side this year; ``several``: with several agencies alone."""
    table, rows = b.look.done.answers, b.answers
    rows = rows[b.this_year(table["answered"][rows]) & (table["kind"][rows] == kind)]
    rows = rows[(table["satisfaction"][rows] > 0) & ((table["several"][rows] == 1) | (not several))]
    return int((table["satisfaction"][rows] >= _SATISFIED).sum()), len(rows)


def m1_kpi_3(b: Bench) -> Measure:
    """General consultation desks open at M per 50,000 residents."""
    facts = b.facts("kikan")
    desks = 0
    if facts:
        desks = int(((facts["desk"] == 1) & by(facts["opened"], b.day) & ~by(facts["closed"], b.day)).sum())
    people = b.look.state.residents / _PER_DESK
    return desks, people, desks / people if people else None


def m1_kpi_4(b: Bench) -> Measure:
    """Outreach actions of the year."""
    actions = b.look.events.cases.actions
    return count(int((b.this_year(actions["acted"]) & (actions["kind"] == OUTREACH)).sum()))


def m1_ksi_1(b: Bench) -> Measure:
    """Who knows the desk."""
    return of_survey(b, "knows", b.look.state.population)


def m1_ksi_2(b: Bench) -> Measure:
    """Full-time equivalents held by a qualified person, at most what a post requires."""
    facts = b.facts("jinji_post")
    if not facts:
        return share(0, 0)
    return share(
        float(np.minimum(facts["qualified"], facts["required"]).sum()) / 10, float(facts["required"].sum()) / 10
    )


def m2_kgi_1(b: Bench) -> Measure:
    """Compound-issue cases closed this year as resolved; those moved away or dead left out."""
    reason = b.look.events.cases.plans["reason"][b.closed_plans]
    stayed = ~np.isin(reason, (MOVED_AWAY, DIED))
    return share(int((reason == _SOLVED).sum()), int(stayed.sum()))


def m2_kgi_2(b: Bench) -> Measure:
    """Mean of the users' and the supporters' shares of satisfied answers where several agencies helped."""
    sides = [_satisfied(b, kind, several=True) for kind in (USER, SUPPORTER)]
    if any(valid == 0 for _, valid in sides):
        return None, 0.0, None
    mean = sum(good / valid for good, valid in sides) / len(sides)
    return mean, 1.0, 100 * mean


def m2_ksi_1(b: Bench) -> Measure:
    """Months of the fiscal year so far with a 重層的支援会議."""
    facts = b.facts("kaigi")
    table, elapsed = b.look.done.conferences, months_elapsed(b)
    if not facts:
        return share(0, elapsed)
    rows = facts["row"]
    held = table["held"][rows[table["kind"][rows] == LAYERED]]
    months = held[b.this_year(held)].astype("datetime64[D]").astype("datetime64[M]")
    return share(len(np.unique(months)), elapsed)


def months_elapsed(b: Bench) -> int:
    """Months of the fiscal year up to M's."""
    return (b.look.state.month.end.month - 4) % 12 + 1


def m2_ksi_2(b: Bench) -> Measure:
    """Supporters in post at M who completed a training across professions or fields this year."""
    facts = b.facts("jinji_staff")
    if not facts:
        return share(0, 0)
    here = facts["row"][by(facts["start"], b.day) & ((facts["end"] == NONE) | (facts["end"] >= b.day))]
    table, rows = b.look.done.attendances, b.attendances
    done = b.this_year(table["held"][rows]) & np.isin(table["kind"][rows], (PROFESSIONS, FIELDS))
    done &= table["completed"][rows] == 1
    return share(int(np.isin(here, table["staff"][rows[done]]).sum()), len(here))


def m2_kpi_1(b: Bench) -> Measure:
    """Compound-issue consultations isolated at first and assessed again this year: the last score is higher."""
    table = b.look.events.cases.assessments
    rows = np.flatnonzero(by(table["assessed"], b.day))
    rows = rows[np.lexsort((rows, table["assessed"][rows], table["consultation"][rows]))]
    of, first = np.unique(table["consultation"][rows], return_index=True)
    last = np.append(first[1:], len(rows)) - 1
    begin, end = rows[first], rows[last] if len(rows) else rows
    again = (table["assessed"][end] > table["assessed"][begin]) & b.this_year(table["assessed"][end])
    counted = again & (table["score"][begin] < _ISOLATED_UNDER) & b.compound_of[of]
    better = counted & (table["score"][end] > table["score"][begin])
    return share(int(better.sum()), int(counted.sum()))


def m2_kpi_2(b: Bench) -> Measure:
    """By how much the mean support days of cases closed this year are fewer than in the base fiscal year."""
    base = base_year(b.looks)
    if base is None or fiscal_year(b.look.state.month) <= base:
        return None, None, None
    plans = b.look.events.cases.plans
    before = _support_days(b, *_fiscal_span(base))
    now = plans["closed"][b.closed_plans] - plans["started"][b.closed_plans]
    now = now[plans["started"][b.closed_plans] != NONE]
    if not before or not len(now):
        return None, None, None
    mean = float(np.mean(before))
    return mean - float(now.mean()), mean, 100 * (mean - float(now.mean())) / mean if mean else None


def base_year(looks: list[Look]) -> int | None:
    """The first fiscal year of which every month has data."""
    seen: dict[int, int] = {}
    for look in looks:
        year = fiscal_year(look.state.month)
        seen[year] = seen.get(year, 0) + 1
    return min((year for year, months in seen.items() if months == 12), default=None)


def _fiscal_span(year: int) -> tuple[int, int]:
    one, two = (int(np.datetime64(f"{y}-04-01", "D").astype(np.int64)) for y in (year, year + 1))
    return one, two - 1


def _support_days(b: Bench, first: int, last: int) -> list[int]:
    plans = b.look.events.cases.plans
    closed, started = plans["closed"].astype(np.int64), plans["started"].astype(np.int64)
    mask = by(plans["decided"], b.look.events.last) & (closed != NONE) & (closed >= first) & (closed <= last)
    mask &= (started != NONE) & b.compound_of[plans["consultation"]]
    return list((closed - started)[mask].tolist())


def m2_kpi_3(b: Bench) -> Measure:
    """Plans decided this year with two agencies or more."""
    plans, agencies = b.look.events.cases.plans, b.look.events.plan_agencies
    return count(int((b.this_year(plans["decided"]) & (agencies >= _SEVERAL_AGENCIES)).sum()))


def m2_kpi_4(b: Bench) -> Measure:
    """Participation-support rows of the year."""
    return count(int(b.this_year(b.look.done.activities["held"][b.look.activities]).sum()))


def m3_kgi_1(b: Bench) -> Measure:
    """Respondents whose six LSNS answers sum to less than 12."""
    return of_survey(b, "isolated", b.look.state.population)


def m3_kgi_2(b: Bench) -> Measure:
    """Who took part in community activities."""
    return of_survey(b, "takes_part", b.look.state.population)


def m3_kpi_1(b: Bench) -> Measure:
    """Who feels mutual help (4 or 5 of 5)."""
    return of_survey(b, "mutual", b.look.state.population)


def of_survey(b: Bench, question: str, population: Ints) -> Measure:
    """Of the latest survey whose fiscal year is not after M's, weighted to the residents at M."""
    years = [year for year in b.surveys if year <= fiscal_year(b.look.state.month)]
    value = weighted_share(b.surveys[max(years)], question, population) if years else None
    return (None, 0.0, None) if value is None else (value, 1.0, 100 * value)


def m3_ksi_1(b: Bench) -> Measure:
    """Places open at M a school district."""
    facts = b.facts("shigen_place")
    places = int((by(facts["opened"], b.day) & ~by(facts["closed"], b.day)).sum()) if facts else 0
    return places, b.districts, places / b.districts if b.districts else None


def m3_ksi_2(b: Bench) -> Measure:
    """Organisations with an agreement in force at M."""
    facts = b.facts("shigen_agreement")
    if not facts:
        return count(0)
    held = by(facts["concluded"], b.day) & ((facts["ended"] == NONE) | (facts["ended"] >= b.day))
    return count(len(np.unique(facts["organisation"][held])))


def m3_kpi_2(b: Bench) -> Measure:
    """Issues resolved this year with residents in the lead."""
    facts = b.facts("shigen_issue")
    if not facts:
        return share(0, 0)
    resolved = b.this_year(facts["resolved"])
    return share(int((resolved & (facts["by"] == RESIDENTS)).sum()), int(resolved.sum()))


def m3_kpi_3(b: Bench) -> Measure:
    """Residents who completed leader training this year."""
    table, rows = b.look.done.attendances, b.attendances
    done = b.this_year(table["held"][rows]) & (table["kind"][rows] == LEADERS) & (table["completed"][rows] == 1)
    return count(len(np.unique(table["person"][rows[done]])))


def m3_kpi_4(b: Bench) -> Measure:
    """Resident-led groups registered this year."""
    facts = b.facts("shigen_group")
    return count(int((b.this_year(facts["registered"]) & (facts["led"] == 1)).sum()) if facts else 0)


MEASURES: dict[str, Callable[[Bench], Measure]] = {
    "M1-KGI-1": m1_kgi_1, "M1-KGI-2": m1_kgi_2, "M1-KSI-1": m1_ksi_1, "M1-KSI-2": m1_ksi_2, "M1-KPI-1": m1_kpi_1,
    "M1-KPI-2": m1_kpi_2, "M1-KPI-3": m1_kpi_3, "M1-KPI-4": m1_kpi_4, "M2-KGI-1": m2_kgi_1, "M2-KGI-2": m2_kgi_2,
    "M2-KSI-1": m2_ksi_1, "M2-KSI-2": m2_ksi_2, "M2-KPI-1": m2_kpi_1, "M2-KPI-2": m2_kpi_2, "M2-KPI-3": m2_kpi_3,
    "M2-KPI-4": m2_kpi_4, "M3-KGI-1": m3_kgi_1, "M3-KGI-2": m3_kgi_2, "M3-KSI-1": m3_ksi_1, "M3-KSI-2": m3_ksi_2,
    "M3-KPI-1": m3_kpi_1, "M3-KPI-2": m3_kpi_2, "M3-KPI-3": m3_kpi_3, "M3-KPI-4": m3_kpi_4,
}  # fmt: skip
