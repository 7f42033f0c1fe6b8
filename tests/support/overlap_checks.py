"""Every figure of an overlap report against its zone: pages, the data of their scripts, and workbooks."""

from __future__ import annotations

import io
import json
import re
from itertools import combinations
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from support.overlap_answers import Told, Zone
from support.shown import Element, Page


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
    assert shown.text.endswith("%") is shown.attrs["data-metric"].endswith("_share"), shown.attrs
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
