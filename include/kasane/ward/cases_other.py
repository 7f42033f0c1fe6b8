"""konkyu, houkatsu and youtai as they are lived: what becomes of a case is drawn when it begins."""

from __future__ import annotations

import numpy as np

from kasane.ward import cases as c
from kasane.ward.arrays import Ints, Rng
from kasane.ward.cases import CaseBook
from kasane.ward.cases_people import Troubles, draw_issues, draw_topics
from kasane.ward.cases_soudan import Desks
from kasane.ward.days import NONE
from kasane.ward.people import Ward

CARE_LEVELS = (
    "",
    "申請中",
    "自立",
    "事業対象者",
    "要支援１",
    "要支援2",
    "要介護１",
    "要介護2",
    "介3",
    "要介護４",
    "要介5",
)
RESPONSES = ("電話対応", "訪問", "介護保険申請の案内", "来所相談", "他機関へ紹介", "見守り依頼", "ケアマネ調整")
_SCREENING = ((1, 2, 3, 4, 5), (0.24, 0.2, 0.12, 0.38, 0.06))
# certification levels (places in care.LEVELS) as places in CARE_LEVELS
_AS_WRITTEN = np.array([2, 3, 4, 4, 5, 6, 7, 8, 9, 10])
_CHANGES = (1, 2, 3, 6, 7, 9, 10, 11, 12, 15, 17)
_KINDS = ((0, 1, 2, 3), (0.05, 0.27, 0.6, 0.08))


def support(rng: Rng, book: CaseBook, troubles: Troubles, who: Ints, received: Ints) -> Ints:
    """konkyu: new cases with screening, plan, evaluation and end; their places."""
    count, theme = len(who), np.full(len(who), c.OTHER)
    screening = rng.choice(_SCREENING[0], count, p=_SCREENING[1])
    planned = np.where(screening == 4, received + rng.integers(8, 45, count), NONE)
    length = rng.integers(60, 400, count)
    evaluated = np.where(screening == 4, planned + length, NONE)
    evaluation = np.where(screening == 4, rng.choice((1, 2, 3), count, p=(0.7, 0.2, 0.1)), 0)
    ends = np.where(screening == 4, evaluation != 2, rng.random(count) < np.where(screening == 3, 0.6, 0.62))
    closed = np.where(screening == 4, evaluated, received + rng.integers(3, 200, count))
    changes = np.where(
        evaluation > 0, c.bits(*_CHANGES) & rng.integers(0, 1 << 17, count) & rng.integers(0, 1 << 17, count), 0
    )
    changes = np.where((evaluation > 0) & (changes == 0), c.bits(17), changes)
    return book.konkyu.append(
        count, person=who, numbered=(who >= 0) & (rng.random(count) < 0.48), received=received,
        route=rng.integers(1, 10, count), topics=draw_topics(rng, troubles, who, theme),
        issues=draw_issues(rng, troubles, who, theme), screening=screening,
        consent=rng.choice((1, 2, 3), count, p=(0.86, 0.06, 0.08)), housing=rng.integers(1, 8, count),
        work=rng.choice((1, 2, 3, 5, 6, 7), count), planned=planned, evaluated=evaluated, evaluation=evaluation,
        changes=changes, closed=np.where(ends, closed, NONE),
    )  # fmt: skip


def elder(
    rng: Rng, book: CaseBook, troubles: Troubles, desks: Desks, ward: Ward, who: Ints, received: Ints, level: Ints
) -> Ints:
    """houkatsu: consultations at the centre of the person's area, numbered on in each; their places."""
    count = len(who)
    town = ward.addresses.table["town"][np.maximum(ward.people["address"][np.maximum(who, 0)], 0)]
    near = desks.centre_of_area[_areas(ward)[town]]
    centre = np.where(who >= 0, near, rng.choice(desks.centres, count))
    stray = rng.random(count) < 0.05
    centre = np.where(stray, rng.choice(desks.centres, count), centre)
    order = np.lexsort((received, centre))
    number = np.zeros(count, np.int64)
    for place in desks.centres.tolist():
        rows = order[centre[order] == place]
        number[rows] = (book.houkatsu["centre"] == place).sum() + 1 + np.arange(len(rows))
    told = np.where(level >= 0, _AS_WRITTEN[np.maximum(level, 0)], rng.choice((0, 0, 1, 2), count))
    care = np.where(rng.random(count) < 0.35, 0, told)
    theme = np.full(count, c.OTHER)
    return book.houkatsu.append(
        count, person=who, received=received, centre=centre, number=number, care=care,
        topics=draw_topics(rng, troubles, who, theme), requester=rng.choice(4, count, p=(0.34, 0.4, 0.16, 0.1)),
        response=rng.integers(0, len(RESPONSES), count),
        again=rng.random(count) < 0.04,
    )  # fmt: skip


def _areas(ward: Ward) -> Ints:
    """Each town's area as a place in the sorted area codes."""
    codes = sorted({town.area_code for town in ward.addresses.towns})
    return np.array([codes.index(town.area_code) for town in ward.addresses.towns])


def protect(
    rng: Rng, book: CaseBook, troubles: Troubles, ward: Ward, who: Ints, accepted: Ints, expecting: Ints
) -> Ints:
    """youtai: new cases of children, and of expectant mothers (``expecting``); their places."""
    count = len(who)
    kind = np.where(expecting, 3, rng.choice(_KINDS[0][:3], count, p=np.array(_KINDS[1][:3]) / sum(_KINDS[1][:3])))
    age = troubles.age[np.maximum(who, 0)]
    fits = troubles.fits[c.YOUNG_CARER][np.maximum(who, 0)]
    carer = (age >= 6) & ~expecting & (rng.random(count) < np.where(fits, 0.6, 0.06))
    cares = np.where(carer, 1 << rng.integers(0, 9, count), 0) | np.where(carer, 1 << rng.integers(0, 4, count), 0)
    school = ward.addresses.table["town"][np.maximum(ward.people["address"][np.maximum(who, 0)], 0)]
    return book.youtai.append(
        count, person=who, accepted=accepted,
        closed=np.where(rng.random(count) < 0.75, accepted + rng.integers(90, 900, count), NONE), kind=kind,
        abuse=np.where((kind == 1) & (rng.random(count) < 0.9), rng.integers(1, 5, count), 0), carer=carer,
        cares=cares, school=np.where((age >= 6) & (age < 15) & (rng.random(count) < 0.8), school, -1),
    )  # fmt: skip


def close_with(book: CaseBook, feed: str, places: Ints, left: Ints) -> None:
    """The people of these cases left: open cases end that day, and what was to come does not come."""
    table = book.table(feed)
    still = (table["closed"][places] == NONE) | (table["closed"][places] > left)
    table["closed"][places[still]] = left[still]
    for column in ("planned", "evaluated") if feed == "konkyu" else ():
        late = table[column][places] > left
        table[column][places[late]] = NONE
