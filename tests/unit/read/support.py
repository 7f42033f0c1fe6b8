"""Small files of the feeds, and what reading them gives."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kasane.contracts import load_contracts
from kasane.contracts.codes import load_code_lists, load_fixes
from kasane.contracts.delivery import LandedFile, Manifest, Refusal
from kasane.contracts.model import Contract
from kasane.settings import PROJECT_ROOT

SEEDS = [PROJECT_ROOT / "dbt_project" / "seeds"]
CONTRACTS = load_contracts([PROJECT_ROOT / "expectations" / "contracts"])
CODES, FIXES = load_code_lists(SEEDS), load_fixes(SEEDS)
JUMIN_HEADING = [field.source for field in CONTRACTS["jumin"].fields]
JUMIN = {
    "宛名番号": "0300000053",
    "世帯番号": "0300000053",
    "氏名漢字": "試験　太郎",
    "氏名カナ": "ｼｹﾝ ﾀﾛｳ",
    "生年月日": "3450401",
    "性別": "1",
    "続柄コード": "02",
    "住民種別": "1",
    "住民状態": "1",
    "異動事由": "A01",
    "異動年月日": "5010501",
    "郵便番号": "1540001",
    "町字コード": "0100001",
    "町字名": "見本一丁目",
    "番地": "１番地２号",
    "方書": "",
}


@dataclass(frozen=True)
class Outcome:
    """A manifest and the tables beside it."""

    manifest: Manifest
    folder: Path

    def table(self, name: str) -> list[dict[str, Any]]:
        """One of rows, quarantine, warnings."""
        return pq.read_table(self.folder / f"{name}.parquet").to_pylist()

    @property
    def refused(self) -> Refusal:
        """The refusal; there must be one."""
        assert self.manifest.refusal is not None
        return self.manifest.refusal

    @property
    def faults(self) -> set[tuple[int, str, str | None]]:
        """Line, reason and heading of every line of the quarantine."""
        return {(r["line_number"], r["reason_code"], r["column_name"]) for r in self.table("quarantine")}

    @property
    def warned(self) -> set[tuple[int, str, str]]:
        """Line, code and heading of every warning."""
        return {(r["line_number"], r["warning_code"], r["column_name"]) for r in self.table("warnings")}


def landed(contract: Contract, data: bytes, name: str | None = None, part: str = "", **more: Any) -> LandedFile:
    """The data as if landed."""
    digest = hashlib.sha256(data).hexdigest()
    name = name or f"{contract.feed.upper()}_20250430_01.csv"
    return LandedFile(
        contract.feed, name, digest, digest, len(data), None, contract.table, part, date(2025, 4, 30), 1, **more
    )


Reader = Callable[..., Outcome]


def jumin_line(**changes: str) -> str:
    """One record of the register, quoted; ``changes`` by heading."""
    record = dict.fromkeys(JUMIN_HEADING, "") | JUMIN | changes
    return ",".join('"' + record[heading].replace('"', '""') + '"' for heading in JUMIN_HEADING)


def jumin_file(*lines: str, count: int | None = None) -> bytes:
    """A register file with heading and trailer."""
    heading = '"' + '","'.join(JUMIN_HEADING) + '"'
    trailer = f'"T","{len(lines) if count is None else count}"'
    return "".join(f"{line}\r\n" for line in (heading, *lines, trailer)).encode("cp932")


def numbered(number: int, **changes: str) -> str:
    """A register record with a number of its own (its check digit is wrong, as old numbers' are)."""
    return jumin_line(**{"宛名番号": f"9{number:09}"} | changes)


def parquet_of(columns: dict[str, list[str | None]]) -> bytes:
    """A Parquet file of text columns, as a pull from a database lands it."""
    target = io.BytesIO()
    pq.write_table(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}), target)
    return target.getvalue()
