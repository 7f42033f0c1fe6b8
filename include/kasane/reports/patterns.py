"""The patterns page: households by pattern and tier under careful labels, in Japanese, with one workbook beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kasane.files import write_atomically
from kasane.reports import words
from kasane.reports.chart_panels import STROKES, Drawn, Panel, draw
from kasane.reports.figure_board import Board
from kasane.reports.figure_grid import Column, Grid, Group, area_grid
from kasane.reports.figure_line import CHANGE, COUNT, change
from kasane.reports.page import environment, page_frame
from kasane.reports.patterns_data import SENSITIVITY, PatternData, Setting
from kasane.reports.patterns_sheet import patterns_book
from kasane.reports.patterns_words import TIER_KINDS, PatternWording, Tier, unit_text
from kasane.reports.svg import Attribute, element, figure, keys

PAGE, WORKBOOK = "patterns.html", "patterns.xlsx"
BAR_LONGEST, BAR_HEIGHT = 96.0, 12.0
# A kind of tier has one stroke in every chart.
TIER_STROKES = dict(zip(("structural", "confirmed", "suspected"), STROKES, strict=True))


@dataclass(frozen=True)
class TierRow:
    """A tier in the chosen month and area: its count, the change in a year, and what the count rests on."""

    tier: Tier
    count: Markup
    changed: Markup
    feeds: Markup
    current: Markup
    late: Markup


@dataclass(frozen=True)
class MovedRow:
    """One value of a setting: its name (once a setting), the value, and count, difference and bar a tier."""

    label: str
    span: int
    value: str
    is_default: bool
    cells: Sequence[tuple[Markup, Markup, Markup]]


def write_patterns(
    data: PatternData, wording: PatternWording, folder: Path, municipality: str, release_id: str
) -> Path:
    """Write page and workbook into ``folder``, each whole or not at all; the same release gives the same bytes.

    For the analysts' zone alone (docs/adr/0050). Returns the page. A zone without a month gives a sentence.
    """
    page = render_patterns(data, wording, municipality, release_id)
    write_atomically(folder / WORKBOOK, patterns_book(data, wording, municipality))
    write_atomically(folder / PAGE, page.encode())
    return folder / PAGE


def render_patterns(data: PatternData, wording: PatternWording, municipality: str, release_id: str) -> str:
    """The page as text."""
    context = page_frame(municipality, release_id, "board.js", "overlap.css", "board.css") | {
        "months": data.months,
        "months_in_file": data.months_in_file,
        "newest": data.months[-1] if data.months else None,
        "areas": data.areas,
        "missing": data.missing,
        "kinds": TIER_KINDS,
    }
    context |= _sections(data, wording) if data.months else {}
    return environment().get_template("patterns.html.j2").render(context)


def _sections(data: PatternData, wording: PatternWording) -> dict[str, Any]:
    board = Board(data.months, data.areas)
    shown: dict[str, Any] = {
        "places": board.places,
        "groups": [
            (wording.title(pattern), [_tier_row(board, data, tier) for tier in wording.of_pattern(pattern)])
            for pattern in wording.patterns
        ],
        "panels": [_panel(board, data, wording, pattern) for pattern in wording.patterns],
        "grid": _grid(board, data, wording),
        "tier_heads": [(tier.label, f"{tier.kind.word}、世帯") for tier in wording.tiers],
        "monthly": [
            (month, [board.of_month(data.lines[tier.key], month) for tier in wording.tiers])
            for month in reversed(data.months)
        ],
        "moved": [
            (wording.title(pattern), wording.of_pattern(pattern), rows)
            for pattern in wording.patterns
            if (rows := _moved(data, wording.of_pattern(pattern)))
        ],
        "settings_month": data.settings_month,
    }
    return shown | {"payload": board.payload()}


def _tier_row(board: Board, data: PatternData, tier: Tier) -> TierRow:
    line, (feeds, current) = data.lines[tier.key], data.feeds[tier.key]
    late = {
        month: [f"{sources}の資料が月末までに届いていないか古いため、そのまま読めません。"]
        for month, sources in data.late[tier.key].items()
    }
    return TierRow(
        tier=tier,
        count=board.of_choice(line),
        changed=board.of_choice(change(line)),
        feeds=board.of_choice(feeds),
        current=board.of_choice(current),
        late=board.note(late),
    )


def _panel(board: Board, data: PatternData, wording: PatternWording, pattern: str) -> Drawn:
    tiers = wording.of_pattern(pattern)
    late = frozenset(month for tier in tiers for month in data.late[tier.key])
    strokes = [TIER_STROKES.get(tier.tier, STROKES[0]) for tier in tiers]
    return draw(board, Panel(pattern, wording.title(pattern), [data.lines[tier.key] for tier in tiers], late, strokes))


def _grid(board: Board, data: PatternData, wording: PatternWording) -> Grid:
    groups = [
        Group(
            "",
            tuple(
                Column(data.lines[tier.key], tier.label, (("", change(data.lines[tier.key])),), note=tier.kind.word)
                for tier in wording.of_pattern(pattern)
            ),
        )
        for pattern in wording.patterns
    ]
    whole = Group("", (Column(data.all_households, "世帯数"),))
    return area_grid(board, "圏域別の世帯数(圏域コードの順。下段は12か月前との差)", [whole, *groups])


def _moved(data: PatternData, tiers: Sequence[Tier]) -> list[MovedRow]:
    """A row a setting and value, of the tiers side by side."""
    found = {
        (each.parameter, each.value, each.tier): each for each in data.settings if each.pattern == tiers[0].pattern
    }
    steps = list(dict.fromkeys((parameter, value) for parameter, value, _ in found))
    spans = {parameter: sum(p == parameter for p, _ in steps) for parameter, _ in steps}
    longest = {tier.tier: max((e.households or 0 for e in found.values() if e.tier == tier.tier), default=0)
               for tier in tiers}  # fmt: skip
    rows, named = [], set()
    for parameter, value in steps:
        settings = [found.get((parameter, value, tier.tier)) for tier in tiers]
        one = next(each for each in settings if each)
        rows.append(
            MovedRow(
                label=one.parameter_label,
                span=0 if parameter in named else spans[parameter],
                value=words.number(value, 0 if float(value).is_integer() else 1) + unit_text(one.unit),
                is_default=one.is_default,
                cells=[_moved_cell(each, longest[tier.tier]) for each, tier in zip(settings, tiers, strict=True)],
            )
        )
        named.add(parameter)
    return rows


def _moved_cell(setting: Setting | None, longest: float) -> tuple[Markup, Markup, Markup]:
    if setting is None:
        return Markup(words.NO_VALUE), Markup(""), Markup("")
    named: dict[str, Attribute] = {
        "pattern": setting.pattern, "tier": setting.tier, "parameter": setting.parameter, "setting": setting.value
    }  # fmt: skip
    count = keys(f"{SENSITIVITY}.household_count", setting.households, None, None, **named)
    difference = keys(f"{SENSITIVITY}.household_count_difference", setting.difference, None, None, **named)
    return (
        figure(COUNT.text(setting.households), count),
        Markup("") if setting.is_default else figure(CHANGE.text(setting.difference), difference),
        _bar(setting, longest),
    )


def _bar(setting: Setting, longest: float) -> Markup:
    """The count as a bar, with a mark where the default stands; the number beside it says the same."""
    scale = BAR_LONGEST / longest if longest else 0.0
    default = (setting.default_households or 0) * scale
    return element(
        "svg",
        element("rect", x=0, y=2, width=(setting.households or 0) * scale, height=BAR_HEIGHT - 4, class_="moved-bar"),
        element("line", x1=default, x2=default, y1=0, y2=BAR_HEIGHT, class_="moved-default"),
        viewBox=f"-1 0 {BAR_LONGEST + 2:g} {BAR_HEIGHT:g}", width=BAR_LONGEST + 2, height=BAR_HEIGHT,
        aria_hidden="true", focusable="false",
    )  # fmt: skip
