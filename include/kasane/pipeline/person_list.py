"""``kasane list``: lists of persons for case workers, each a restricted extract that the audit log knows.

Names and addresses come from views of the build file, which no release copies; whoever is protected stands there
without an address already.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from kasane.contracts.codes import load_code_texts
from kasane.contracts.list_policy import load_list_bases, load_list_recipients
from kasane.errors import KasaneError, Problem
from kasane.lock import writer_lock
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.list_log import ListNote, write_noted
from kasane.pipeline.list_order import ListOrder, Terms, check_shared, check_unmarked
from kasane.pipeline.municipality import municipality_name
from kasane.pipeline.review_queue import require_links
from kasane.publish.release import Release, require_release
from kasane.reports.person_sheet import PersonSheet, csv_bytes, xlsx_bytes
from kasane.settings import Settings

_MADE: Mapping[str, Callable[[PersonSheet], bytes]] = {".csv": csv_bytes, ".xlsx": xlsx_bytes}
# It says no more: that somebody is protected is itself nothing for a list.
_NOT_SHOWN = "（表示しません）"
_NEEDS = (("高齢", "elderly"), ("障害", "disability"), ("子ども", "child"), ("生活困窮", "poverty"))
_TITLES = {"unmarked": "ノーマーク世帯の名簿", "shared": "同意のある相談者の名簿"}
Row = dict[str, Any]


@dataclass(frozen=True)
class WrittenList:
    """A list as written: its id in the audit log, and how many persons stand in it."""

    list_id: str
    persons: int


@dataclass(frozen=True)
class _List:
    """A list before it is a file. ``scope``: month or agency, for the log; ``people``: the rows it is made of."""

    kind: str
    scope: tuple[str, str]
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    people: Sequence[Row]


def write_unmarked(settings: Settings, order: ListOrder, month: str, today: date) -> WrittenList:
    """Write the members of the households that nobody reaches (ノーマーク) at the end of ``month`` (``2025-03``).

    Raises KasaneError with every problem; then nothing is written.
    """
    bases, recipients = load_list_bases(settings.seed_dirs), load_list_recipients(settings.seed_dirs)
    terms = check_unmarked(order, bases, recipients, settings.data, today)
    release = require_release(settings.data)
    with _restricted_views(settings) as connection:
        month_end = _month_end(connection, month)
        members = _records(connection, _UNMARKED, [month_end])
    sexes = _sexes(settings)
    households = {each["household_id"]: None for each in members}
    numbers = {household: number for number, household in enumerate(households, start=1)}
    rows = [
        (
            numbers[each["household_id"]],
            *_person(each, sexes),
            each["area_code"],
            _place(each, "address"),
            _needs(each),
        )
        for each in members
    ]
    headings = ("世帯の番号", "氏名", "カナ", "生年月日", "性別", "圏域", "住所", "世帯のニーズ")
    made = _List("unmarked", ("月末", f"{month_end}"), headings, rows, members)
    return _write(settings, release, order, terms, made, today)


def write_shared(settings: Settings, order: ListOrder, today: date) -> WrittenList:
    """Write the consulters whose consent in force covers the agency ``order.recipient``. KasaneError as above."""
    release = require_release(settings.data)
    bases = load_list_bases(settings.seed_dirs)
    terms = check_shared(order, bases, open_agencies(release, today), settings.data, today)
    consulters = consenting(settings, order.recipient)
    sexes = _sexes(settings)
    rows = [
        (
            *_person(each, sexes),
            _place(each, "address"),
            _place(each, "phone"),
            each["received_on"],
            each["given_on"],
        )
        for each in consulters
    ]
    headings = ("氏名", "カナ", "生年月日", "性別", "住所", "電話", "相談の受付日", "同意の記録日")
    made = _List("shared", ("機関", f"{order.recipient} {terms.recipient_name}"), headings, rows, consulters)
    return _write(settings, release, order, terms, made, today)


def consenting(settings: Settings, agency: str) -> list[Row]:
    """The consultations whose consent in force covers an agency, with whom to contact."""
    with _restricted_views(settings) as connection:
        return _records(connection, _SHARED, [agency])


def withheld_persons(settings: Settings) -> set[str]:
    """The pseudonyms of whom no place is told: protected persons, and who lives or lived with one."""
    with _restricted_views(settings) as connection:
        found = connection.execute("select person_id from restricted.withheld_person").fetchall()
    return {person for (person,) in found}


@contextmanager
def _restricted_views(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, read only, while nothing writes to it."""
    require_links(settings.data)
    with writer_lock(settings.data), open_build_file(settings.data, read_only=True) as connection:
        yield connection


