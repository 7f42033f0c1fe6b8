"""Decode, parse and judge delivered files: from landing to typed rows, quarantine and warnings in the lake."""

from kasane.contracts.columns import lake_columns
from kasane.read.delivery import READER_VERSION, delivery_id, read_delivery
from kasane.read.folder import sweep

__all__ = ["READER_VERSION", "delivery_id", "lake_columns", "read_delivery", "sweep"]
