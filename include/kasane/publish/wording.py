"""How the numbers and statuses of indicators are read: Japanese words, units behind the number."""

from __future__ import annotations

# An annual count of an area has no status.
STATUS_WORDS = {"met": "達成", "on_track": "おおむね順調", "behind": "遅れ", "no_data": "データなし"}
_UNITS = {
    "percent": "％",
    "days": "日",
    "count_per_year": "（年）",
    "per_50000": "（5万人当たり）",
    "per_district": "（学区当たり）",
    "fte": "人（常勤換算）",
}


def with_unit(value: float | None, unit: str) -> str:
    """The number and its unit; a dash for none."""
    return number_text(value) + ("" if value is None else _UNITS.get(unit, ""))


def short_text(value: float | None, unit: str) -> str:
    """For a narrow column: one decimal, and the unit where it is a sign."""
    if value is None:
        return "–"
    return f"{value:,.1f}" + (_UNITS[unit] if unit in ("percent", "days") else "")


def number_text(value: float | None) -> str:
    """Two decimals, but for small numbers; a whole number without any; a dash for none."""
    if value is None:
        return "—"
    text = f"{value:,.2f}" if abs(value) >= 1 else f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")
