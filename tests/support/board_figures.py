"""Compares pages of figures over months and areas with the marts of the file that they were read from."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kasane.reports import load_pattern_wording, read_areas, read_patterns
from kasane.reports.areas import render_areas
from kasane.reports.patterns import render_patterns
from kasane.settings import load_settings

# What names a row of a mart, and the attribute of a figure that says it.
KEYS: dict[str, dict[str, str]] = {
    "mart_overlap_summary": {"month_end_date": "month", "area_code": "area"},
    "mart_pattern_summary": {"month_end_date": "month", "area_code": "area", "pattern": "pattern", "tier": "tier"},
    "mart_pattern_sensitivity": {
        "pattern": "pattern", "tier": "tier", "parameter": "parameter", "parameter_value": "setting"
    },
    "mart_area_balance": {"month_end_date": "month", "area_code": "area"},
    "mart_case_flow": {"month_end_date": "month", "area_code": "area"},
    "mart_household_flow": {"month_end_date": "month", "area_code": "area"},
    "mart_issue_funnel": {"month_end_date": "month", "area_code": "area"},
    "mart_found_by_route": {"month_end_date": "month", "area_code": "area", "route": "route"},
    "mart_desk_journey": {"month_end_date": "month", "desk_code": "desk"},
    "mart_council_year": {"period_end_date": "month", "fiscal_year": "fiscal_year"},
    "mart_exemplar": {"month_end_date": "month", "exemplar_id": "exemplar"},
}  # fmt: skip
DERIVED = ("_change", "_share", "_lowest", "_highest", "_difference")
Named = Mapping[str, str]


class Figures(HTMLParser):
    """Every element that says which figure it is, with its text; and the page's data."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[dict[str, str], str]] = []
        self.data: dict[str, Any] = {}
        self._open: dict[str, str] | None = None
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self._in_data = given.get("id") == "board-data"
        self._open = given if "data-metric" in given else None

    def handle_endtag(self, tag: str) -> None:
        self._open, self._in_data = None, False

    def handle_data(self, text: str) -> None:
        if self._in_data:
            self.data = json.loads(text)
        if self._open is not None:
            named = {key.removeprefix("data-").replace("-", "_"): value for key, value in self._open.items()}
            self.found.append((named, text))


class Marts:
    """The rows of every mart by what names them, read anew; ``seen`` are the rows that were compared."""

    def __init__(self, file: Path) -> None:
        self.seen: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self.rows: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {}
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'")
            for mart in sorted({name for (name,) in found.fetchall()} & set(KEYS)):
                cursor = connection.execute(f"select * from marts.{mart}")
                heads = [column[0] for column in cursor.description or []]
                made = [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]
                self.rows[mart] = {tuple(_text(row[key]) for key in KEYS[mart]): row for row in made}

    def expected(self, named: Named) -> float | None:
        """What a figure must be, by what it says it is."""
        metric = named["metric"]
        suffix = next((each for each in DERIVED if metric.endswith(each)), "")
        mart, column = metric.removesuffix(suffix).split(".")
        if suffix == "_change":
            now, then = self._value(mart, column, named), self._value(mart, column, named, _year_before(named["month"]))
            return None if now is None or then is None else now - then
        if suffix == "_share":
            return self._share(mart, column, named)
        if suffix in ("_lowest", "_highest"):
            values = self._over_months(mart, column, named)
            return (min if suffix == "_lowest" else max)(values)
        if suffix == "_difference":
            return self._difference(mart, column, named)
        return self._value(mart, column, named)

    def _value(self, mart: str, column: str, named: Named, month: str | None = None) -> float | None:
        told = {**named, "month": month} if month else named
        key = tuple(told[attribute] for attribute in KEYS[mart].values())
        row = self.rows[mart].get(key)
        if row is None:
            return None
        self.seen[mart].add(key)
        return row[column]

    def _share(self, mart: str, column: str, named: Named) -> float | None:
        of = {"filled_fte": (mart, "required_fte"), "household_count": ("mart_area_balance", "compound_count")}[column]
        part, whole = self._value(mart, column, named), self._value(*of, named)
        return part / whole if part is not None and whole else None

    def _over_months(self, mart: str, column: str, named: Named) -> list[float]:
        keys = {key: named[attribute] for key, attribute in KEYS[mart].items() if attribute != "month"}
        rows = [row for row in self.rows[mart].values() if all(_text(row[key]) == told for key, told in keys.items())]
        return [row[column] for row in rows if row[column] is not None]

    def _difference(self, mart: str, column: str, named: Named) -> float | None:
        wanted = [named[each] for each in ("pattern", "tier", "parameter")]
        (default,) = [
            row[column]
            for row in self.rows[mart].values()
            if row["is_default"] and [row["pattern"], row["tier"], row["parameter"]] == wanted
        ]
        value = self._value(mart, column, named)
        return None if value is None or default is None else value - default


