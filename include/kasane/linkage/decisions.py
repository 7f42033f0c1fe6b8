"""Reviewers' decisions on pairs of records: which of them count, and whether new ones can stand beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pyarrow as pa

from kasane.errors import Problem

MUST_LINK = "must_link"
CANNOT_LINK = "cannot_link"
DECISIONS = (MUST_LINK, CANNOT_LINK)
EFFECTIVE_SCHEMA = pa.schema(
    [
        ("left_record_id", pa.string()),
        ("right_record_id", pa.string()),
        ("decision", pa.string()),
        ("decided_by", pa.string()),
        ("decided_on", pa.date32()),
        ("reason", pa.string()),
    ]
)
# The day of a decision is the day on the reviewer's wall, whatever clock the machine keeps.
_JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class LinkDecision:
    """One recorded decision; ``left`` and ``right`` are record ids, ``decided_at`` is ISO with its offset."""

    left: str
    right: str
    decision: str
    decided_by: str
    reason: str
    decided_at: str


@dataclass(frozen=True)
class WantedDecision:
    """A decision as somebody wants it, and where it stands: the line of a file, or None for the command line."""

    left: str
    right: str
    decision: str
    reason: str
    file: str | None = None
    line: int | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """Both record ids in the order of their letters: a pair has no left and right of its own."""
        return ordered(self.left, self.right)

    def problem(self, what: str, remedy: str) -> Problem:
        """Something wrong with it, told where it stands."""
        return Problem(what, remedy, self.file, self.line)


def ordered(left: str, right: str) -> tuple[str, str]:
    """Both ids in the order of their letters."""
    return (left, right) if left <= right else (right, left)


def latest(decisions: Iterable[LinkDecision]) -> dict[tuple[str, str], LinkDecision]:
    """By pair the decision that counts: the last one made, in the order in which they were appended."""
    return {ordered(each.left, each.right): each for each in decisions}


def effective_table(decisions: Iterable[LinkDecision]) -> pa.Table:
    """The decisions that count, a row a pair (EFFECTIVE_SCHEMA), left_record_id < right_record_id, sorted by both."""
    rows = [
        {
            "left_record_id": left,
            "right_record_id": right,
            "decision": each.decision,
            "decided_by": each.decided_by,
            "decided_on": datetime.fromisoformat(each.decided_at).astimezone(_JAPAN).date(),
            "reason": each.reason,
        }
        for (left, right), each in sorted(latest(decisions).items())
    ]
    return pa.Table.from_pylist(rows, schema=EFFECTIVE_SCHEMA)


def find_problems(
    wanted: Sequence[WantedDecision],
    so_far: Mapping[tuple[str, str], LinkDecision],
    known: Collection[str],
    anchor: str,
) -> list[Problem]:
    """Everything that keeps ``wanted`` from being recorded; none where it can be.

    ``known``: the ids of all records there are. ``anchor``: how ids of register rows begin; a person has at most
    one of them.
    """
    problems = [problem for each in wanted for problem in _problems_of_one(each, known)]
    return problems or [*_twofold(wanted), *_inconsistent(wanted, so_far, anchor)]


def _problems_of_one(wanted: WantedDecision, known: Collection[str]) -> list[Problem]:
    problems = []
    if wanted.left == wanted.right:
        problems.append(wanted.problem("both sides are one and the same record", "name two records"))
    for side, record_id in (("left", wanted.left), ("right", wanted.right)):
        # An id holds a municipal number: what is shown on a screen or kept in a log doesn't repeat it.
        if record_id not in known:
            what = f"there is no record with the id on the {side} side"
            problems.append(wanted.problem(what, "`kasane review export` shows the ids of records"))
    if wanted.decision not in DECISIONS:
        problems.append(wanted.problem(f"the decision {wanted.decision} is unknown", f"one of {', '.join(DECISIONS)}"))
    if not wanted.reason.strip():
        problems.append(wanted.problem("no reason is given", "say why, in a few words"))
    return problems


def _twofold(wanted: Sequence[WantedDecision]) -> list[Problem]:
    """Pairs that are decided both ways at once."""
    first: dict[tuple[str, str], WantedDecision] = {}
    problems = []
    for each in wanted:
        before = first.setdefault(each.pair, each)
        if before.decision != each.decision:
            where = f" (line {before.line})" if before.line is not None else ""
            problems.append(each.problem(f"this pair is decided the other way too{where}", "leave one of the two"))
    return problems


def _inconsistent(
    wanted: Sequence[WantedDecision], so_far: Mapping[tuple[str, str], LinkDecision], anchor: str
) -> list[Problem]:
    """What follows from all must-links together against the cannot-links and the register."""
    decided = {pair: each.decision for pair, each in so_far.items()} | {each.pair: each.decision for each in wanted}
    root = _components(pair for pair, decision in decided.items() if decision == MUST_LINK)
    joining: dict[str, WantedDecision] = {}
    for each in wanted:
        if decided[each.pair] == MUST_LINK:
            joining.setdefault(root[each.left], each)
    new_cannot = {each.pair: each for each in wanted if each.decision == CANNOT_LINK}
    problems = []
    for (left, right), decision in decided.items():
        if decision == CANNOT_LINK and left in root and root[left] == root.get(right):
            blamed = new_cannot.get((left, right)) or joining.get(root[left])
            if blamed is not None:
                problems.append(_joined_and_apart(blamed, so_far.get((left, right))))
    anchors = Counter(root[record_id] for record_id in root if record_id.startswith(anchor))
    problems += [
        blamed.problem("this would join two people of the register", "a person has one row of the register")
        for key, blamed in joining.items()
        if anchors[key] > 1
    ]
    return problems


def _joined_and_apart(blamed: WantedDecision, apart: LinkDecision | None) -> Problem:
    if blamed.decision == CANNOT_LINK or apart is None:
        what = "other must_link decisions make these two records one person"
    else:
        what = f"this would join two records that {apart.decided_by} kept apart at {apart.decided_at}"
    return blamed.problem(what, "decide the pairs between them the other way first")


def _components(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By record id one member of all that are joined to it by pairs, the same for each of them."""
    parent: dict[str, str] = {}

    def find(record_id: str) -> str:
        while (above := parent.setdefault(record_id, record_id)) != record_id:
            parent[record_id] = record_id = parent[above]
        return record_id

    for left, right in pairs:
        parent[find(left)] = find(right)
    return {record_id: find(record_id) for record_id in parent}
