"""The page on needs and resources by area (圏域ごとの必要と資源), in Japanese, with one workbook beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kasane.files import write_atomically
from kasane.reports import words
from kasane.reports.areas_data import BALANCE, COUNCIL, DESKS, EXEMPLARS, ROUTES, AreaData
from kasane.reports.areas_sheet import areas_book
from kasane.reports.areas_tables import desks, flows, issues, resources, unseen
from kasane.reports.areas_words import period_label, unit_label
from kasane.reports.chart_panels import Panel, draw
from kasane.reports.figure_board import Board
from kasane.reports.figure_line import Line
from kasane.reports.mart_reader import Row
from kasane.reports.page import environment, page_frame
from kasane.reports.patterns_data import SUMMARY as PATTERNS
from kasane.reports.patterns_words import PatternWording
from kasane.reports.svg import figure, keys

PAGE, WORKBOOK = "areas.html", "areas.xlsx"
CASES, HOUSEHOLD_FLOW, ISSUES = "mart_case_flow", "mart_household_flow", "mart_issue_funnel"


def write_areas(data: AreaData, wording: PatternWording, folder: Path, municipality: str, release_id: str) -> Path:
    """Write page and workbook into ``folder``, each whole or not at all; the same release gives the same bytes.

    For the analysts' zone alone (docs/adr/0050). Returns the page. A zone without a month gives a sentence.
    """
    page = render_areas(data, wording, municipality, release_id)
    write_atomically(folder / WORKBOOK, areas_book(data, wording, municipality))
    write_atomically(folder / PAGE, page.encode())
    return folder / PAGE


def render_areas(data: AreaData, wording: PatternWording, municipality: str, release_id: str) -> str:
    """The page as text."""
    context = page_frame(municipality, release_id, "board.js", "overlap.css", "board.css") | {
        "data": data,
        "months": data.months,
        "newest": data.months[-1] if data.months else None,
    }
    context |= _sections(data, wording) if data.months else {}
    return environment().get_template("areas.html.j2").render(context)


def _sections(data: AreaData, wording: PatternWording) -> dict[str, Any]:
    board = Board(data.months, data.areas)
    panels = _panels(data)
    lines = [line for panel in panels for line in panel.lines]
    shown: dict[str, Any] = {
        "places": board.places,
        "unseen": unseen(board, data),
        "resources": resources(board, data),
        "flows": flows(board, data, wording.thresholds["turning_months"].whole),
        "several_desks": wording.thresholds["several_desks_from"].whole,
        "issues": issues(board, data),
        "desks": desks(board, data),
        "routes": _routes(board, data),
        "panels": [draw(board, panel) for panel in panels],
        "heads": [(line.heading, line.unit) for line in lines],
        "monthly": [(month, [board.of_month(line, month) for line in lines]) for month in reversed(data.months)],
        "council": [_council(row) for row in data.council],
        "exemplars": [_exemplar(row) for row in data.exemplars],
        "notes": {
            name: board.note(data.reasons.get(mart, {}))
            for name, mart in (
                ("unseen", PATTERNS), ("resources", BALANCE), ("cases", CASES), ("households", HOUSEHOLD_FLOW),
                ("routes", ROUTES), ("desks", DESKS), ("issues", ISSUES),
            )
        },
    }  # fmt: skip
    return shown | {"payload": board.payload()}


def _panels(data: AreaData) -> list[Panel]:
    moved = _lines(data, HOUSEHOLD_FLOW, "became_compound_count", "ceased_compound_count")
    return [
        Panel("compound", "複合的課題世帯", [data.line("compound_count")]),
        Panel("unseen", "ノーマーク", [data.reach["unseen"]], frozenset(data.reasons[PATTERNS])),
        Panel("households", "世帯の移り変わり(月ごと)", moved),
        Panel("cases", "相談の流れ(月ごと)", _lines(data, CASES, "new_count", "reopened_count", "closed_count")),
        Panel("plans", "開いているプラン", _lines(data, CASES, "open_plan_count")),
        Panel("in-need", "支援が必要な世帯", [data.line("in_need_count")]),
    ]  # fmt: skip


def _lines(data: AreaData, mart: str, *columns: str) -> list[Line]:
    return [data.line(column, mart) for column in columns]


def _routes(board: Board, data: AreaData) -> list[tuple[str, list[Markup]]]:
    """A row a route: consultations and compound ones, in the chosen area and in the whole municipality."""
    columns = ("consultation_count", "compound_issue_count")
    return [
        (
            label,
            [board.of_choice(data.route_lines[code, column]) for column in columns]
            + [board.of_place(data.route_lines[code, column], words.ALL) for column in columns],
        )
        for code, label in data.routes
    ]


def _council(row: Row) -> tuple[int, Any, Markup, Markup]:
    named = {"fiscal_year": row["fiscal_year"]}
    low, high = (
        figure(words.number(row[name]), keys(f"{COUNCIL}.{name}", row[name], row["period_end_date"], **named))
        for name in ("cases_from", "cases_until")
    )
    return row["fiscal_year"], row["period_end_date"], low, high


def _exemplar(row: Row) -> Mapping[str, Any]:
    """One figure of a model municipality beside ours."""
    shown = {}
    for column in ("value", "figure_before", "figure_after"):
        value = row[column]
        digits = 0 if value is not None and float(value).is_integer() else 1
        named = keys(f"{EXEMPLARS}.{column}", value, row["month_end_date"], exemplar=row["exemplar_id"])
        shown[column] = figure(words.number(value, digits), named, unit_label(row["unit"]))
    texts = {name: row[name] or "" for name in ("municipality", "case_name", "label", "source", "reason")}
    return {**shown, **texts, "period": period_label(row["over_period"]), "checked": bool(row["is_fact_checked"])}
