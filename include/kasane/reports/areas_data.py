"""What the page on needs and resources shows, read from the analysts' zone: counts by area, route and desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kasane.reports.areas_words import BLANK_DESK, DESK_MEASURES, MEASURES, ROUTE_MEASURES
from kasane.reports.figure_board import Places, Sentences
from kasane.reports.figure_line import Line
from kasane.reports.labels import name_sources
from kasane.reports.mart_reader import MartReader, Row, lines_of, reasons_of
from kasane.reports.patterns_data import HOUSEHOLDS
from kasane.reports.patterns_data import SUMMARY as PATTERNS
from kasane.reports.patterns_words import PatternWording
from kasane.reports.words import ALL
from kasane.reports.zone_file import open_zone_file

BALANCE, ROUTES, DESKS = "mart_area_balance", "mart_found_by_route", "mart_desk_journey"
COUNCIL, EXEMPLARS = "mart_council_year", "mart_exemplar"
# The two patterns that say who works with a compound household; both are structural tiers.
REACH: tuple[str, str] = ("unseen", "outside_programme")
_EXEMPLAR = (
    "exemplar_id", "municipality", "case_name", "label", "unit", "value", "figure_before", "figure_after",
    "over_period", "survey_year", "source", "is_fact_checked", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class AreaData:
    """``lines`` by (mart, column), ``reach`` by pattern, ``reasons`` by mart; routes and desks in order of their code.

    ``route_lines`` are by (route, column), ``desk_lines`` by column over desks; ``desk_areas`` names each desk's area.
    """

    months: tuple[date, ...]
    months_in_file: int
    areas: Places
    lines: Mapping[tuple[str, str], Line]
    reach: Mapping[str, Line]
    reasons: Mapping[str, Sentences]
    routes: Places
    route_lines: Mapping[tuple[str, str], Line]
    desks: Places
    desk_areas: Mapping[str, str]
    desk_lines: Mapping[str, Line]
    council: Sequence[Row]
    exemplars: Sequence[Row]
    missing: tuple[str, ...]

    def line(self, column: str, mart: str = BALANCE) -> Line:
        """One figure of an area; the balance's where no mart is named."""
        return self.lines[mart, column]


def read_areas(analyst_file: Path, wording: PatternWording) -> AreaData:
    """Figures of the newest months; what is not in the file is named in ``missing``. Raises KasaneError."""
    with open_zone_file(analyst_file) as connection:
        reader = MartReader(connection, BALANCE)
        names = reader.labels("dim_area", "area_code", "area_name")
        rows = {
            mart: reader.rows(mart, ("area_code", *(each.column for each in measures), "reason"))
            for mart, measures in MEASURES.items()
        }
        reach = reader.rows(PATTERNS, ("area_code", "pattern", "tier", "household_count", "feeds_not_current"))
        columns = tuple(each.column for each in ROUTE_MEASURES)
        routes = reader.rows(ROUTES, ("area_code", "route", "route_label", *columns, "reason"))
        columns = tuple(each.column for each in DESK_MEASURES)
        desks = reader.rows(DESKS, ("desk_code", "agency_name", "area_code", *columns, "reason"))
        council = reader.rows(COUNCIL, ("fiscal_year", "cases_from", "cases_until"), day="period_end_date")
        exemplars = reader.rows(EXEMPLARS, _EXEMPLAR)
    codes = sorted(({row["area_code"] for row in rows[BALANCE]} | set(names)) - {ALL, None}) if reader.months else []
    routes_by_code = {row["route"]: row["route_label"] or row["route"] for row in routes}
    # An agency may be called otherwise in another month: the newest name counts.
    desk_rows = {row["desk_code"] or "": row for row in desks}
    return AreaData(
        months=reader.months,
        months_in_file=reader.months_in_file,
        areas=tuple((code, names.get(code, code)) for code in codes),
        lines=_area_lines(rows),
        reach={pattern: _reach_line(reach, pattern, wording) for pattern in REACH},
        reasons=_reasons({**rows, ROUTES: routes, DESKS: desks}, reach, wording),
        routes=tuple(sorted(routes_by_code.items())),
        route_lines=_route_lines(routes, sorted(routes_by_code)),
        desks=_desks(desk_rows),
        desk_areas={code: names.get(row["area_code"], row["area_code"] or "") for code, row in desk_rows.items()},
        desk_lines=lines_of(DESKS, desks, DESK_MEASURES, place="desk_code"),
        council=council,
        exemplars=_exemplars(exemplars, wording),
        missing=tuple(sorted(reader.missing)),
    )


def _exemplars(rows: Sequence[Row], wording: PatternWording) -> list[Row]:
    """Of the newest month, each municipality's together; sources in a reason are called by their title."""
    newest = max((row["month_end_date"] for row in rows), default=None)
    told = [
        {**row, "reason": name_sources(row["reason"] or "", wording.source_titles) or None}
        for row in rows
        if row["month_end_date"] == newest
    ]
    return sorted(told, key=lambda row: (row["municipality"] or "", row["case_name"] or "", row["exemplar_id"]))


def _area_lines(rows: Mapping[str, Sequence[Row]]) -> dict[tuple[str, str], Line]:
    return {
        (mart, column): line
        for mart, measures in MEASURES.items()
        for column, line in lines_of(mart, rows[mart], measures).items()
    }


def _reach_line(rows: Sequence[Row], pattern: str, wording: PatternWording) -> Line:
    """A structural tier's households under its careful label."""
    found = [row for row in rows if (row["pattern"], row["tier"]) == (pattern, "structural")]
    line = lines_of(PATTERNS, found, [HOUSEHOLDS], pattern=pattern, tier="structural")["household_count"]
    labels = [tier.label for tier in wording.tiers if tier.key == (pattern, "structural")]
    return Line(line.metric, labels[0] if labels else pattern, line.unit, line.form, line.values, more=line.more)


def _route_lines(rows: Sequence[Row], routes: Sequence[str]) -> dict[tuple[str, str], Line]:
    return {
        (route, column): line
        for route in routes
        for column, line in lines_of(
            ROUTES, [row for row in rows if row["route"] == route], ROUTE_MEASURES, route=route
        ).items()
    }


def _desks(rows: Mapping[str, Row]) -> Places:
    """By code; the blank one last."""
    return tuple(
        (code, (rows[code]["agency_name"] or code) if code else BLANK_DESK)
        for code in sorted(rows, key=lambda code: (code == "", code))
    )


def _reasons(
    rows: Mapping[str, Sequence[Row]], reach: Sequence[Row], wording: PatternWording
) -> dict[str, dict[date, list[str]]]:
    """What each mart says of its figures, by month, with sources by their title."""
    titles = wording.source_titles
    said = {
        mart: {
            month: [f"{name_sources(text, titles)}。" for text in texts] for month, texts in reasons_of(found).items()
        }
        for mart, found in rows.items()
    }
    # ノーマーク rests on every feed that 重層未関与 rests on, and more.
    late = {
        row["month_end_date"]: [_late_sentence(row["feeds_not_current"], titles)]
        for row in reach
        if row["pattern"] == REACH[0] and row["feeds_not_current"]
    }
    return {**said, PATTERNS: late}


def _late_sentence(feeds: str, titles: Mapping[str, str]) -> str:
    named = "、".join(titles.get(feed, feed) for feed in feeds.split(";"))
    return f"ノーマーク・重層未関与のよりどころのうち、{named}が月末までに届いていないか古いままです。"