def assert_figures(html: str, marts: Marts, month: str, area: str) -> int:
    """Everything shown equals the mart; what a choice changes stands for this month and area. Returns how many."""
    page = Figures(html)
    kinds = {f"figure-{slot}": kind for kind, slots in page.data.get("slots", {}).items() for slot in slots}
    for named, text in page.found:
        kind = kinds.get(named.get("slot", ""))
        if kind in ("month", "both"):
            assert named["month"] == month
        if kind in ("area", "both"):
            assert named["area"] == area
        value = float(named["value"]) if named["value"] else None
        _assert_one(named, value, text, marts)
    return len(page.found)


def assert_choices(html: str, marts: Marts) -> int:
    """Every value and text that the script can show equals the mart. Returns how many."""
    page = Figures(html)
    data = page.data
    slots = {named["slot"]: named for named, _ in page.found if "slot" in named}
    count = 0
    for kind, month, area, cells in _choices(data):
        for slot, value, text in zip(data["slots"][kind], *cells, strict=True):
            named = {
                **slots[f"figure-{slot}"],
                **{key: told for key, told in (("month", month), ("area", area)) if told},
            }
            _assert_one(named, value, data["texts"][text], marts)
            count += 1
    return count


def _choices(data: dict[str, Any]) -> Iterator[tuple[str, str | None, str | None, list[list[Any]]]]:
    """(kind of slots, chosen month, chosen area, values and texts) of everything the script can show."""
    yield from (("month", month, None, data["month"][m]) for m, month in enumerate(data["months"]))
    yield from (("area", None, area, data["area"][a]) for a, area in enumerate(data["areas"]))
    for m, month in enumerate(data["months"]):
        yield from (("both", month, area, data["both"][m][a]) for a, area in enumerate(data["areas"]))


def assert_pages_are_the_marts(analyst_file: Path) -> None:
    """Both pages, read from this file, with all their choices; where it has months, no row of an area is left out."""
    wording = load_pattern_wording(load_settings())
    marts = Marts(analyst_file)
    for html in (
        render_patterns(read_patterns(analyst_file, wording), wording, "みほん市", "release"),
        render_areas(read_areas(analyst_file, wording), wording, "みほん市", "release"),
    ):
        data = Figures(html).data
        if data:
            assert_figures(html, marts, data["months"][-1], "ALL")
            assert_choices(html, marts)
    if marts.rows["mart_area_balance"]:
        assert_all_seen(marts, "mart_pattern_summary", "mart_area_balance", "mart_case_flow", "mart_household_flow")


def assert_all_seen(marts: Marts, *names: str) -> None:
    """No row of these marts was left out; of the model municipalities the newest month is shown."""
    for mart in names:
        keys = set(marts.rows[mart])
        if mart == "mart_exemplar":
            newest = max(key[0] for key in keys)
            keys = {key for key in keys if key[0] == newest}
        assert keys, f"{mart} has no row: nothing was compared"
        assert marts.seen[mart] == keys, mart


def _assert_one(named: Named, value: float | None, text: str, marts: Marts) -> None:
    expected = marts.expected(named)
    assert value == (None if expected is None else pytest.approx(expected, abs=1e-9)), named
    if expected is None:
        assert text == "—", named
        return
    told = float(re.sub(r"[,%±+]", "", text).replace("−", "-")) / (100 if text.endswith("%") else 1)
    decimals = len(text.rstrip("%").partition(".")[2]) + (2 if text.endswith("%") else 0)
    assert told == pytest.approx(expected, abs=0.5001 * 10**-decimals), named


def _text(value: Any) -> str:
    """A part of a key as a figure's attribute says it."""
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _year_before(month: str) -> str:
    day = date.fromisoformat(month)
    first_after = date(day.year - 1, day.month, 1) + timedelta(days=31)
    return (first_after.replace(day=1) - timedelta(days=1)).isoformat()
