"""The second answer key, what a warehouse without linkage can know: finished when all records are known.

Month by month only the needs that numbers tell are written; whom a record without a number can be found for is
decided by the register as it stands at last, so that those needs are added afterwards, a month at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.ward.arrays import Bools, Ints
from kasane.ward.days import Month, completed_years
from kasane.ward.people import Ward

_ELDERLY, _POVERTY, _PROTECTED = 0, 3, 4
_DOMAIN = {"houkatsu": _ELDERLY, "konkyu": _POVERTY, "seiho": _POVERTY, "youtai": _PROTECTED}
FLAGS = ("has_elderly_need", "has_disability_need", "has_child_need", "has_poverty_need", "has_child_need_with_youtai")


@dataclass
class Pending:
    """Household months whose needs are told by numbers alone, and the records that wait to be found for somebody."""

    path: Path
    months: list[tuple[Month, dict[str, Ints]]] = field(default_factory=list)
    writer: pq.ParquetWriter | None = None

    def add(self, table: pa.Table, month: Month, waiting: dict[str, Ints]) -> None:
        """A month's households; ``waiting``: by feed the records that make a need."""
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema)
        self.writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.months.append((month, waiting))

    def close(self) -> None:
        """No month follows."""
        if self.writer is not None:
            self.writer.close()

    def remove(self) -> None:
        """Take the file away when it has been read."""
        self.path.unlink(missing_ok=True)


def settled(
    pending: Pending, members: Path, ward: Ward, links: dict[str, Ints], place: int
) -> tuple[pa.Table, list[Bools]]:
    """A month's households with the needs of all records found for somebody; ``members``: household_member.parquet."""
    month, waiting = pending.months[place]
    households = pq.ParquetFile(pending.path).read_row_group(place)
    flags = [households[name].to_numpy().copy() for name in FLAGS]
    who = pq.ParquetFile(members).read_row_group(place)
    for feed, serials in waiting.items():
        found = _found(ward, links[feed][serials], _DOMAIN[feed], month)
        rows = _households_of(households, who, found)
        flags[_DOMAIN[feed]][rows] = True
    for name, flag in zip(FLAGS, flags, strict=True):
        households = households.set_column(households.schema.get_field_index(name), name, pa.array(flag))
    return households, flags


def _found(ward: Ward, persons: Ints, domain: int, month: Month) -> Ints:
    """The people found, children only for youtai."""
    persons = np.unique(persons[persons >= 0])
    if domain != _PROTECTED:
        return persons
    return persons[completed_years(ward.people["birth"][persons], month.last) < 18]


def _households_of(households: pa.Table, members: pa.Table, persons: Ints) -> Ints:
    """Rows of the households in which these people live; those who don't reside here are in none."""
    residents = members["true_person"].to_numpy()
    row = np.searchsorted(residents, persons)
    here = (row < len(residents)) & (residents[np.minimum(row, len(residents) - 1)] == persons)
    keys = members["household_key"].combine_chunks().take(pa.array(row[here]))
    return np.asarray(pc.index_in(keys, value_set=households["household_key"].combine_chunks()))
