"""Stories of households as small text tables: what the register and the feeds say, and the numbers they must give.

A story begins with ``== what it shows``, a moment with ``at <month end>``. A table is a line with its name, a line
of column names parted by ``|``, and rows; a blank cell repeats nothing, it is blank. Numbers of persons (``no``) and
register households (``household``) are the story's own, ``3..5`` stands for three rows. ``expect households`` lists
every living household of the story at that moment, no other may be there; so does ``expect <pattern>`` with those
of the pattern, their tiers joined by ``+`` and, where it matters, the tiers of the restricted zone. ``expect ids``
gives each household's id a name of the story's own: the same name is the same id at every moment, another is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from support.warehouse import SmallDelivery, SmallWarehouse

STORIES = Path(__file__).parent / "stories"
Table = list[dict[str, str]]
# Short column names of the stories, by feed: the person's number first.
COLUMNS = {
    "jumin": {
        "no": "resident_no",
        "household": "register_household_no",
        "kana": "kana_name",
        "birth": "birth_date",
        "address": "address_key",
        "town": "town_code",
        "role": "relationship_code",
        "status": "resident_status",
        "reason": "movement_reason",
        "moved": "moved_on",
        "protection": "protection_measure",
        "name": "kanji_name",
        "street": "block",
    },
    "kaigo": {
        "no": "resident_no",
        "level": "care_level",
        "from": "valid_from",
        "to": "valid_to",
        "facility": "in_facility",
        "service": "uses_service",
    },
    "shogai": {
        "no": "resident_no",
        "handbook": "handbook_kind",
        "issued": "issued_on",
        "returned": "returned_on",
        "category": "support_category",
        "service": "service_kind",
        "from": "service_from",
        "to": "service_to",
    },
    "kodomo": {
        "no": "child_no",
        "guardian": "guardian_no",
        "benefit": "benefit_status",
        "from": "certified_on",
        "to": "ends_on",
        "aid": "school_aid_kind",
        "year": "school_aid_year",
    },
    "seiho": {
        "no": "resident_no",
        "from": "started_on",
        "suspended": "suspended_on",
        "lifted": "suspension_lifted_on",
        "abolished": "abolished_on",
    },
    "houkatsu": {"no": "person", "key": "consultation_no", "received": "received_on", "topics": "topics"},
    "youtai": {
        "no": "person",
        "kind": "case_kind",
        "carer": "is_young_carer",
        "accepted": "accepted_on",
        "closed": "closed_on",
    },
    "konkyu": {
        "no": "resident_no",
        "key": "support_no",
        "received": "received_on",
        "screening": "screening_result",
        "topics": "topics",
        "issues": "issues",
        "plan": "plan_made_on",
        "closed": "closed_on",
    },
    "soudan_consultation": {
        "no": "resident_no",
        "id": "consultation_id",
        "received": "received_on",
        "theme": "theme",
        "fit": "scheme_fit",
        "topics": "topics",
        "issues": "issues",
        "desk": "desk_code",
        "consent": "consent",
        "told": "updated_at",
        "address": "address",
        "phone": "phone",
    },
    "soudan_support_action": {
        "id": "consultation_id",
        "on": "acted_on",
        "kind": "action_kind",
        "agency": "agency_code",
    },
    "soudan_plan": {"id": "consultation_id", "from": "started_on", "to": "closed_on", "meeting": "meeting_id"},
    "soudan_assessment": {"id": "consultation_id", "on": "assessed_on", "score": "isolation_score"},
    "kaigi": {"kind": "conference_kind", "on": "held_on", "ids": "consultation_ids"},
    "sanka": {"id": "consultation_id", "on": "held_on", "agency": "agency_code", "area": "area_code"},
}
NUMBERED = ("resident_no", "register_household_no", "child_no", "guardian_no", "person")
# Ids by which records of several tables belong together, and keys that a story need not write.
IDS = ("consultation_id", "consultation_ids", "consultation_no", "support_no")
OWN_KEYS = {
    "kaigo": "insured_no",
    "seiho": "case_no",
    "houkatsu": "consultation_no",
    "youtai": "case_no",
    "konkyu": "support_no",
    "soudan_consultation": "consultation_id",
    "soudan_support_action": "action_id",
    "soudan_plan": "plan_id",
    "soudan_assessment": "assessment_id",
    "kaigi": "conference_id",
    "sanka": "activity_id",
}
FLAGS = ("in_facility", "uses_service", "is_young_carer")
# What most residents are, so that a story writes only what it is about.
USUAL = {
    "jumin": {"resident_status": "1", "movement_reason": "A01", "moved_on": "2010-01-01", "town_code": "1"},
    "kaigo": {"care_level": "21", "valid_from": "2020-01-01"},
    "shogai": {},
    "kodomo": {"certified_on": "2020-01-01"},
    "seiho": {"started_on": "2020-01-01"},
}
# An area for each town of the stories; town 9 is in no area.
TOWNS = [{"town_code": str(n), "area_code": f"E0{n}", "area_name": f"第{n}地区"} for n in (1, 2, 3)]


@dataclass
class Moment:
    """One month end of a story: its tables by name."""

    month: date
    tables: dict[str, Table] = field(default_factory=dict)


@dataclass
class Story:
    """``number`` keeps the stories' persons, households and addresses apart."""

    number: int
    title: str
    moments: list[Moment] = field(default_factory=list)

    def numbered(self, short: str) -> str:
        """The ten digits of a number as the story writes it."""
        return f"{self.number:02d}{int(short):08d}"

    def case(self, short: str) -> str:
        """A consultation's own number, apart from those of other stories."""
        return f"{self.number:02d}-{short}"

    def short(self, number: str) -> str:
        """The reverse, for messages."""
        return str(int(number[-8:]))

    def owns(self, number: str) -> bool:
        """Whether a person's or household's ten digits are this story's."""
        return number.startswith(f"{self.number:02d}")


