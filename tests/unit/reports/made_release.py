"""A small invented analysts' file with the tables that the overlap report reads."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import duckdb
import pyarrow as pa

DOMAINS = ("elderly", "disability", "child", "poverty")
COMBINATIONS = ["+".join(c) for size in (1, 2, 3, 4) for c in combinations(DOMAINS, size)]
WEIGHTS = [900, 420, 260, 210, 150, 12, 130, 45, 80, 95, 6, 34, 8, 11, 3]
TYPES = {"AO": 0.78, "AC": 0.2, "CO": 0.012, "UN": 0.008}
FEEDS = ("jumin", "kaigo", "shogai", "kodomo", "seiho", "kikan", "chiku", "jinji")
TABLES = {"jinji": ("jinji_post", "jinji_staff")}
NASTY = "<script>alert('x')</script>&\"'\x07{{ 7*7 }}"


@dataclass(frozen=True)
class Size:
    """How large the invented release is."""

    months: int = 24
    areas: int = 3
    scale: float = 1.0
    nasty: bool = False


def month_ends(count: int, last: date = date(2026, 3, 31)) -> list[date]:
    """``count`` month ends up to ``last``, oldest first."""
    ends = [last]
    while len(ends) < count:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return sorted(ends)[-count:] if count else []


def make_release(path: Path, size: Size, leave_out: Sequence[str] = ()) -> Path:
    """Write the file; ``leave_out`` names relations that it shall not have."""
    dice = random.Random(7)
    months = month_ends(size.months)
    codes = [f"{index:02d}" for index in range(1, size.areas + 1)]
    overlap, summary = _cells(months, codes, size, dice)
    tables = {
        "marts.mart_domain_overlap": overlap,
        "marts.mart_overlap_summary": summary,
        "marts.mart_benchmark": _benchmarks(months, size),
        "marts.dim_area": [
            {"area_code": code, "area_name": NASTY if size.nasty else f"{code}さくら川東部高齢者相談圏域"[2:9] + code}
            for code in codes
        ],
        "quality.feed_coverage": _coverage(months),
        "quality.row_outcome": _outcomes(months, size),
        "quality.quarantine": _quarantine(size),
        "quality.unlinked": [
            {"feed": "shogai", "role": "subject", "record_count": 12},
            {"feed": "kodomo", "role": "child", "record_count": 3},
            {"feed": "kodomo", "role": "guardian", "record_count": 4},
        ],
    }
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema quality")
        for name, rows in tables.items():
            if name not in leave_out:
                _write(connection, name, rows)
    return path


_EMPTY = {
    "marts.mart_domain_overlap": "month_end_date date, area_code varchar, household_type varchar, domains varchar,"
    " match varchar, household_count bigint, share_of_in_need double, in_need_count bigint",
    "marts.mart_overlap_summary": "month_end_date date, area_code varchar, household_count bigint,"
    " in_need_count bigint, compound_count bigint, three_or_more_count bigint,"
    " compound_one_person_count bigint",
    "marts.mart_benchmark": "indicator_id varchar, month_end_date date, value double, nation double,"
    " special_wards double, label varchar, unit varchar, source varchar, reason varchar,"
    " benchmark_group varchar, is_fact_checked boolean",
    "marts.dim_area": "area_code varchar, area_name varchar",
    "quality.feed_coverage": "table_name varchar, feed varchar, month_end_date date, is_due boolean, base_date date,"
    " age_days bigint, status varchar",
    "quality.row_outcome": "feed varchar, file_name varchar, base_date date, rows_in bigint, rows_loaded bigint,"
    " rows_quarantined bigint, rows_superseded bigint, warnings bigint, status varchar, reason varchar,"
    " reason_label varchar, remedy varchar",
    "quality.quarantine": "feed varchar, file_name varchar, line_number bigint, reason_code varchar,"
    " column_name varchar, reason_label varchar, remedy varchar",
    "quality.unlinked": "feed varchar, role varchar, record_count bigint",
}


def _write(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict]) -> None:
    connection.execute(f"create table {name} ({_EMPTY[name]})")
    if rows:
        connection.register("rows_given", pa.Table.from_pylist(rows))
        connection.execute(f"insert into {name} by name select * from rows_given")
        connection.unregister("rows_given")


def _cells(months: list[date], codes: list[str], size: Size, dice: random.Random) -> tuple[list, list]:
    overlap, summary = [], []
    for index, month in enumerate(months):
        exact: dict[tuple[str, str, str], int] = {}
        households = dict.fromkeys(["ALL", *codes], 0)
        # The last place stands for households with a protected person: in ALL, in no area.
        for place in [*codes, None]:
            weight = 0.02 if place is None else dice.uniform(0.5, 1.5)
            count = round(9000 * size.scale * weight)
            for where in {"ALL", place} - {None}:
                households[where] += count
            for combination, base in zip(COMBINATIONS, WEIGHTS, strict=True):
                growth = 1 + 0.004 * index * combination.count("+")
                for kind, part in TYPES.items():
                    value = int(base * size.scale * weight * part * growth * dice.uniform(0.8, 1.2))
                    for where in {"ALL", place} - {None}:
                        for what in ("ALL", kind):
                            exact[where, what, combination] = exact.get((where, what, combination), 0) + value
        overlap += _overlap_rows(month, exact, ["ALL", *codes])
        summary += [_summary_row(month, code, households[code], exact) for code in ["ALL", *codes]]
    return overlap, summary


def _overlap_rows(month: date, exact: dict, codes: list[str]) -> list[dict]:
    rows = []
    for code in codes:
        for kind in ("ALL", *TYPES):
            cells = {c: exact.get((code, kind, c), 0) for c in COMBINATIONS}
            in_need = sum(cells.values())
            for combination in COMBINATIONS:
                wanted = set(combination.split("+"))
                at_least = sum(v for c, v in cells.items() if wanted <= set(c.split("+")))
                for match, value in (("exact", cells[combination]), ("at_least", at_least)):
                    rows.append(
                        {
                            "month_end_date": month, "area_code": code, "household_type": kind,
                            "domains": combination, "match": match, "household_count": value,
                            "share_of_in_need": value / in_need if in_need else None, "in_need_count": in_need,
                        }
                    )  # fmt: skip
    return rows


def _summary_row(month: date, code: str, households: int, exact: dict) -> dict:
    by_size = [0, 0, 0, 0, 0]
    for combination in COMBINATIONS:
        by_size[combination.count("+") + 1] += exact.get((code, "ALL", combination), 0)
    return {
        "month_end_date": month, "area_code": code, "household_count": households,
        "in_need_count": sum(by_size), "compound_count": sum(by_size[2:]), "three_or_more_count": sum(by_size[3:]),
        "compound_one_person_count": sum(by_size[2:]) // 3,
    }  # fmt: skip


def _benchmarks(months: list[date], size: Size) -> list[dict]:
    survey = "厚生労働省「地域における包括的支援体制の現状に関する調査」令和5年度"
    rows = [
        ("compound", 36.4, 38.7, 42.3, "複数分野にまたがる課題を抱える世帯の割合(要支援世帯のうち)", "percent",
         survey, None),
        ("elderly_disability", 11.9, 12.8, None, "高齢×障害", "percent", survey, None),
        ("three_or_more", 9.1, None, 15.7, "3つ以上の分野にまたがる課題を抱える世帯の割合(複合的課題のうち)", "percent",
         "東京都福祉保健局「複合的課題を抱える世帯の実態調査」令和5年度", None),
        ("consultation_8050", None, None, 2850, "8050問題の年間相談件数", "count", survey,
         "相談の記録がまだ取り込まれていない"),
        ("staff", None, 16.8, 14.3, NASTY if size.nasty else "従事職員数(人口10万人あたり)", "per_100000", survey,
         "人事配置の資料がまだ取り込まれていない"),
    ]  # fmt: skip
    names = ("indicator_id", "value", "nation", "special_wards", "label", "unit", "source", "reason")
    return [
        dict(zip(names, row, strict=True), month_end_date=month, benchmark_group="overlap", is_fact_checked=False)
        for month in months
        for row in rows
    ]


def _coverage(months: list[date]) -> list[dict]:
    rows = []
    for table, feed in ((table, each) for each in FEEDS for table in TABLES.get(each, (each,))):
        base = None
        for index, month in enumerate(months):
            # As the mart says it: a yearly feed is due once the last delivery is a year old.
            came_yearly = feed == "chiku" and index % 12 == 0
            due = feed != "chiku"
            late = (feed == "kaigo" and index % 9 == 4) or (feed == "shogai" and month == months[-1])
            # The table comes in the first month and then no more, while its feed's other table does.
            late = late or (table == "jinji_staff" and index > 0)
            base = month if (due or came_yearly) and not late else base
            rows.append(
                {
                    "table_name": table, "feed": feed, "month_end_date": month, "is_due": due, "base_date": base,
                    "age_days": None if base is None else (month - base).days,
                    "status": "none" if base is None else "current" if base == month else "stale",
                }
            )  # fmt: skip
    return rows


def _outcomes(months: list[date], size: Size) -> list[dict]:
    rows = [
        {
            "feed": feed, "file_name": f"{feed.upper()}_{month:%Y%m%d}_01.csv", "base_date": month,
            "rows_in": 10004, "rows_loaded": 10000, "rows_quarantined": 4, "rows_superseded": 0,
            "warnings": 57, "status": "accepted", "reason": None, "reason_label": None, "remedy": None,
        }
        for feed in FEEDS for month in months
    ]  # fmt: skip
    if months:
        reason = NASTY if size.nasty else "件数が前回より41.2%少ない(契約の上限は30%)"
        rows.append({**rows[0], "file_name": "KAIGO_20250831_01.csv", "status": "refused", "rows_loaded": 0,
                     "rows_quarantined": 0, "warnings": 0, "reason": reason, "feed": "kaigo",
                     "reason_label": "件数の急な増減",
                     "base_date": date(2025, 8, 31)})  # fmt: skip
    return rows


def _quarantine(size: Size) -> list[dict]:
    codes = ["key_missing", "key_duplicate", "code_unknown", "date_impossible"]
    return [
        {"feed": feed, "file_name": f"{feed}.csv", "line_number": line, "reason_code": codes[line % 4],
         "column_name": NASTY if size.nasty else "宛名番号",
         "reason_label": NASTY if size.nasty else "必須の鍵が空", "remedy": "元システムで直して送り直す"}
        for feed in ("jumin", "kaigo", "kodomo") for line in range(2, 30 if size.months else 2)
    ]  # fmt: skip
