"""A source that is a database: PostgreSQL in service, or an SQLite file, read through SQLAlchemy Core as text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from kasane.errors import KasaneError, Problem

ROWS_AT_ONCE = 50_000
CONNECT_SECONDS = 15
_ADDRESS = "postgresql://user:password@host:5432/database, or sqlite:////path/to/file.sqlite"
_SPACED_TIME = re.compile(r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?(?:\+09(?::?00)?)?$", re.ASCII)
# Times are told as the office's clock does. The SQLite driver is asked to begin nothing by itself.
_SESSION = {
    "postgresql": ("set local time zone 'Asia/Tokyo'", "set local datestyle = 'ISO, YMD'"),
    "sqlite": ("begin",),
}

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source's table: its name, the comment on it where there is one, and what its values are."""

    name: str
    comment: str
    is_time: bool
    is_comparable: bool


@dataclass(frozen=True)
class Selection:
    """What is read of one table: named columns, in the order of the key columns, from a day of ``version`` on.

    ``since`` None: every row. A row without a value in ``version`` is always read: nothing tells when it changed.
    """

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    version: str | None = None
    since: date | None = None


class Database:
    """A database that can be read; ``shown`` names it in messages, without user or password."""

    def __init__(self, engine: sa.Engine, shown: str, secrets: Sequence[str] = ()) -> None:
        self._engine = engine
        self._secrets = [secret for secret in secrets if secret]
        self.shown = shown

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One read-only transaction in which every table is seen as it was at one moment.

        Raises KasaneError when the database can't be reached or read; what the driver says of a row is not told,
        for it may hold the row.
        """
        connection = self._connect()
        try:
            with connection, connection.begin():
                for statement in _SESSION[connection.dialect.name]:
                    connection.exec_driver_sql(statement)
                yield Reader(connection)
        except (SQLAlchemyError, UnicodeDecodeError) as error:
            what = f"the database can't be read ({_kind(error)})"
            remedy = "check the user's rights, the tables and the text they hold, and pull again"
            raise KasaneError(Problem(what, remedy, self.shown)) from None

    def _connect(self) -> sa.Connection:
        try:
            return self._engine.connect()
        except SQLAlchemyError as error:
            what = f"the database can't be reached: {self._said(error)}"
            remedy = "check the address, the user's rights and that the database runs"
            raise KasaneError(Problem(what, remedy, self.shown)) from None

    def _said(self, error: SQLAlchemyError) -> str:
        """The driver's first line on a connection that failed; the password stands in it under no circumstances."""
        text = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


class Reader:
    """Tables and rows within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._is_postgresql = connection.dialect.name == "postgresql"

    def columns(self, table: str) -> list[SourceColumn] | None:
        """The columns of a table or view; None where there is no such table."""
        try:
            found = sa.inspect(self._connection).get_columns(table)
        except sa.exc.NoSuchTableError:
            return None
        return [self._column(item["name"], item["type"], item.get("comment")) for item in found]

    def rows(self, selection: Selection) -> Iterator[list[Row]]:
        """Blocks of at most ROWS_AT_ONCE rows as text, by key; all but the last block are full.

        A day is told as ``2025-03-31``, a time as ``2025-03-31T09:15:00`` of Japan; null stays None.
        """
        known = {column.name: column for column in self.columns(selection.table) or []}
        times = [place for place, name in enumerate(selection.columns) if known[name].is_time]
        streamed = self._connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
        for block in streamed.execute(self._statement(selection, known)).partitions(ROWS_AT_ONCE):
            yield [_with_times(row, times) for row in map(tuple, block)]

    def _statement(self, selection: Selection, known: Mapping[str, SourceColumn]) -> sa.Select[Any]:
        source = sa.table(selection.table, *(sa.column(name) for name in selection.columns))
        # By the bytes of the text, whatever the database's own order of kana or capitals is.
        order = [
            sa.collate(sa.cast(source.c[name], sa.Text), "C" if self._is_postgresql else "BINARY")
            for name in selection.key
        ]
        wanted: list[sa.ColumnElement[Any]] = [sa.cast(source.c[name], sa.Text) for name in selection.columns]
        statement = sa.select(*wanted)
        if selection.version is not None and selection.since is not None:
            version = source.c[selection.version]
            bound = self._bound(known[selection.version], selection.since)
            statement = statement.where(sa.or_(version >= bound, version.is_(None)))
        return statement.order_by(*order)

    def _bound(self, version: SourceColumn, since: date) -> date | str:
        """As text a day sorts before every time of that day, be it written with `T` or with a space."""
        return since if version.is_time and self._is_postgresql else since.isoformat()

    def _column(self, name: str, kind: sa.types.TypeEngine[object], comment: str | None) -> SourceColumn:
        is_time = isinstance(kind, sa.Date | sa.DateTime)
        # SQLite lets a column have no type; its values are then what was put in.
        is_text = isinstance(kind, sa.String) or (isinstance(kind, sa.types.NullType) and not self._is_postgresql)
        return SourceColumn(name, comment or "", is_time, is_time or is_text)


def database_at(address: str) -> Database:
    """The database of an address; raises KasaneError for one that is malformed or of another kind.

    No message repeats the address: whoever mistypes it may have typed the password anywhere in it.
    """
    url = _parsed(address)
    kind = url.drivername.split("+")[0]
    if kind == "sqlite" and url.database:
        return sqlite_file(Path(url.database))
    if kind not in ("postgres", "postgresql"):
        raise KasaneError(Problem("the address is of no PostgreSQL and no SQLite database", f"write {_ADDRESS}"))
    return _postgresql(url)


def _parsed(address: str) -> sa.URL:
    try:
        url = sa.make_url(address)
    except (SQLAlchemyError, ValueError):
        url = None
    # A password with a bare @ or / in it runs over into what would be shown as host and database.
    if url is None or "@" in (url.host or "") or (url.host and re.search("[@/]", url.database or "")):
        remedy = f"write {_ADDRESS}, with %40, %2F and %3A for @, / and : in a password"
        raise KasaneError(Problem("the address of the database is malformed", remedy))
    return url


def sqlite_file(path: Path) -> Database:
    """An SQLite file, which is opened for reading only."""

    def connect() -> sqlite3.Connection:
        # isolation_level None: the driver begins no transaction by itself, we do.
        return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)

    return Database(sa.create_engine("sqlite://", creator=connect, poolclass=NullPool), str(path))


def _postgresql(url: sa.URL) -> Database:
    asked = url.query.get("password", "")
    secrets = [str(url.password or ""), *([asked] if isinstance(asked, str) else asked)]
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        connect_args={"client_encoding": "utf8", **timeout},
    )
    return Database(engine, f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}", secrets)


def _kind(error: Exception) -> str:
    """What kind of error the driver raised, with the five characters of SQLSTATE where it told them."""
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    return f"{type(original or error).__name__}{f', SQLSTATE {state}' if state else ''}"


def _with_times(row: tuple[Any, ...], places: Sequence[int]) -> Row:
    if not places:
        return row
    values = list(row)
    for place in places:
        values[place] = _told(values[place])
    return tuple(values)


def _told(value: str | None) -> str | None:
    """A time as Python's isoformat tells it, so that it reads the same from a column of times and from one of text."""
    found = _SPACED_TIME.match(value) if value is not None else None
    if found is None:
        return value
    return f"{found[1]}T{found[2]}" + (f".{found[3]:0<6}" if found[3] else "")