def load_stories(folder: Path = STORIES) -> list[Story]:
    """Every story of every file, in order."""
    stories: list[Story] = []
    for file in sorted(folder.glob("*.txt")):
        for text in file.read_text(encoding="utf-8").split("\n== ")[1:]:
            title, _, body = text.partition("\n")
            stories.append(Story(len(stories) + 10, f"{file.stem}: {title.strip()}", list(moments(body))))
    return stories


def moments(body: str) -> Iterator[Moment]:
    """The moments of a story's text, each begun by ``at <month end>``."""
    for text in re.split(r"^at ", body, flags=re.MULTILINE)[1:]:
        day, _, rest = text.partition("\n")
        yield Moment(date.fromisoformat(day.strip()), tables(rest))


def tables(text: str) -> dict[str, Table]:
    """The tables of a text by name, parted by blank lines."""
    blocks = [_clean(block.splitlines()) for block in re.split(r"\n\s*\n", text) if block.strip()]
    return {lines[0].strip(): list(_rows(lines[1:])) for lines in blocks if lines}


def _clean(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _rows(lines: Sequence[str]) -> Iterator[dict[str, str]]:
    heads = _cells(lines[0])
    for line in lines[1:]:
        cells = _cells(line)
        if len(cells) != len(heads):
            raise ValueError(f"{len(cells)} cells for {len(heads)} columns: {line}")
        row = dict(zip(heads, cells, strict=True))
        first, _, last = row.get("no", "").partition("..")
        if not last:
            yield row
            continue
        for number in range(int(first), int(last) + 1):
            yield row | {"no": str(number)}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def story_warehouse(stories: Sequence[Story]) -> SmallWarehouse:
    """All stories in one warehouse; a feed is delivered at a month when a story has a table of it there."""
    rows: dict[tuple[str, date], Table] = {}
    for story in stories:
        for moment in story.moments:
            for feed in COLUMNS.keys() & moment.tables.keys():
                lake = [_lake_row(story, feed, index, row) for index, row in enumerate(moment.tables[feed])]
                rows.setdefault((feed, moment.month), []).extend(lake)
    months = sorted({month for _, month in rows})
    deliveries = [SmallDelivery(feed, month, table) for (feed, month), table in sorted(rows.items())]
    towns = SmallDelivery("chiku", date(2024, 1, 1), TOWNS)
    return SmallWarehouse(months, [*deliveries, towns])


def _lake_row(story: Story, feed: str, index: int, row: dict[str, str]) -> dict[str, str | None]:
    lake = dict(USUAL.get(feed, {}))
    if feed in OWN_KEYS:
        lake[OWN_KEYS[feed]] = f"{story.number:02d}{index:06d}"
    for short, value in row.items():
        name = COLUMNS[feed][short]
        lake[name] = _kept_apart(story, name, value)
    if feed == "seiho":
        lake["member_no"] = "01"
    if feed == "houkatsu":
        lake["centre"] = "C1"
    return {name: value or None for name, value in lake.items()}


def _kept_apart(story: Story, name: str, value: str) -> str:
    if name in FLAGS:
        return "true" if value else "false"
    if not value:
        return ""
    if name == "address_key":
        return f"{story.number}|{value}"
    if name in IDS:
        return ";".join(f"{story.number:02d}-{each}" for each in value.split(";"))
    return story.numbered(value) if name in NUMBERED else value
