"""A figure over months and places: what a page shows in a cell or a chart, and a workbook in a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from kasane.reports import words
from kasane.reports.svg import Attribute, keys

Values = Mapping[tuple[date, str], float]


@dataclass(frozen=True)
class Form:
    """How numbers are shown: decimals, sign, and the number format of a workbook; a share is 0 to 1."""

    digits: int
    cell_format: str
    is_signed: bool = False
    is_share: bool = False

    def text(self, value: float | None) -> str:
        """The number for people; — where there is none."""
        if self.is_share:
            return words.percent(value, self.digits)
        return (words.signed if self.is_signed else words.number)(value, self.digits)


COUNT: Final = Form(0, "#,##0")
DECIMAL: Final = Form(1, "#,##0.0")
SHARE: Final = Form(1, "0.0%", is_share=True)
CHANGE: Final = Form(0, '+#,##0;"−"#,##0;"±"0', is_signed=True)


@dataclass(frozen=True)
class Line:
    """One figure by (month end, place); a place is an area's code or ``ALL``, or another code named by ``kind``.

    ``metric`` is the mart's column (``mart_area_balance.place_count``), with a suffix where it is derived from it;
    ``more`` holds what else names the figure (a pattern, a route).
    """

    metric: str
    heading: str
    unit: str
    form: Form
    values: Values
    kind: str = "area"
    more: Mapping[str, str] = field(default_factory=dict)

    def value(self, month: date, place: str) -> float | None:
        """The figure; None where the mart has none."""
        return self.values.get((month, place))

    def text(self, month: date, place: str) -> str:
        """The figure as shown, without its unit."""
        return self.form.text(self.value(month, place))

    def keys(self, month: date, place: str) -> dict[str, Attribute]:
        """The attributes that say what the shown figure is."""
        return keys(self.metric, self.value(month, place), month, **{self.kind: place}, **self.more)


def year_before(month: date) -> date:
    """The month end twelve months before."""
    return date(month.year - 1 + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1)


def change(line: Line) -> Line:
    """The difference from twelve months before, where both are known."""
    pairs = {key: (value, line.values.get((year_before(key[0]), key[1]))) for key, value in line.values.items()}
    values = {key: now - then for key, (now, then) in pairs.items() if then is not None}
    form = CHANGE if line.form is COUNT else replace(CHANGE, digits=line.form.digits)
    return replace(
        line, metric=f"{line.metric}_change", heading=f"{line.heading} 12か月前との差", form=form, values=values
    )


def share(part: Line, whole: Line, heading: str) -> Line:
    """``part`` of ``whole``, 0 to 1; none where the whole is 0."""
    values = {key: value / whole.values[key] for key, value in part.values.items() if whole.values.get(key, 0)}
    return replace(part, metric=f"{part.metric}_share", heading=heading, unit="%", form=SHARE, values=values)
