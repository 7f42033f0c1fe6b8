"""Coverage and quality of the sources: what each feed delivered, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kasane.reports import words
from kasane.reports.overlap_data import REFUSED_SHOWN
from kasane.reports.overlap_model import OverlapData, Row
from kasane.reports.svg import figure, keys

# How a feed stands at a month end: mark, and what a screen reader says.
STATES = {
    "fresh": ("●", "その月を基準日とする資料あり"),
    "carried": ("△", "届くはずの月に届かず、前の基準日の資料を使用"),
    "not_due": ("○", "届く予定のない月(前の資料を使用)"),
    "absent": ("×", "資料なし"),
    "unused": ("－", "この自治体では使わない資料"),
}


@dataclass(frozen=True)
class FeedLine:
    """One feed of the coverage table."""

    title: str
    last_base_date: str | Markup
    age: Markup
    delivered: Markup
    counts: Sequence[Markup]
    states: Sequence[str]
    effect: str
    behind: bool


@dataclass(frozen=True)
class RefusedFile:
    """One file that was not taken: why, the particulars as the reader found them, and what to do."""

    title: str
    file_name: str
    base_date: str | Markup
    reason: str
    detail: str
    remedy: str


def state(row: Row) -> str:
    """A key of ``STATES``; a delivery is fresh in the month of its base date."""
    base, month = row["base_date"], row["month"]
    if row["is_unused"]:
        return "unused"
    if base is None:
        return "absent"
    if (base.year, base.month) == (month.year, month.month):
        return "fresh"
    return "carried" if row["is_due"] else "not_due"


def incomplete_months(data: OverlapData) -> list[date]:
    """Months in which a feed that the numbers rest on was due and did not come."""
    late = {
        row["month"]
        for row in data.tables.get("coverage", ())
        if words.has_effect(row["feed"]) and row["is_due"] and state(row) in ("carried", "absent")
    }
    return sorted(late)


def feed_lines(data: OverlapData, titles: Mapping[str, str]) -> list[FeedLine]:
    """A line a feed, those the numbers rest on first."""
    tables = ("coverage", "outcomes", "unlinked")
    feeds = {row["feed"] for name in tables for row in data.tables[name]}
    order = sorted(feeds, key=lambda feed: (words.feed_rank(feed), feed))
    return [_feed_line(data, titles, feed) for feed in order]


def _feed_line(data: OverlapData, titles: Mapping[str, str], feed: str) -> FeedLine:
    covered = {row["month"]: row for row in data.tables["coverage"] if row["feed"] == feed}
    newest = covered.get(data.newest) if data.newest else None
    base = newest["base_date"] if newest else None
    states = [state(covered[month]) if month in covered else "absent" for month in data.months]
    return FeedLine(
        title=titles.get(feed, feed),
        last_base_date=words.era_date_lines(base) if base else "なし",
        age=_age(feed, newest),
        delivered=_delivered(feed, list(covered.values())),
        counts=_counts(data, feed),
        states=states if covered else [],
        effect=words.feed_effect(feed),
        behind=bool(states) and states[-1] in ("carried", "absent"),
    )


def _age(feed: str, newest: Row | None) -> Markup:
    days = newest["age_days"] if newest else None
    return figure(words.number(days), keys("source_age_days", days, feed=feed), "日前")


def _delivered(feed: str, covered: Sequence[Row]) -> Markup:
    # A yearly feed is no longer due in the month in which it came.
    due = [row for row in covered if row["is_due"] or state(row) == "fresh"]
    came = sum(state(row) == "fresh" for row in due)
    return Markup("{} / {}").format(
        figure(words.number(came), keys("months_delivered", came, feed=feed)),
        figure(words.number(len(due)), keys("months_due", len(due), feed=feed), "か月"),
    )


def _counts(data: OverlapData, feed: str) -> list[Markup]:
    plan = (
        ("outcomes", "files", "files_received"),
        ("outcomes", "refused", "files_refused"),
        ("outcomes", "loaded", "rows_loaded"),
        ("outcomes", "quarantined", "rows_quarantined"),
        ("warnings", "warnings", "warnings"),
        ("unlinked", "records", "records_unlinked"),
    )
    return [_count(data, feed, table, column, metric) for table, column, metric in plan]


def _count(data: OverlapData, feed: str, table: str, column: str, metric: str) -> Markup:
    found = next((row[column] for row in data.tables[table] if row["feed"] == feed), None)
    value = 0 if found is None and table in data.available else found
    whole = None if value is None else int(value)
    return figure(words.number(whole), keys(metric, whole, feed=feed))


def refused_files(data: OverlapData, titles: Mapping[str, str]) -> tuple[list[RefusedFile], int]:
    """The newest refused files, and how many more there are."""
    rows = data.tables["refused"]
    return [_refused_file(row, titles) for row in rows[:REFUSED_SHOWN]], max(0, len(rows) - REFUSED_SHOWN)


def _refused_file(row: Row, titles: Mapping[str, str]) -> RefusedFile:
    base, reason, label = row["base_date"], row["reason"] or "", row["reason_label"] or ""
    return RefusedFile(
        title=titles.get(row["feed"], row["feed"]),
        file_name=row["file_name"] or "",
        base_date=words.era_date_lines(base) if base else "読み取れず",
        reason=label or reason,
        detail=reason if label and reason != label else "",
        remedy=row["remedy"] or "",
    )


def quarantine_lines(data: OverlapData, titles: Mapping[str, str]) -> list[tuple[str, str, Markup, str]]:
    """(feed, reason, rows, what to do) of everything that was set aside."""
    return [
        (
            titles.get(row["feed"], row["feed"]),
            row["reason_label"] or row["reason_code"],
            figure(
                words.number(row["rows"]),
                keys("quarantine_rows", int(row["rows"]), feed=row["feed"], reason=row["reason_code"]),
                "行",
            ),
            row["remedy"] or "",
        )
        for row in data.tables["quarantine"]
    ]
