"""Whose record each one is: a linkage engine by spec files, and the pseudonyms of persons.

Nothing here reads a file or a setting, and nothing knows what a municipality is: callers pass records, a spec and
what reviewers said.
"""

from kasane.linkage.engine import DECISION_SCHEMA, Linked, link
from kasane.linkage.spec import Spec, parse_spec
from kasane.linkage.weights import Weights, parse_weights

__all__ = ["DECISION_SCHEMA", "Linked", "Spec", "Weights", "link", "parse_spec", "parse_weights"]
