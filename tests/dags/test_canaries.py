"""No name, address, phone or number of anybody is in anything that a run leaves behind but the restricted zone.

Every identifying value that was read, and values planted to be quoted by mistake, are looked for in every byte.
"""

from __future__ import annotations

import gzip
import html
import json
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from psycopg import sql

from kasane import pipeline
from kasane.contracts import load_contracts
from kasane.contracts.columns import lake_columns
from kasane.lineage.gates import load_gates
from kasane.publish.release import ZONES, Release
from kasane.settings import load_settings
from support.byte_search import Needles, search, texts_of
from support.canary_ward import ADDRESS, KANA, NAME, NUMBER, PHONE, PLANTED
from support.postgres import Server, postgres_server

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
SECRET = ("identifier", "personal", "restricted")
RESTRICTED = ("data/landing/", "data/lake/", "data/build/", "data/keys/", "data/key_ledger/", "ward/")
SHORTEST = 5


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from postgres_server()


@pytest.fixture(scope="module")
def left_behind(place: Path, first_run: subprocess.CompletedProcess[str]) -> Path:
    """The folder of the run, with what it said beside what it wrote."""
    assert first_run.returncode == 0, first_run.stderr[-2000:]
    (place / "said.log").write_text(first_run.stdout + first_run.stderr, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def needles(left_behind: Path) -> Needles:
    """What was planted, and every value of a secret column of the lake that no open column holds too."""
    lake = left_behind / "data" / "lake"
    secret: set[str] = set()
    told: set[str] = set()
    with duckdb.connect() as connection:
        for table, contract in load_contracts(load_settings().contract_dirs[:1]).items():
            files = [str(file) for file in (lake / table).rglob("rows.parquet")]
            for column in lake_columns(contract) if files else ():
                if column.type == "VARCHAR" and not column.name.endswith("_precision"):
                    values = set(connection.execute(_VALUES.format(column.name), [files, SHORTEST]).fetchnumpy()["v"])
                    is_told = column.secrecy not in SECRET or _is_kept(f"lake.{table}.{column.name}")
                    (told if is_told else secret).update(values)
    assert len(secret - told) > 2000
    return Needles([*PLANTED, *sorted(secret - told)])


_VALUES = 'select distinct "{}" as v from read_parquet(?, union_by_name = true) where length(v) >= ?'


def _is_kept(column: str) -> bool:
    """Whether a listed gate lets the very value out."""
    return any(fnmatchcase(column, each) for gate in load_gates().gates if gate.kind == "kept" for each in gate.of)


def test_nothing_outside_the_restricted_zone_holds_a_canary(left_behind: Path, needles: Needles) -> None:
    files = [
        file
        for file in left_behind.rglob("*")
        if file.is_file()
        and not file.is_symlink()
        and not str(file.relative_to(left_behind)).startswith(RESTRICTED)
        and file.name != "restricted.duckdb"
    ]
    endings = {file.suffix for file in files}
    assert endings >= {".duckdb", ".html", ".json", ".db", ".log", ".sql", ".msgpack"}
    hits = search(files, needles)
    assert {str(file.relative_to(left_behind)): len(found) for file, found in hits.items()} == {}


def test_the_same_search_finds_them_where_they_may_be(left_behind: Path, needles: Needles) -> None:
    restricted = list((left_behind / "data").rglob("restricted.duckdb"))
    landed = [file for file in (left_behind / "data" / "landing").rglob("*") if file.is_file()]
    assert set(restricted) <= set(search(restricted, needles))
    assert {text for found in search(landed, needles).values() for text in found} >= {*PLANTED}


def test_each_zones_file_holds_its_zone_and_no_other(left_behind: Path) -> None:
    release = Release("current", left_behind / "data" / "current")
    for zone, schemas in ZONES.items():
        with duckdb.connect(str(release.zone_file(zone)), read_only=True) as connection:
            found = {schema for (schema,) in connection.execute(_SCHEMAS).fetchall()}
        assert found == set(schemas) if zone != "published" else found <= set(schemas)


_SCHEMAS = """
select schema_name from duckdb_tables() union select schema_name from duckdb_views() where not internal
"""


def test_postgresql_holds_every_table_with_its_meaning_and_no_canary(
    left_behind: Path, needles: Needles, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASANE_SERVING_URL", server.address("postgres", "admin"))
    summary = pipeline.serve(load_settings(left_behind / "data"))
    assert summary.is_new
    with psycopg.connect(server.address("postgres", "admin"), autocommit=True) as admin:
        assert _unexplained(admin) == []
        found = {name: needles.found_in(rows) for name, rows in _rows(admin) if needles.found_in(rows)}
        admin.execute("create table planted as select %s::text as value", [KANA])
        control = {name: needles.found_in(rows) for name, rows in _rows(admin) if needles.found_in(rows)}
        folder = admin.execute("show data_directory").fetchone()
        admin.execute("checkpoint")
        admin.execute("drop table planted")
    assert found == {}
    assert set(control) == {"public.planted"}
    assert folder is not None
    pages = [file for file in Path(str(folder[0])).rglob("*") if file.is_file() and "pg_wal" not in file.parts]
    assert {str(file): hits for file, hits in search(pages, needles).items() if hits - {KANA}} == {}


def _rows(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[tuple[str, bytes]]:
    tables = "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
    for schema, table in connection.execute(tables).fetchall():
        rows = connection.execute(
            sql.SQL("select * from {}").format(sql.Identifier(str(schema), str(table)))
        ).fetchall()
        yield f"{schema}.{table}", texts_of(rows)


def _unexplained(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return connection.execute(
        """
        select n.nspname, c.relname, a.attname
        from pg_class as c
        inner join pg_namespace as n on c.relnamespace = n.oid
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        where n.nspname in ('core', 'marts', 'quality', 'published', 'kasane') and c.relkind = 'r'
            and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)
        """
    ).fetchall()


def _plant(folder: Path) -> dict[str, Path]:
    """A canary in every format and form that the search says it opens."""
    folder.mkdir()
    texts = {
        "cp932.log": f"error near {NAME}".encode("cp932"),
        "utf16.txt": KANA.encode("utf-16-le"),
        "half.csv": "ﾇﾍﾟﾂﾞ ｳﾞｭﾎﾟ,ﾇﾍﾟﾂﾞｳﾞｭﾎﾟ,ﾇﾍﾟﾂﾞ".replace("ﾍﾟ", "ﾍﾟ").encode("cp932"),
        "full.txt": "０９０－９５１７－３６８４".encode(),
        "no-hyphen.txt": PHONE.replace("-", "").encode(),
        "escaped.json": json.dumps({"value": ADDRESS}).encode(),
        "escaped.html": "".join(f"&#{ord(each)};" for each in NAME).encode(),
        "packed.msgpack": b"\x81\xa1x\xaf" + NAME.encode(),
        "packed.log.gz": gzip.compress(NUMBER.encode()),
    }
    for name, content in texts.items():
        (folder / name).write_bytes(content)
    pq.write_table(pa.table({"x": [NAME]}), folder / "a.parquet", compression="zstd")
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute("create table t as select ? as x", [ADDRESS])
    with closing(sqlite3.connect(folder / "a.db")) as connection, connection:
        connection.execute("create table t (x text)")
        connection.execute("insert into t values (?)", [PHONE])
    with xlsxwriter.Workbook(str(folder / "a.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, NAME)
    with zipfile.ZipFile(folder / "outer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "a.xlsx", "inner.xlsx")
        archive.write(folder / "a.parquet", "inner.parquet")
    (folder / f"report-{NUMBER}.txt").write_text(html.escape("nothing"), encoding="utf-8")
    return {file.name: file for file in folder.iterdir()}


def test_a_canary_planted_in_each_format_is_found(tmp_path: Path) -> None:
    planted = _plant(tmp_path / "planted")
    assert set(search(planted.values(), Needles(PLANTED))) == set(planted.values())


def test_a_text_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"1{NUMBER}2 0.{NUMBER} ヌペ 鼈 090-9517-3685", encoding="utf-8")
    assert search([file], Needles(PLANTED)) == {}
