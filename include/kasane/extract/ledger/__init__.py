"""The ledger: what becomes of every delivery, derived from all manifests, verdicts and decisions."""

from kasane.extract.ledger.decisions import load_decisions, record_decision, repeat_decision
from kasane.extract.ledger.deleted import kept_manifests, whole_months, with_deleted
from kasane.extract.ledger.derive import derive
from kasane.extract.ledger.manifests import load_manifests
from kasane.extract.ledger.months import month_deliveries, months

__all__ = [
    "derive",
    "kept_manifests",
    "load_decisions",
    "load_manifests",
    "month_deliveries",
    "months",
    "record_decision",
    "repeat_decision",
    "whole_months",
    "with_deleted",
]
