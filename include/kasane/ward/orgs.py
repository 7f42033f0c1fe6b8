"""The ward's organisations over the whole run: places, agreements, groups, issues, posts and supporters.

Everything is drawn at the start with the days on which it begins and ends; a file of a base date knows only what
has happened by then. Days are integers (``days``), ``NONE`` where there is none; a row's place is its identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward.arrays import Floats, Ints, Rng, Table
from kasane.ward.days import NONE
from kasane.ward.town import Town

PLACE_KINDS = ("サロン", "カフェ", "子ども食堂", "学習支援")
TARGETS = ("高齢", "子ども", "高齢;子ども", "誰でも")
INDUSTRIES = ("医療", "小売", "配達", "金融")
ISSUES = ("通院の足", "ごみ出しの手伝い", "見守り", "孤食", "空き家", "空き家, 草", '"見守り"')
RESOLVERS = ("", "住民", "協働", "行政")
RESIDENTS, TOGETHER, OFFICE = 1, 2, 3
OCCUPATIONS = ("社会福祉士", "保健師", "主任介護支援専門員")
ROLES = ("相談支援員", "主任相談支援員", "多機関協働コーディネーター", "地域福祉コーディネーター")
_POSTED_FIELDS = ("総合", "高齢", "障害", "子ども", "困窮")
_STAFF_A_RESIDENT, _FEWEST_STAFF = 25 / 100_000, 14
_TURNOVER = 0.012

_PLACE = {
    "district": ("i2", 0), "area": ("i2", 0), "town": ("i2", 0), "opened": ("i4", NONE), "closed": ("i4", NONE),
    "kind": ("i1", 0), "capacity": ("i2", 10), "target": ("i1", 0),
}  # fmt: skip
_AGREEMENT = {
    "organisation": ("i4", 0), "industry": ("i1", 0), "concluded": ("i4", NONE), "ended": ("i4", NONE)
}  # fmt: skip
_GROUP = {
    "area": ("i2", 0), "led": ("i1", 0), "registered": ("i4", NONE), "abolished": ("i4", NONE), "yen": ("i4", 0),
}  # fmt: skip
_ISSUE = {
    "area": ("i2", 0), "text": ("i1", 0), "noticed": ("i4", NONE), "resolved": ("i4", NONE), "by": ("i1", 0),
    "policy": ("i1", 0),
}  # fmt: skip
_POST = {"agency": ("i2", 0), "occupation": ("i1", 0), "required": ("i4", 0), "coordinates": ("i1", 0)}
_STAFF = {"agency": ("i2", 0), "role": ("i1", 0), "start": ("i4", NONE), "end": ("i4", NONE)}


@dataclass
class OrgBook:
    """The books of 社協, 人事課 and 地域福祉課 about organisations.

    ``posts``: required full-time equivalents in tenths; ``filled`` and ``qualified``: tenths by post and month.
    """

    places: Table = field(default_factory=lambda: Table(_PLACE, 64))
    agreements: Table = field(default_factory=lambda: Table(_AGREEMENT, 64))
    groups: Table = field(default_factory=lambda: Table(_GROUP, 64))
    issues: Table = field(default_factory=lambda: Table(_ISSUE, 64))
    posts: Table = field(default_factory=lambda: Table(_POST, 64))
    staff: Table = field(default_factory=lambda: Table(_STAFF, 64))
    filled: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    qualified: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    areas: list[str] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)

    @classmethod
    def drawn(
        cls, rng: Rng, towns: list[Town], agencies: list[list[str]], residents: int, first: int, last: int, months: int
    ) -> OrgBook:
        """The books from before the first day to the last; ``agencies``: rows of kikan."""
        book = cls()
        book.areas = sorted({town.area_code for town in towns})
        book.districts = list(dict.fromkeys(town.district for town in towns))
        book._draw_places(rng, towns, first, last)
        book._draw_agreements(rng, residents, first, last)
        book._draw_groups(rng, residents, first, last)
        book._draw_issues(rng, residents, first, last)
        book._draw_posts(rng, agencies, months)
        book._draw_staff(rng, len(agencies), residents, first, last)
        return book

    def _draw_places(self, rng: Rng, towns: list[Town], first: int, last: int) -> None:
        """Some six places a school district, a new one now and then: the ward does not reach its aim of ten."""
        span = last - first + 1
        before, new = rng.integers(4, 9, len(self.districts)), rng.poisson(span / 700, len(self.districts))
        district = np.repeat(np.arange(len(self.districts)), before + new)
        began = _begins(rng, np.concatenate([np.repeat([False, True], pair) for pair in zip(before, new, strict=True)]),
                        first, last, 3_000)  # fmt: skip
        town = np.array([rng.choice([i for i, t in enumerate(towns) if t.district == self.districts[d]])
                         for d in district.tolist()])  # fmt: skip
        area = np.array([self.areas.index(towns[t].area_code) for t in town.tolist()])
        order = np.argsort(began, kind="stable")
        self.places.append(
            len(order), district=district[order], area=area[order], town=town[order], opened=began[order],
            closed=_ends(rng, began[order], first, last, 0.12), kind=rng.integers(0, len(PLACE_KINDS), len(order)),
            capacity=rng.choice([10, 15, 20, 30], len(order)), target=rng.integers(0, len(TARGETS), len(order)),
        )  # fmt: skip

    def _draw_agreements(self, rng: Rng, residents: int, first: int, last: int) -> None:
        """Agreements with organisations; one organisation may have a second agreement."""
        old, new = 34 + residents // 9_000, max(2, (last - first) // 80)
        began = np.sort(_begins(rng, np.arange(old + new) >= old, first, last, 1_800))
        again = rng.random(len(began)) < 0.06
        organisation = np.where(again, rng.integers(0, np.arange(len(began)) + 1), np.arange(len(began)))
        self.agreements.append(
            len(began), organisation=organisation, industry=rng.integers(0, len(INDUSTRIES), len(began)),
            concluded=began, ended=_ends(rng, began, first, last, 0.1),
        )  # fmt: skip

    def _draw_groups(self, rng: Rng, residents: int, first: int, last: int) -> None:
        old, new = 26 + residents // 4_000, max(3, round((last - first) / 30 * (0.8 + residents / 120_000)))
        began = np.sort(_begins(rng, np.arange(old + new) >= old, first, last, 2_400))
        count = len(began)
        self.groups.append(
            count, area=rng.integers(0, len(self.areas), count), led=rng.random(count) < 0.6, registered=began,
            abolished=_ends(rng, began, first, last, 0.08), yen=rng.choice([0, 30_000, 30_000, 50_000], count),
        )  # fmt: skip

    def _draw_issues(self, rng: Rng, residents: int, first: int, last: int) -> None:
        """Issues of the last two years and of the run; most are resolved within some months, by somebody."""
        begins, rate = first - 730, 2.5 + residents / 25_000
        count = max(10, round((last - begins) / 30 * rate))
        noticed = np.sort(rng.integers(begins, last + 1, count))
        solved = rng.random(count) < 0.72
        self.issues.append(
            count, area=rng.integers(0, len(self.areas), count),
            text=rng.choice(len(ISSUES), count, p=[0.28, 0.24, 0.16, 0.12, 0.12, 0.05, 0.03]), noticed=noticed,
            resolved=np.where(solved, noticed + rng.integers(20, 240, count), NONE),
            by=np.where(solved, rng.choice([RESIDENTS, TOGETHER, OFFICE], count, p=[0.42, 0.26, 0.32]), 0),
            policy=solved & (rng.random(count) < 0.08),
        )  # fmt: skip

    def _draw_posts(self, rng: Rng, agencies: list[list[str]], months: int) -> None:
        """Posts of the agencies that counsel; who fills them changes from month to month."""
        for place, agency in enumerate(agencies):
            if agency[2] not in _POSTED_FIELDS:
                continue
            kinds = np.sort(rng.permutation(len(OCCUPATIONS))[: int(rng.integers(1, len(OCCUPATIONS) + 1))])
            required = rng.choice([10, 15, 20], len(kinds))
            self.posts.append(
                len(kinds), agency=place, occupation=kinds, required=required, coordinates=np.arange(len(kinds)) == 0
            )
        count = self.posts.size
        required = self.posts["required"].astype(np.int64)
        gap = _drift(rng, rng.choice([0, 0, 0, 3, 5, 8], count), months, 0.15)
        # a new post holder begins before the old one leaves: more than the post requires
        overlap = 3 * (rng.random((count, months)) < 0.03)
        self.filled = np.maximum(required[:, None] - gap, 0) + overlap
        self.qualified = np.maximum(self.filled - _drift(rng, rng.choice([0, 0, 1, 2], count), months, 0.1), 0)

    def _draw_staff(self, rng: Rng, agencies: int, residents: int, first: int, last: int) -> None:
        """Supporters in post, and those who follow them when they go."""
        size = max(_FEWEST_STAFF, round(residents * _STAFF_A_RESIDENT))
        begin, end = first - rng.integers(60, 3_500, size), np.full(size, NONE)
        starts, ends = [begin], [end]
        for day in range(first, last + 1, 30):
            here = np.flatnonzero(np.concatenate(ends) == NONE)
            leave = here[rng.random(len(here)) < _TURNOVER]
            if not len(leave):
                continue
            gone = day + rng.integers(0, 25, len(leave))
            every = np.concatenate(ends)
            every[leave] = gone
            starts, ends = [np.concatenate([*starts, gone + 1])], [np.concatenate([every, np.full(len(gone), NONE)])]
        start = np.concatenate(starts)
        order = np.argsort(start, kind="stable")
        self.staff.append(
            len(order), agency=rng.integers(0, min(agencies, 16), len(order)), start=start[order],
            role=rng.integers(0, len(ROLES), len(order)), end=np.concatenate(ends)[order],
        )  # fmt: skip


def _begins(rng: Rng, new: Ints, first: int, last: int, reach: int) -> Ints:
    """First days: those of ``new`` ones in the run, the others' within ``reach`` days before it."""
    count = len(new)
    return np.where(new, rng.integers(first, last + 1, count), first - rng.integers(30, reach, count))


def _ends(rng: Rng, began: Ints, first: int, last: int, share: float) -> Ints:
    """Last days: a share ends some time in the run, after it began."""
    day = np.maximum(rng.integers(first, last + 1, len(began)), began + 60)
    return np.where(rng.random(len(began)) < share, day, NONE)


def _drift(rng: Rng, begin: Ints, months: int, chance: float) -> Ints:
    """Tenths by row and month: they go up or down by a few now and then, never below none."""
    steps = np.where(rng.random((len(begin), months)) < chance, rng.integers(-3, 4, (len(begin), months)), 0)
    steps[:, :1] = 0
    result: Floats = np.maximum(begin[:, None] + np.cumsum(steps, axis=1), 0)
    return result


def known(values: Ints, last: int) -> Ints:
    """Days as a file of base date ``last`` can know them."""
    return np.where(values <= last, values, NONE)
