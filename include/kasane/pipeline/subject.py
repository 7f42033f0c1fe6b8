"""``kasane subject``: everything that is processed about one person, on the person's request (個人情報の開示請求)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kasane.at_rest import attach
from kasane.contracts import load_contracts
from kasane.errors import KasaneError, Problem
from kasane.linkage.pseudonym import pseudonym
from kasane.lock import writer_lock
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.custody import accountable, note_custody, refuse_place
from kasane.pipeline.key_ledger import ledger_files, load_entries
from kasane.pipeline.key_rotation import key_of_release
from kasane.pipeline.person import Person, find_person
from kasane.pipeline.unmerge import RETIRED
from kasane.publish.release import current_release
from kasane.reports.subject_sheet import Sheet, write_subject_csv, write_subject_workbook
from kasane.settings import Settings
from kasane.sql import identifier, literal

_WRITERS = {".xlsx": write_subject_workbook, ".csv": write_subject_csv}


@dataclass(frozen=True)
class Subject:
    """How many rows each sheet of the answer has, by its title."""

    rows: Mapping[str, int]


def write_subject(settings: Settings, person: str, out: Path, by: str, reason: str) -> Subject:
    """Write the answer to ``out`` (.xlsx or .csv), for its owner alone; noted in the audit log without the person.

    Raises KasaneError, all problems at once.
    """
    accountable(by, reason)
    refuse_place(settings.data, out)
    if out.suffix.lower() not in _WRITERS:
        raise KasaneError(Problem("this is neither .xlsx nor .csv", "name the file so", str(out)))
    with writer_lock(settings.data):
        found = find_person(settings, person)
        sheets = _sheets(settings, found)
        note_custody(settings.data, "subject", by, reason, to=out.name, records=len(found.records))
    out.touch(mode=0o600)
    out.chmod(0o600)
    _WRITERS[out.suffix.lower()](out, sheets)
    return Subject({sheet.title: len(sheet.rows) for sheet in sheets})


def _sheets(settings: Settings, person: Person) -> list[Sheet]:
    with open_build_file(settings.data, read_only=True) as connection:
        sheets = [
            Sheet(
                "記録",
                ("データ", "表", "ファイル", "行", "基準日", "状態", "有効"),
                _records(connection, settings, person),
            ),
            Sheet("結び付け", ("データ", "役割", "鍵", "方法", "確率"), _links(connection, person)),
            Sheet("公開の版", ("版", "その版での仮名"), _releases(connection, settings, person)),
        ]
        sheets.insert(2, Sheet("世帯", ("月末", "世帯の仮名", "世帯番号"), _households(connection, settings, person)))
    told = {f"{feed}|{role}|{key}" for feed, role, key in person.roles} | {person.person_id, *person.numbers}
    entries = _entries(settings.data.audit, told) + _entries(settings.data.decisions, told)
    return [*sheets, Sheet("監査と決定", ("台帳", "行", "日時", "内容", "だれが", "理由"), entries)]


def _records(connection: duckdb.DuckDBPyConnection, settings: Settings, person: Person) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for table, contract in load_contracts(settings.contract_dirs).items():
        keys = [key for feed, key in person.records if feed == contract.feed]
        files = sorted((settings.data.lake / table).glob("*/rows.parquet"))
        if not keys or not files or not contract.people:
            continue
        listed = ", ".join(literal(str(file)) for file in files)
        rows += connection.execute(
            f"""
            select delivery.feed, {literal(table)}, delivery.file_name, line_number, delivery.base_date,
                   delivery.status, delivery.in_force
            from read_parquet([{listed}], union_by_name = true) as record
            join ledger.delivery as delivery using (delivery_id)
            where {identifier("record_key")} in ({", ".join(map(literal, keys))})
            order by delivery.base_date, delivery.file_name, line_number
            """
        ).fetchall()
    return rows


def _links(connection: duckdb.DuckDBPyConnection, person: Person) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = connection.execute(
        "select feed, role, record_key, method, probability from link.person_link where surrogate = ? order by all",
        [person.surrogate],
    ).fetchall()
    return rows


def _households(connection: duckdb.DuckDBPyConnection, settings: Settings, person: Person) -> list[Sequence[object]]:
    release = current_release(settings.data)
    if release is None:
        return []
    attach(connection, release.zone_file("restricted"), "release")
    rows: list[Sequence[object]] = connection.execute(
        "select month_end_date, household_id, register_household_no from release.restricted.household_member"
        " where person_id = ? order by all",
        [person.person_id],
    ).fetchall()
    return rows


def _releases(connection: duckdb.DuckDBPyConnection, settings: Settings, person: Person) -> list[Sequence[object]]:
    """By the key ledger: every release that showed the person under an id, and the id that it had then."""
    files = ledger_files(settings.data)
    load_entries(connection, files)
    spans = connection.execute(_SPANS, {"records": ["|".join(each) for each in person.roles]}).fetchall()
    shown = {
        (number, surrogate) for since, until, surrogate in spans for number in range(since, until or len(files) + 1)
    }
    names = {each.number: each.release_id for each in files}
    rows: list[Sequence[object]] = []
    for number, surrogate in sorted(shown):
        key = key_of_release(settings, number)
        rows.append((names[number], pseudonym(key.key, "person", surrogate) if key else RETIRED))
    return rows


_SPANS = """
with span as (
    select concat_ws('|', feed, role, record_key) as record, surrogate, n as since,
        lead(n) over (partition by feed, role, record_key order by n) as until
    from key_ledger_entry
)
select since, until, surrogate from span
where surrogate is not null and record in (select unnest($records))
"""


def _entries(folder: Path, told: set[str]) -> list[Sequence[object]]:
    """The lines of logs and decisions that name the person or one of the records."""
    rows: list[Sequence[object]] = []
    for file in sorted(folder.glob("*.jsonl")):
        for line, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            entry = _parsed(text)
            if not told.isdisjoint(_values(entry)):
                when = entry.get("at") or entry.get("decided_at")
                what = entry.get("what") or entry.get("decision")
                who = entry.get("by") or entry.get("decided_by")
                rows.append((file.name, line, when, what, who, entry.get("reason")))
    return rows


def _parsed(text: str) -> dict[str, object]:
    try:
        entry = json.loads(text)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _values(entry: object) -> set[str]:
    if isinstance(entry, dict):
        return set().union(*map(_values, entry.values())) if entry else set()
    if isinstance(entry, list):
        return set().union(*map(_values, entry)) if entry else set()
    return {str(entry)}
