"""A check's numbers over the deliveries as a small inline SVG."""

from __future__ import annotations

from collections.abc import Sequence

from kasane.quality.markup import Markup, element

WIDTH, HEIGHT, MARGIN = 150, 30, 4


def sparkline(values: Sequence[float | None], broken: Sequence[bool], bounds: Sequence[float | None]) -> Markup:
    """The line of ``values`` in the order given, ``bounds`` dashed, broken ones as red dots; blank under two."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    shown = [bound for bound in bounds if bound is not None]
    low, high = min(known + shown), max(known + shown)
    points = [_point(at, value, len(values), low, high) for at, value in enumerate(values) if value is not None]
    line = element(
        "polyline",
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        fill="none",
        stroke="#3d6d8c",
        stroke_width="1.6",
    )
    dots = [
        element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3", fill="#b3261e")
        for at, value in enumerate(values)
        if value is not None and broken[at]
        for x, y in [_point(at, value, len(values), low, high)]
    ]
    limits = [_limit(bound, low, high) for bound in shown]
    return element(
        "svg", *limits, line, *dots, width=WIDTH, height=HEIGHT, role="img", aria_label=f"{len(known)}回分の推移"
    )


def _limit(bound: float, low: float, high: float) -> Markup:
    y = f"{_height(bound, low, high):.1f}"
    return element("line", x1=0, x2=WIDTH, y1=y, y2=y, stroke="#b8a37a", stroke_dasharray="4 3")


def _point(at: int, value: float, count: int, low: float, high: float) -> tuple[float, float]:
    return MARGIN + (WIDTH - 2 * MARGIN) * at / max(count - 1, 1), _height(value, low, high)


def _height(value: float, low: float, high: float) -> float:
    share = 0.5 if high == low else (value - low) / (high - low)
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share
