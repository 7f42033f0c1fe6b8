"""The contracts of the feeds and the seeds that Python reads."""

from kasane.contracts.load import load_contracts
from kasane.contracts.model import Contract, Field

__all__ = ["Contract", "Field", "load_contracts"]
