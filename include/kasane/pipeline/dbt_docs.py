"""Step *docs*: dbt docs of the release as one page, which reaches for nothing and tells nothing of this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kasane.files import write_atomically
from kasane.lock import writer_lock
from kasane.pipeline.dbt import load_docs
from kasane.pipeline.progress import step
from kasane.publish.release import require_release
from kasane.settings import Settings

DOCS_PAGE = "dbt_docs.html"
# Where the project lay and when it was read.
_OF_THIS_MACHINE = frozenset(("build_path", "compiled_path", "root_path", "created_at"))
_TOLD = ("dbt_schema_version", "dbt_version", "project_name", "adapter_type", "send_anonymous_usage_stats")
# Scripts are dbt's own, inside the page; they may ask nobody for anything.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:;"
    " font-src data:; base-uri 'none'; form-action 'none'"
)


def write_dbt_docs(settings: Settings) -> Path:
    """Write ``reports/dbt_docs.html`` into the release in force; returns it.

    It holds SQL, descriptions and the columns of tables: no row of any. Raises BuildFailedError where dbt can't.
    """
    with step("docs"), writer_lock(settings.data):
        release = require_release(settings.data)
        manifest, catalog, template = load_docs(settings)
        page = release.folder / "reports" / DOCS_PAGE
        write_atomically(page, docs_page(template, manifest, catalog).encode())
    return settings.data.current / "reports" / DOCS_PAGE


def docs_page(template: str, manifest: Mapping[str, Any], catalog: Mapping[str, Any]) -> str:
    """dbt's own page with both inside it."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    page = template.replace("<head>", f"<head>{meta}", 1)
    for mark, content in (("MANIFEST", manifest), ("CATALOG", catalog)):
        page = page.replace(f'"{mark}.JSON INLINE DATA"', _in_script(_without_machine(content)))
    return page


def _without_machine(content: Mapping[str, Any]) -> dict[str, Any]:
    """Without paths, times and the run: the same for the same project, wherever it lies."""
    kept = {name: _entries(part) if isinstance(part, Mapping) else part for name, part in content.items()}
    return kept | {"metadata": {name: content["metadata"].get(name) for name in _TOLD}}


def _entries(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {name: each for name, each in entry.items() if name not in _OF_THIS_MACHINE}
        if isinstance(entry, Mapping)
        else entry
        for key, entry in part.items()
    }


def _in_script(content: Any) -> str:
    """JSON that no text inside it can end the script with."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
