"""A small line over months (sparkline): months without a value leave a gap and are never bridged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from kasane.reports.svg import element

WIDTH, HEIGHT, MARGIN = 132.0, 34.0, 5.0

Heights = Sequence[float | None]


def heights(values: Sequence[float | None]) -> list[float | None]:
    """The y of each value, lowest at the bottom; the middle where all are the same."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    room = HEIGHT - 2 * MARGIN
    shares = [None if v is None else 0.5 if high == low else (v - low) / (high - low) for v in values]
    return [None if share is None else round(HEIGHT - MARGIN - room * share, 1) for share in shares]


def across(index: int, count: int) -> float:
    """The x of a month."""
    return round(MARGIN + (WIDTH - 2 * MARGIN) * index / max(count - 1, 1), 1)


def path(ys: Heights) -> str:
    """The line as the ``d`` of a path; a lone month is a dot (a line of no length with round ends)."""
    runs = [list(run) for known, run in groupby(enumerate(ys), key=lambda each: each[1] is not None) if known]
    return "".join(_run([(across(at, len(ys)), y) for at, y in run]) for run in runs)


def _run(points: Sequence[tuple[float, float | None]]) -> str:
    text = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    return text + "h0" if len(points) == 1 else text


def sparkline(ys: Heights, label: str, marked: int, slot: str) -> Markup:
    """The picture; ``marked`` is the month with a point on it, ``slot`` the name that the script finds it by."""
    y = ys[marked] if ys else None
    hidden = "hidden" if y is None else None
    point = element("circle", cx=across(marked, len(ys)), cy=y or 0.0, r=3.5, class_="point", visibility=hidden)
    return element(
        "svg", element("path", d=path(ys), class_="spark-line"), point, class_="spark", role="img", aria_label=label,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", width=WIDTH, height=HEIGHT, data_slot=slot,
    )  # fmt: skip