def open_agencies(release: Release, today: date) -> dict[str, str]:
    """Code and name of each agency of kikan that is open on a day."""
    with duckdb.connect(str(release.zone_file("analyst")), read_only=True) as connection:
        return dict(connection.execute(_AGENCIES, [today]).fetchall())


def _write(
    settings: Settings, release: Release, order: ListOrder, terms: Terms, made: _List, today: date
) -> WrittenList:
    list_id = secrets.token_hex(6)
    facts = [
        ("名簿", _TITLES[made.kind]),
        ("取扱注意", "制限区画の個人情報。目的のほかに使わない。写しを作らない"),
        ("自治体", municipality_name(settings)),
        made.scope,
        ("利用目的", order.purpose.strip()),
        ("根拠", f"{terms.basis.label}（{terms.basis.law}）"),
        ("提供先", terms.recipient_name),
        ("作成日", f"{today}"),
        ("廃棄期限", f"{order.expires}（この日までに廃棄する）"),
        ("名簿の番号", list_id),
        ("データの版", release.release_id),
        ("人数", f"{len(made.rows)}"),
    ]
    content = _MADE[order.out.suffix.lower()](PersonSheet(facts, made.headings, made.rows))
    note = ListNote(
        *(made.kind, list_id, made.scope[1], order.purpose.strip(), order.basis, order.recipient, order.expires),
        release_id=release.release_id,
    )
    people = {
        "persons": [each["person_id"] for each in made.people],
        "located": [each["person_id"] for each in made.people if not each["is_withheld"]],
        "cases": [each["case_id"] for each in made.people if "case_id" in each],
    }
    write_noted(settings.data, order.out, content, note, people)
    return WrittenList(list_id, len(made.rows))


def _person(each: Row, sexes: Mapping[str, str]) -> tuple[object, ...]:
    return each["kanji_name"], each["kana_name"], each["birth_date"], sexes.get(each["sex"], each["sex"])


def _place(each: Row, name: str) -> object:
    return _NOT_SHOWN if each["is_withheld"] else each[name]


def _needs(each: Row) -> str:
    return "・".join(label for label, domain in _NEEDS if each[f"has_{domain}_need"])


def _sexes(settings: Settings) -> dict[str, str]:
    return {code: text.label for code, text in load_code_texts(settings.seed_dirs, "sex").items()}


def _month_end(connection: duckdb.DuckDBPyConnection, month: str) -> date:
    months: list[date] = [day for (day,) in connection.execute(_MONTHS).fetchall()]
    for day in months:
        if month.strip()[:7] == f"{day:%Y-%m}":
            return day
    there = f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else "none"
    raise KasaneError(Problem(f"there is no month {month} in the release", f"the months are {there}, as 2025-09"))


def _records(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object]) -> list[Row]:
    result = connection.execute(sql, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


_MONTHS = "select month_end_date from intermediate.int_month__spined order by 1"
_UNMARKED = """
select * from intermediate.int_member__unmarked where month_end_date = ?
order by household_id, birth_date nulls last, person_id
"""
_SHARED = """
select * from intermediate.int_consulter__consenting
where agency_scope = 'all' or agency_code = ?
order by received_on nulls last, case_id
"""
_AGENCIES = """
select agency_code, agency_name from core.dim_agency
where coalesce(opened_on <= $1, true) and coalesce($1 < closed_on, true)
"""
