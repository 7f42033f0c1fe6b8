"""Pulling a feed from its database: rows that are new or changed, and now and then the list of all keys.

One pull reads all tables in one transaction, lands one Parquet of text a table that has anything new, and the
key list last. Source: architecture.md, "Way of a record", 2; docs/adr/0016.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kasane.contracts.delivery import LandedFile, Refusal
from kasane.contracts.model import Contract
from kasane.errors import KasaneError, Problem
from kasane.extract.database import Database, Reader, Row, Selection, SourceColumn, database_at, sqlite_file
from kasane.extract.index import Entry, write_entry
from kasane.extract.landing import load_landed
from kasane.extract.pulled import (
    JAPAN,
    Past,
    columns_of,
    highest_day,
    key_columns,
    key_reader,
    mark,
    source_key,
    version_column,
)
from kasane.extract.source import Source
from kasane.files import remove_tree, sync_folder
from kasane.settings import DataPaths

LOGGER = logging.getLogger(__name__)
_STAGED = ".incoming-"
_KEYS = "keys"
ROWS_IN_GROUP = 50_000


@dataclass(frozen=True)
class PullRules:
    """What a pull is done by: words no column may hold, days of overlap, days between key lists, and the clock."""

    forbidden_headings: frozenset[str]
    overlap_days: int
    key_list_days: int
    now: datetime

    @property
    def today(self) -> date:
        """The day of the pull in Japan."""
        return self.now.astimezone(JAPAN).date()


@dataclass(frozen=True)
class _Taken:
    """What one table gave: a staged file with ``rows`` rows, and the highest day it told; or its refusal."""

    contract: Contract
    path: Path | None
    rows: int = 0
    highest: date | None = None
    refusal: Refusal | None = None
    mark: str = ""


def feed_database(feed: str, address: str | None, extracts: str | None) -> Database | None:
    """The database of a feed: at ``address``, else the file ``<extracts>/<feed>/<feed>.sqlite``; None without either.

    Raises KasaneError where neither is told, or the file lies on an SFTP server: SQLite can't be read over one.
    """
    if address:
        return database_at(address)
    if extracts is None:
        remedy = f"set KASANE_{feed.upper()}_URL or KASANE_{feed.upper()}_URL_FILE, or pass --extracts"
        raise KasaneError(Problem(f"no database is given for {feed}", remedy))
    found = [file for file in Source(extracts, feed).list() if file.name == f"{feed}.sqlite"]
    if not found:
        return None
    path = Path(found[0].path)
    if "://" in extracts and not extracts.startswith("file://"):
        remedy = f"set KASANE_{feed.upper()}_URL, or copy the file to a folder of this machine"
        raise KasaneError(Problem("an SQLite file can't be read over the network", remedy, path.name))
    return sqlite_file(path)


def pull(
    contracts: Sequence[Contract], database: Database | None, paths: DataPaths, rules: PullRules
) -> list[LandedFile]:
    """Land what the database holds that was not landed yet, and list all pulls so far; the caller holds the lock.

    ``contracts`` are those of the feed's tables, and one without ``sql_table`` for the key list. A table with a
    forbidden column is refused and the others are pulled. Raises KasaneError with every missing table and column, and
    when the database can't be read; then nothing is landed.
    """
    folder = paths.landing / contracts[0].feed
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    if database is None:
        LOGGER.info("extract: %s has no database here, nothing to pull", contracts[0].feed)
        return load_landed(contracts, paths)
    past = Past(folder, contracts)
    with tempfile.TemporaryDirectory(prefix=_STAGED, dir=folder) as staged:
        with database.reading() as reader:
            taken, base_date = _take_all(reader, contracts, past, Path(staged), rules, database.shown)
        _land_all(taken, base_date, folder, past, rules)
    return load_landed(contracts, paths)


def _take_all(
    reader: Reader, contracts: Sequence[Contract], past: Past, staged: Path, rules: PullRules, shown: str
) -> tuple[list[_Taken], date]:
    """Everything that is new, and the day it is true for: the highest that any table has told so far."""
    tables = [contract for contract in contracts if contract.sql_table]
    key_list = next(contract for contract in contracts if not contract.sql_table)
    columns = _checked_columns(reader, tables, shown)
    taken = [
        _refused_table(contract, columns[contract.table], rules)
        or _take_table(reader, contract, key_list, past, staged, rules)
        for contract in tables
    ]
    days = [day for item in taken if (day := item.highest)]
    base_date = max([*days, *([past.last_base_date] if past.last_base_date else [])], default=rules.today)
    # A table that is not read would stand in the list as if all its records were deleted.
    if not any(item.refusal for item in taken) and _is_list_due(taken, key_list, past, base_date, rules):
        taken.append(_take_keys(reader, tables, key_list, past, staged))
    return taken, base_date


def _checked_columns(reader: Reader, tables: Sequence[Contract], shown: str) -> dict[str, list[SourceColumn]]:
    """The columns of every table; raises KasaneError with all that is missing."""
    found: dict[str, list[SourceColumn]] = {}
    problems: list[Problem] = []
    for contract in tables:
        columns = reader.columns(contract.sql_table or "")
        if columns is None:
            what = f"there is no table {contract.sql_table}"
            problems.append(Problem(what, "check the address, the schema and the user's rights", shown))
            continue
        problems += [
            Problem(what, "mend the source, or the contract where the layout changed", shown)
            for what in _faults(contract, {column.name: column for column in columns})
        ]
        found[contract.table] = columns
    if problems:
        raise KasaneError(problems)
    return found


def _faults(contract: Contract, columns: Mapping[str, SourceColumn]) -> Iterator[str]:
    missing = [name for name in columns_of(contract) if name not in columns]
    if missing:
        yield f"table {contract.sql_table}: columns missing: {', '.join(missing)}"
    version = columns.get(version_column(contract)) if contract.version else None
    if version is not None and not version.is_comparable:
        yield f"table {contract.sql_table}: {version.name} is neither text nor a date nor a time"
    extra = sorted(set(columns) - set(columns_of(contract)))
    if extra:
        LOGGER.info("extract: table %s: columns not read: %s", contract.sql_table, ", ".join(extra))


def _refused_table(contract: Contract, columns: Sequence[SourceColumn], rules: PullRules) -> _Taken | None:
    """The refusal of a table that has a forbidden column, by its name or by the comment on it."""
    for word in sorted(rules.forbidden_headings):
        if any(_folded(word) in _folded(text) for column in columns for text in (column.name, column.comment)):
            told = f"表 {contract.sql_table} の列に「{word}」があります (a forbidden column)"
            names = "|".join([contract.table, *sorted(column.name for column in columns)])
            digest = hashlib.sha256(names.encode()).hexdigest()
            return _Taken(contract, None, refusal=Refusal("forbidden_column", told), mark=digest)
    return None


def _take_table(
    reader: Reader, contract: Contract, key_list: Contract, past: Past, staged: Path, rules: PullRules
) -> _Taken:
    """The rows of one table, from the overlap on, that are not landed as they stand now."""
    since = past.since(contract, rules.overlap_days)
    known = past.known(contract, since, key_list) if past.of(contract) else {}
    names = columns_of(contract)
    version = version_column(contract) if contract.version else None
    selection = Selection(contract.sql_table or "", names, key_columns(contract), version, since)
    key_of = key_reader(contract)
    days: list[date] = []

    def new_rows() -> Iterator[Row]:
        for block in reader.rows(selection):
            if version:
                told = pa.array([row[names.index(version)] for row in block], pa.string())
                days.extend(day for day in [highest_day(told, rules.today)] if day)
            yield from (row for row in block if known.get(key_of(row)) != mark(row)) if known else block

    path = staged / (contract.sql_table or "")
    rows = _write(path, names, new_rows())
    return _Taken(contract, path if rows else None, rows, max(days, default=None))


def _is_list_due(taken: Sequence[_Taken], key_list: Contract, past: Past, base_date: date, rules: PullRules) -> bool:
    """With a table's first rows, and when the last list is old, by what the data tell or by the clock."""
    lists = past.of(key_list)
    if not lists or any(item.rows and not past.of(item.contract) for item in taken):
        return True
    age = max((base_date - lists[-1].base_date).days, (rules.today - lists[-1].pulled_on).days)
    return age >= rules.key_list_days


