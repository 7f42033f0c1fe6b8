"""Patterns at a month's end, second half: what consultations, plans and contacts add to who lives with whom.

definitions.md "Patterns", rule by rule, once everything is loaded. Confirmed tiers read all members; structural
ones leave out members in a care home, their contacts included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Bools, Ints
from kasane.ward.cases import DOUBLE_CARE, GAP, HIKIKOMORI, ISOLATION, PARENT_AND_CHILD, YOUNG_CARER, has_code
from kasane.ward.days import completed_years
from kasane.ward.orgs_activity import LAYERED, ActivityBook
from kasane.ward.people import Ward
from kasane.ward.truth_events import Consultations, Events, open_within, within
from kasane.ward.truth_kpi_month import CHILD, DISABILITY, ELDERLY, NEEDS, NOWHERE, POVERTY, SERVED, MonthState, by

YEAR, HALF_YEAR = 365, 183
_CHILD_TOPIC, _CARE_TOPIC, _ISOLATED_UNDER = 11, 12, 12


@dataclass(frozen=True)
class Look:
    """A month's end; ``youtai``: whether a youtai case makes a child need, as in the restricted zone."""

    ward: Ward
    state: MonthState
    events: Events
    done: ActivityBook
    activities: Ints
    youtai: bool = False

    @property
    def day(self) -> int:
        """M."""
        return self.state.month.last

    def flag(self, name: str) -> Bools:
        """A structural flag of every household."""
        return self.state.flag(name)

    @cached_property
    def known(self) -> Ints:
        """What is known of each person."""
        known = self.state.known.copy()
        if self.youtai:
            known[self.protected_children()] |= CHILD
        return known

    def protected_children(self) -> Ints:
        """Children under 18 with a youtai case accepted and not closed by M."""
        facts = self.state.facts.get("youtai")
        if facts is None:
            return np.zeros(0, np.int64)
        running = by(facts["accepted"], self.day) & ~by(facts["closed"], self.day)
        who = self.events.about["youtai"][facts["serial"][running]]
        who = np.unique(who[(who >= 0) & (who < len(self.state.home_of))])
        children: Ints = who[completed_years(self.ward.people["birth"][who].astype(np.int64), self.day) < 18]
        return children

    def domains(self, without_care_homes: bool) -> Ints:
        """In how many domains each household has a need."""
        return sum(
            (
                self.state.homes_of(np.flatnonzero(self.known & domain), without_care_homes).astype(np.int64)
                for domain in (ELDERLY, DISABILITY, CHILD, POVERTY)
            ),
            np.zeros(self.state.homes, np.int64),
        )

    @cached_property
    def served(self) -> Bools:
        """Households with a service, members in a care home aside."""
        return self.state.homes_of(np.flatnonzero(self.known & SERVED), without_care_homes=True)

    def well_adults(self) -> Ints:
        """Members of each household aged 18 to 64 without need, those in a care home aside."""
        people, size = self.ward.people, len(self.state.home_of)
        well = (self.state.home_of != NOWHERE) & (self.known & NEEDS == 0)
        well &= people["precision"][:size] < days.ALL_UNKNOWN
        well[self.state.in_care_home] = False
        who = np.flatnonzero(well)
        age = completed_years(people["birth"][who].astype(np.int64), self.day)
        adult = who[(age >= 18) & (age <= 64)]
        return np.bincount(self.state.home_of[adult], minlength=self.state.homes)

    @cached_property
    def konkyu(self) -> Ints:
        """Rows of the konkyu file in force."""
        facts = self.state.facts.get("konkyu")
        return np.zeros(0, np.int64) if facts is None else facts["serial"]

    @cached_property
    def consulted(self) -> Consultations:
        """Consultations known at M."""
        return self.events.consultations(self.konkyu)

    @cached_property
    def recent(self) -> Bools:
        """Consultations of the 365 days up to M."""
        return self.consulted.within(self.day, YEAR)

    @cached_property
    def of_working_age(self) -> Bools:
        """Consultations about people aged 15 to 64 at M."""
        person = self.consulted.person
        known = person >= 0
        age = np.full(len(person), -1)
        age[known] = completed_years(self.ward.people["birth"][person[known]].astype(np.int64), self.day)
        return (age >= 15) & (age <= 64)

    def homes(self, mask: Bools, without_care_homes: bool = False) -> Bools:
        """Households with a member whom one of these consultations is about."""
        return self.state.homes_of(self.consulted.person[mask], without_care_homes)

    def themed(self, theme: int) -> Bools:
        """Households with a consultation of a theme in the 365 days up to M."""
        return self.homes(self.recent & (self.consulted.theme == theme))

    def acted_on(self) -> Ints:
        """People with a support action in the 183 days up to M."""
        actions = self.events.cases.actions
        mask = within(actions["acted"], self.day, HALF_YEAR)
        return self.events.by_consultation(actions["consultation"][mask])

    def taking_part(self) -> Ints:
        """People with a sanka row in the 183 days up to M."""
        table, rows = self.done.activities, self.activities
        mask = within(table["held"][rows], self.day, HALF_YEAR)
        return self.events.by_consultation(table["consultation"][rows[mask]])

    def in_conference(self) -> Ints:
        """People whose consultation a 重層的支援会議 of the 183 days up to M dealt with."""
        table = self.done.conferences
        rows = self.state.facts["kaigi"]["row"] if "kaigi" in self.state.facts else np.zeros(0, np.int64)
        held = rows[within(table["held"][rows], self.day, HALF_YEAR) & (table["kind"][rows] == LAYERED)]
        named = [place for row in held.tolist() for place in self.done.conference_consultations[row]]
        return self.events.by_consultation(np.array(named, np.int64))

    def with_soudan_plan(self) -> Ints:
        """People with a soudan plan open on a day of the 183 up to M."""
        plans = self.events.cases.plans
        mask = by(plans["decided"], self.events.last)
        mask &= open_within(plans["started"], plans["closed"], self.day, HALF_YEAR)
        return self.events.by_consultation(plans["consultation"][mask])

    def with_konkyu_plan(self) -> Ints:
        """People with a konkyu plan open on a day of the 183 up to M."""
        facts = self.state.facts.get("konkyu")
        if facts is None:
            return np.zeros(0, np.int64)
        mask = open_within(facts["planned"], facts["closed"], self.day, HALF_YEAR)
        return self.events.about["konkyu"][facts["serial"][mask]]

    def in_contact(self) -> Ints:
        """People with a contact of any feed in the 183 days up to M."""
        consulted = self.consulted.person[self.consulted.within(self.day, HALF_YEAR)]
        return np.concatenate([consulted, self.acted_on(), self.taking_part()])

    def last_found_isolated(self) -> Ints:
        """People whose last assessment up to M lies in its 365 days and scored under 12."""
        table = self.events.cases.assessments
        rows = np.flatnonzero(by(table["assessed"], self.day))
        person = self.events.by_consultation(table["consultation"][rows])
        order = np.lexsort((rows, table["assessed"][rows]))
        rows, person = rows[order], person[order]
        # of each person the last one in time
        _, back = np.unique(person[::-1], return_index=True)
        last = len(person) - 1 - back
        low = (table["score"][rows[last]] < _ISOLATED_UNDER) & within(table["assessed"][rows[last]], self.day, YEAR)
        found: Ints = person[last[low]]
        return found

    def known_young_carers(self) -> Ints:
        """People with a youtai case with young carer in force."""
        facts = self.state.facts.get("youtai")
        if facts is None:
            return np.zeros(0, np.int64)
        running = by(facts["accepted"], self.day) & ~by(facts["closed"], self.day)
        rows = facts["serial"][running]
        rows = rows[self.events.cases.youtai["carer"][rows] == 1]
        carers: Ints = self.events.about["youtai"][rows]
        return carers


