"""The serving PostgreSQL (配信用): every release of the zones that BI tools may read, whole, in one transaction."""

from kasane.publish.serving.load import Loaded, load_release
from kasane.publish.serving.relations import Descriptions, TableText

__all__ = ["Descriptions", "Loaded", "TableText", "load_release"]
