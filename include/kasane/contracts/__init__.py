"""The contracts of the feeds and the seeds that Python reads."""

from kasane.contracts.load import by_feed, load_contracts
from kasane.contracts.model import Contract, Field

__all__ = ["Contract", "Field", "by_feed", "load_contracts"]
