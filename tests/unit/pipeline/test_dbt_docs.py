"""dbt docs as one page: it asks nobody for anything, tells nothing of the machine, and no text ends its script."""

from __future__ import annotations

import json
import re
from typing import Any

from kasane.pipeline.dbt_docs import docs_page

TEMPLATE = (
    '<html><head><title>x</title></head><script>n=["MANIFEST.JSON INLINE DATA","CATALOG.JSON INLINE DATA"]</script>'
)
MACHINE = {"generated_at": "2026-01-01T00:00:00Z", "invocation_id": "3f", "user_id": "me", "env": {"HOME": "/home/me"}}


def manifest(description: str = "世帯 (household)") -> dict[str, Any]:
    node = {
        "name": "mart",
        "root_path": "/home/me/kasane",
        "build_path": "/home/me/data/run/mart.sql",
        "created_at": 1.5,
        "description": description,
        "columns": {"created_at": {"description": "作られた時 (when it was made)"}},
    }
    return {"metadata": {"dbt_version": "1.11", **MACHINE}, "nodes": {"model.mart": node}, "child_map": {"a": ["b"]}}


def inside(page: str) -> tuple[dict[str, Any], dict[str, Any]]:
    (found,) = re.findall(r"<script>n=\[(.*)\]</script>", page, re.DOTALL)
    held = json.loads(f"[{found}]")
    return held[0], held[1]


def test_what_describes_the_project_is_kept_and_what_tells_of_the_machine_is_not() -> None:
    page = docs_page(TEMPLATE, manifest(), {"metadata": MACHINE, "nodes": {}})
    told, catalog = inside(page)
    node = told["nodes"]["model.mart"]
    assert node["columns"] == {"created_at": {"description": "作られた時 (when it was made)"}}
    assert told["child_map"] == {"a": ["b"]}
    assert told["metadata"]["dbt_version"] == "1.11"
    assert catalog["nodes"] == {}
    assert re.findall(r"/home|3f|2026-01|\bme\b", page) == []


def test_no_text_ends_the_script_or_changes_the_page() -> None:
    page = docs_page(TEMPLATE, manifest("</script><img src=x> \u2028 & \"'"), {"metadata": {}})
    assert page.count("</script>") == 1
    told, _ = inside(page)
    assert told["nodes"]["model.mart"]["description"] == "</script><img src=x> \u2028 & \"'"


def test_the_page_may_ask_nobody() -> None:
    page = docs_page(TEMPLATE, manifest(), {"metadata": {}})
    (policy,) = re.findall(r'<head><meta http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert not any("http" in rule or "*" in rule or "'self'" in rule for rule in rules.values())
    assert "connect-src" not in rules
