"""Why a number changed between two releases: new data, corrected data, changed links, changed rules."""

from kasane.publish.why.answer import REASONS, Answer, ReasonShare, why_changed
from kasane.publish.why.units import Cell

__all__ = ["REASONS", "Answer", "Cell", "ReasonShare", "why_changed"]
