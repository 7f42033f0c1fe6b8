"""The simulated ward: its people and every office's books, living month by month."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward.assistance import AssistanceBook
from kasane.ward.care import CareBook
from kasane.ward.cases import CaseBook
from kasane.ward.children import ChildBook
from kasane.ward.days import Month
from kasane.ward.found import found, odd_names
from kasane.ward.handbook import HandbookBook
from kasane.ward.life import live
from kasane.ward.names import load_names
from kasane.ward.people import Ward
from kasane.ward.town import AddressBook, draw_map


@dataclass
class World:
    """The ward and the books of the offices that deliver extracts."""

    ward: Ward
    residents: int
    care: CareBook = field(default_factory=CareBook)
    handbooks: HandbookBook = field(default_factory=HandbookBook)
    assistance: AssistanceBook = field(default_factory=AssistanceBook)
    children: ChildBook = field(default_factory=ChildBook)
    cases: CaseBook = field(default_factory=CaseBook)

    @classmethod
    def founded(cls, residents: int, seed: int, day: int, dirt: bool = True) -> World:
        """The world on the day before the first month; ``dirt``: whether odd names occur."""
        rng = np.random.default_rng([seed, residents])
        world = cls(Ward(rng, load_names(), AddressBook(draw_map(residents))), residents)
        ward = world.ward
        found(ward, residents, day)
        if dirt:
            odd_names(ward)
        world.care.found(ward, day, max(2, residents // 6000))
        certified = world.care.certified()
        world.handbooks.found(ward, day, certified)
        disabled = np.flatnonzero(world.handbooks.has)
        world.assistance.found(ward, day, certified, disabled)
        world.children.found(ward, day, world.assistance.recipients(), disabled)
        return world

    def live(self, month: Month) -> None:
        """One month of life."""
        live(self.ward, month, self.residents, self.care.certified())
        self.care.live(self.ward, month)
        certified = self.care.certified()
        self.handbooks.live(self.ward, month, certified)
        disabled = np.flatnonzero(self.handbooks.has)
        self.assistance.live(self.ward, month, certified, disabled)
        self.children.live(self.ward, month, self.assistance.recipients(), disabled)
