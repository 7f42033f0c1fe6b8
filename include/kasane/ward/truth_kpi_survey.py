"""Survey rates weighted to the register's population of 18 or over by age class, sex and area."""

from __future__ import annotations

import numpy as np

from kasane.ward.arrays import Bools, Ints
from kasane.ward.sheet_ishiki import LSNS, SEXES

Survey = dict[str, Ints]
_ISOLATED_UNDER, _MUTUAL_FROM = 12, 4


def answers(survey: Survey, question: str) -> tuple[Bools, Bools]:
    """(valid, yes) a respondent; isolation needs all six items."""
    if question == "isolated":
        items = np.stack([survey[item] for item in LSNS])
        return np.asarray((items >= 0).all(axis=0)), items.sum(axis=0) < _ISOLATED_UNDER
    given = survey[question]
    yes = given >= _MUTUAL_FROM if question == "mutual" else given == 1
    return given >= 0, yes


def weighted_share(survey: Survey, question: str, population: Ints) -> float | None:
    """The share of yes; ``population``: age class × sex × area.

    A cell without a valid answer takes the answers of the next younger class of its sex and area, else of the
    next older one, going outwards; where the sex and area has none at all, the cell is left out.
    """
    valid, yes = answers(survey, question)
    placed = valid & (survey["age"] >= 0) & np.isin(survey["sex"], SEXES) & (survey["area"] >= 0)
    cell = (survey["age"][placed], survey["sex"][placed] - 1, survey["area"][placed])
    asked, agreed = np.zeros(population.shape), np.zeros(population.shape)
    np.add.at(asked, cell, 1)
    np.add.at(agreed, cell, yes[placed])
    total, weight = 0.0, 0.0
    for age, sex, area in zip(*np.nonzero(population), strict=True):
        donor = nearest_class(asked[:, sex, area], int(age))
        if donor is None:
            continue
        people = float(population[age, sex, area])
        total += people * agreed[donor, sex, area] / asked[donor, sex, area]
        weight += people
    return total / weight if weight else None


def nearest_class(asked: Ints, age: int) -> int | None:
    """The age class whose answers stand for one: itself, the next younger, the next older, and so outwards."""
    for step in range(len(asked)):
        for other in (age - step, age + step):
            if 0 <= other < len(asked) and asked[other]:
                return other
    return None