def old_parent(look: Look) -> dict[tuple[str, str], Bools]:
    """8050."""
    structural = look.flag("8050")
    confirmed = structural & look.homes(look.recent & look.consulted.withdrawn())
    return {("8050", "structural"): structural, ("8050", "confirmed"): confirmed | look.themed(PARENT_AND_CHILD)}


def double_care(look: Look) -> dict[tuple[str, str], Bools]:
    """Double care."""
    structural = look.flag("double_care")
    both = [look.homes(look.recent & has_code(look.consulted.topics, t)) for t in (_CHILD_TOPIC, _CARE_TOPIC)]
    confirmed = look.themed(DOUBLE_CARE) | (structural & both[0] & both[1])
    return {("double_care", "structural"): structural, ("double_care", "confirmed"): confirmed}


def young_carer(look: Look) -> dict[tuple[str, str], Bools]:
    """Young carers; in the restricted zone those of youtai as well."""
    confirmed = look.themed(YOUNG_CARER)
    if look.youtai:
        confirmed = confirmed | look.state.homes_of(look.known_young_carers())
    structural = look.flag("child_beside_ill") & (look.well_adults() <= 1)
    return {("young_carer", "structural"): structural, ("young_carer", "confirmed"): confirmed}


def hikikomori(look: Look) -> dict[tuple[str, str], Bools]:
    """Withdrawal: confirmed, and suspected where it is not."""
    grown = look.recent & look.of_working_age
    confirmed = look.homes(grown & (look.consulted.theme == HIKIKOMORI))
    suspected = look.homes(grown & look.consulted.suspicious()) & ~confirmed
    return {("hikikomori", "confirmed"): confirmed, ("hikikomori", "suspected"): suspected}


