"""What a feed's database was seen to hold so far: told by the pulls in the landing area alone, so it can't be lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.contracts.model import Contract
from kasane.extract.database import Row
from kasane.extract.index import read_entries
from kasane.extract.tombstones import read_tombstones

# Japan's clock; it has not been set back and forth since 1951.
JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Pull:
    """One landed pull of one table, in the columns of the contract as it is now."""

    contract: Contract
    path: Path
    sha256: str
    base_date: date
    sequence: int
    pulled_on: date

    def rows(self, since: date | None = None) -> Iterator[Row]:
        """Its rows as landed, of a table with a version those from ``since`` on."""
        for batch in pq.ParquetFile(self.path).iter_batches():
            if since and self.contract.version:
                version = batch.column(version_column(self.contract))
                batch = batch.filter(pc.or_(pc.is_null(version), pc.fill_null(_is_since(version, since), False)))
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def highest_day(self) -> date | None:
        """The highest day of the version that had come when it was pulled; None where no row tells one."""
        values = pq.read_table(self.path, columns=[version_column(self.contract)]).column(0)
        return highest_day(values, self.pulled_on)


class Past:
    """All pulls of a feed so far, in their order.

    A pull in other columns than the contract has now counts for nothing: the table is then pulled whole again.
    """

    def __init__(self, folder: Path, contracts: Sequence[Contract]) -> None:
        self.last_sequence = 0
        self.last_base_date: date | None = None
        self.refused: set[str] = set()
        pulls: list[Pull] = []
        for entry in read_entries(folder):
            found = [(each, identity) for each in contracts if (identity := each.identify(entry.file_name))]
            if not found:
                continue
            contract, identity = found[0]
            self.last_sequence = max(self.last_sequence, identity.sequence)
            if not entry.is_landed:
                self.refused.add(entry.sha256)
                continue
            self.last_base_date = max(self.last_base_date or date.min, identity.base_date)
            path = folder / entry.sha256
            if pq.read_schema(path).names == list(columns_of(contract)):
                day = _japanese_day(entry.pulled_at) if entry.pulled_at else identity.base_date
                pulls.append(Pull(contract, path, entry.sha256, identity.base_date, identity.sequence, day))
        for stone in read_tombstones(folder):
            gone = [identity for each in contracts if (identity := each.identify(stone.file_name))]
            self.last_sequence = max([self.last_sequence, *(identity.sequence for identity in gone)])
        self._pulls = sorted(pulls, key=lambda pull: pull.sequence)

    def of(self, contract: Contract) -> list[Pull]:
        """The pulls of one table."""
        return [pull for pull in self._pulls if pull.contract.table == contract.table]

    def since(self, contract: Contract, overlap_days: int) -> date | None:
        """The day to read a table from: its highest day landed less the overlap; None to read it whole."""
        days = [day for pull in self.of(contract) if contract.version and (day := pull.highest_day())]
        if not days or overlap_days >= (max(days) - date.min).days:
            return None
        return max(days) - timedelta(days=overlap_days)

    def known(self, contract: Contract, since: date | None, key_list: Contract) -> dict[Row, bytes]:
        """By key the mark of the row last landed, of rows from ``since`` on, less those that were deleted since."""
        marks: dict[Row, tuple[bytes, int]] = {}
        key_of = key_reader(contract)
        for pull in self.of(contract):
            for row in pull.rows(since):
                marks[key_of(row)] = mark(row), pull.sequence
        lists = self.of(key_list)
        if not lists:
            return {key: seen for key, (seen, _) in marks.items()}
        listed = {row[1] for row in lists[-1].rows() if row[0] == contract.sql_table}
        return {
            key: seen
            for key, (seen, sequence) in marks.items()
            if sequence > lists[-1].sequence or source_key(key) in listed
        }


def columns_of(contract: Contract) -> tuple[str, ...]:
    """The columns of the source that are read."""
    return tuple(field.source for field in contract.delivered_fields)


def version_column(contract: Contract) -> str:
    """The column of the source that tells when a row was last changed."""
    return contract.by_name[contract.version or ""].source


def key_columns(contract: Contract) -> tuple[str, ...]:
    """The columns of the source that tell one record from another."""
    return tuple(contract.by_name[name].source for name in contract.record_key)


def key_reader(contract: Contract) -> Callable[[Row], Row]:
    """What gives the key of a row in the contract's columns."""
    places = [columns_of(contract).index(name) for name in key_columns(contract)]
    return lambda row: tuple(row[place] for place in places)


def source_key(key: Row) -> str | None:
    """A key as the key list tells it, like the lake's record_key; None where a part is missing."""
    return None if None in key else "|".join(part.strip() for part in key if part is not None)


def mark(row: Row) -> bytes:
    """A short mark that two rows share only when they are equal."""
    return hashlib.blake2b(repr(row).encode(), digest_size=16).digest()


def highest_day(values: pa.ChunkedArray | pa.Array, until: date) -> date | None:
    """The highest day that the texts tell, none after ``until``: a day to come is a typing error, not the state."""
    days = (_day(text) for text in pc.unique(pc.utf8_slice_codeunits(values, 0, 10)).to_pylist())
    return max((day for day in days if day and day <= until), default=None)


def _is_since(values: pa.Array, since: date) -> pa.Array:
    return pc.greater_equal(values, since.isoformat())


def _japanese_day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(JAPAN).date()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").replace("/", "-"))
    except ValueError:
        return None
