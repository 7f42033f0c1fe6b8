"""The overlap report: one self-contained HTML page in Japanese and one workbook, for the analysts and for anyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kasane.files import write_atomically
from kasane.reports import words
from kasane.reports.overlap_choices import choices
from kasane.reports.overlap_figures import selection, shown_groups
from kasane.reports.overlap_model import OverlapData
from kasane.reports.overlap_sections import month_sections
from kasane.reports.overlap_sheet import workbook_bytes
from kasane.reports.overlap_sources import STATES, feed_lines, quarantine_lines, refused_files
from kasane.reports.page import environment, page_frame

PAGE, WORKBOOK = "overlap.html", "overlap.xlsx"


@dataclass(frozen=True)
class ReportSummary:
    """What was written: the page, the release it shows, its newest month, and what the file could not show."""

    path: Path
    release_id: str
    month_end: date | None
    months: int
    areas: int
    size_bytes: int
    missing: tuple[str, ...]


def write_overlap_report(
    data: OverlapData, titles: Mapping[str, str], folder: Path, municipality: str, release_id: str
) -> ReportSummary:
    """Write page and workbook into ``folder``, each whole or not at all; the same release gives the same bytes.

    ``titles`` names feeds and tables. ``release_id`` is shown in the analysts' zone only. Months, areas or tables
    that are not there give a sentence on the page, not an error.
    """
    page = render_overlap_report(data, titles, municipality, release_id).encode()
    shown_id = "" if data.is_public else release_id
    write_atomically(folder / WORKBOOK, workbook_bytes(data, titles, municipality, shown_id))
    write_atomically(folder / PAGE, page)
    months, areas = len(data.months), len(data.areas)
    return ReportSummary(folder / PAGE, release_id, data.newest, months, areas, len(page), data.missing)


def render_overlap_report(data: OverlapData, titles: Mapping[str, str], municipality: str, release_id: str) -> str:
    """The page as text."""
    context = page_frame(municipality, release_id, "overlap.js", "overlap.css") | {
        "data": data,
        "choices": None,
    }
    context |= {} if data.is_public else _sources(data, titles)
    if data.newest:
        groups = shown_groups(data)
        chosen = selection(data, data.newest, words.ALL)
        context |= month_sections(data, titles, groups, chosen)
        context["choices"] = choices(data, [each for group in groups for each in group]) if chosen else None
    return environment().get_template("overlap.html.j2").render(context)


def _sources(data: OverlapData, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "feeds": feed_lines(data, titles),
        "refused": refused_files(data, titles),
        "quarantine": quarantine_lines(data, titles),
        "states": STATES,
    }
