"""Column lineage (列の系譜): from contract columns through the compiled models to each zone, and what stops it."""

from kasane.lineage.check import check_lineage, update_lineage, write_lineage

__all__ = ["check_lineage", "update_lineage", "write_lineage"]
