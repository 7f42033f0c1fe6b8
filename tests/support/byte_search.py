"""Find any of many texts in all that a folder holds, in every encoding and width, inside every format."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import sqlite3
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

KEY = 6
_DIGITS = frozenset(b"0123456789")
# A run of digits in a longer number, or in the fraction of one, is no number of a person.
_DIGIT_BEFORE, _DIGIT_AFTER = re.compile(rb"\d\.?$"), re.compile(rb"\.?\d")


class Needles:
    """Texts to look for, each at least six bytes long in every form that it may stand in."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.forms: dict[bytes, str] = {}
        for text in texts:
            for form in _forms(text):
                if len(form) >= KEY:
                    self.forms.setdefault(form, text)
        self._by_key: dict[int, list[bytes]] = {}
        for form in self.forms:
            self._by_key.setdefault(int.from_bytes(form[:KEY], "big"), []).append(form)
        self._table = np.zeros(1 << 20, dtype=bool)
        self._table[_hashed(np.array(list(self._by_key), dtype=np.uint64))] = True

    def found_in(self, content: bytes) -> set[str]:
        """Which of the texts stand in these bytes; digits alone count only where no further digit is beside them."""
        if len(content) < KEY:
            return set()
        octets = np.frombuffer(content, dtype=np.uint8)
        keys = np.zeros(len(octets) - KEY + 1, dtype=np.uint64)
        for at in range(KEY):
            keys = (keys << np.uint64(8)) | octets[at : len(octets) - KEY + 1 + at].astype(np.uint64)
        found = set()
        for at in np.flatnonzero(self._table[_hashed(keys)]):
            for form in self._by_key.get(int(keys[at]), ()):
                if content.startswith(form, at) and _stands_alone(content, int(at), form):
                    found.add(self.forms[form])
        return found


def _hashed(keys: np.ndarray) -> np.ndarray:
    return (keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(44)


def _stands_alone(content: bytes, at: int, form: bytes) -> bool:
    if not _DIGITS.issuperset(form):
        return True
    end = at + len(form)
    return not (_DIGIT_BEFORE.search(content[max(at - 2, 0) : at]) or _DIGIT_AFTER.match(content[end : end + 2]))


def _forms(text: str) -> set[bytes]:
    wide = unicodedata.normalize("NFKC", text)
    shapes = {text, wide, _half_width(wide), _full_width(wide)}
    shapes |= {re.sub(r"[\s　]", "", each) for each in shapes}
    if re.fullmatch(r"[0-9\-]+", wide):
        shapes.add(wide.replace("-", ""))
    encoded = {each.encode(name, "ignore") for each in shapes for name in ("utf-8", "cp932", "utf-16-le")}
    return encoded | {json.dumps(each)[1:-1].encode() for each in shapes}


_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFFA0)}


def _half_width(text: str) -> str:
    parts = unicodedata.normalize("NFD", text).replace("\u3099", "ﾞ").replace("\u309a", "ﾟ")
    return "".join(_HALF.get(each, each) for each in unicodedata.normalize("NFC", parts))


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text.replace(" ", "　"))


def readings(file: Path) -> Iterator[bytes]:
    """The bytes of a file, and what its format holds: rows, members of an archive, text behind escapes."""
    content = file.read_bytes()
    yield content
    yield from _inside(file.suffix.lower(), content, file)


def _inside(suffix: str, content: bytes, file: Path | None) -> Iterator[bytes]:
    if suffix == ".duckdb" and file is not None:
        yield from _duckdb_rows(file)
    elif content.startswith(b"SQLite format 3") and file is not None:
        yield from _sqlite_rows(file)
    elif content.startswith(b"PAR1"):
        yield texts_of(row.values() for row in pq.read_table(io.BytesIO(content)).to_pylist())
    elif content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    elif content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                inner = archive.read(member)
                yield member.filename.encode()
                yield inner
                yield from _inside(Path(member.filename).suffix.lower(), inner, None)
    elif suffix in (".html", ".xml", ".svg"):
        yield html.unescape(content.decode("utf-8", "ignore")).encode()


def _duckdb_rows(file: Path) -> Iterator[bytes]:
    with duckdb.connect(str(file), read_only=True) as connection:
        for schema, table in connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall():
            catalog = connection.execute("select current_database()").fetchone()
            assert catalog is not None
            yield texts_of(connection.execute(f'select * from "{catalog[0]}"."{schema}"."{table}"').fetchall())


def _sqlite_rows(file: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'").fetchall()]
        for name in names:
            yield texts_of(connection.execute(f'select * from "{name}"').fetchall())


def texts_of(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows of a table as bytes: a line a row."""
    return "\n".join("\t".join("" if each is None else _text(each) for each in row) for row in rows).encode()


def _text(value: object) -> str:
    return value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value)


def search(files: Iterable[Path], needles: Needles) -> Mapping[Path, set[str]]:
    """What is found, by file; a file's own name is looked at as well."""
    hits: dict[Path, set[str]] = {}
    for file in files:
        found = needles.found_in(file.name.encode())
        for reading in readings(file):
            found |= needles.found_in(reading)
        if found:
            hits[file] = found
    return hits
