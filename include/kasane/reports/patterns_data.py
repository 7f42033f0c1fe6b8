"""What the patterns page shows, read from the analysts' zone: counts of households by pattern, tier, month and area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kasane.reports.figure_board import Places
from kasane.reports.figure_line import COUNT, Line
from kasane.reports.mart_reader import MartReader, Measure, Row, lines_of
from kasane.reports.patterns_words import PatternWording
from kasane.reports.words import ALL
from kasane.reports.zone_file import open_zone_file

SUMMARY, SENSITIVITY = "mart_pattern_summary", "mart_pattern_sensitivity"
HOUSEHOLDS = Measure("household_count", "世帯数", "世帯", COUNT)
FEEDS = Measure("feed_count", "よりどころの資料", "種類", COUNT)
CURRENT_FEEDS = Measure("current_feed_count", "うち月末の内容が届いたもの", "種類", COUNT)


@dataclass(frozen=True)
class Setting:
    """One value of one moved setting: households of a tier then, and as the setting stands by default."""

    pattern: str
    tier: str
    parameter: str
    parameter_label: str
    value: float
    unit: str
    households: float | None
    default_households: float | None
    is_default: bool

    @property
    def difference(self) -> float | None:
        """How many more households than by default."""
        if self.households is None or self.default_households is None:
            return None
        return self.households - self.default_households


@dataclass(frozen=True)
class PatternData:
    """``lines`` and ``feeds`` by (pattern, tier); ``late`` names the feeds not current in a month, by their title."""

    months: tuple[date, ...]
    months_in_file: int
    areas: Places
    lines: Mapping[tuple[str, str], Line]
    feeds: Mapping[tuple[str, str], tuple[Line, Line]]
    late: Mapping[tuple[str, str], Mapping[date, str]]
    all_households: Line
    settings: Sequence[Setting]
    settings_month: date | None
    missing: tuple[str, ...]


def read_patterns(analyst_file: Path, wording: PatternWording) -> PatternData:
    """Counts of the newest months; what is not in the file is named in ``missing``. Raises KasaneError."""
    with open_zone_file(analyst_file) as connection:
        reader = MartReader(connection, SUMMARY)
        counted = ("household_count", "feed_count", "current_feed_count", "feeds_not_current")
        rows = reader.rows(SUMMARY, ("area_code", "pattern", "tier", *counted))
        households = reader.rows("mart_overlap_summary", ("area_code", "household_count"))
        moved = reader.rows(SENSITIVITY, _SETTING)
        names = reader.labels("dim_area", "area_code", "area_name")
    codes = sorted(({row["area_code"] for row in rows} | set(names)) - {ALL, None}) if reader.months else []
    by_tier: dict[tuple[str, str], list[Row]] = {tier.key: [] for tier in wording.tiers}
    for row in rows:
        by_tier.setdefault((row["pattern"], row["tier"]), []).append(row)
    return PatternData(
        months=reader.months,
        months_in_file=reader.months_in_file,
        areas=tuple((code, names.get(code, code)) for code in codes),
        lines={tier.key: _line(tier.key, tier.label, by_tier[tier.key], HOUSEHOLDS) for tier in wording.tiers},
        feeds={
            key: (_line(key, FEEDS.heading, found, FEEDS), _line(key, CURRENT_FEEDS.heading, found, CURRENT_FEEDS))
            for key, found in by_tier.items()
        },
        late={key: _late(found, wording) for key, found in by_tier.items()},
        all_households=lines_of("mart_overlap_summary", households, [HOUSEHOLDS])["household_count"],
        settings=_settings(moved, wording),
        settings_month=max((row["month_end_date"] for row in moved), default=None),
        missing=tuple(sorted(reader.missing)),
    )


_SETTING = (
    "pattern", "tier", "parameter", "parameter_label", "parameter_value", "unit", "household_count", "is_default"
)  # fmt: skip


def _line(key: tuple[str, str], heading: str, rows: Sequence[Row], measure: Measure) -> Line:
    pattern, tier = key
    named = Measure(measure.column, heading, measure.unit, measure.form)
    return lines_of(SUMMARY, rows, [named], pattern=pattern, tier=tier)[measure.column]


def _late(rows: Sequence[Row], wording: PatternWording) -> dict[date, str]:
    """The feeds that were not current in a month; all areas rest on the same feeds."""
    found = {row["month_end_date"]: row["feeds_not_current"] for row in rows if row["feeds_not_current"]}
    titles = wording.source_titles
    return {month: "、".join(titles.get(feed, feed) for feed in feeds.split(";")) for month, feeds in found.items()}


def _settings(rows: Sequence[Row], wording: PatternWording) -> list[Setting]:
    """In the order of the tiers; within a tier by setting and value."""
    defaults = {
        (row["pattern"], row["tier"], row["parameter"]): row["household_count"] for row in rows if row["is_default"]
    }
    order = {tier.key: at for at, tier in enumerate(wording.tiers)}
    made = [
        Setting(
            pattern=row["pattern"],
            tier=row["tier"],
            parameter=row["parameter"],
            parameter_label=row["parameter_label"] or row["parameter"],
            value=row["parameter_value"],
            unit=row["unit"] or "",
            households=row["household_count"],
            default_households=defaults.get((row["pattern"], row["tier"], row["parameter"])),
            is_default=bool(row["is_default"]),
        )
        for row in rows
    ]
    return sorted(made, key=lambda each: (order.get((each.pattern, each.tier), 99), each.parameter, each.value))
