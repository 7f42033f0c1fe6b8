"""The figures of a page that change with the chosen month and area, and all of their values for the page's script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.chart_spark import HEIGHT, MARGIN, WIDTH, heights, sparkline
from kasane.reports.figure_line import Line
from kasane.reports.page import Texts, json_in_html
from kasane.reports.svg import element, figure

Places = Sequence[tuple[str, str]]
Sentences = Mapping[date, Sequence[str]]


@dataclass(frozen=True)
class _Slot:
    """A figure on the page; a month or place of None is the chosen one."""

    line: Line
    month: date | None
    place: str | None


class Board:
    """Makes figures for the newest month and the whole municipality, and remembers what each of them is.

    Python writes every text of every month and area, so that the script formats no number.
    """

    def __init__(self, months: Sequence[date], areas: Places) -> None:
        self.months = tuple(months)
        self.places: Places = ((words.ALL, "全体"), *areas)
        self._slots: list[_Slot] = []
        self._sparks: list[list[float | None]] = []
        self._notes: list[Sentences] = []
        self._drawings: list[Callable[[str], str]] = []

    @property
    def newest(self) -> date:
        """The month that the page shows before anyone chooses."""
        return self.months[-1]

    def of_place(self, line: Line, place: str) -> Markup:
        """The figure of this place in the chosen month."""
        return self._figure(_Slot(line, None, place))

    def of_choice(self, line: Line) -> Markup:
        """The figure of the chosen area in the chosen month."""
        return self._figure(_Slot(line, None, None))

    def of_month(self, line: Line, month: date) -> Markup:
        """The figure of the chosen area in this month."""
        return self._figure(_Slot(line, month, None))

    def spark(self, line: Line, place: str) -> Markup:
        """The line of a place over all months with its lowest and highest value; the script moves its point."""
        values = [line.value(month, place) for month in self.months]
        known = [value for value in values if value is not None]
        if not known:
            return Markup("値のある月なし")
        ys = heights(values)
        low, high = (
            _end(line, place, name, value) for name, value in (("lowest", min(known)), ("highest", max(known)))
        )
        label = (
            f"{line.heading}の推移: {len(values)}か月のうち値のある{len(known)}か月、最小{line.form.text(min(known))}、"
            f"最大{line.form.text(max(known))}、最後の値{line.form.text(known[-1])}"
        )
        self._sparks.append(ys)
        picture = sparkline(ys, label, len(values) - 1, f"spark-{len(self._sparks) - 1}")
        return picture + Markup('<br><small class="nowrap">{}〜{}</small>').format(low, high)

    def note(self, sentences: Sentences) -> Markup:
        """What is to be said of the figures in the chosen month."""
        self._notes.append(sentences)
        told = "".join(sentences.get(self.newest, ()))
        return element(
            "p", "注意: ", element("span", told), class_="note warned", data_slot=f"note-{len(self._notes) - 1}",
            hidden=None if told else "hidden",
        )  # fmt: skip

    def drawn(self, make: Callable[[str], str]) -> tuple[str, str]:
        """(slot, text) of a part of a chart that ``make`` writes for an area: a path or the label of a tick."""
        self._drawings.append(make)
        return f"drawn-{len(self._drawings) - 1}", make(words.ALL)

    def payload(self) -> Markup:
        """All months and areas as JSON, each text once."""
        texts = Texts()
        codes = [code for code, _ in self.places]
        by_month = [i for i, slot in enumerate(self._slots) if slot.month is None and slot.place is not None]
        by_area = [i for i, slot in enumerate(self._slots) if slot.month is not None]
        by_both = [i for i, slot in enumerate(self._slots) if slot.month is None and slot.place is None]
        everything: dict[str, Any] = {
            "months": [month.isoformat() for month in self.months],
            "areas": codes,
            "slots": {"month": by_month, "area": by_area, "both": by_both},
            "month": [self._cells(by_month, month, "", texts) for month in self.months],
            "area": [self._cells(by_area, self.newest, code, texts) for code in codes],
            "both": [[self._cells(by_both, month, code, texts) for code in codes] for month in self.months],
            "notes": [[texts.place("".join(each.get(m, ()))) for m in self.months] for each in self._notes],
            "sparks": self._sparks,
            "drawn": [[texts.place(make(code)) for make in self._drawings] for code in codes],
            "frame": {"width": WIDTH, "margin": MARGIN, "height": HEIGHT},
        }
        return json_in_html(everything | {"texts": texts.all})

    def _figure(self, slot: _Slot) -> Markup:
        self._slots.append(slot)
        month, place = slot.month or self.newest, words.ALL if slot.place is None else slot.place
        named = slot.line.keys(month, place) | {"data_slot": f"figure-{len(self._slots) - 1}"}
        return figure(slot.line.text(month, place), named)

    def _cells(self, slots: Sequence[int], month: date, area: str, texts: Texts) -> list[list[Any]]:
        """Values, and the places of their texts, in the order of the slots."""
        values: list[float | None] = []
        told: list[int] = []
        for slot in (self._slots[at] for at in slots):
            value = slot.line.value(slot.month or month, area if slot.place is None else slot.place)
            values.append(value)
            told.append(texts.place(slot.line.form.text(value)))
        return [values, told]


def _end(line: Line, place: str, name: str, value: float) -> Markup:
    named = {"data_metric": f"{line.metric}_{name}", "data_value": repr(value), f"data_{line.kind}": place}
    return figure(line.form.text(value), named | {f"data_{key}": told for key, told in line.more.items()})
