"""What dbt made of the stories beside what they expect; each difference a line of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from secrecy_checks import SECRECY_CHECKS
from story import Moment, Story

Key = tuple[str, ...]
Made = dict[date, dict[Key, dict[str, str]]]
HOUSEHOLDS = "expect households"
IDS = "expect ids"
DOMAINS = ("elderly", "disability", "child", "poverty")


@dataclass(frozen=True)
class Check:
    """A table of expectations: its key columns, its other columns, and the SQL that gives both after the month.

    ``is_whole``: of the story's households none may be there that is not expected.
    """

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    sql: str
    is_whole: bool = False


def differences(build_file: Path, stories: Sequence[Story]) -> dict[str, list[str]]:
    """By title of the story: what is not as it should be. Stories that hold are not among them."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        made = {name: _read(connection, check) for name, check in CHECKS.items()}
    found: dict[str, list[str]] = {}
    for story in stories:
        wrong = [line for moment in story.moments for line in _of_moment(story, moment, made)]
        wrong += _of_ids(story, made[IDS])
        if wrong:
            found[story.title] = wrong
    return found


def _read(connection: duckdb.DuckDBPyConnection, check: Check) -> Made:
    made: Made = {}
    for month, *values in connection.execute(check.sql).fetchall():
        texts = ["-" if value is None else str(value) for value in values]
        key, rest = tuple(texts[: len(check.keys)]), texts[len(check.keys) :]
        made.setdefault(month, {})[key] = dict(zip(check.columns, rest, strict=True))
    return made


def _of_moment(story: Story, moment: Moment, made: dict[str, Made]) -> Iterator[str]:
    for name, check in CHECKS.items():
        if name not in moment.tables or name == IDS:
            continue
        there = made[name].get(moment.month, {})
        wanted = {_key(story, check, row): row for row in moment.tables[name]}
        if check.is_whole:
            there = {key: row for key, row in there.items() if story.owns(key[0])}
            yield from (f"{moment.month}: household {_short(key)} was not expected" for key in there.keys() - wanted)
        for key, row in wanted.items():
            yield from (f"{moment.month}: {_short(key)} {line}" for line in _of_row(check, row, there.get(key)))


def _of_ids(story: Story, made: Made) -> Iterator[str]:
    """The story's own names of ids: one name is one id in every month, and two names are two."""
    named: dict[str, str] = {}
    for moment in (each for each in story.moments if IDS in each.tables):
        there = {key: row["id"] for key, row in made.get(moment.month, {}).items() if story.owns(key[0])}
        wanted = {story.numbered(row["household"]): row["id"] for row in moment.tables[IDS]}
        if there.keys() != {(number,) for number in wanted}:
            yield f"{moment.month}: households {', '.join(map(_short, there))} are there"
            continue
        for number, name in wanted.items():
            household_id = there[number,]
            if named.setdefault(name, household_id) != household_id:
                yield f"{moment.month}: {_short((number,))} has another id than {name}"
            elif any(other != name for other, known in named.items() if known == household_id):
                yield f"{moment.month}: {_short((number,))} has an id that is not {name}'s alone"


def _key(story: Story, check: Check, row: dict[str, str]) -> Key:
    return tuple(_key_part(story, name, row[name]) for name in check.keys)


def _key_part(story: Story, name: str, value: str) -> str:
    if name == "id":
        return story.case(value)
    return story.numbered(value) if name in ("household", "no") else value or "-"


def _short(key: Key) -> str:
    return " ".join(str(int(part[-8:])) if part.isdigit() else part for part in key)


def _of_row(check: Check, expected: dict[str, str], made: dict[str, str] | None) -> Iterator[str]:
    if made is None:
        yield "is not there"
        return
    for column in expected.keys() - set(check.keys):
        wanted = _written_out(expected[column])
        if made[column] != wanted:
            yield f"has {column} {made[column]}, not {wanted}"


def _written_out(value: str) -> str:
    """``1..3`` as ``1,2,3``, a blank as ``-``."""
    first, _, last = value.partition("..")
    return ",".join(map(str, range(int(first), int(last) + 1))) if last else value or "-"


