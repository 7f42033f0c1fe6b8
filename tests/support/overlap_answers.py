"""The zones' own answer to each figure of the overlap report: pages, their scripts' data and workbooks against it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from kasane.settings import PROJECT_ROOT
from support.shown import Element, Page

# The marts' own answer to each figure of the page, asked anew and one by one.
_CELL = """
from marts.mart_domain_overlap where month_end_date = $month and area_code = $area
 and household_type = $household_type and domains = $domains and match = $match
"""
_SUMMARY = "from marts.mart_overlap_summary where month_end_date = $month and area_code = $area"
_THEN = (
    "from marts.mart_overlap_summary where month_end_date = last_day($month - interval 1 year) and area_code = 'ALL'"
)
_TYPE = """
from marts.mart_domain_overlap where month_end_date = $month and area_code = 'ALL' and match = 'exact'
 and household_type = $household_type
"""
_TWO = "contains(domains, '+')"
_APART = """
from marts.mart_overlap_summary where month_end_date = $month
"""
_PARTS = {
    "in_need_count": "household_count",
    "compound_count": "in_need_count",
    "three_or_more_count": "compound_count",
}
_COLUMNS = ("household_count", "in_need_count", "compound_count", "three_or_more_count", "compound_one_person_count")
ANSWERS = {
    "combination_households": f"select household_count {_CELL}",
    "combination_share": f"select share_of_in_need {_CELL}",
    "domain_households": """
        select household_count from marts.mart_domain_overlap where month_end_date = $month and area_code = $area
         and household_type = 'ALL' and domains = $domain and match = 'at_least'
    """,
    "domain_count_households": """
        select sum(household_count) from marts.mart_domain_overlap where month_end_date = $month
         and area_code = $area and household_type = 'ALL' and match = 'exact'
         and len(string_split(domains, '+')) = $size
    """,
    "compound_share": f"select compound_count / in_need_count {_SUMMARY}",
    "compound_one_person_share": f"select compound_one_person_count / compound_count {_SUMMARY}",
    "type_in_need": f"select sum(household_count) {_TYPE}",
    "type_compound": f"select sum(household_count) filter ({_TWO}) {_TYPE}",
    "type_compound_share": f"select sum(household_count) filter ({_TWO}) / sum(household_count) {_TYPE}",
    "households_without_area": f"select sum(if(area_code = 'ALL', 1, -1) * household_count) {_APART}",
    "in_need_without_area": f"select sum(if(area_code = 'ALL', 1, -1) * in_need_count) {_APART}",
    "source_age_days": """
        select max(age_days) from quality.feed_coverage where feed = $feed
        group by month_end_date order by month_end_date desc limit 1
    """,
    "months_due": """
        select count(distinct month_end_date) from quality.feed_coverage where feed = $feed
         and (is_due or last_day(base_date) = month_end_date)
    """,
    "months_delivered": """
        select count(*) from (
            select min(last_day(base_date)) as oldest, month_end_date from quality.feed_coverage where feed = $feed
            group by month_end_date
        ) where oldest = month_end_date
    """,
    "files_received": "select count(*) from quality.row_outcome where feed = $feed",
    "files_refused": "select count(*) from quality.row_outcome where feed = $feed and status = 'refused'",
    "rows_loaded": "select sum(rows_loaded) from quality.row_outcome where feed = $feed",
    "rows_quarantined": "select sum(rows_quarantined) from quality.row_outcome where feed = $feed",
    "warnings": "select sum(warnings) from quality.row_outcome where feed = $feed",
    "records_unlinked": "select coalesce(sum(record_count), 0) from quality.unlinked where feed = $feed",
    "quarantine_rows": "select count(*) from quality.quarantine where feed = $feed and reason_code = $reason",
}
ANSWERS |= {column: f"select {column} {_SUMMARY}" for column in _COLUMNS}
ANSWERS |= {f"{a}_share": f"select {a} / {b} {_SUMMARY}" for a, b in _PARTS.items()}
ANSWERS |= {f"{a}_change": f"select {a} - (select {a} {_THEN}) {_SUMMARY}" for a in _COLUMNS}
ANSWERS |= {
    f"{a}_share_change": f"select 100 * ({a} / {b} - (select {a} / {b} {_THEN})) {_SUMMARY}" for a, b in _PARTS.items()
}
ANSWERS |= {
    f"benchmark_{column}": f"""
        select {column} from marts.mart_benchmark where month_end_date = $month and indicator_id = $indicator
    """
    for column in ("value", "nation", "special_wards")
}

# The same of the published zone, each with whether it is hidden.
_ROW = """
from {db}.published.domain_overlap where month_end_date = $month and area_code = $area
 and household_type = $household_type and domains = $domains and match = $match