def isolation(look: Look) -> dict[tuple[str, str], Bools]:
    """Isolation."""
    contact = look.state.homes_of(look.in_contact(), without_care_homes=True)
    structural = look.flag("alone") & ~look.served & ~contact
    confirmed = look.state.homes_of(look.last_found_isolated()) | look.themed(ISOLATION)
    return {("isolation", "structural"): structural, ("isolation", "confirmed"): confirmed}


def service_gap(look: Look) -> dict[tuple[str, str], Bools]:
    """Consulted and without a need; judged to fit no scheme."""
    structural = look.homes(look.recent, without_care_homes=True) & (look.domains(without_care_homes=True) == 0)
    confirmed = look.homes(look.recent & (look.consulted.fit == GAP))
    return {("service_gap", "structural"): structural, ("service_gap", "confirmed"): confirmed}


def unseen(look: Look) -> dict[tuple[str, str], Bools]:
    """Compound, and nobody knows: no open plan, no contact, no conference, no service."""
    seen = np.concatenate([look.with_soudan_plan(), look.with_konkyu_plan(), look.in_contact(), look.in_conference()])
    known = look.state.homes_of(seen, without_care_homes=True)
    return {("unseen", "structural"): (look.domains(without_care_homes=True) > 1) & ~known & ~look.served}


def outside_programme(look: Look) -> dict[tuple[str, str], Bools]:
    """Compound, and outside the programme: no soudan plan, no support action, no conference."""
    seen = np.concatenate([look.with_soudan_plan(), look.acted_on(), look.in_conference()])
    known = look.state.homes_of(seen, without_care_homes=True)
    return {("outside_programme", "structural"): (look.domains(without_care_homes=True) > 1) & ~known}


def patterns(look: Look, with_youtai: bool = False) -> dict[tuple[str, str], int]:
    """(pattern, tier) → households; ``with_youtai``: the restricted zone's reading."""
    look = replace(look, youtai=with_youtai)
    found = young_carer(look)
    for rule in (old_parent, double_care, hikikomori, isolation, service_gap, unseen, outside_programme):
        found |= rule(look)
    return {key: int(flag.sum()) for key, flag in sorted(found.items())}


def latest_rows(loaded: dict[date, dict[str, Ints]]) -> Ints:
    """Rows of a delta feed that count: of each record the version of the latest base date."""
    latest: dict[int, int] = {}
    for _, facts in sorted(loaded.items(), key=lambda item: item[0]):
        latest.update(zip(facts["of"].tolist(), facts["row"].tolist(), strict=True))
    return np.array(sorted(latest.values()), np.int64)
