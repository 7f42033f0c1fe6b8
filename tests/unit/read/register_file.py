"""A register file of any size, made of invented people: for tests of memory, and to measure the reader.

``python tests/unit/read/register_file.py 300000`` writes such a file, reads it and tells seconds and memory.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kasane.contracts import load_contracts
from kasane.contracts.codes import load_code_lists, load_fixes
from kasane.contracts.delivery import LandedFile, Manifest
from kasane.contracts.model import Contract
from kasane.read import read_delivery
from kasane.settings import PROJECT_ROOT

SURNAMES = [("佐藤", "ｻﾄｳ"), ("髙橋", "ﾀｶﾊｼ"), ("渡邊", "ﾜﾀﾅﾍﾞ"), ("大久保", "ｵｵｸﾎﾞ"), ("田坂", "ﾀｻｶ"), ("小泉", "ｺｲｽﾞﾐ")]
GIVEN = [("美咲", "ﾐｻｷ"), ("健一", "ｹﾝｲﾁ"), ("さくら", "ｻｸﾗ"), ("二郎", "ｼﾞﾛｳ"), ("陽菜", "ﾋﾅ")]
CHUNK = 20_000


def write_register(path: Path, rows: int) -> None:
    """Write ``rows`` records as CP932 with heading and trailer, a chunk at a time."""
    with path.open("wb") as file:
        headings = [field.source for field in _contract().fields]
        file.write(('"' + '","'.join(headings) + '"\r\n').encode("cp932"))
        for start in range(0, rows, CHUNK):
            file.write(_records(start, min(start + CHUNK, rows)).encode("cp932"))
        file.write(f'"T","{rows}"\r\n'.encode("cp932"))


def _contract() -> Contract:
    return load_contracts([PROJECT_ROOT / "expectations" / "contracts"])["jumin"]


def _records(start: int, stop: int) -> str:
    draw, size = np.random.default_rng(start), stop - start
    surname, given = draw.integers(len(SURNAMES), size=size), draw.integers(len(GIVEN), size=size)
    serial, number = draw.integers(2000, size=size), np.arange(start, stop)
    day = pc.binary_join_element_wise(
        _text(3000000 + draw.integers(10, 64, size) * 10000), _padded(draw.integers(1, 13, size)), ""
    )
    born = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(day, 0, 3), _padded(draw.integers(1, 13, size)), _padded(draw.integers(1, 29, size)), ""
    )
    block = pc.binary_join_element_wise(
        _text(draw.integers(1, 60, size)), _text(draw.integers(1, 40, size)), "号", "番地"
    )
    columns: list[pa.Array | str] = [
        _text(1_000_000_000 + number),
        _text(3_000_000_000 + number // 2),
        _joined(_pick([k for k, _ in SURNAMES], surname), "　", _pick([k for k, _ in GIVEN], given), _text(serial)),
        _joined(_pick([k for _, k in SURNAMES], surname), " ", _pick([k for _, k in GIVEN], given), _text(serial)),
        _joined(_pick([k for _, k in SURNAMES], serial % len(SURNAMES)), " ", _pick([k for _, k in GIVEN], given)),
        _joined(_pick([k for _, k in SURNAMES], given), " ", _pick([k for _, k in GIVEN], serial % len(GIVEN))),
        born,
        _text(draw.integers(1, 3, size)),
        _pick(["02", "12", "20", "2", "2012"], draw.integers(5, size=size)),
        "1",
        "1",
        _pick(["A01", "C01", "A03"], draw.integers(3, size=size)),
        _joined(
            "4",
            _padded(draw.integers(10, 30, size)),
            _padded(draw.integers(1, 13, size)),
            _padded(draw.integers(1, 29, size)),
        ),
        _text(1_540_000 + draw.integers(60, size=size)),
        _text(1_020_000 + draw.integers(300, size=size)),
        _joined(_pick(["野沢", "弦巻", "駒沢", "下馬"], draw.integers(4, size=size)), "一丁目"),
        block,
        _joined(
            _pick(
                ["コーポラティブ富士見ヶ丘弐番館　", "グランドパーク世田谷桜丘　", "特別養護老人ホームけやき苑"],
                draw.integers(3, size=size),
            ),
            _text(draw.integers(101, 999, size)),
            "号室",
        ),
        "",
        "",
    ]
    return '"' + '"\r\n"'.join(_joined_by(columns, '","', size).to_pylist()) + '"\r\n'


def _text(values: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())


def _padded(values: np.ndarray) -> pa.Array:
    return pc.utf8_lpad(_text(values), 2, "0")


def _pick(values: list[str], which: np.ndarray) -> pa.Array:
    return pa.array(values).take(pa.array(which))


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _joined_by(parts: list[pa.Array | str], separator: str, size: int) -> pa.Array:
    return pc.binary_join_element_wise(*parts, separator)


def landed_as(path: Path, name: str = "JUMIN_20250430_01.csv") -> LandedFile:
    """The file as if it had been landed under ``name``."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return LandedFile("jumin", name, digest, digest, path.stat().st_size, path, "jumin", "", date(2025, 4, 30), 1)


def read_register(path: Path, lake: Path) -> Manifest:
    """Read the file by the contract of the repository."""
    seeds = [PROJECT_ROOT / "dbt_project" / "seeds"]
    codes, fixes = load_code_lists(seeds), load_fixes(seeds)
    return read_delivery(landed_as(path), lambda: path.open("rb"), _contract(), codes, fixes, lake)


def measure(rows: int) -> str:
    """Write and read a register of ``rows``; seconds of reading and the highest memory of this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        write_register(path, rows)
        before = _peak()
        start, busy = time.perf_counter(), time.process_time()
        manifest = read_register(path, Path(folder))
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        size = path.stat().st_size / 1e6
    rows_and_size = f"{manifest.rows_good:,} of {manifest.rows_in:,} rows, {size:.0f} MB"
    return f"{rows_and_size}, {seconds:.2f} s ({busy:.2f} s of processor), {_peak()} MiB ({before} before)"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    print(measure(int(sys.argv[1])))
