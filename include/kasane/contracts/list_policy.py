"""Who may receive a list of persons, on what basis, and for how long: seeds of policy list_basis and list_recipient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from kasane.contracts.codes import PolicyRow, load_policy_rows
from kasane.errors import ContractError, Problem

CONTRACTOR = "contractor"
KINDS = ("office", CONTRACTOR)


@dataclass(frozen=True)
class ListBasis:
    """A legal basis: the lists that may rest on it, the kinds of recipients, and how many days a list may be kept."""

    code: str
    label: str
    law: str
    lists: frozenset[str]
    recipient_kinds: frozenset[str]
    days_most: int


@dataclass(frozen=True)
class ListRecipient:
    """Who may receive a list; of a contractor the first and last day of its membership of the 支援会議, if any."""

    code: str
    name: str
    kind: str
    member_from: date | None
    member_to: date | None

    def is_member(self, first: date, last: date) -> bool:
        """Whether a recorded membership covers every day from ``first`` to ``last``."""
        begun = self.member_from is not None and self.member_from <= first
        return begun and (self.member_to is None or last <= self.member_to)


Made = TypeVar("Made", ListBasis, ListRecipient)


def load_list_bases(seed_dirs: Sequence[Path]) -> dict[str, ListBasis]:
    """Every basis by its code. Raises ContractError with each row that is wrong."""
    needed = ("label", "law", "lists", "recipient_kinds", "days_most")
    rows = load_policy_rows(seed_dirs, "list_basis", "basis", needed)
    return {each.code: each for each in _made(rows, _basis, "write days_most as a whole number of days")}


def load_list_recipients(seed_dirs: Sequence[Path]) -> dict[str, ListRecipient]:
    """Every recipient by its code. Raises ContractError with each row that is wrong."""
    rows = load_policy_rows(seed_dirs, "list_recipient", "recipient", ("name", "kind", "member_from", "member_to"))
    remedy = f"write days as 2025-03-31, and as kind one of {', '.join(KINDS)}"
    return {each.code: each for each in _made(rows, _recipient, remedy)}


def _made(rows: Sequence[PolicyRow], make: Callable[[dict[str, str]], Made], remedy: str) -> list[Made]:
    made, problems = [], []
    for row in rows:
        try:
            made.append(make(row.values))
        except ValueError as error:
            problems.append(Problem(str(error), remedy, row.file, row.line))
    if problems:
        raise ContractError(problems)
    return made


def _basis(row: dict[str, str]) -> ListBasis:
    lists, kinds = (frozenset(row[name].split(";")) for name in ("lists", "recipient_kinds"))
    return ListBasis(row["basis"], row["label"], row["law"], lists, kinds, int(row["days_most"]))


def _recipient(row: dict[str, str]) -> ListRecipient:
    if row["kind"] not in KINDS:
        raise ValueError(f"`{row['kind']}` is no kind of recipient")
    return ListRecipient(row["recipient"], row["name"], row["kind"], _day(row["member_from"]), _day(row["member_to"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
