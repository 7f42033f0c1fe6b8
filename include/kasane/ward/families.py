"""Invented families: who lives with whom, of which age, before they have names or an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kasane.ward import people as p
from kasane.ward.arrays import Floats, Ints, Rng

# register households of a Tokyo ward by kind; about 1.95 people each
STANDING = {"single": 0.44, "couple": 0.185, "family": 0.225, "single_parent": 0.055,
            "three_generations": 0.032, "parent_and_child": 0.05, "siblings": 0.013}  # fmt: skip
# who moves in: mostly the young
ARRIVING = {"single": 0.64, "couple": 0.17, "family": 0.13, "single_parent": 0.03,
            "three_generations": 0.002, "parent_and_child": 0.008, "siblings": 0.02}  # fmt: skip


@dataclass(frozen=True)
class Members:
    """Members of many families: place of the family, 続柄, age in years (with fraction) and sex."""

    family: Ints
    relation: Ints
    age: Floats
    sex: Ints

    @classmethod
    def of(cls, families: Ints, relation: Ints | int, age: Floats, sex: Ints | int) -> Members:
        """One member of each of these families."""
        size = len(families)
        return cls(
            np.asarray(families),
            np.broadcast_to(np.asarray(relation, np.int64), size),
            np.asarray(age, np.float64),
            np.broadcast_to(np.asarray(sex, np.int64), size),
        )

    def where(self, mask: Ints) -> Members:
        """Some of them."""
        return Members(self.family[mask], self.relation[mask], self.age[mask], self.sex[mask])


def joined(parts: list[Members]) -> Members:
    """All members, family by family, the head first."""
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("family", "relation", "age", "sex")]
    family, relation, age, sex = columns
    order = np.lexsort((np.arange(len(family)), relation != p.HEAD, family))
    return Members(family[order], relation[order], np.clip(age[order], 0.02, 104.5), sex[order])


def _mixture(rng: Rng, count: int, bands: Sequence[tuple[float, float, float]]) -> Floats:
    """Ages from bands of (share, from, to)."""
    shares = np.cumsum([band[0] for band in bands])
    which = np.searchsorted(shares / shares[-1], rng.random(count))
    low, high = np.array([band[1] for band in bands]), np.array([band[2] for band in bands])
    result: Floats = low[which] + (high - low)[which] * rng.random(count)
    return result


def _single(rng: Rng, families: Ints) -> list[Members]:
    age = _mixture(rng, len(families), [(0.36, 19, 34), (0.33, 34, 64), (0.13, 65, 77), (0.18, 77, 95)])
    woman = rng.random(len(families)) < np.where(age > 70, 0.68, np.where(age > 40, 0.42, 0.5))
    return [Members.of(families, p.HEAD, age, 1 + woman)]


def _pair(rng: Rng, families: Ints, age: Floats) -> list[Members]:
    """A couple; the wife heads one household in twelve, and a few are not married in law."""
    gap = rng.normal(2, 3.5, len(families))
    wife_heads = rng.random(len(families)) < 0.08
    unregistered = rng.random(len(families)) < 0.02
    spouse = np.where(
        wife_heads, np.where(unregistered, p.HUSBAND_U, p.HUSBAND), np.where(unregistered, p.WIFE_U, p.WIFE)
    )
    younger = np.maximum(age - gap, 19)
    return [
        Members.of(families, p.HEAD, np.where(wife_heads, younger, age), 1 + wife_heads),
        Members.of(families, spouse, np.where(wife_heads, age, younger), 2 - wife_heads),
    ]


def _couple(rng: Rng, families: Ints) -> list[Members]:
    bands = [(0.24, 24, 39), (0.20, 39, 62), (0.30, 62, 76), (0.26, 76, 92)]
    return _pair(rng, families, _mixture(rng, len(families), bands))


def _children(rng: Rng, families: Ints, parent_age: Floats, relation: int) -> list[Members]:
    """One to three children; one birth in eighty is of twins."""
    number = np.searchsorted([0.47, 0.90, 1.0], rng.random(len(families))) + 1
    first = np.maximum(parent_age - rng.uniform(24, 36, len(families)), 0.05)
    result, last = [], first
    for order in range(3):
        here = number > order
        gap = np.where(rng.random(len(families)) < 0.0125, 0.0, rng.uniform(1.4, 4.5, len(families)))
        age = first if order == 0 else last - gap
        here = here & (age >= 0)
        last = np.where(here, age, last)
        part = Members.of(families[here], relation, age[here], rng.integers(1, 3, int(here.sum())))
        # grown children have mostly left
        stays = (part.age < 19) | (rng.random(len(part.age)) < np.where(part.age < 26, 0.6, 0.28))
        result.append(part.where(stays))
    return result


def _family(rng: Rng, families: Ints) -> list[Members]:
    age = _mixture(rng, len(families), [(0.24, 27, 36), (0.50, 36, 49), (0.20, 49, 60), (0.06, 60, 72)])
    couple = _pair(rng, families, age)
    return couple + _children(rng, families, np.minimum(couple[0].age, couple[1].age), p.CHILD)


def _single_parent(rng: Rng, families: Ints) -> list[Members]:
    age = _mixture(rng, len(families), [(0.25, 24, 36), (0.60, 36, 48), (0.15, 48, 58)])
    mother = rng.random(len(families)) < 0.88
    grandmother = rng.random(len(families)) < 0.32
    old = age[grandmother] + rng.uniform(30, 46, int(grandmother.sum()))
    return [
        Members.of(families, p.HEAD, age, 1 + mother),
        *_children(rng, families, age, p.CHILD),
        Members.of(families[grandmother], p.MOTHER, old, 2),
    ]


def _three_generations(rng: Rng, families: Ints) -> list[Members]:
    """A couple with children and a grandmother or two grandparents, in a third of them headed by these."""
    age = rng.uniform(33, 54, len(families))
    couple = _pair(rng, families, age)
    children = _children(rng, families, couple[0].age, p.CHILD)
    grandmother = age + rng.uniform(24, 38, len(families))
    both = rng.random(len(families)) < 0.45
    old = [
        Members.of(families, p.MOTHER, grandmother, 2),
        Members.of(families[both], p.FATHER, (grandmother + 2)[both], 1),
    ]
    headed = np.isin(families, families[rng.random(len(families)) < 0.35])
    turned = {p.HEAD: p.CHILD, p.CHILD: p.GRANDCHILD, p.MOTHER: p.HEAD, p.FATHER: p.HUSBAND}
    turned |= {
        p.WIFE: p.CHILDS_WIFE,
        p.WIFE_U: p.CHILDS_WIFE,
        p.HUSBAND: p.CHILDS_HUSBAND,
        p.HUSBAND_U: p.CHILDS_HUSBAND,
    }
    table = np.array([turned.get(code, code) for code in range(len(p.RELATIONS))])
    parts = [*couple, *children, *old]
    turn = [np.isin(part.family, families[headed]) for part in parts]
    return [
        Members.of(part.family, np.where(mask, table[part.relation], part.relation), part.age, part.sex)
        for part, mask in zip(parts, turn, strict=True)
    ]


def _parent_and_child(rng: Rng, families: Ints) -> list[Members]:
    """An old parent and a child of middle age, either of whom may be the head."""
    age = rng.uniform(38, 63, len(families))
    parent = age + rng.uniform(22, 34, len(families))
    child_heads = rng.random(len(families)) < 0.45
    mother = rng.random(len(families)) < 0.75
    other = (rng.random(len(families)) < 0.25) & ~child_heads & mother
    sex = np.where(rng.random(len(families)) < 0.62, 1, 2)
    return [
        Members.of(families, np.where(child_heads, p.HEAD, p.CHILD), age, sex),
        Members.of(families, np.where(child_heads, np.where(mother, p.MOTHER, p.FATHER), p.HEAD), parent, 1 + mother),
        Members.of(families[other], p.HUSBAND, (parent + 2)[other], 1),
    ]


def _siblings(rng: Rng, families: Ints) -> list[Members]:
    age = rng.uniform(22, 82, len(families))
    sex, woman = rng.integers(1, 3, len(families)), rng.random(len(families)) < 0.5
    cohabiting = rng.random(len(families)) < 0.25
    relation = np.where(cohabiting, p.COHABITANT, np.where(woman, p.YOUNGER_SISTER, p.YOUNGER_BROTHER))
    return [
        Members.of(families, p.HEAD, age, sex),
        Members.of(families, relation, np.maximum(age - rng.uniform(1, 8, len(families)), 19), 1 + woman),
    ]


_MAKERS: dict[str, Callable[[Rng, Ints], list[Members]]] = {
    "single": _single, "couple": _couple, "family": _family, "single_parent": _single_parent,
    "three_generations": _three_generations, "parent_and_child": _parent_and_child, "siblings": _siblings,
}  # fmt: skip


def draw_families(rng: Rng, people: int, mix: dict[str, float]) -> Members:
    """Families of ``people`` members in all; the last family may be cut short."""
    if people <= 0:
        none = np.zeros(0, np.int64)
        return Members(none, none, np.zeros(0), none)
    kinds = list(mix)
    count = int(people / 1.25) + 8
    drawn = np.searchsorted(np.cumsum([mix[kind] for kind in kinds]), rng.random(count) * 0.999)
    parts: list[Members] = []
    for place, kind in enumerate(kinds):
        parts += _MAKERS[kind](rng, np.flatnonzero(drawn == place))
    return joined(parts).where(np.arange(people))
