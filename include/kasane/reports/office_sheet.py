"""An office's list of values to mend (所管課の一覧) as CSV: in the encoding and the words of its own system."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kasane.contracts.model import Contract
from kasane.reports.cells import Cell, cell, inert

_BEFORE = ("扱い", "原因")
_AFTER = (
    *("ファイル", "行", "項目", "届いた値", "内容", "規則", "直し方"),
    *("初出の基準日", "経過日数", "経過月数", "現れたファイルの数", "戻った回数"),
)
_SEPARATOR = "|"
_VISIBLE = "kasane.visible"


def headings(contract: Contract) -> list[str]:
    """The columns in order; the key's stand under their own headings."""
    return [*_BEFORE, *(contract.by_name[name].source for name in contract.record_key), *_AFTER]


def office_csv(contract: Contract, findings: Sequence[Mapping[str, Any]], terms: Mapping[str, str]) -> bytes:
    """The rows of ``restricted.open_finding`` of one table, as the office's own system writes files.

    Text that a spreadsheet program would run as a formula has an apostrophe before it. A character that the encoding
    lacks is written as its number, 〔U+9AD9〕. ``terms``: labels by code.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([inert(each) for each in headings(contract)])
    for finding in findings:
        writer.writerow([inert(cell(value)) for value in _row(contract, finding, terms)])
    return text.getvalue().encode(contract.layout.encoding, errors=_VISIBLE)


def _row(contract: Contract, finding: Mapping[str, Any], terms: Mapping[str, str]) -> list[Cell]:
    first, today = finding["first_seen_on"], finding["as_of_date"]
    values = (
        *(terms["fault" if finding["is_fault"] else "doubt"], terms[finding["origin"]]),
        *_key(finding["record_key"], len(contract.record_key)),
        *(finding["file_name"], finding["line_number"], finding["column_name"], finding["delivered_value"]),
        *(finding["check_label"], finding["rule"], finding["remedy"]),
        *(first, finding["age_days"], _whole_months(first, today)),
        *(finding["deliveries_seen"], finding["times_returned"]),
    )
    return [cell(value) for value in values]


def _key(record_key: str | None, parts: int) -> list[str]:
    """The parts of a key; one that a separator within a part makes ambiguous stands whole in the first column."""
    found = (record_key or "").split(_SEPARATOR)
    return found if len(found) == parts else [record_key or "", *[""] * (parts - 1)]


def _whole_months(first: date, last: date) -> int:
    """Completed months; a month end after a longer month's end counts as one."""
    months = (last.year - first.year) * 12 + last.month - first.month
    is_month_end = (last.toordinal() + 1) == date(last.year + last.month // 12, last.month % 12 + 1, 1).toordinal()
    return max(months - (last.day < first.day and not is_month_end), 0)


def _visible(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(f"〔U+{ord(sign):04X}〕" for sign in signs), error.end


codecs.register_error(_VISIBLE, _visible)
