"""What may be asked of a batch or a mart: one number within bounds, and what follows when it is not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["warning", "refuse"]


@dataclass(frozen=True)
class Check:
    """One rule: the number called ``name`` lies between ``at_least`` and ``at_most`` (both included).

    ``title`` is Japanese, shown to people. ``unit`` tells how the number is shown: a share as percent.
    Severity ``warning`` flags; ``refuse`` keeps the batch, or the release, from being taken.
    """

    name: str
    title: str
    severity: Severity
    at_least: float | None = None
    at_most: float | None = None
    unit: Literal["share", "count", "number"] = "share"

    def as_document(self) -> dict[str, Any]:
        """As stored in a result file."""
        return asdict(self)


def number_text(value: float | None, unit: str) -> str:
    """A number as shown to people: ``98.2%``, ``1,234``, ``2.31``; a dash where there is none."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if unit == "count" else f"{value:,.2f}"


def allowed_text(at_least: float | None, at_most: float | None, unit: str) -> str:
    """The bounds in English, as error messages say them."""
    low, high = number_text(at_least, unit), number_text(at_most, unit)
    if at_least is not None and at_most is not None:
        return f"{low} to {high}"
    return f"at least {low}" if at_least is not None else f"at most {high}"


def allowed_text_ja(at_least: float | None, at_most: float | None, unit: str) -> str:
    """The bounds in Japanese, as pages show them."""
    low, high = number_text(at_least, unit), number_text(at_most, unit)
    if at_least is not None and at_most is not None:
        return low if low == high else f"{low}～{high}"
    return f"{low}以上" if at_least is not None else f"{high}以下"