"""
_NEED = """
(select household_count, suppressed from {db}.published.domain_overlap where month_end_date = last_day($month - interval
 ({back}) month) and area_code = $area and household_type = 'ALL' and domains = 'ALL')
"""
_BOTH = """
(select denominator, denominator is null and suppressed as suppressed from {db}.published.kpi_value
 where period_end_date = last_day($month - interval ({back}) month) and area_code = $area and kpi_id = 'M1-KGI-1')
"""
_NOW = {"in_need_count": _NEED.replace("{back}", "0"), "compound_count": _BOTH.replace("{back}", "0")}
_YEAR_AGO = {"in_need_count": _NEED.replace("{back}", "12"), "compound_count": _BOTH.replace("{back}", "12")}
_RATE = f"""
select denominator / household_count, need.suppressed or compound.suppressed
from {_NOW["in_need_count"]} as need, {_NOW["compound_count"]} as compound
"""
PUBLIC_ANSWERS = {
    "combination_households": f"select household_count, suppressed {_ROW}",
    "combination_share": f"select share_of_in_need, suppressed {_ROW}",
    "domain_households": f"""
        select household_count, suppressed {_ROW.replace("$domains", "$domain").replace("$match", "'at_least'")}
    """,
    "type_in_need": f"""
        select household_count, suppressed {_ROW.replace("$domains", "'ALL'").replace("$match", "'at_least'")}
    """,
    "in_need_count": f"from {_NOW['in_need_count']}",
    "compound_count": f"from {_NOW['compound_count']}",
    "compound_count_share": _RATE,
    "compound_share": _RATE,
    "in_need_count_change": f"""
        select a.household_count - b.household_count, false
        from {_NOW["in_need_count"]} as a, {_YEAR_AGO["in_need_count"]} as b
    """,
    "compound_count_change": f"""
        select a.denominator - b.denominator, false
        from {_NOW["compound_count"]} as a, {_YEAR_AGO["compound_count"]} as b
    """,
    "compound_count_share_change": f"""
        select 100 * (a.denominator / c.household_count - b.denominator / d.household_count), false
        from {_NOW["compound_count"]} as a, {_YEAR_AGO["compound_count"]} as b,
         {_NOW["in_need_count"]} as c, {_YEAR_AGO["in_need_count"]} as d
    """,
}
_PAIR = """
select 100 * share_of_in_need, false from {db}.published.domain_overlap where month_end_date = $month
 and area_code = 'ALL' and household_type = 'ALL' and match = 'at_least'
 and 'overlap_' || replace(domains, '+', '_') = $indicator
"""


@dataclass(frozen=True)
class Told:
    """What a zone says of a figure; ``is_hidden`` by disclosure control."""

    value: float | None
    is_hidden: bool = False


class Zone:
    """One zone's file, asked anew for each figure."""

    def __init__(self, file: Path, is_public: bool) -> None:
        self.is_public = is_public
        # Attached, not opened: whoever reads the file beside it may do so with another configuration.
        self._connection = duckdb.connect()
        self._connection.execute(f"attach '{file}' as zone (read_only); use zone")
        self._db = "zone"
        self._known: dict[tuple[object, ...], Told] = {}

    def told(self, metric: str, **given: str) -> Told:
        """The figure by its metric and the keys that name it; not there at all is no value."""
        key = (metric, *sorted(given.items()))
        if key not in self._known:
            self._known[key] = self._ask(metric, {"household_type": "ALL", "area": "ALL"} | given)
        return self._known[key]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Of a query in which ``{db}`` is the file."""
        return self._connection.execute(sql.replace("{db}", self._db)).fetchall()

    def _ask(self, metric: str, given: Mapping[str, str]) -> Told:
        if self.is_public and metric.startswith("benchmark_"):
            return self._benchmark(metric.removeprefix("benchmark_"), given)
        query = (PUBLIC_ANSWERS if self.is_public else ANSWERS)[metric].replace("{db}", self._db)
        query = query.replace("$month", "cast($month as date)")
        used = {name: given[name] for name in set(re.findall(r"\$(\w+)", query))}
        row = self._connection.execute(query, used).fetchone()
        if row is None:
            assert self.is_public, (metric, given)
            return Told(None)
        value = None if row[0] is None or row[0] != row[0] else float(row[0])
        return Told(value, bool(len(row) > 1 and row[1]))

    def _benchmark(self, column: str, given: Mapping[str, str]) -> Told:
        if column != "value":
            with (PROJECT_ROOT / "dbt_project/seeds/policy/benchmark.csv").open(encoding="utf-8") as stream:
                (row,) = [row for row in csv.DictReader(stream) if row["indicator_id"] == given["indicator"]]
            return Told(float(row[column]) if row[column] else None)
        if given["indicator"] == "overlap_compound_share":
            value = self.told("compound_share", month=given["month"]).value
            return Told(None if value is None else 100 * value)
        month = given["month"]
        row = self._connection.execute(
            _PAIR.replace("{db}", self._db).replace("$month", "cast($month as date)"),
            {"month": month, "indicator": given["indicator"]},
        ).fetchone()
        return Told(row[0] if row else None)


def keys_of(shown: Element) -> dict[str, str]:
    named = {k.removeprefix("data-").replace("-", "_"): v for k, v in shown.attrs.items() if k.startswith("data-")}
    return {key: value for key, value in named.items() if key not in ("metric", "value", "slot")}


def digits_of(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-").replace("±", "").rstrip("%"))


def assert_page(page: Page, zone: Zone) -> set[str]:
    """Every figure equals the zone's, raw and as it is written; returns the metrics that were met."""
    for shown in page.figures:
        told = zone.told(shown.attrs["data-metric"], **keys_of(shown))
        assert_shown(shown, told)
    return {shown.attrs["data-metric"] for shown in page.figures}


