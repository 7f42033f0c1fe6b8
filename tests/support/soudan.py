"""The consultation database of tests, in SQLite (all text) or PostgreSQL (real types), and pulls from it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa

from kasane.contracts import Contract, by_feed, load_contracts
from kasane.contracts.delivery import LandedFile
from kasane.extract import PullRules, load_landed, pull
from kasane.extract.database import Database
from kasane.settings import DataPaths, load_settings

CONTRACTS: tuple[Contract, ...] = by_feed(load_contracts(load_settings().contract_dirs[:1]))["soudan"]
FORBIDDEN = frozenset({"個人番号", "my_number"})
KEYS = {"consultation": "consultation_id", "support_action": "action_id", "plan": "plan_id"} | {
    "assessment": "assessment_id"
}
COLUMNS = {
    "consultation": "consultation_id received_at desk_code route atena_no name name_kana birth_date sex postal_code "
    "address phone consent topics issues theme scheme_fit desks_visited emergency_at updated_at",
    "support_action": "action_id consultation_id acted_on kind agency_code updated_at",
    "plan": "plan_id consultation_id decided_on meeting_id agency_codes started_on reviewed_on closed_on "
    "closing_reason updated_at",
    "assessment": "assessment_id consultation_id assessed_on isolation_score updated_at",
}
DATES = {"birth_date", "emergency_at", "acted_on", "decided_on", "started_on", "reviewed_on", "closed_on"} | {
    "assessed_on"
}
TIMES = {"received_at", "updated_at"}
NUMBERS = {"desks_visited", "isolation_score"}
NOW = datetime(2026, 4, 1, tzinfo=UTC)


class Soudan:
    """The four tables; ``typed``: dates, times and numbers have their own types, as PostgreSQL has them."""

    def __init__(self, engine: sa.Engine, typed: bool = False, key_collation: str | None = None) -> None:
        self.engine, self._typed = engine, typed
        self.metadata = sa.MetaData()
        if engine.dialect.name == "sqlite":
            # No test survives a power cut.
            sa.event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
        for table, columns in COLUMNS.items():
            parts = [sa.Column(name, self._type(name), primary_key=name == KEYS[table]) for name in columns.split()]
            parts[0].type = sa.Text(collation=key_collation)
            sa.Table(table, self.metadata, *parts)
        self.metadata.create_all(engine)

    def put(self, table: str, key: str, updated_at: str, **values: Any) -> None:
        """Write a row, in place of the one with its key."""
        self.delete(table, key)
        row = {KEYS[table]: key, "updated_at": updated_at, **values}
        with self.engine.begin() as connection:
            typed = {name: self._value(name, value) for name, value in row.items()}
            connection.execute(self.metadata.tables[table].insert().values(**typed))

    def delete(self, table: str, key: str) -> None:
        """Remove a row."""
        found = self.metadata.tables[table]
        with self.engine.begin() as connection:
            connection.execute(found.delete().where(found.c[KEYS[table]] == key))

    def run(self, statement: str) -> None:
        """Run a statement of a test's own."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    def _type(self, name: str) -> Any:
        kinds = ((DATES, sa.Date()), (TIMES, sa.DateTime()), (NUMBERS, sa.Integer()))
        return next((kind for names, kind in kinds if self._typed and name in names), sa.Text())

    def _value(self, name: str, value: Any) -> Any:
        if not self._typed or value is None:
            return value
        kinds = ((DATES, date.fromisoformat), (TIMES, datetime.fromisoformat))
        return next((read(value) for names, read in kinds if name in names), value)


class Puller:
    """A data directory that pulls land in; ``pull`` says what one of them brought: rows by the file's part."""

    def __init__(self, database: Database, root: Path, overlap_days: int = 7, key_list_days: int = 7) -> None:
        self.database, self.paths = database, DataPaths(root)
        self._days = (overlap_days, key_list_days)

    def pull(self, now: datetime = NOW) -> dict[str, list[tuple[str | None, ...]]]:
        before = {file.sequence for file in self.landed()}
        rules = PullRules(FORBIDDEN, *self._days, now)
        files = [file for file in pull(CONTRACTS, self.database, self.paths, rules) if file.sequence not in before]
        return {file.part: rows(file) for file in sorted(files, key=lambda file: file.sequence)}

    def landed(self) -> list[LandedFile]:
        return sorted(load_landed(CONTRACTS, self.paths), key=lambda file: file.sequence)

    def names(self) -> list[str]:
        return [file.file_name for file in self.landed()]

    def listed(self) -> set[tuple[str | None, ...]]:
        """What the last key list says."""
        return set(rows([file for file in self.landed() if file.part == "KEYS"][-1]))


def rows(file: LandedFile) -> list[tuple[str | None, ...]]:
    """The rows of a landed pull."""
    return [tuple(row.values()) for row in as_dicts(file)]


def as_dicts(file: LandedFile) -> list[dict[str, str | None]]:
    """The same by the names of the columns."""
    return [] if file.path is None else pq.read_table(file.path).to_pylist()


def sample_rows(soudan: Soudan) -> None:
    """A few rows of every table: kana, quotes, blanks, nulls, capitals and small letters in keys."""
    soudan.put(
        *("consultation", "C1", "2025-04-09T18:00:00"),
        received_at="2025-04-09T14:37:00",
        name='O\'Brien\u3000"花"',
        name_kana="オブライエン ハナ",
        birth_date="1979-08-05",
        sex="2",
        topics="03;11",
        desks_visited=3,
        address="",
    )
    soudan.put("consultation", "a2", "2025-04-10T09:00:00.250000", received_at="2025-04-10T09:00:00", name="𠮷田")
    soudan.put("consultation", "B3", "2025-04-11T00:00:00", emergency_at="2025-04-11")
    soudan.put("support_action", "A1", "2025-04-20T18:00:00", consultation_id="C1", acted_on="2025-04-20", kind="1")
    soudan.put("plan", "P1", "2025-05-01T18:00:00", consultation_id="C1", agency_codes="K01;K07")
    soudan.put("assessment", "S1", "2025-04-21T18:00:00", consultation_id="C1", isolation_score=0)
