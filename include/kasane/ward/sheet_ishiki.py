"""ishiki: the residents' survey (住民意識調査), a file a fiscal year; blank: no answer."""

from __future__ import annotations

import numpy as np

from kasane.ward.arrays import Ints, Rng
from kasane.ward.columns import Column, Form, Sheet
from kasane.ward.people import Ward
from kasane.ward.sheet_texts import code_column, text_column

PLAIN = Form("csv", "utf-8")
AGE_CLASSES = ("18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-")
LSNS = tuple(f"lsns_{item}" for item in range(1, 7))
SEXES = (1, 2)
UNKNOWN_SEX = 9
_CLASS_FROM = np.array([18, 30, 40, 50, 60, 70, 80])
_SHARE, _FEWEST, _MOST = 0.003, 200, 2_800
_SILENT_CELLS, _BLANK = 0.05, 0.018


def age_class(ages: Ints) -> Ints:
    """Place in AGE_CLASSES, -1 under 18."""
    result: Ints = np.searchsorted(_CLASS_FROM, ages, "right") - 1
    return result


def survey_sheet(ward: Ward, rng: Rng, areas: list[str], fiscal_year: int, day: int, residents: int) -> Sheet:
    """The answers of a fiscal year by the residents of a day; about one in twenty cells is silent."""
    cell = _respondents(ward, rng, areas, day, residents)
    count = len(cell)
    facts = _answers(rng, cell // (2 * len(areas)), count, 0.36 + 0.03 * (fiscal_year % 7))
    facts |= {
        "age": np.where(rng.random(count) < 0.004, -1, cell // (2 * len(areas))),
        "sex": _sexes(rng, cell // len(areas) % 2 + 1),
        "area": np.where(rng.random(count) < 0.004, -1, cell % len(areas)),
    }
    return Sheet("ishiki", PLAIN, _columns(facts, areas, fiscal_year, count), count, facts)


def _respondents(ward: Ward, rng: Rng, areas: list[str], day: int, residents: int) -> Ints:
    """Each respondent's cell (age class, sex, area), drawn evenly over the cells that have residents."""
    people, ages = ward.people, ward.ages(day)
    who = np.flatnonzero(ward.residents() & (ages >= 18))
    area_of_town = np.array([areas.index(town.area_code) for town in ward.addresses.towns])
    area = area_of_town[ward.addresses.table["town"][people["address"][who]]]
    cell = (age_class(ages[who]) * 2 + people["sex"][who] - 1) * len(areas) + area
    lived = np.unique(cell)
    answering = rng.permutation(lived)[max(1, round(len(lived) * _SILENT_CELLS)) :]
    count = int(min(max(_FEWEST, residents * _SHARE), _MOST))
    return np.sort(rng.choice(answering, count))


def _sexes(rng: Rng, sexes: Ints) -> Ints:
    """1 and 2; a few did not say (9) or left it blank (0)."""
    luck = rng.random(len(sexes))
    return np.select([luck < 0.005, luck < 0.010], [UNKNOWN_SEX, 0], sexes)


def _answers(rng: Rng, age: Ints, count: int, aware: float) -> dict[str, Ints]:
    """Answers hang together: who has few ties takes part less and feels less of mutual help."""
    ties = np.clip(rng.normal(2.9, 0.85, count) - 0.06 * (age == 6), 0, 5)
    facts: dict[str, Ints] = {
        "knows": np.where(rng.random(count) < aware, 1, 2),
        "takes_part": np.where(rng.random(count) < 0.12 * ties, 1, 2),
        "mutual": np.clip(np.round(ties + rng.normal(0.55, 0.9, count)), 1, 5).astype(np.int64),
        "foreign": (rng.random(count) < 0.04).astype(np.int64),
    }
    for item in LSNS:
        facts[item] = np.clip(np.round(ties + rng.normal(0, 0.7, count)), 0, 5).astype(np.int64)
    for name in ("knows", "takes_part", "mutual", *LSNS):
        facts[name] = np.where(rng.random(count) < _BLANK, -1, facts[name])
    return facts


def _columns(facts: dict[str, Ints], areas: list[str], fiscal_year: int, count: int) -> tuple[Column, ...]:
    marks = ["", *map(str, range(6))]
    headings = {"knows": "窓口認知", "takes_part": "地域活動参加", "mutual": "互助実感"}
    headings |= {item: item.upper().replace("_", "") for item in LSNS}
    return (
        text_column("回答ID", [f"{fiscal_year}{row + 1:05d}" for row in range(count)]),
        code_column("年齢階級", ["", *AGE_CLASSES], facts["age"] + 1),
        code_column("性別", ["", *map(str, range(1, 10))], facts["sex"]),
        code_column("圏域コード", ["", *areas], facts["area"] + 1),
        *(code_column(heading, marks, facts[name] + 1) for name, heading in headings.items()),
        code_column("外国籍", ["0", "1"], facts["foreign"]),
    )