# The number that stands in the stories, whatever id its household goes on under.
_NUMBERED = """
    inner join (
        select month_end_date, household_id, trim(living_household_no, 'P') as number
        from intermediate.int_household__identified
    ) using (month_end_date, household_id)
"""
_NEEDS = ", ".join(f"case when household.has_{domain}_need then '{domain}' end" for domain in DOMAINS)

PATTERNS = (
    "8050",
    "double_care",
    "young_carer",
    "hikikomori",
    "isolation",
    "service_gap",
    "unseen",
    "outside_programme",
)


def _pattern_check(pattern: str) -> Check:
    return Check(
        ("household",),
        ("tiers", "restricted", "area"),
        f"""
        with held as (
            select *, true as is_public from marts.fct_pattern_month
            union all by name
            select *, false as is_public from restricted.fct_pattern_month
        )
        select month_end_date, number, string_agg(tier, '+' order by tier) filter (where is_public),
            string_agg(tier, '+' order by tier) filter (where not is_public),
            max(area_code) filter (where is_public)
        from held {_NUMBERED} where pattern = '{pattern}' group by month_end_date, number
        """,
        is_whole=True,
    )


CHECKS = {
    **{f"expect {pattern}": _pattern_check(pattern) for pattern in PATTERNS},
    **{name: Check(*check) for name, check in SECRECY_CHECKS.items()},
} | {
    HOUSEHOLDS: Check(
        ("household",),
        ("members", "count", "type", "needs", "compound", "area", "restricted"),
        f"""
        with member as (
            select month_end_date, household_id,
                string_agg(cast(substring(person_id, 4) as integer), ',' order by person_id) as members
            from restricted.household_member group by all
        )
        select household.month_end_date, number, member.members,
            household.member_count, household.household_type, nullif(concat_ws('+', {_NEEDS}), ''),
            household.compound_kind, household.area_code, inside.area_code
        from marts.fct_household_month as household {_NUMBERED}
        left join member using (month_end_date, household_id)
        left join restricted.fct_household_month as inside using (month_end_date, household_id)
        """,
        is_whole=True,
    ),
    "expect restricted": Check(
        ("household",),
        ("needs", "compound"),
        f"""
        select month_end_date, number, nullif(concat_ws('+', {_NEEDS}), ''), compound_kind
        from restricted.fct_household_month as household {_NUMBERED}
        """,
        is_whole=True,
    ),
    IDS: Check(
        ("household",),
        ("id",),
        f"""
        select month_end_date, number, household_id from marts.fct_household_month {_NUMBERED}
        """,
    ),
    "expect summary": Check(
        ("area",),
        ("households", "single", "in_need", "compound", "three", "one_person"),
        """
        select month_end_date, area_code, household_count, single_person_count, in_need_count, compound_count,
            three_or_more_count, compound_one_person_count
        from marts.mart_overlap_summary
        """,
    ),
    "expect overlap": Check(
        ("area", "type", "domains"),
        ("exact", "at_least", "share"),
        """
        select month_end_date, area_code, household_type, domains,
            max(household_count) filter (where match = 'exact'),
            max(household_count) filter (where match = 'at_least'),
            round(max(share_of_in_need) filter (where match = 'at_least'), 4)
        from marts.mart_domain_overlap group by all
        """,
    ),
    "expect benchmark": Check(
        ("indicator",),
        ("value",),
        "select month_end_date, indicator_id, round(value, 2) from marts.mart_benchmark",
    ),
    "expect pattern summary": Check(
        ("area", "pattern", "tier"),
        ("count", "label", "feeds"),
        """
        select month_end_date, area_code, pattern, tier, household_count, label, feed_count
        from marts.mart_pattern_summary
        """,
    ),
    "expect sensitivity": Check(
        ("pattern", "tier", "parameter", "value"),
        ("count", "default"),
        """
        select month_end_date, pattern, tier, parameter, cast(parameter_value as integer), household_count,
            case when is_default then 'yes' end
        from marts.mart_pattern_sensitivity
        """,
    ),
}
