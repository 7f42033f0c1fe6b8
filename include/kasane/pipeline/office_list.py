"""``kasane quality office``: an office's values to mend, with record numbers; it leaves the restricted zone noted."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kasane.at_rest import connect
from kasane.contracts import load_contracts
from kasane.contracts.codes import load_policy_rows
from kasane.contracts.model import Contract
from kasane.errors import KasaneError, Problem
from kasane.files import write_atomically
from kasane.lock import writer_lock
from kasane.pipeline.custody import accountable, note_custody, refuse_place
from kasane.publish.release import Release, require_release
from kasane.reports.office_sheet import office_csv
from kasane.settings import Settings

_OWNER_ONLY, _OWNER_ONLY_FOLDER = 0o600, 0o700
_NO_FILE_NAME = re.compile(r"[^\w・ー-]")


@dataclass(frozen=True)
class OfficeList:
    """One file: whose it is, of which table, how many values it lists."""

    owner: str
    table: str
    rows: int
    file: Path


def write_office_lists(settings: Settings, owner: str | None, out: Path, by: str, reason: str) -> list[OfficeList]:
    """Write ``<out>/<office>/quality_<table>.csv`` for each table of an office, or of all offices where none is named.

    Each is for its owner alone (0600) and noted in the audit log before it is there; one of an earlier release is
    replaced, also by a list without rows. Raises KasaneError, all problems at once; then nothing is written.
    """
    accountable(by, reason)
    refuse_place(settings.data, out)
    contracts = load_contracts(settings.contract_dirs)
    wanted = [each for each in contracts.values() if owner in (None, each.owner)]
    if not wanted:
        raise KasaneError(_unknown(owner, contracts.values()))
    folders = _folders(each.owner for each in contracts.values())
    with writer_lock(settings.data):
        release = require_release(settings.data)
        found = _open_findings(release)
        terms = _labels(settings)
        return [
            _write(settings, release, contract, found.get(contract.table, []), terms, out / folders[contract.owner],
                   (by, reason))
            for contract in wanted
        ]  # fmt: skip


def _write(
    settings: Settings,
    release: Release,
    contract: Contract,
    rows: Sequence[Mapping[str, Any]],
    terms: Mapping[str, str],
    folder: Path,
    who_and_why: tuple[str, str],
) -> OfficeList:
    file = folder / f"quality_{contract.table}.csv"
    content = office_csv(contract, rows, terms)
    note_custody(
        settings.data, "office_list", *who_and_why, owner=contract.owner, table=contract.table, rows=len(rows),
        release_id=release.release_id, to=str(file.resolve()),
    )  # fmt: skip
    try:
        os.makedirs(folder, mode=_OWNER_ONLY_FOLDER, exist_ok=True)
        write_atomically(file, content, _OWNER_ONLY)
    except OSError as error:
        what = f"the file can't be written ({type(error).__name__})"
        raise KasaneError(Problem(what, "check the folder and its rights", str(file))) from None
    return OfficeList(contract.owner, contract.table, len(rows), file)


def _open_findings(release: Release) -> dict[str, list[dict[str, Any]]]:
    with connect(release.zone_file("restricted"), read_only=True) as connection:
        there = connection.execute(_IS_THERE).fetchone()
        if there is None:
            what = "the release in force was built before it told of values to mend"
            raise KasaneError(Problem(what, "run `kasane run`", release.release_id))
        result = connection.execute(_OPEN)
        names = [column[0] for column in result.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    by_table: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_table.setdefault(row["table_name"], []).append(row)
    return by_table


def _labels(settings: Settings) -> dict[str, str]:
    rows = load_policy_rows(settings.seed_dirs, "quality_term", "code", ("label",))
    return {row.values["code"]: row.values["label"] for row in rows}


def _folders(owners: Iterable[str]) -> dict[str, str]:
    """A folder's name for each office, made of letters and figures; two offices never share one."""
    names: dict[str, str] = {}
    for owner in sorted(set(owners)):
        name = plain = _NO_FILE_NAME.sub("_", unicodedata.normalize("NFKC", owner))
        while name in names.values():
            name = f"{name}_{plain}"
        names[owner] = name
    return names


def _unknown(owner: str | None, contracts: Iterable[Contract]) -> Problem:
    known = "、".join(sorted({each.owner for each in contracts}))
    return Problem(f"no contract is owned by `{owner}`", f"name one of {known}, or leave --owner out for all")


_IS_THERE = """
select 1 from information_schema.tables where table_schema = 'restricted' and table_name = 'open_finding'
"""
_OPEN = """
select * from restricted.restricted.open_finding
order by table_name, is_fault desc, first_seen_on, file_name, line_number, column_name, check_kind
"""
