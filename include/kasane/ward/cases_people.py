"""Who of the ward comes to a desk, and with what: mostly members of households in which troubles meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kasane.ward import cases as c
from kasane.ward import people as p
from kasane.ward.arrays import Bools, Floats, Ints, Rng
from kasane.ward.cases import has_code
from kasane.ward.world import World

_SPOUSES = (p.HUSBAND, p.WIFE, p.HUSBAND_U, p.WIFE_U)
_CARE_FROM = 5
# how often a consultation about somebody whose household fits is about just that
_THEME_SHARES = {c.PARENT_AND_CHILD: 0.45, c.HIKIKOMORI: 0.22, c.DOUBLE_CARE: 0.5, c.YOUNG_CARER: 0.35,
                 c.ISOLATION: 0.35}  # fmt: skip
# how much more often somebody whose household fits comes to a desk
_PULL = {c.PARENT_AND_CHILD: 1.2, c.HIKIKOMORI: 0.6, c.DOUBLE_CARE: 3.5, c.YOUNG_CARER: 0.35, c.ISOLATION: 0.8}
_STRAY_THEME = 0.015
# (code, likelihood) of topics and issues by what is known of a person; then by theme
_TOPICS = {
    "certified": ((12, 0.6), (1, 0.2)), "disabled": ((1, 0.6), (10, 0.1)),
    "poor": ((3, 0.5), (4, 0.25), (5, 0.2), (6, 0.2), (2, 0.15), (7, 0.2), (15, 0.08)),
    "with_child": ((11, 0.35), (14, 0.06)), "anyone": ((9, 0.05), (10, 0.08), (16, 0.06), (8, 0.04)),
}  # fmt: skip
_THEME_TOPICS = {
    c.PARENT_AND_CHILD: ((12, 0.6), (10, 0.4), (13, 0.4)), c.HIKIKOMORI: ((13, 0.85), (7, 0.25)),
    c.DOUBLE_CARE: ((11, 0.85), (12, 0.85)), c.YOUNG_CARER: ((10, 0.6), (11, 0.5), (12, 0.4)),
    c.ISOLATION: ((9, 0.7), (16, 0.2)),
}  # fmt: skip
_ISSUES = {
    "certified": ((1, 0.5), (17, 0.4)), "disabled": ((3, 0.5), (6, 0.25)),
    "poor": ((9, 0.6), (10, 0.2), (11, 0.3), (12, 0.2), (7, 0.15)),
    "with_child": ((18, 0.3), (22, 0.15), (23, 0.05)), "anyone": ((6, 0.1), (16, 0.2), (26, 0.1), (29, 0.1), (1, 0.1)),
}  # fmt: skip
_THEME_ISSUES = {
    c.PARENT_AND_CHILD: ((15, 0.5), (17, 0.4)), c.HIKIKOMORI: ((15, 0.85), (26, 0.3), (13, 0.2)),
    c.DOUBLE_CARE: ((17, 0.8), (18, 0.7)), c.YOUNG_CARER: ((16, 0.6), (19, 0.3)), c.ISOLATION: ((15, 0.7),),
}  # fmt: skip


@dataclass(frozen=True)
class Troubles:
    """What is known of everybody on a day: flags a person, and which themes their household fits."""

    age: Ints
    resident: Bools
    fragile: Ints
    flags: dict[str, Bools]
    fits: dict[int, Bools]

    @classmethod
    def of(cls, world: World, day: int) -> Troubles:
        """As the offices' books stand."""
        ward, people = world.ward, world.ward.people
        age, resident, size = ward.ages(day), ward.residents(), people.size
        address = np.maximum(people["address"], 0)

        def lives_with(mask: Bools) -> Bools:
            places = np.zeros(ward.addresses.table.size, bool)
            places[address[mask & resident]] = True
            return places[address]

        certified, disabled, poor, heavy = (np.zeros(size, bool) for _ in range(4))
        certified[world.care.certified()] = True
        records = world.care.records
        heavy[records["person"][(records["listed"] == 1) & (records["level"] >= _CARE_FROM)]] = True
        disabled[: len(world.handbooks.has)] = world.handbooks.has[:size]
        poor[world.assistance.recipients()] = True
        fragile = np.where(people["household"] >= 0, ward.households["fragile"][np.maximum(people["household"], 0)], 0)
        flags = {
            "certified": certified, "disabled": disabled, "poor": poor | (fragile == p.POOR), "aided": poor,
            "with_child": lives_with(age < 18), "anyone": np.ones(size, bool), "in_home": people["in_home"] == 1,
        }  # fmt: skip
        fits = _fits(world, age, lives_with, heavy, certified | disabled)
        here = resident & (people["in_home"] == 0)
        return cls(age, resident, fragile, flags, {theme: flag & here for theme, flag in fits.items()})


