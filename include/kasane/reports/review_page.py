"""The review queue as one self-contained Japanese page that works without a network. Restricted: names are on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from kasane.reports.page import environment, resource, script_hash
from kasane.reports.review_sheet import (
    DECISION_HEADING,
    DECISION_WORDS,
    LEFT_HEADING,
    MASK,
    PAIR_HEADING,
    REASON_HEADING,
    RIGHT_HEADING,
    SIDE_HEADINGS,
)

_COMPARED = ("name", "kana", "birth", "sex", "address", "phone", "number")
_TOLD = ("birth_text", "first_told_on", "link_method", "household_size", "household_members", "other_count", "others")
_BAR_WIDTH = 60


@dataclass(frozen=True)
class FieldRow:
    """One field of both sides; ``state``: same, differs, missing (one side tells nothing) or told (not compared)."""

    title: str
    left: str
    right: str
    state: str


@dataclass(frozen=True)
class Bar:
    """What one comparison says: ``width`` of its bar (0 to 60), and whether it speaks for one person."""

    title: str
    level: str
    weight: str
    width: float
    speaks_for: bool


def render_review_page(
    queue: pa.Table, labels: Mapping[str, str], waiting: int, municipality: str, release_id: str
) -> str:
    """The page for the pairs of ``queue`` (``load_queue``), of ``waiting`` in all.

    ``labels`` are the words of comparisons and levels. Everything told of a person is escaped.
    """
    script = resource("review.js")
    context: dict[str, Any] = {
        "municipality": municipality,
        "release_id": release_id,
        "pairs": [_pair(pair, labels) for pair in queue.to_pylist()],
        "waiting": waiting,
        "choices": DECISION_WORDS,
        "csv_headings": (PAIR_HEADING, LEFT_HEADING, RIGHT_HEADING, DECISION_HEADING, REASON_HEADING),
        "style": Markup(resource("review.css")),
        "script": Markup(script),
        "script_hash": script_hash(script),
    }
    return environment().get_template("review.html.j2").render(context)


def _pair(pair: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    shown = {name: "" if value is None else str(value) for name, value in pair.items() if name != "evidence"}
    probability = pair["probability"]
    return {
        **shown,
        "probability": "" if probability is None else f"{probability:.1%}",
        "match_weight": "" if pair["match_weight"] is None else f"{pair['match_weight']:+.1f}",
        "fields": [_field(shown, name) for name in (*_COMPARED, *_TOLD)],
        "bars": _bars(pair["evidence"] or (), labels),
    }


def _field(shown: Mapping[str, str], name: str) -> FieldRow:
    left, right = shown[f"left_{name}"], shown[f"right_{name}"]
    if name not in _COMPARED or MASK in (left, right):
        state = "told"
    elif not left or not right:
        state = "missing"
    else:
        state = "same" if _folded(left) == _folded(right) else "differs"
    return FieldRow(SIDE_HEADINGS[name], left, right, state)


def _folded(text: str) -> str:
    """Text without widths, blanks and dashes: how it is written is no difference between two people."""
    kept = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign)[0] not in "ZP")
    return "".join(kept)


def _bars(evidence: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> list[Bar]:
    most = max((abs(each["weight"]) for each in evidence if each["weight"] is not None), default=0.0) or 1.0
    return [
        Bar(
            title=labels.get(each["comparison"], each["comparison"]),
            level=labels.get(each["level"], each["level"]),
            weight="" if each["weight"] is None else f"{each['weight']:+.1f}",
            width=round(abs(each["weight"] or 0.0) / most * _BAR_WIDTH, 1),
            speaks_for=(each["weight"] or 0.0) >= 0,
        )
        for each in evidence
    ]
