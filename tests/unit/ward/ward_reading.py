"""Reading a generated ward the slow way, for tests: the files by csv and slices, the answer key by SQL."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

_KODOMO = ("児童宛名番号", "手当種別", "認定年月日", "喪失年月日", "就学援助区分", "就学援助年度")


def ask(out: Path, sql: str) -> list[tuple[Any, ...]]:
    """SQL over the answer key's tables."""
    con = duckdb.connect()
    con.execute("set threads=1")
    for path in sorted((out / "truth").glob("*.parquet")):
        if path.stem in sql:
            con.execute(f"create view {path.stem} as from read_parquet('{path}')")
    return con.execute(sql).fetchall()


def delivered(out: Path, feed: str, name: str) -> bytes:
    """A delivered file's bytes, or those of the zip's one member."""
    path = out / "extracts" / feed / name
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read(archive.namelist()[0])
    return path.read_bytes()


def in_force(out: Path, feed: str) -> list[tuple[date, str]]:
    """(base date, file) in force of each base date, by the answer key."""
    return ask(
        out,
        f"""select base_date, file_name from file_outcome where feed = '{feed}' and status like 'accepted%'
            qualify row_number() over (partition by prefix, base_date order by seq desc) = 1 order by 1, 2""",
    )


def good_records(out: Path, feed: str, name: str) -> list[list[str]]:
    """The records of a file that the answer key calls good: no heading, no trailer, no bad row."""
    data = delivered(out, feed, name).rstrip(b"\x1a")
    bad = {line for (line,) in ask(out, f"select line_number from bad_row where file_name = '{name}'")}
    if feed == "shogai":
        lines = [line for line in data.split(b"\r\n") if line and not line.startswith(b"T")]
        return [_fixed(line) for place, line in enumerate(lines, 1) if place not in bad]
    rows, begin = [], 1
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig" if feed == "kodomo" else "cp932"), newline=""))
    for row in reader:
        if begin not in bad:
            rows.append(row)
        begin = reader.line_num + 1
    if feed == "kodomo":
        order = [rows[0].index(heading) for heading in _KODOMO]
        rows = [[row[place] for place in order] for row in rows]
    heading = int(feed in ("jumin", "kodomo"))
    return [row for row in rows[heading:] if row[0] not in ("T", "H")]


def _fixed(line: bytes) -> list[str]:
    """Number, handbook kind, issued, returned, category, service, from, to of a shogai record."""
    places = [(0, 10), (97, 98), (100, 107), (107, 114), (114, 116), (116, 118), (118, 125), (125, 132)]
    return [line[first:last].decode("cp932").strip() for first, last in places]