def _fits(
    world: World, age: Ints, lives_with: Callable[[Bools], Bools], heavy: Bools, frail: Bools
) -> dict[int, Bools]:
    """Whom each theme can be about."""
    ward, people = world.ward, world.ward.people
    relation, household = people["relation"], np.maximum(people["household"], 0)
    married = np.zeros(ward.households.size, bool)
    married[household[np.isin(relation, _SPOUSES) & ward.residents()]] = True
    single = (relation == p.CHILD) | ((relation == p.HEAD) & ~married[household])
    middle = (age >= 40) & (age < 65) & single
    alone = ward.household_sizes()[household] == 1
    return {
        c.PARENT_AND_CHILD: (middle | (age >= 75)) & lives_with(age >= 75) & lives_with(middle)
        & ~lives_with((age >= 18) & (age < 40)),
        c.HIKIKOMORI: (age >= 15) & (age < 65) & (relation == p.CHILD) & ((age >= 18) | (age % 3 == 0)),
        c.DOUBLE_CARE: (age >= 20) & (age < 65) & lives_with(heavy) & lives_with(age < 6),
        c.YOUNG_CARER: ((age >= 6) & (age < 18) | (age >= 25) & (age < 60)) & lives_with(frail)
        & lives_with((age >= 6) & (age < 18)),
        c.ISOLATION: alone & (age >= 65),
    }  # fmt: skip


def pick(rng: Rng, weight: Floats, count: int) -> Ints:
    """``count`` different people, each as likely as its weight."""
    who = np.flatnonzero(weight > 0)
    count = min(count, len(who))
    if count == 0:
        return np.zeros(0, np.int64)
    waits = rng.exponential(1.0, len(who)) / weight[who]
    first = np.argpartition(waits, count - 1)[:count]
    return who[first[np.argsort(waits[first])]]


def consultation_weight(troubles: Troubles) -> Floats:
    """soudan: grown people of fragile households, more where a theme fits."""
    fragile = troubles.fragile > 0
    weight = np.where(troubles.age < 15, 0.05, 1.0) * np.where(fragile, 1.0, 0.04)
    for theme, flag in troubles.fits.items():
        rare = _PULL[theme]
        weight = weight + flag * np.where(fragile, rare, rare * 0.12)
    return _of_residents(troubles, weight)


def support_weight(troubles: Troubles) -> Floats:
    """konkyu: people of working age, and some older ones, of poor households without public assistance."""
    grown = (troubles.age >= 18) & (troubles.age < 80)
    weight = grown.astype(np.float64) * np.where(troubles.fragile == p.POOR, 1.0, 0.03)
    return _of_residents(troubles, np.where(troubles.flags["aided"], weight * 0.15, weight))


def elderly_weight(troubles: Troubles) -> Floats:
    """houkatsu: the old, more with a certification or alone."""
    weight = (troubles.age >= 65).astype(np.float64) * np.where(troubles.fragile > 0, 1.0, 0.2)
    weight = weight * np.where(troubles.flags["certified"], 2.0, 1.0)
    return _of_residents(troubles, weight * np.where(troubles.fits[c.ISOLATION], 1.4, 1.0))


def child_weight(troubles: Troubles) -> Floats:
    """youtai: children of fragile households, more where they may be carers."""
    weight = (troubles.age < 18).astype(np.float64) * np.where(troubles.fragile > 0, 1.0, 0.05)
    return _of_residents(troubles, weight * np.where(troubles.fits[c.YOUNG_CARER], 4.0, 1.0))


def _of_residents(troubles: Troubles, weight: Floats) -> Floats:
    weight = np.where(troubles.resident, weight, 0.0)
    result: Floats = np.where(troubles.flags["in_home"], weight * 0.1, weight)
    return result


def draw_themes(rng: Rng, troubles: Troubles, who: Ints) -> Ints:
    """What each consultation is about; -1 in ``who`` is somebody of whom nothing is known."""
    theme = np.full(len(who), c.OTHER)
    for place, share in _THEME_SHARES.items():
        fits = troubles.fits[place][np.maximum(who, 0)] & (who >= 0)
        theme = np.where((theme == c.OTHER) & fits & (rng.random(len(who)) < share), place, theme)
    stray = rng.random(len(who)) < _STRAY_THEME
    return np.where(stray, rng.integers(1, len(c.THEMES), len(who)), theme)


def draw_topics(rng: Rng, troubles: Troubles, who: Ints, theme: Ints) -> Ints:
    """相談内容 (bits), at least one."""
    return _draw(rng, troubles, who, theme, (_TOPICS, _THEME_TOPICS), 16)


def draw_issues(rng: Rng, troubles: Troubles, who: Ints, theme: Ints) -> Ints:
    """課題 (bits), at least one."""
    return _draw(rng, troubles, who, theme, (_ISSUES, _THEME_ISSUES), 29)


def _draw(
    rng: Rng,
    troubles: Troubles,
    who: Ints,
    theme: Ints,
    tables: tuple[dict[str, tuple[tuple[int, float], ...]], dict[int, tuple[tuple[int, float], ...]]],
    most: int,
) -> Ints:
    by_flag, by_theme = tables
    count, result = len(who), np.zeros(len(who), np.int64)
    rules = [(troubles.flags[flag][np.maximum(who, 0)] & (who >= 0), chances) for flag, chances in by_flag.items()]
    rules += [(theme == place, chances) for place, chances in by_theme.items()]
    for applies, chances in rules:
        for code, chance in chances:
            result |= (applies & (rng.random(count) < chance)).astype(np.int64) << (code - 1)
    return np.where(result == 0, np.int64(1) << rng.integers(0, most, count), result)


def names_two_domains(topics: Ints) -> Bools:
    """Topics of two or more domains (definitions.md, compound-issue consulter)."""
    domains = [(12,), (1,), (11, 14), (3, 4, 5, 6, 15)]
    named = [np.any([has_code(topics, code) for code in codes], axis=0) for codes in domains]
    result: Bools = np.sum(named, axis=0) >= 2
    return result
