"""Building blocks of inline SVG and of figures that say what they are; everything put in is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import ceil, floor, log10

from markupsafe import Markup, escape

from kasane.reports import words

# What XML and HTML can't hold, whatever its escaping.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
Attribute = str | int | float | None


def plain(value: object) -> str:
    """Any value as text without control characters."""
    return _UNPRINTABLE.sub("\ufffd", str(value))


def attributes(given: Mapping[str, Attribute]) -> Markup:
    """`` name="value"`` of each; ``data_metric`` becomes ``data-metric``, ``class_`` ``class``; None is left out."""
    shown = {key.rstrip("_").replace("_", "-"): _short(v) for key, v in given.items() if v is not None}
    return Markup("").join(Markup(' {}="{}"').format(key, plain(value)) for key, value in shown.items())


def element(name: str, *children: str, **given: Attribute) -> Markup:
    """One element; children that are not Markup are escaped."""
    inside = Markup("").join(child if isinstance(child, Markup) else escape(plain(child)) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), attributes(given), inside)


def picture(
    name: str, title: str, description: str, size: tuple[float, float], *children: str, class_: str | None = None
) -> Markup:
    """An ``<svg>`` that a screen reader names by its title and description."""
    width, height = size
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
        *children,
        id=name,
        class_=class_,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        width=width,
        height=height,
    )


def keys(
    metric: str, value: float | None, month: date | None = None, area: str | None = None, **more: Attribute
) -> dict[str, Attribute]:
    """The attributes that say what a shown figure is: ``data-metric``, ``data-value`` (unrounded), month, area …"""
    named: dict[str, Attribute] = {
        "data_metric": metric,
        "data_value": "" if value is None else repr(value),
        "data_month": month.isoformat() if month else None,
        "data_area": area,
    }
    return named | {f"data_{key}": given for key, given in more.items()}


def figure(shown: str, named: Mapping[str, Attribute], unit: str = "") -> Markup:
    """A figure in running text or a table, with its unit in small print; the two stay on one line."""
    value = element("span", shown, class_="fig", **named)
    if not unit or shown == words.NO_VALUE:
        return value
    return element("span", value, element("span", unit, class_="unit"), class_="nowrap")


def hidden_figure(named: Mapping[str, Attribute]) -> Markup:
    """The mark of a figure that disclosure control hid (秘匿), with the word for a screen reader."""
    return figure(words.HIDDEN_MARK, named) + element("span", f"({words.HIDDEN_WORD})", class_="hidden")


def nice_ticks(largest: float, wanted: int = 4) -> list[float]:
    """Round axis ticks from 0 to at least ``largest``; whole numbers from a step of 1 up."""
    if largest <= 0:
        return [0.0, 1.0]
    rough = largest / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    return [round(step * index, 10) for index in range(ceil(largest / step - 1e-9) + 1)]


def _short(value: Attribute) -> str:
    """Coordinates with at most two decimals, so that the page stays small and the same everywhere."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)
