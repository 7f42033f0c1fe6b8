"""Japanese wording and number formats of the KPI scorecard: nothing here reads a file or a setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kasane.reports import words

# Levels as kpi.csv names them, in the order of the page.
LEVELS: Final = {
    "KGI": "KGI(最終目標の指標)",
    "KSI": "KSI(成功要因の指標)",
    "KPI_OUTCOME": "KPI(成果の指標)",
    "KPI_OUTPUT": "KPI(活動量の指標)",
}
DIRECTIONS: Final = {"at_least": "以上", "at_most": "以下"}
PERIODS: Final = {
    "month_end": "月末の時点",
    "trailing_year": "月末の30日前までの365日間",
    "fiscal_year_to_date": "4月1日から月末まで",
    "survey_year": "その年度までの最新の調査",
}


@dataclass(frozen=True)
class State:
    """How an indicator stands: a mark that needs no colour, a word, and what the word means."""

    mark: str
    word: str
    meaning: str


STATES: Final = {
    "met": State("◎", "達成", "値が、その月までに届くはずの目標に届いています。"),
    "on_track": State("○", "順調", "その月までの目標との差が10%以内です。"),
    "behind": State("▲", "遅れ", "その月までの目標から10%を超えて離れています。"),
    "no_data": State("／", "データなし", "値を出せません。理由を指標の下に示します。0とは違います。"),
    "early": State("◇", "判定前", "年度の初めは年間の件数が少なく、月ごとの偏りで判定が動くため、目標と比べません。"),
    "no_target": State("－", "目標なし", "年間の件数の目標は全体にだけあり、圏域にはありません。"),
    "hidden": State(
        words.HIDDEN_MARK,
        words.HIDDEN_WORD,
        "少数のため公表しません。ほかの数から分からないように隠したものも同じ印です。",
    ),
    "absent": State("・", "記録なし", "この月・この圏域では集計しない指標です。"),
}

# States that are not counted on the page where no indicator stands so.
RARE_STATES: Final = ("early", "no_target", "hidden", "absent")


@dataclass(frozen=True)
class Unit:
    """How values of a unit are shown: what follows the number, decimals, and the unit written out."""

    suffix: str
    digits: int
    written: str


_UNITS: Final = {
    "percent": Unit("%", 1, "%"),
    "days": Unit("日", 1, "日(暦日)"),
    "per_50000": Unit("", 1, "人口5万人あたりのか所"),
    "per_district": Unit("", 1, "1中学校区あたりのか所"),
    "count_per_year": Unit("", 0, "年度の初めからの累計"),
    "count": Unit("", 0, "実数"),
    "fte": Unit("人", 1, "常勤換算"),
}


def unit(code: str) -> Unit:
    """The unit of a seed; one that is not known is shown as it is, with one decimal."""
    return _UNITS.get(code) or Unit("", 1, code)


def value_text(value: float | None, code: str) -> str:
    """A value with its unit, in the unit's decimals; — where there is none."""
    if value is None:
        return words.NO_VALUE
    shown = unit(code)
    return _signed(words.number(value, shown.digits)) + shown.suffix


def bound_text(value: float | None, code: str) -> str:
    """A target, a baseline or what is due: whole numbers without a decimal, others with one."""
    if value is None:
        return words.NO_VALUE
    return _signed(words.number(value, 0 if float(value).is_integer() else 1)) + unit(code).suffix


def _signed(text: str) -> str:
    return text.replace("-", "−")
