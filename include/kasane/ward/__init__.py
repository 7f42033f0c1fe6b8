"""The synthetic ward: an invented municipality (code 999999), its extracts and their answer key.

It imports nothing of the warehouse but settings and errors: its formats are written, and its truth is
counted, by another hand than the reader's and the models'.
"""

from kasane.ward.generate import WardSummary, generate

__all__ = ["WardSummary", "generate"]
