"""Headings, units and sentences of the page on needs and resources: nothing here reads a file or a setting."""

from __future__ import annotations

from typing import Final

from kasane.reports import words
from kasane.reports.figure_line import COUNT, DECIMAL
from kasane.reports.mart_reader import Measure

# Each mart of an area and month with its columns, in the order of the workbook.
MEASURES: Final = {
    "mart_area_balance": (
        Measure("household_count", "世帯数", "世帯", COUNT),
        Measure("in_need_count", "支援が必要な世帯", "世帯", COUNT),
        Measure("in_need_per_1000", "支援が必要な世帯(千世帯あたり)", "世帯", DECIMAL),
        Measure("compound_count", "複合的課題世帯", "世帯", COUNT),
        Measure("consultation_count", "相談(1年間)", "件", COUNT),
        Measure("consultations_per_1000", "相談(要支援千世帯あたり)", "件", DECIMAL),
        Measure("required_fte", "専門職の必要人数(常勤換算)", "人", DECIMAL),
        Measure("filled_fte", "専門職の配置人数(常勤換算)", "人", DECIMAL),
        Measure("staff_count", "支援者", "人", COUNT),
        Measure("staff_per_1000", "支援者(要支援千世帯あたり)", "人", DECIMAL),
        Measure("place_count", "居場所", "か所", COUNT),
        Measure("place_capacity", "居場所の定員", "人", COUNT),
        Measure("places_per_1000", "居場所(要支援千世帯あたり)", "か所", DECIMAL),
        Measure("agreement_count", "協定のある機関", "機関", COUNT),
        Measure("agreements_per_1000", "協定のある機関(要支援千世帯あたり)", "機関", DECIMAL),
        Measure("group_count", "活動団体", "団体", COUNT),
        Measure("groups_per_1000", "活動団体(要支援千世帯あたり)", "団体", DECIMAL),
        Measure("conference_count", "重層的支援会議(1年間)", "回", COUNT),
        Measure("conferences_per_1000", "重層的支援会議(要支援千世帯あたり)", "回", DECIMAL),
        Measure("care_conference_count", "地域ケア会議(1年間)", "回", COUNT),
    ),
    "mart_case_flow": (
        Measure("new_count", "新しい相談", "件", COUNT),
        Measure("reopened_count", "終結後の再相談", "件", COUNT),
        Measure("closed_count", "終結したプラン", "件", COUNT),
        Measure("open_plan_count", "開いているプラン", "件", COUNT),
    ),
    "mart_household_flow": (
        Measure("became_compound_count", "新たに複合的課題", "世帯", COUNT),
        Measure("ceased_compound_count", "複合的課題でなくなった", "世帯", COUNT),
        Measure("became_in_need_count", "新たに支援が必要", "世帯", COUNT),
        Measure("ceased_in_need_count", "支援が必要でなくなった", "世帯", COUNT),
        Measure("turning_18_count", "まもなく18歳になる人", "人", COUNT),
        Measure("turning_65_count", "まもなく65歳になる人", "人", COUNT),
    ),
    "mart_issue_funnel": (
        Measure("raised_count", "把握した課題", "件", COUNT),
        Measure("discussed_count", "地域ケア会議で検討", "件", COUNT),
        Measure("resolved_count", "解決した課題", "件", COUNT),
        Measure("resident_led_count", "うち住民主体", "件", COUNT),
        Measure("shared_led_count", "うち協働", "件", COUNT),
        Measure("office_led_count", "うち行政", "件", COUNT),
        Measure("policy_count", "うち政策になった", "件", COUNT),
        Measure("open_issue_count", "解決していない課題", "件", COUNT),
    ),
}
ROUTE_MEASURES: Final = (
    Measure("consultation_count", "相談", "件", COUNT),
    Measure("compound_issue_count", "うち複合的課題", "件", COUNT),
)
DESK_MEASURES: Final = (
    *ROUTE_MEASURES,
    Measure("waiting_count", "支援を待つ相談", "件", COUNT),
    Measure("days_to_first_support_mean", "最初の支援までの日数(平均)", "日", DECIMAL),
    Measure("several_desks_count", "複数の窓口を回った相談", "件", COUNT),
    Measure("desks_visited_mean", "回った窓口の数(平均)", "か所", DECIMAL),
    Measure("days_between_agencies_mean", "機関から機関への日数(平均)", "日", DECIMAL),
)
SHEETS: Final = {
    "mart_area_balance": "必要と資源",
    "mart_case_flow": "相談とプランの流れ",
    "mart_household_flow": "世帯の移り変わり",
    "mart_issue_funnel": "地域課題",
}
BLANK_DESK: Final = "(窓口の記録がない、または伏せる相談)"
_UNITS: Final = {"weeks": "週", "times": "倍", "percent_change": "%の増減"}


def unit_label(unit: str | None) -> str:
    """A unit of the model municipalities' figures; an unknown one is shown as it is."""
    return _UNITS.get(unit or "") or words.unit_label(unit)


def period_label(period: str | None) -> str:
    """``3 years`` as 3年."""
    return (period or "").replace(" years", "年").replace(" year", "年")