def _take_keys(reader: Reader, tables: Sequence[Contract], key_list: Contract, past: Past, staged: Path) -> _Taken:
    """All keys of all tables as they stand; nothing where the last list says just the same."""
    path = staged / _KEYS
    rows = _write(path, columns_of(key_list), (row for contract in tables for row in _keys(reader, contract)))
    lists = past.of(key_list)
    is_new = lists[-1].sha256 != _sha256(path) if lists else rows > 0
    return _Taken(key_list, path if is_new else None, rows)


def _keys(reader: Reader, contract: Contract) -> Iterator[Row]:
    columns = key_columns(contract)
    for block in reader.rows(Selection(contract.sql_table or "", columns, columns)):
        yield from ((contract.sql_table, key) for row in block if (key := source_key(row)) is not None)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write rows as text columns, a row group each ROWS_IN_GROUP; the same rows give the same bytes."""
    schema = pa.schema([(name, pa.string()) for name in columns])
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for group in _groups(rows):
            arrays = [pa.array(values, pa.string()) for values in zip(*group, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return count


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) == ROWS_IN_GROUP:
            yield group
            group = []
    if group:
        yield group


def _land_all(taken: Sequence[_Taken], base_date: date, folder: Path, past: Past, rules: PullRules) -> None:
    sequence = past.last_sequence
    for item in taken:
        if item.path is None and (item.refusal is None or item.mark in past.refused):
            continue
        sequence += 1
        name = _file_name(item.contract, base_date, sequence)
        _land(item, name, folder, rules.now)
        LOGGER.info("extract: %s %s", name, item.refusal.code if item.refusal else f"landed, {item.rows:,} rows")


def _land(item: _Taken, name: str, folder: Path, now: datetime) -> None:
    """Put a staged file in its place, then its entry: a pull that is killed between leaves bytes that nobody names."""
    sha256, size = item.mark, 0
    if item.path is not None:
        sha256, size = _sha256(item.path), item.path.stat().st_size
        item.path.chmod(0o600)
        os.replace(item.path, folder / sha256)
        sync_folder(folder)
    pulled_at = now.astimezone(UTC).isoformat(timespec="seconds")
    write_entry(folder, Entry(name, sha256, sha256, size, item.refusal, pulled_at))


def _file_name(contract: Contract, base_date: date, sequence: int) -> str:
    part = (contract.sql_table or _KEYS).upper()
    name = f"{contract.feed.upper()}_{part}_{base_date:%Y%m%d}_{sequence:04}.parquet"
    if contract.identify(name) is None:
        what = f"the contract's file_name does not read {name}"
        raise KasaneError(Problem(what, "mend `delivery.file_name`", f"{contract.feed}.yml"))
    return name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep(folder: Path) -> None:
    """Remove what a killed pull left."""
    for path in folder.glob(f"{_STAGED}*"):
        remove_tree(path)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
