"""The overlap report: one self-contained HTML file in Japanese about one release. For inside use only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kasane.files import write_atomically
from kasane.reports import words
from kasane.reports.chart_trend import TrendMonth, trend_chart
from kasane.reports.chart_upset import FRAME, upset_plot
from kasane.reports.labels import load_feed_titles
from kasane.reports.overlap_data import OverlapData, Row, read_overlap_data
from kasane.reports.overlap_figures import (
    SHADES,
    area_rows,
    cards,
    count_figure,
    selection,
    share_figure,
    shown_groups,
    trend_months,
    type_rows,
)
from kasane.reports.overlap_sources import STATES, feed_lines, incomplete_months, quarantine_lines, refused_files
from kasane.reports.page import environment, json_in_html, resource, script_hash
from kasane.reports.svg import element, figure, keys, plain
from kasane.settings import load_settings

WIDE_CELL = 10_000  # from this count on, the tables of combinations print sideways


@dataclass(frozen=True)
class ReportSummary:
    """What was written: the file, the release it shows, its newest month, and what the file could not show."""

    path: Path
    release_id: str
    month_end: date | None
    months: int
    areas: int
    size_bytes: int
    missing: tuple[str, ...]


def write_overlap_report(
    analyst_file: Path,
    out: Path,
    release_id: str,
    municipality: str,
    feed_titles: Mapping[str, str] | None = None,
) -> ReportSummary:
    """Write the report of one release to ``out``, whole or not at all; the same release gives the same bytes.

    ``analyst_file`` is the release's analyst.duckdb, read only. ``feed_titles`` names the feeds; by
    default the contracts of the settings in force do. Months, areas or tables that are
    not there give a sentence on the page, not an error. Raises KasaneError when the file can't be read.
    """
    if feed_titles is None:
        feed_titles = load_feed_titles(load_settings().contract_dirs)
    data = read_overlap_data(analyst_file)
    page = render_overlap_report(data, release_id, municipality, feed_titles).encode()
    write_atomically(out, page)
    months, areas = len(data.months), len(data.areas)
    return ReportSummary(out, release_id, data.newest, months, areas, len(page), data.missing)


def render_overlap_report(data: OverlapData, release_id: str, municipality: str, titles: Mapping[str, str]) -> str:
    """The page as text."""
    script = resource("overlap.js")
    context: dict[str, Any] = {
        "municipality": plain(municipality),
        "release_id": plain(release_id),
        "words": words,
        "data": data,
        "style": Markup(resource("overlap.css")),
        "script": Markup(script),
        "script_hash": script_hash(script),
        "feeds": feed_lines(data, titles),
        "refused": refused_files(data, titles),
        "quarantine": quarantine_lines(data, titles),
        "states": STATES,
        "areas_apart": None,
    }
    context |= _month_sections(data) if data.newest else {}
    return environment().get_template("overlap.html.j2").render(context)


def _month_sections(data: OverlapData) -> dict[str, Any]:
    month = data.newest
    assert month is not None
    groups = shown_groups(data)
    order = [combination for group in groups for combination in group]
    chosen = selection(data, month, words.ALL)
    trend = trend_months(data, incomplete_months(data))
    with_value, without_value = _benchmarks(data, month)
    return {
        "cards": cards(data),
        "upset": upset_plot(chosen, groups) if chosen else None,
        "upset_rows": _upset_rows(data, month, order) if chosen else [],
        "choices": _choices(data, order) if chosen else None,
        "heads": [(words.domains_label(c), _mini_matrix(c), c.count("+") + 1) for c in order],
        "area_rows": area_rows(data, order),
        "type_rows": type_rows(data, order),
        "large": any((data.cell(month, words.ALL, "exact", c) or 0) >= WIDE_CELL for c in order),
        "shade_names": _shade_names(),
        "areas_apart": _areas_apart(data, month),
        "trend": trend_chart(trend),
        "trend_rows": [_trend_row(each) for each in trend],
        "incomplete": [each.month for each in trend if each.incomplete],
        "one_person": _one_person(data, month),
        "benchmarks": with_value,
        "benchmarks_without": without_value,
    }


def _upset_rows(data: OverlapData, month: date, order: Sequence[str]) -> list[tuple[str, Sequence[Markup]]]:
    """A row a combination: exact count and share, and the count and share of "at least these"."""
    in_need = data.summary[month, words.ALL]["in_need_count"]
    rows: list[tuple[str, Sequence[Markup]]] = []
    for combination in order:
        cells: list[Markup] = []
        for match in ("exact", "at_least"):
            value = data.cell(month, words.ALL, match, combination)
            cells.append(count_figure(value, "combination_households", month, domains=combination, match=match))
            cells.append(share_figure(value, in_need, month, "combination_share", domains=combination, match=match))
        rows.append((words.domains_label(combination), cells))
    return rows


def _trend_row(each: TrendMonth) -> tuple[date, bool, Sequence[Markup]]:
    sizes = each.by_size or dict.fromkeys((1, 2, 3, 4))
    cells = [
        count_figure(each.in_need, "in_need_count", each.month),
        count_figure(each.compound, "compound_count", each.month),
        share_figure(each.compound, each.in_need, each.month, "compound_count_share"),
    ]
    cells += [
        count_figure(value, "domain_count_households", each.month, size=str(size)) for size, value in sizes.items()
    ]
    return each.month, each.incomplete, cells


def _areas_apart(data: OverlapData, month: date) -> tuple[Markup, Markup] | None:
    """Households, and households in need, that are in the municipality's figures but in no area's."""
    places = [data.summary[month, code] for code, _ in data.areas if (month, code) in data.summary]
    if not places:
        return None
    whole = data.summary[month, words.ALL]
    columns = ("household_count", "in_need_count")
    apart = [whole[column] - sum(place[column] for place in places) for column in columns]
    return (
        count_figure(apart[0], "households_without_area", month),
        count_figure(apart[1], "in_need_without_area", month),
    )


def _one_person(data: OverlapData, month: date) -> tuple[Markup, Markup] | None:
    """Compound households in which one person has all the needs: how many, and the share of the compound."""
    for row in data.tables["compound_kind"]:
        one, compound = row["compound_one_person_count"], row["compound_count"]
        return (
            count_figure(one, "compound_one_person_count", month),
            share_figure(one, compound, month, "compound_one_person_share"),
        )
    return None


def _benchmarks(data: OverlapData, month: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows = [_benchmark(row, month) for row in data.tables["benchmarks"]]
    return [row for row in rows if row["known"]], [row for row in rows if not row["known"]]


def _benchmark(row: Row, month: date) -> dict[str, Any]:
    shown = {}
    for column in ("value", "nation", "special_wards"):
        value = None if row[column] is None else float(row[column])
        digits = 0 if row["unit"] == "count" and value is not None and value.is_integer() else 1
        named = keys(f"benchmark_{column}", value, month, indicator=row["indicator_id"])
        shown[column] = figure(words.number(value, digits), named, words.unit_label(row["unit"]))
    texts = {column: row[column] or "" for column in ("label", "source", "reason")}
    return {**shown, **texts, "known": row["value"] is not None, "checked": bool(row["is_fact_checked"])}


def _choices(data: OverlapData, order: Sequence[str]) -> dict[str, Any]:
    """Every month and area for the page's own script: in need, 15 exact counts, 4 totals; '' embeds as JSON."""
    places = [(words.ALL, "全体"), *data.areas]
    cells = {}
    for m, month in enumerate(data.months):
        for a, (code, _) in enumerate(places):
            chosen = selection(data, month, code)
            if chosen is not None:
                exact = [chosen.exact[combination] for combination in order]
                cells[f"{m},{a}"] = [chosen.in_need, *exact, *(chosen.totals[d] for d in words.DOMAINS)]
    months = [[month.isoformat(), words.era_month(month)] for month in reversed(data.months)]
    payload = {
        "months": [month.isoformat() for month in data.months],
        "areas": [code for code, _ in places],
        "sizes": [combination.count("+") + 1 for combination in order],
        "domains": list(words.DOMAINS),
        "frame": FRAME,
        "cells": cells,
    }
    return {"months": months, "areas": places, "json": json_in_html(payload)}


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