def assert_shown(shown: Element, told: Told) -> None:
    if told.is_hidden or told.value is None:
        # Below the X of a column stands the word.
        marks = ("X", "秘匿") if told.is_hidden else ("—",)
        assert shown.text in marks, (shown.attrs, shown.text)
        assert shown.attrs["data-value"] == "", shown.attrs
        return
    assert float(shown.attrs["data-value"]) == pytest.approx(told.value, abs=1e-12), shown.attrs
    in_percent = 100 if shown.text.endswith("%") else 1
    half = 0.0500001 if "." in shown.text else 0.0
    assert digits_of(shown.text) == pytest.approx(told.value * in_percent, abs=half), shown.attrs


def embedded(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(e.text for e in page.all("script") if e.attrs.get("id")))
    return found


def columns_of(page: Page) -> list[tuple[str, str]]:
    """(match, domains) of the plot's columns in their order."""
    exact = [e for e in page.figures if e.attrs.get("data-slot", "").startswith("exact-")]
    return [(e.attrs["data-match"], e.attrs["data-domains"]) for e in exact]


def assert_raw(raw: object, told: Told) -> None:
    if told.is_hidden:
        assert raw == "X"
    else:
        assert raw == (None if told.value is None else pytest.approx(told.value, abs=1e-12))


def assert_choices(page: Page, zone: Zone) -> int:
    """Every month, area and household type to choose equals the zone's; returns how many numbers were compared."""
    data, columns, met = embedded(page), columns_of(page), 0
    for m, month in enumerate(data["months"]):
        for a, area in enumerate(data["areas"]):
            place = {"month": month, "area": area}
            told = [zone.told("combination_households", **place, match=x, domains=d) for x, d in columns]
            totals = [zone.told("domain_households", **place, domain=domain) for domain in data["domains"]]
            need, rate = zone.told("in_need_count", **place), zone.told("compound_count_share", **place)
            if row := data["cells"].get(f"{m},{a}"):
                met += assert_row(row, [need, *told, *totals])
            else:
                assert (zone.is_public, need) == (True, Told(None))
            households = [] if zone.is_public else [zone.told("household_count", **place)]
            met += assert_row(flat(data["areaRows"][m][a]), [*households, need, rate, *told, need])
        for k, kind in enumerate(data["types"]):
            place = {"month": month, "household_type": kind}
            told = [zone.told("combination_households", **place, match=x, domains=d) for x, d in columns]
            need = zone.told("type_in_need", **place)
            names = () if zone.is_public else ("type_compound", "type_compound_share")
            compound = [zone.told(name, **place) for name in names]
            met += assert_row(flat(data["typeRows"][m][k]), [need, *compound, *told, need])
    return met


def flat(row: list[list[object]]) -> list[object]:
    return [value for part in row for value in part]


def assert_row(raw: list[object], told: list[Told]) -> int:
    assert len(raw) == len(told)
    for value, each in zip(raw, told, strict=True):
        assert_raw(value, each)
    return len(raw)


