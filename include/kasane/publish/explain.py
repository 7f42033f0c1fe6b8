"""One value of an indicator: its wording, its numbers, and the rows it was counted from, pseudonymous."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from kasane.errors import KasaneError, Problem
from kasane.publish.release import require_release
from kasane.publish.wording import STATUS_WORDS, number_text, with_unit
from kasane.settings import DataPaths

ALL = "ALL"
CASE_COLUMNS = ("case_ref", "subgroup", "area_code", "occurred_on", "is_numerator", "numerator_amount")


@dataclass(frozen=True)
class Measure:
    """A value that is shown beside the indicator's own."""

    label: str
    value: float | None
    unit: str


@dataclass(frozen=True)
class Explanation:
    """What is known of one indicator at one month end and area.

    ``facts`` are label and text, in the order to be read; ``cases`` hold ``CASE_COLUMNS``, those of the numerator
    first; ``case_count`` is how many there are in all, shown or not.
    """

    kpi_id: str
    name: str
    facts: Sequence[tuple[str, str]]
    measures: Sequence[Measure]
    cases: Sequence[tuple[Any, ...]]
    case_count: int


def explain_kpi(paths: DataPaths, kpi: str, month: str, area: str = ALL, limit: int = 50) -> Explanation:
    """Explain an indicator of the release in force; ``month`` is ``2025-09`` or a day of it.

    Raises KasaneError, naming what there is, where the indicator, the month or the area is unknown.
    """
    kpi_id = kpi.strip().upper().replace("_", "-")
    zone_file = require_release(paths).zone_file("analyst")
    with duckdb.connect(str(zone_file), read_only=True) as connection:
        wording = _wording(connection, kpi_id)
        month_end = _month_end(connection, month)
        value = _value(connection, kpi_id, month_end, area)
        return Explanation(
            kpi_id=kpi_id,
            name=wording["name_ja"],
            facts=[
                ("期間の終わり", f"{month_end}"),
                ("圏域", "全体" if area == ALL else area),
                *_facts(wording, value),
            ],
            measures=_measures(connection, kpi_id, month_end, area),
            cases=_cases(connection, kpi_id, month_end, area, limit),
            case_count=_case_count(connection, kpi_id, month_end, area),
        )


def _wording(connection: duckdb.DuckDBPyConnection, kpi_id: str) -> dict[str, Any]:
    rows = _records(connection, "select * from marts.dim_kpi order by sort_order", [])
    for row in rows:
        if row["kpi_id"] == kpi_id:
            return row
    raise KasaneError(
        Problem(
            what=f"there is no indicator {kpi_id}",
            remedy="the indicators are " + ", ".join(str(row["kpi_id"]) for row in rows),
        )
    )


def _month_end(connection: duckdb.DuckDBPyConnection, month: str) -> date:
    found = connection.execute("select distinct period_end_date from marts.mart_kpi_value order by 1").fetchall()
    months: list[date] = [day for (day,) in found]
    wanted = month.strip()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", wanted):
        for day in months:
            if f"{day:%Y-%m}" == wanted[:7]:
                return day
    there = f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else "none"
    raise KasaneError(
        Problem(what=f"there is no month {month} in the release", remedy=f"the months are {there}, as 2025-09")
    )


def _value(connection: duckdb.DuckDBPyConnection, kpi_id: str, month_end: date, area: str) -> dict[str, Any]:
    rows = _records(
        connection,
        "select * from marts.mart_kpi_value where kpi_id = ? and period_end_date = ? order by area_code",
        [kpi_id, month_end],
    )
    for row in rows:
        if row["area_code"] == area:
            return row
    areas = ", ".join(sorted((str(row["area_code"]) for row in rows), key=lambda code: (code != ALL, code)))
    raise KasaneError(Problem(what=f"{kpi_id} has no value for the area {area}", remedy=f"the areas are {areas}"))


def _facts(wording: dict[str, Any], value: dict[str, Any]) -> list[tuple[str, str]]:
    unit = str(wording["unit"])
    facts = [
        ("分子とは", str(wording["numerator_ja"])),
        ("分母とは", str(wording["denominator_ja"])),
        ("分子", number_text(value["numerator"])),
        ("分母", number_text(value["denominator"])),
        ("値", with_unit(value["value"], unit)),
        ("目標", with_unit(value["target"], unit)),
        ("いま届いているべき値", with_unit(value["target_due"], unit)),
        ("現状値", with_unit(value["baseline"], unit)),
        ("状態", STATUS_WORDS.get(value["status"], "—")),
        ("届き具合", _coverage(value)),
        ("定義の版", str(value["definition_version"])),
    ]
    if value["value_low"] is not None:
        facts.insert(5, ("95％信頼区間", f"{number_text(value['value_low'])} 〜 {number_text(value['value_high'])}"))
    facts += [("理由", str(value["reason"]))] if value["reason"] else []
    facts += [("読むときの注意", str(wording["note_ja"]))] if wording["note_ja"] else []
    return facts


def _coverage(value: dict[str, Any]) -> str:
    if value["coverage_months_due"] is None:
        return "使わないデータ"
    return f"{value['coverage_months_delivered']} / {value['coverage_months_due']} か月"


def subgroup_text(subgroup: str | None) -> str:
    """A counted row's subgroup as it is read: the models' own words in Japanese, a source's codes as they are."""
    return _SUBGROUPS.get(subgroup or "", subgroup or "")


def measure_text(measure: Measure) -> str:
    """The measure's value as it is read."""
    return with_unit(measure.value, measure.unit)


def _measures(connection: duckdb.DuckDBPyConnection, kpi_id: str, month_end: date, area: str) -> list[Measure]:
    rows = connection.execute(
        "select label_ja, value, unit from marts.mart_kpi_detail"
        " where kpi_id = ? and period_end_date = ? and area_code = ? order by measure",
        [kpi_id, month_end, area],
    ).fetchall()
    return [Measure(*row) for row in rows]


_CASES_OF = "from marts.fct_kpi_case where kpi_id = ? and period_end_date = ? and (? = 'ALL' or area_code = ?)"


def _cases(
    connection: duckdb.DuckDBPyConnection, kpi_id: str, month_end: date, area: str, limit: int
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select {', '.join(CASE_COLUMNS)} {_CASES_OF}"
        " order by is_numerator desc, occurred_on nulls last, case_ref nulls last, subgroup limit ?",
        [kpi_id, month_end, area, area, limit],
    ).fetchall()
    return rows


def _case_count(connection: duckdb.DuckDBPyConnection, kpi_id: str, month_end: date, area: str) -> int:
    row = connection.execute(f"select count(*) {_CASES_OF}", [kpi_id, month_end, area, area]).fetchone()
    return int(row[0]) if row else 0


def _records(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    result = connection.execute(sql, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


_SUBGROUPS = {
    "one_person": "一人に重なる",
    "across_members": "世帯員にまたがる",
    "begun": "支援開始",
    "waiting": "待機中",
    "base": "基準年度",
    "present": "今年度",
    "user": "利用者",
    "supporter": "支援者",
    "desk": "窓口",
    "residents": "住民",
    "plan": "支援プラン",
}
