"""Stories of the indicators: what the feeds say, once, and the numbers they must give at some month ends.

A story is written as those of households (story.py), but its tables come before its first ``at`` and hold at every
month; the columns are the contract's own, ``no``, ``household`` and the like beside them. Each story lives in areas of
its own, ``1`` and ``2``, so that its numbers can be told apart from the others'; ids are kept apart too. What a source
without areas gives is looked for under ``ALL``, and one story alone may speak of such an indicator.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from story import COLUMNS, NUMBERED, USUAL, Moment, Table, moments, tables

from kasane.contracts import load_contracts
from support.warehouse import ROOT, SmallDelivery, SmallWarehouse

KPI_STORIES = Path(__file__).parent / "kpi_stories"
# Twenty months: the end of a fiscal year, a whole one, half of the next.
MONTHS = [
    date(year, month, calendar.monthrange(year, month)[1])
    for year, month in [(2024, month) for month in range(2, 13)] + [(2025, month) for month in range(1, 10)]
]
CONTRACTS = load_contracts([ROOT / "expectations" / "contracts"])
SURVEY_DAY = date(2024, 4, 1)
# What a story writes short and the warehouse keeps apart.
OWN_IDS = re.compile(r".*(_id|_ids|_codes|agency_code|school_district)$")


@dataclass(frozen=True)
class KpiStory:
    """``number`` keeps the stories' people, areas and ids apart."""

    number: int
    title: str
    given: dict[str, Table]
    moments: Sequence[Moment]

    def numbered(self, short: str) -> str:
        """The ten digits of a person or household."""
        return f"{self.number:02d}{int(short):08d}"

    def area(self, short: str) -> str:
        """The code of one of the story's areas; ``ALL`` stays."""
        return short if short in ("ALL", "") else f"E{self.number:02d}{short}"

    def own(self, texts: str) -> str:
        """Ids, joined by ``;``, as this story's."""
        return ";".join(f"{self.number:02d}{text}" for text in texts.split(";"))


def load_kpi_stories(folder: Path = KPI_STORIES) -> list[KpiStory]:
    """Every story of every file, in order."""
    stories: list[KpiStory] = []
    for file in sorted(folder.glob("*.txt")):
        for text in file.read_text(encoding="utf-8").split("\n== ")[1:]:
            title, _, body = text.partition("\n")
            given, _, rest = body.partition("\nat ")
            told = list(moments("at " + rest))
            stories.append(KpiStory(len(stories) + 10, f"{file.stem}: {title.strip()}", tables(given), told))
    return stories


def kpi_warehouse(stories: Sequence[KpiStory]) -> SmallWarehouse:
    """All stories in one warehouse: every table of the contracts is delivered every month, its rows at the first."""
    # A list of keys without rows would say that every record was deleted.
    rows: dict[str, Table] = {table: [] for table in CONTRACTS if table != "soudan_key"}
    for story in stories:
        for table, given in ({"chiku": _towns()} | story.given).items():
            rows[table] += [_lake_row(story, table, index, row) for index, row in enumerate(given)]
    first = [SmallDelivery(table, _first_day(table), given) for table, given in rows.items()]
    again = [
        {
            "delivery_id": f"{table}-{month:%Y%m%d}-again",
            "feed": table.split("_")[0],
            "table_name": table,
            "base_date": month,
            "sequence": 1,
            "status": "accepted",
            "in_force": True,
        }
        for table in rows
        for month in MONTHS[1:]
    ]
    return SmallWarehouse(MONTHS, first, outcomes=again)


def _first_day(table: str) -> date:
    return SURVEY_DAY if table == "ishiki" else MONTHS[0]


def _towns() -> Table:
    return [{"town_code": area, "area_code": area} for area in ("1", "2")]


def _lake_row(story: KpiStory, table: str, index: int, row: dict[str, str]) -> dict[str, str | None]:
    contract = CONTRACTS[table]
    lake = {"town_code": "1"} | USUAL["jumin"] if table == "jumin" else dict(USUAL.get(table, {}))
    # A story that is not about a record's key need not give it one.
    texts = {each.name for each in contract.fields if each.type not in ("date", "code")}
    keys = texts.intersection(contract.record_key).difference(NUMBERED)
    lake |= {name: f"{story.number:02d}{index:06d}" for name in keys}
    for short, value in row.items():
        lake[COLUMNS.get(table, {"no": "resident_no"}).get(short, short)] = value
    return {name: _kept_apart(story, name, value) for name, value in lake.items()}


def _kept_apart(story: KpiStory, name: str, value: str) -> str | None:
    if not value:
        return None
    if name in NUMBERED:
        return story.numbered(value)
    if name == "area_code":
        return story.area(value)
    return story.own(value) if name == "town_code" or OWN_IDS.match(name) else value
