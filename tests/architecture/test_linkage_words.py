"""Every reason for which a pair waits, and every word of the linkage spec, has a word that officials read."""

from __future__ import annotations

import csv
from typing import Any

import yaml

from kasane.linkage.deciding import BETWEEN, CONTRADICTED, RIVAL
from kasane.linkage.spec_parts import MISSING, OTHER
from kasane.settings import PROJECT_ROOT

SPEC = PROJECT_ROOT / "expectations" / "linkage" / "municipal.yml"
TERMS = PROJECT_ROOT / "dbt_project" / "seeds" / "policy" / "link_term.csv"
METHODS = {"register_id", "deterministic", "probabilistic", "reviewed", "unlinked"}


def _terms(kind: str) -> dict[str, str]:
    with TERMS.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["label"] for row in csv.DictReader(stream) if row["kind"] == kind and row["meaning"]}


def test_every_reason_and_method_has_a_word_and_no_word_is_left_over() -> None:
    spec: dict[str, Any] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    reasons = {BETWEEN, RIVAL, CONTRADICTED} | {veto["name"] for veto in spec["vetoes"]}
    assert set(_terms("reason")) == reasons
    assert set(_terms("method")) == METHODS
    levels = {level["label"] for comparison in spec["comparisons"].values() for level in comparison["levels"]}
    assert set(_terms("comparison")) == set(spec["comparisons"])
    assert set(_terms("level")) == levels | {MISSING, OTHER}
    for kind in ("reason", "method", "calibration", "unlinked", "role", "comparison", "level"):
        labels = list(_terms(kind).values())
        assert len(labels) == len(set(labels)) > 0
