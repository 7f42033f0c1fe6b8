"""Kinds of checks (検査の種類): policy seed quality_check, labels and remedies from reason and warning codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kasane.contracts.codes import CodeText, PolicyRow, load_code_texts, load_policy_rows
from kasane.errors import ContractError, Problem

SCOPES = ("row", "file", "batch", "month")
_NEEDED = ("scope", "dimension", "origin", "rule", "at_most", "not_under_rows", "label", "remedy")


@dataclass(frozen=True)
class CheckKind:
    """One kind: what it looks at (``scope``), its dimension, whose fault it tells of, its rule and tolerated share.

    ``rule`` holds ``{column}`` and ``{detail}`` where the contract's own words go; ``at_most`` is None where the
    contract has the bounds; files of fewer than ``not_under_rows`` rows are not judged.
    """

    code: str
    scope: str
    dimension: str
    origin: str
    rule: str
    at_most: float | None
    not_under_rows: int
    label: str
    remedy: str
    is_doubt: bool


def load_check_kinds(seed_dirs: Sequence[Path]) -> dict[str, CheckKind]:
    """Every kind by its code; a row of a later folder replaces that of the same code. ContractError with all faults."""
    reasons, warnings = load_code_texts(seed_dirs, "reason_code"), load_code_texts(seed_dirs, "warning_code")
    kinds: dict[str, CheckKind] = {}
    problems: list[Problem] = []
    for row in load_policy_rows(seed_dirs, "quality_check", "check_kind", _NEEDED):
        try:
            kind = _kind(row, reasons | warnings, set(warnings))
        except ValueError as error:
            problems.append(Problem(str(error), "see the rows beside it", row.file, row.line))
            continue
        kinds[kind.code] = kind
    if problems:
        raise ContractError(problems)
    return kinds


def _kind(row: PolicyRow, texts: dict[str, CodeText], doubts: set[str]) -> CheckKind:
    values = row.values
    code, scope = values["check_kind"], values["scope"]
    if scope not in SCOPES:
        raise ValueError(f"`{scope}` is no scope")
    text = texts.get(code, CodeText("", ""))
    at_most = float(values["at_most"]) if values["at_most"] else None
    return CheckKind(
        code,
        scope,
        values["dimension"],
        values["origin"],
        values["rule"],
        at_most,
        int(values["not_under_rows"] or 0),
        values["label"] or text.label or code,
        values["remedy"] or text.remedy,
        code in doubts,
    )
