"""What a release says of its files and checks, by plain SQL on its quality tables: no code of the pages reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb

from kasane.contracts import load_contracts
from kasane.contracts.model import Contract
from kasane.quality.batch_rules import batch_checks, volume_check
from kasane.quality.checks import Check
from kasane.settings import Settings

Row = dict[str, Any]
NONE = "—"
# A file is made good by one of its part that is in force and not older.
_FILES = """
select
    files.*,
    is_in_force
    and base_date = max(base_date) filter (where is_in_force) over (partition by table_name) as is_latest,
    status = 'refused' and not exists (
        select 1 from quality.row_outcome as good
        where good.table_name = files.table_name and good.part = files.part and good.is_in_force
            and (good.base_date > files.base_date
                or good.base_date = files.base_date and coalesce(good.sequence, 0) >= coalesce(files.sequence, 0))
    ) as is_open_refusal
from quality.row_outcome as files
order by base_date is not null, base_date desc, part desc, coalesce(sequence, 0) desc, file_name desc
"""
_OBSERVED = """
select table_name, delivery_id, split_part(check_id, ':', 2) as measure, observed
from quality.check_result where scope = 'batch'
"""


@dataclass(frozen=True)
class Series:
    """Numbers that a small chart must draw, oldest first; ``bounds`` are drawn too, ``broken`` ones are marked."""

    values: Sequence[float | None]
    broken: Sequence[bool]
    bounds: Sequence[float | None]

    @property
    def is_drawn(self) -> bool:
        """One point makes no line."""
        return sum(value is not None for value in self.values) > 1


@dataclass
class Answer:
    """What a block of a page has to show: ``rows`` and nothing else.

    Of a list of words or links they are its last ones, and before them no number stands but ``named``.
    """

    kind: str
    rows: list[tuple[str, ...]]
    charts: list[Series] = field(default_factory=list)
    named: frozenset[str] = frozenset()


class Release:
    """The release in force, read anew."""

    def __init__(self, settings: Settings, db: duckdb.DuckDBPyConnection) -> None:
        self.settings, self.db = settings, db
        self.contracts: dict[str, Contract] = dict(load_contracts(settings.contract_dirs))
        self.judged = {file.stem for file in (settings.data.quality / "batch").glob("*.json")}
        self.verdicts: dict[str, dict[str, Any]] = {}
        for table in self.judged:
            text = (settings.data.quality / "batch" / f"{table}.json").read_text(encoding="utf-8")
            self.verdicts |= json.loads(text)["deliveries"]
        self.files = self.rows(_FILES)

    def rows(self, sql: str, *given: object) -> list[Row]:
        """The rows of a query by column name."""
        cursor = self.db.execute(sql, list(given))
        heads = [column[0] for column in cursor.description or []]
        return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]

    def has(self, table: str) -> bool:
        """Whether the release has this table of quality."""
        wanted = "select 1 from duckdb_tables() where schema_name = 'quality' and table_name = ?"
        return bool(self.rows(wanted, table))

    @property
    def tables(self) -> list[str]:
        """Tables with a page, as the list has them: by feed, then by name."""
        found = {each["table_name"] for each in self.files} | self.judged
        return sorted(found, key=lambda table: (self.contracts[table].feed, table))

    def of(self, table: str, **flags: bool) -> list[Row]:
        """The files of a table, newest first, whose columns are as said."""
        wanted = flags.items()
        return [e for e in self.files if e["table_name"] == table and all(e[name] == flag for name, flag in wanted)]

    def checks(self, table: str) -> list[Check]:
        """What the contract asks of each delivery, in its order."""
        volume = volume_check(self.contracts[table])
        return [*([volume] if volume else []), *batch_checks(self.contracts[table])]

    def numbers(self, file: Row) -> dict[str, float | None]:
        """What was observed of a file, by check."""
        return self._observed.get(file["delivery_id"], {})

    def is_judged(self, file: Row) -> bool:
        """Whether a file has a verdict; one without rows, or sent again, has no number in quality.check_result."""
        return file["delivery_id"] in self.verdicts

    def broken(self, file: Row) -> list[Check]:
        """The checks that a file is outside of."""
        found = self.numbers(file)
        return [check for check in self.checks(file["table_name"]) if is_broken(found.get(check.name), check)]

    @cached_property
    def _observed(self) -> dict[str, dict[str, float | None]]:
        found: dict[str, dict[str, float | None]] = {}
        for each in self.rows(_OBSERVED):
            found.setdefault(each["delivery_id"], {})[each["measure"]] = each["observed"]
        # Of youtai nothing stands in quality.check_result; its page has the verdicts that were stored.
        secret = {each["delivery_id"] for each in self.files if each["feed"] == "youtai"}
        return found | {each: self.verdicts[each]["observed"] for each in secret & self.verdicts.keys()}


def is_broken(value: float | None, check: Check) -> bool:
    """Whether a number lies outside of a check's bounds."""
    low, high = check.at_least, check.at_most
    return value is not None and ((low is not None and value < low) or (high is not None and value > high))


def count(value: int | None) -> str:
    """1,234."""
    return NONE if value is None else format(value, ",")


def share(value: float | None) -> str:
    """12.3%."""
    return NONE if value is None else format(100 * value, ".1f") + "%"


def number(value: float | None, unit: str) -> str:
    """As its unit wants it."""
    if value is None or unit == "share":
        return share(value)
    return format(value, ",.0f" if unit == "count" else ",.2f")


def bounds(check: Check) -> str:
    """95.0%以上, 5.0%以下, -30.0%～30.0% or one number."""
    low, high = number(check.at_least, check.unit), number(check.at_most, check.unit)
    if check.at_most is None:
        return f"{low}以上"
    if check.at_least is None:
        return f"{high}以下"
    return low if low == high else f"{low}～{high}"


def total(files: Sequence[Row], column: str) -> str:
    """The sum of a column of some files."""
    return count(sum(each[column] for each in files))


def refusal(file: Row) -> tuple[str, str, str]:
    """Label, remedy and sentence of a refused file."""
    code = file["reason_code"] or file["reason"] or ""
    label = file["reason_label"] or code or "理由不明"
    said = file["reason"] if file["reason"] not in (None, code, label) else ""
    return label, (file["remedy"] or "") if file["reason_label"] else "", said