_NAMES = {"高齢": "elderly", "障害": "disability", "子ども": "child", "生活困窮": "poverty"}
_KINDS = {
    "大人のみの世帯": "AO", "大人と18歳未満の子がいる世帯": "AC", "18歳未満の子のみの世帯": "CO",
    "年齢不詳の人がいて判定できない世帯": "UN",
}  # fmt: skip
COMBINATIONS = ["×".join(chosen) for size in (1, 2, 3, 4) for chosen in combinations(_NAMES, size)]
_MATCHES = {"ちょうど": "exact", "少なくとも": "at_least"}
_SUMMARY_HEADS = {
    "世帯数": "household_count", "支援が必要な世帯": "in_need_count", "複合的課題世帯": "compound_count",
    "うち3分野以上": "three_or_more_count", "複合の割合": "compound_count_share",
}  # fmt: skip
_TYPE_HEADS = {"支援が必要な世帯": "type_in_need", "うち複合": "type_compound", "複合の割合": "type_compound_share"}
_BENCHMARK_HEADS = {"この自治体の値": "value", "全国": "nation", "特別区": "special_wards"}


def domains_of(label: str) -> str:
    return "+".join(_NAMES[part] for part in label.split("×"))


def sheet_rows(content: bytes, sheet: str) -> list[dict[str, Any]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def assert_cell(value: object, told: Told, hidden: str = "X") -> None:
    if told.is_hidden:
        assert value == hidden
    else:
        assert value == ("" if told.value is None else pytest.approx(told.value, abs=1e-12))


def assert_workbook(content: bytes, zone: Zone, match: str = "exact") -> int:
    """Every figure of every sheet equals the zone's; returns the rows of the sheet of all cells."""
    for row in sheet_rows(content, "分野の組合せ"):
        named = {"month": row["月末"].isoformat(), "domains": domains_of(row["組合せ"])}
        for name, each in _MATCHES.items():
            if f"{name}: 世帯数" in row:
                assert_cell(row[f"{name}: 世帯数"], zone.told("combination_households", match=each, **named))
                assert_cell(row[f"{name}: 割合"], zone.told("combination_share", match=each, **named))
    for sheet in ("圏域別", "推移"):
        for row in sheet_rows(content, sheet):
            assert_wide(row, zone, match, _SUMMARY_HEADS, area=row.get("圏域コード", "ALL"))
    for row in sheet_rows(content, "世帯の種類別"):
        assert_wide(row, zone, match, _TYPE_HEADS, household_type=_KINDS[row["世帯の種類"]])
    for row in sheet_rows(content, "全国・特別区"):
        for head, column in _BENCHMARK_HEADS.items():
            months = [each["月末"].isoformat() for each in sheet_rows(content, "推移")]
            told = zone.told(f"benchmark_{column}", month=months[0], indicator=row["指標ID"])
            assert_cell(row[head], Told(told.value))
        assert row["全国・特別区の事実確認"] == "事実未確認"
    return _assert_all_cells(sheet_rows(content, "全月・全圏域"), zone)


def assert_wide(row: dict[str, Any], zone: Zone, match: str, heads: dict[str, str], **place: str) -> None:
    """Totals and columns of combinations of one row; columns of numbers of domains where it has them."""
    place = {"month": row["月末"].isoformat(), **place}
    for head, value in row.items():
        if head in heads:
            assert_cell(value, zone.told(heads[head], **place))
        elif head in COMBINATIONS:
            assert_cell(value, zone.told("combination_households", match=match, domains=domains_of(head), **place))
        elif re.fullmatch(r"[1-4]分野", head):
            assert_cell(value, zone.told("domain_count_households", size=head[0], **place))


def _assert_all_cells(rows: list[dict[str, Any]], zone: Zone) -> int:
    met = set()
    for row in rows:
        match = next(code for name, code in _MATCHES.items() if row["数え方"].startswith(name))
        named = {"month": row["月末"].isoformat(), "area": row["圏域コード"], "household_type": row["世帯の種類コード"]}
        cell = {**named, "match": match, "domains": row["組合せコード"]}
        told = zone.told("combination_households", **cell)
        assert_cell(row["世帯数"], Told(told.value))
        assert row["状態"] == ("X 秘匿" if told.is_hidden else "")
        assert_cell(row["割合"], Told(None if told.is_hidden else zone.told("combination_share", **cell).value))
        need = "in_need_count" if named["household_type"] == "ALL" else "type_in_need"
        assert_cell(row["支援が必要な世帯"], Told(zone.told(need, **named).value))
        met.add(tuple(cell.values()))
    assert len(met) == len(rows)
    return len(rows)
