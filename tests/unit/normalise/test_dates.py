"""Dates as delivered, and the days they can mean."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from kasane.normalise.dates import ERAS, parse_date, parse_dates

ERA = ("eyymmdd", "ymd8")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("5070401", "2025-04-01", "2025-04-01", "day"),
        ("３１９０９２３", "1944-09-23", "1944-09-23", "day"),
        ("19871017", "1987-10-17", "1987-10-17", "day"),
        ("4300600", "2018-06-01", "2018-06-30", "month"),
        ("3220000", "1947-01-01", "1947-12-31", "year"),
        ("3220015", "1947-01-01", "1947-12-31", "year"),
        ("19870200", "1987-02-01", "1987-02-28", "month"),
        ("3010000", "1926-12-25", "1926-12-31", "year"),
        ("4310000", "2019-01-01", "2019-04-30", "year"),
        ("1450730", "1912-07-30", "1912-07-30", "day"),
        ("2010730", "1912-07-30", "1912-07-30", "day"),
        ("2151225", "1926-12-25", "1926-12-25", "day"),
        ("3640107", "1989-01-07", "1989-01-07", "day"),
        ("5060229", "2024-02-29", "2024-02-29", "day"),
    ],
)
def test_a_date_spans_the_days_it_can_be(text: str, first: str, last: str, precision: str) -> None:
    parsed = parse_date(text, ERA)
    assert (parsed.precision, parsed.earliest, parsed.latest) == (precision, day(first), day(last))
    assert not parsed.overrun


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3640108", "1989-01-08"),
        ("4310501", "2019-05-01"),
        ("4320331", "2020-03-31"),
        ("5010430", "2019-04-30"),
        ("4010107", "1989-01-07"),
    ],
)
def test_a_day_outside_its_era_is_taken_and_flagged(text: str, meant: str) -> None:
    parsed = parse_date(text, ERA)
    assert (parsed.earliest, parsed.overrun) == (day(meant), True)


@pytest.mark.parametrize(
    "text", ["3460229", "5070230", "5071301", "6010101", "507040", "50704011", "4990101", "abc", "5000105"]
)
def test_what_no_calendar_has_is_never_invented(text: str) -> None:
    for birth in (True, False):
        parsed = parse_date(text, ERA, birth)
        assert (parsed.precision, parsed.earliest, parsed.latest) == ("impossible", None, None)
        assert parsed.text == text


@pytest.mark.parametrize(("zeros", "role"), [("0000000", "none"), ("00000000", "none")])
def test_zeros_are_unknown_for_a_birth_and_none_elsewhere(zeros: str, role: str) -> None:
    assert parse_date(zeros, ERA).precision == role
    assert parse_date(zeros, ERA, birth=True).precision == "unknown"


@pytest.mark.parametrize("text", ["9999999", "99999999", "", "   ", None])
def test_nines_and_blank_are_open_ended(text: str | None) -> None:
    assert parse_date(text, ERA).precision == "none"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("令和7年4月1日", "2025-04-01", "2025-04-01"),
        ("R7.4.1", "2025-04-01", "2025-04-01"),
        ("令和７年４月１日", "2025-04-01", "2025-04-01"),
        ("昭和22年10月", "1947-10-01", "1947-10-31"),
        ("S22/10/3", "1947-10-03", "1947-10-03"),
        ("平成元年1月8日", "1989-01-08", "1989-01-08"),
        ("令和6年4月 日不詳", "2024-04-01", "2024-04-30"),
        ("昭和30年 月日不詳", "1955-01-01", "1955-12-31"),
        ("㍻12年2月29日", "2000-02-29", "2000-02-29"),
        ("2025年4月1日", "2025-04-01", "2025-04-01"),
        ("昭和四十年十一月二十三日", "1965-11-23", "1965-11-23"),
        ("令和6年4月頃", "2024-04-01", "2024-04-30"),
        ("推定令和6年4月3日", "2024-04-01", "2024-04-30"),
    ],
)
def test_free_japanese_text(text: str, first: str, last: str) -> None:
    parsed = parse_date(text, ("jtext",))
    assert (parsed.earliest, parsed.latest) == (day(first), day(last))


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("令和6年頃", "year", "2024-01-01", "2024-12-31"),
        ("令和6年2月頃", "month", "2024-02-01", "2024-02-29"),
        ("令和6年2月3日頃", "month", "2024-02-01", "2024-02-29"),
        ("推定令和6年2月3日頃", "month", "2024-02-01", "2024-02-29"),
        ("推定 令和6年2月", "month", "2024-02-01", "2024-02-29"),
        ("令和6年春", "range", "2024-03-01", "2024-05-31"),
        ("R6年夏頃", "range", "2024-06-01", "2024-08-31"),
        ("令和元年秋", "range", "2019-09-01", "2019-11-30"),
        ("令和5年冬", "range", "2023-12-01", "2024-02-29"),
        ("昭和63年冬", "range", "1988-12-01", "1989-02-28"),
        ("令和元年春", "range", "2019-05-01", "2019-05-31"),
        ("令和6年4月上旬", "range", "2024-04-01", "2024-04-10"),
        ("令和6年4月中旬頃", "range", "2024-04-11", "2024-04-20"),
        ("令和6年2月下旬", "range", "2024-02-21", "2024-02-29"),
        ("令和6年4月1日から10日頃までの間", "range", "2024-04-01", "2024-04-10"),
        ("推定令和6年4月1日から5月10日までの間", "range", "2024-04-01", "2024-05-10"),
        ("令和6年4月1日頃から4月10日頃までの間", "range", "2024-04-01", "2024-04-10"),
        ("平成31年4月28日から令和元年5月3日までの間", "range", "2019-04-28", "2019-05-03"),
        ("令和6年 月日不詳", "year", "2024-01-01", "2024-12-31"),
        ("令和6年02月 日不詳", "month", "2024-02-01", "2024-02-29"),
        ("令和7年4月1日(火)", "day", "2025-04-01", "2025-04-01"),
        ("令7.4.1", "day", "2025-04-01", "2025-04-01"),
    ],
)
def test_a_phrase_for_a_partly_known_date_names_the_days_it_can_be(
    text: str, precision: str, first: str, last: str
) -> None:
    parsed = parse_date(text, ("jtext",))
    assert (parsed.precision, parsed.earliest, parsed.latest) == (precision, day(first), day(last))


@pytest.mark.parametrize(
    "text",
    [
        *("令和6年2月30日頃", "令和6年13月頃", "令和7年1日", "R2-3-", "R7.", "R7.4.", "2-3-", "令和6年4月31日上旬"),
        *("令和6年4月10日から5日までの間", "令和6年4月31日から5月3日までの間", "から", "春", "令和6年4月春"),
    ],
)
def test_a_phrase_that_no_calendar_has_stays_impossible(text: str) -> None:
    assert parse_date(text, ("jtext",)) == (text, "impossible", None, None, False)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("45748", "2025-04-01"),
        ("45748.5", "2025-04-01"),
        ("9133", "1925-01-01"),
        ("2025", None),
        ("3999", None),
        ("457480", None),
        ("-1", None),
    ],
)
def test_a_spreadsheet_counts_days_and_a_bare_year_is_none(text: str, meant: str | None) -> None:
    assert parse_date(text, ("jtext", "excel")).earliest == (day(meant) if meant else None)


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("2025-04-01T09:30:00", True),
        ("2025-04-01 09:30", True),
        ("2025-04-01T23:59:59.999+09:00", True),
        ("2025-04-01T24:00:00", False),
        ("2025-04-31T09:30:00", False),
        ("2025-04-01", False),
    ],
)
def test_the_day_of_a_time_is_the_day_as_written(text: str, is_read: bool) -> None:
    parsed = parse_date(text, ("iso_datetime",))
    assert (parsed.precision, parsed.earliest) == (("day", day("2025-04-01")) if is_read else ("impossible", None))


@pytest.mark.parametrize(
    ("text", "precision"), [("年月日不詳", "unknown"), ("きのう", "impossible"), ("7年4月1日", "impossible")]
)
def test_text_that_names_no_day(text: str, precision: str) -> None:
    assert parse_date(text, ("jtext",)).precision == precision


def test_a_column_is_read_as_its_values_are() -> None:
    parsed = parse_dates(pa.array(["2023/9/4", "2023-09-04", "", None, "2023/02/30"]), ("slash", "iso"))
    assert parsed.field("precision").to_pylist() == ["day", "day", "none", "none", "impossible"]
    assert parsed.field("earliest").to_pylist() == [day("2023-09-04")] * 2 + [None] * 3
    assert parsed.field("text").to_pylist() == ["2023/9/4", "2023-09-04", None, None, "2023/02/30"]
    assert len(parse_dates(pa.array([], pa.string()), ("iso",))) == 0


def test_the_eras_are_those_of_the_code_list() -> None:
    seed = Path(__file__).parents[3] / "dbt_project" / "seeds" / "codes" / "era.csv"
    rows = list(csv.DictReader(seed.open(encoding="utf-8")))
    listed = [(r["code"], r["label"], r["abbreviation"], day(r["starts_on"]), int(r["base_year"])) for r in rows]
    assert [(e.code, e.name, e.abbreviation, e.first, e.base_year) for e in ERAS] == listed
