"""The answer key, written month by month as Parquet in the layout of the sample ward's key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.ward import truth_month as tm
from kasane.ward.arrays import Bools, Ints
from kasane.ward.columns import numbers
from kasane.ward.days import Month
from kasane.ward.people import Ward
from kasane.ward.truth_kpi_month import MonthState
from kasane.ward.truth_kpi_table import Ledger
from kasane.ward.truth_month import COMBINATIONS, DOMAINS, Facts, Households, Register

HOUSEHOLD_MONTH = pa.schema(
    [("month_end", pa.date32()), ("household_key", pa.string()), ("area_code", pa.string()),
     ("household_type", pa.string()), ("member_count", pa.int64()), ("has_elderly_need", pa.bool_()),
     ("has_disability_need", pa.bool_()), ("has_child_need", pa.bool_()), ("has_poverty_need", pa.bool_()),
     ("has_child_need_with_youtai", pa.bool_())]
)  # fmt: skip
HOUSEHOLD_MEMBER = pa.schema(
    [
        ("month_end", pa.date32()),
        ("household_key", pa.string()),
        ("register_no", pa.string()),
        ("true_person", pa.int64()),
    ]
)
_OVERLAP = pa.schema(
    [("month_end", pa.date32()), ("area_code", pa.string()), ("variant", pa.string()), ("match", pa.string()),
     ("domains", pa.string()), ("household_count", pa.int64()), ("share_of_in_need", pa.float64()),
     ("in_need", pa.int64()), ("households", pa.int64())]
)  # fmt: skip
_NAMES = {c: "+".join(name for bit, name in enumerate(DOMAINS) if c >> bit & 1) for c in COMBINATIONS}


def _text(array: pa.Array) -> pa.Array:
    return array.cast(pa.string())


def _area_of_town(ward: Ward) -> tuple[list[str], Ints]:
    codes = sorted({town.area_code for town in ward.addresses.towns})
    return codes, np.array([codes.index(town.area_code) for town in ward.addresses.towns])


@dataclass
class HouseholdNeeds:
    """household_month and overlap: the households' needs, with and without youtai."""

    folder: Path
    overlap: list[dict[str, Any]] = field(default_factory=list)
    writer: pq.ParquetWriter | None = None

    def add(self, table: pa.Table, flags: list[Bools], codes: list[str], month: Month) -> None:
        """A month of households; ``flags``: their needs by domain, and child with youtai; ``codes``: all areas."""
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.folder / "household_month.parquet", HOUSEHOLD_MONTH)
        self.writer.write_table(table)
        area = np.asarray(pc.index_in(table["area_code"], value_set=pa.array(codes)))
        with_youtai = [*flags[:2], flags[4], flags[3]]
        for variant, of_variant in (("public", flags[:4]), ("with_youtai", with_youtai)):
            self._overlap(variant, area, codes, of_variant, month)

    def _overlap(self, variant: str, area: Ints, codes: list[str], flags: list[Bools], month: Month) -> None:
        table, in_need, households = tm.overlap_counts(area, len(codes), flags)
        counts = {"exact": table, "at_least": tm.at_least(table)}
        for row, code in [(len(codes), "ALL"), *enumerate(codes)]:
            for c in COMBINATIONS:
                for match, counted in counts.items():
                    self.overlap.append(
                        {"month_end": month.end, "area_code": code, "variant": variant, "match": match,
                         "domains": _NAMES[c], "household_count": int(counted[row, c]),
                         "share_of_in_need": int(counted[row, c]) / max(1, int(in_need[row])),
                         "in_need": int(in_need[row]), "households": int(households[row])}
                    )  # fmt: skip

    def close(self) -> None:
        """Finish the streamed table and write the overlap."""
        if self.writer is not None:
            self.writer.close()
        pq.write_table(pa.Table.from_pylist(self.overlap, schema=_OVERLAP), self.folder / "overlap.parquet")


def household_table(
    ward: Ward, households: Households, keys: pa.Array, areas: pa.Array, flags: list[Bools], month: Month
) -> pa.Table:
    """A month's households in the layout of the key."""
    size = np.bincount(households.of_row, minlength=households.count)
    kinds = tm.household_types(ward, households, month.last)
    ends = pa.array(np.full(households.count, month.end, "datetime64[D]"))
    values = [ends, keys, areas, pa.array(kinds), pa.array(size), *(pa.array(flag) for flag in flags)]
    return pa.Table.from_arrays(values, schema=HOUSEHOLD_MONTH)


class MonthlyTruth:
    """Households, members and overlap, streamed a month at a time.

    What patterns and indicators need of a month waits until all is loaded (``ledger``): some six bytes a person
    and month.
    """

    def __init__(self, out: Path) -> None:
        self.folder = out / "truth"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._needs = HouseholdNeeds(self.folder)
        self._members = pq.ParquetWriter(self.folder / "household_member.parquet", HOUSEHOLD_MEMBER)
        self.last: Register | None = None
        self.ledger = Ledger()

    def add(
        self, ward: Ward, register: Register, facts: dict[str, Facts], month: Month, based: dict[str, date]
    ) -> None:
        """One month by the deliveries in force; ``based``: their base dates, by stream."""
        households = tm.living_households(register, tm.in_care_home(ward, facts))
        number = _text(numbers(ward.people["number"], 10))
        keys = number.take(pa.array(register.person[households.first_row]))
        codes, area_of_town = _area_of_town(ward)
        town = ward.addresses.table["town"][register.address[households.first_row]]
        areas = pa.array(codes).take(pa.array(area_of_town[town]))
        flags = [households.any(need) for need in tm.needs(ward, facts, month.last)]
        self._needs.add(household_table(ward, households, keys, areas, flags, month), flags, codes, month)
        self.ledger.states.append(MonthState.of(ward, households, facts, month, based))
        members = [
            pa.array(np.full(len(register.person), month.end, "datetime64[D]")),
            keys.take(pa.array(households.of_row)),
            number.take(pa.array(register.person)),
            pa.array(register.person, pa.int64()),
        ]
        table = pa.Table.from_arrays(members, schema=HOUSEHOLD_MEMBER)
        self._members.write_table(table, row_group_size=max(1, table.num_rows))
        self.last = register

    def close(self) -> None:
        """Finish every table."""
        self._members.close()
        self._needs.close()

    def latest_overlap(self) -> dict[str, float]:
        """Of the last month: in need, compound, and the ‘at least’ shares of pairs, of households in need."""
        rows = [r for r in self._needs.overlap if r["area_code"] == "ALL" and r["variant"] == "public"]
        rows = [r for r in rows if r["month_end"] == rows[-1]["month_end"]]
        result = {r["domains"]: round(r["share_of_in_need"], 4) for r in rows if r["match"] == "at_least"}
        compound = sum(r["household_count"] for r in rows if r["match"] == "exact" and "+" in r["domains"])
        in_need = max(1, rows[0]["in_need"])
        return {
            "compound": round(compound / in_need, 4),
            "in_need": round(in_need / rows[0]["households"], 4),
            **result,
        }
