"""The sections of the overlap report that a month fills: plot, heat maps, trend, benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from markupsafe import Markup

from kasane.publish.disclosure.linked_table import COMPOUND_KPI
from kasane.reports import words
from kasane.reports.chart_trend import TrendMonth, trend_chart
from kasane.reports.chart_upset import Selection, upset_plot
from kasane.reports.labels import name_sources
from kasane.reports.overlap_figures import (
    SHADES,
    area_rows,
    cards,
    count_figure,
    share_figure,
    trend_months,
    type_rows,
)
from kasane.reports.overlap_model import AT_LEAST, EXACT, Cell, OverlapData, Row
from kasane.reports.overlap_sources import incomplete_months
from kasane.reports.svg import element, figure, keys

WIDE_CELL: Final = 10_000  # from this count on, the tables of combinations print sideways


def month_sections(
    data: OverlapData, titles: Mapping[str, str], groups: Sequence[Sequence[str]], chosen: Selection | None
) -> dict[str, Any]:
    """What the templates show of the newest month; ``titles`` names feeds and tables."""
    month = data.newest
    assert month is not None
    order = [combination for group in groups for combination in group]
    trend = trend_months(data, incomplete_months(data))
    matches = (EXACT, AT_LEAST) if data.match == EXACT else (AT_LEAST,)
    return {
        "compound_kpi": COMPOUND_KPI,
        "cards": cards(data),
        "upset": upset_plot(chosen, groups) if chosen else None,
        "matches": matches,
        "upset_rows": _upset_rows(data, month, order, matches) if chosen else [],
        "heads": [(words.domains_label(c), _mini_matrix(c), c.count("+") + 1) for c in order],
        "area_rows": area_rows(data, month, order),
        "type_rows": type_rows(data, month, order),
        "large": any((data.cell(month, words.ALL, data.match, c).value or 0) >= WIDE_CELL for c in order),
        "shade_names": _shade_names(),
        "areas_apart": None if data.is_public else _areas_apart(data, month),
        "trend": trend_chart(trend),
        "trend_rows": [_trend_row(each, data) for each in trend],
        "incomplete": [each.month for each in trend if each.incomplete],
        "one_person": _one_person(data, month),
        **_benchmarks(data, titles, month),
    }


def _upset_rows(
    data: OverlapData, month: date, order: Sequence[str], matches: Sequence[str]
) -> list[tuple[str, Sequence[Markup]]]:
    """A row a combination: count and share by each match."""
    in_need = data.in_need(month, words.ALL)
    rows: list[tuple[str, Sequence[Markup]]] = []
    for combination in order:
        cells: list[Markup] = []
        for match in matches:
            cell = data.cell(month, words.ALL, match, combination)
            cells.append(count_figure(cell, "combination_households", month, domains=combination, match=match))
            cells.append(share_figure(cell, in_need, month, "combination_share", domains=combination, match=match))
        rows.append((words.domains_label(combination), cells))
    return rows


def _trend_row(each: TrendMonth, data: OverlapData) -> tuple[date, bool, Sequence[Markup]]:
    cells = [
        count_figure(each.in_need, "in_need_count", each.month),
        count_figure(each.compound, "compound_count", each.month),
        share_figure(each.compound, each.in_need, each.month, "compound_count_share"),
    ]
    if not data.is_public:
        sizes = each.by_size or dict.fromkeys((1, 2, 3, 4))
        cells += [
            count_figure(Cell(value), "domain_count_households", each.month, size=str(size))
            for size, value in sizes.items()
        ]
    return each.month, each.incomplete, cells


def areas_apart(data: OverlapData, month: date) -> tuple[int, int] | None:
    """Households, and households in need, that are in the municipality's figures but in no area's."""
    places = [data.summary[month, code] for code, _ in data.areas if (month, code) in data.summary]
    if not places:
        return None
    whole = data.summary[month, words.ALL]
    households, in_need = (
        (whole[column].value or 0) - sum(place[column].value or 0 for place in places)
        for column in ("household_count", "in_need_count")
    )
    return households, in_need


def _areas_apart(data: OverlapData, month: date) -> tuple[Markup, Markup] | None:
    apart = areas_apart(data, month)
    if apart is None:
        return None
    return (
        count_figure(Cell(apart[0]), "households_without_area", month),
        count_figure(Cell(apart[1]), "in_need_without_area", month),
    )


def _one_person(data: OverlapData, month: date) -> tuple[Markup, Markup] | None:
    """Compound households in which one person has all the needs: how many, and the share of the compound."""
    for row in data.tables.get("compound_kind", ()):
        one, compound = Cell(row["compound_one_person_count"]), Cell(row["compound_count"])
        return (
            count_figure(one, "compound_one_person_count", month),
            share_figure(one, compound, month, "compound_one_person_share"),
        )
    return None


def _benchmarks(data: OverlapData, titles: Mapping[str, str], month: date) -> dict[str, list[dict[str, Any]]]:
    rows = [_benchmark(row, titles, month) for row in data.tables["benchmarks"]]
    return {
        "benchmarks": [row for row in rows if row["known"] or data.is_public],
        "benchmarks_without": [row for row in rows if not row["known"] and not data.is_public],
    }


def _benchmark(row: Row, titles: Mapping[str, str], month: date) -> dict[str, Any]:
    shown = {}
    for column in ("value", "nation", "special_wards"):
        value = None if row[column] is None else float(row[column])
        digits = 0 if row["unit"] == "count" and value is not None and value.is_integer() else 1
        named = keys(f"benchmark_{column}", value, month, indicator=row["indicator_id"])
        shown[column] = figure(words.number(value, digits), named, words.unit_label(row["unit"]))
    return {
        **shown,
        "label": row["label"] or "",
        "source": row["source"] or "",
        "reason": name_sources(row["reason"] or "", titles),
        "known": row["value"] is not None,
        "checked": bool(row["is_fact_checked"]),
    }


def _mini_matrix(combination: str) -> Markup:
    """One combination for a table's head: the first signs of its domains; screen readers get the name instead."""
    inside = combination.split("+")
    rows = []
    for index, domain in enumerate(words.DOMAINS):
        y, on = 8 + 17 * index, domain in inside
        rows.append(element("circle", cx=8, cy=y, r=7.5 if on else 3, class_="dot on" if on else "dot off"))
        if on:
            rows.append(element("text", words.DOMAIN_SIGNS[domain], x=8, y=y + 3.6, class_="sign mid"))
    return element(
        "svg", *rows, class_="mini", viewBox="0 0 16 68", width=16, height=68, aria_hidden="true", focusable="false"
    )


def _shade_names() -> list[str]:
    bounds = [words.percent(bound, 0) for bound in SHADES]
    between = [f"{low}以上{high}未満" for low, high in pairwise(bounds)]
    return ["0", f"{bounds[0]}未満", *between, f"{bounds[-1]}以上"]
