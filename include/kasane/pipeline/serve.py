"""Step *serve*: the release in force into the serving PostgreSQL, where one is configured."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from kasane.lock import writer_lock
from kasane.pipeline.dbt import load_manifest
from kasane.pipeline.progress import step
from kasane.publish.release import require_release
from kasane.publish.serving import Descriptions, TableText, load_release
from kasane.publish.serving.plan import load_plan
from kasane.settings import Settings, load_database_address

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServeSummary:
    """What PostgreSQL holds; ``is_configured`` is false where none is named."""

    is_configured: bool
    release_id: str = ""
    tables: int = 0
    rows: int = 0
    is_new: bool = False

    def summary(self) -> str:
        """One line for people."""
        if not self.is_configured:
            return "no serving PostgreSQL is configured (KASANE_SERVING_URL)"
        how = "loaded" if self.is_new else "was loaded before"
        return f"PostgreSQL: release {self.release_id} {how}, {self.tables} tables, {self.rows:,} rows"


def serve(settings: Settings) -> ServeSummary:
    """Load the release in force into the PostgreSQL of KASANE_SERVING_URL (or the file of KASANE_SERVING_URL_FILE).

    Raises ServingFailedError where that can't be done; the release on files and its reports stand.
    """
    address = load_database_address("serving")
    if address is None:
        result = ServeSummary(is_configured=False)
    else:
        with step("serve"), writer_lock(settings.data):
            loaded = load_release(address, require_release(settings.data), load_plan(), descriptions(settings))
        result = ServeSummary(True, loaded.release_id, loaded.tables, loaded.rows, loaded.is_new)
    LOGGER.info("serve: %s", result.summary())
    return result


def descriptions(settings: Settings) -> Descriptions:
    """What the tables and columns of models, and of sources that are written after dbt, mean: from dbt's docs."""
    manifest = load_manifest(settings)
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    return {
        (node["schema"], node.get("alias") or node["name"]): TableText(
            node["description"], {name: column["description"] for name, column in node["columns"].items()}
        )
        for node in (*models, *manifest["sources"].values())
    }
