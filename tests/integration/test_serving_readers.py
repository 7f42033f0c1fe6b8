"""The serving PostgreSQL as people's tools see it: psql, SQLAlchemy and ODBC find tables and columns by their names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from kasane.publish.release import publish_release
from kasane.publish.serving import TableText, load_release
from kasane.publish.serving.plan import load_plan
from kasane.settings import DataPaths
from support.postgres import PASSWORD, Server, postgres_server

READER = "a_dashboard"
TABLE = "marts.mart_domain_overlap"
TEXTS = {("marts", "mart_domain_overlap"): TableText("重なり (overlap)", {"label": "組合せ (combination)"})}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from postgres_server()


@pytest.fixture(scope="module")
def address(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a login in the role of analysts, at a database that holds a release."""
    paths = DataPaths(tmp_path_factory.mktemp("release") / "data")
    paths.build_file.parent.mkdir(parents=True)
    with duckdb.connect(str(paths.build_file)) as db:
        for schema in ("restricted", "core", "marts", "quality", "published"):
            db.execute(f"create schema {schema}")
            db.execute(f"create table {schema}.one as select 1 as value")
        db.execute(
            f"create table {TABLE} as select date '2025-03-31' as month_end_date, 'A01' as area_code,"
            " '高齢+障害' as label, 12 as household_count, 0.25::double as share_of_in_need, null::boolean as is_known"
        )
    with psycopg.connect(server.address("postgres", "admin"), autocommit=True) as admin:
        admin.execute(f"create role loader login createrole password '{PASSWORD}'")
        admin.execute("create database serving owner loader")
    load_release(server.address("serving", "loader"), publish_release(paths, "202503-a"), load_plan(), TEXTS)
    with psycopg.connect(server.address("serving", "admin"), autocommit=True) as admin:
        admin.execute(f"create role {READER} login password '{PASSWORD}' in role kasane_analyst")
    return server.address("serving", READER)


def said(command: list[str], told: str, **environment: str) -> str:
    done = subprocess.run(
        command, input=told, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def odbc_drivers() -> str:
    if shutil.which("odbcinst") is None or shutil.which("isql") is None:
        return ""
    return subprocess.run(["odbcinst", "-q", "-d"], capture_output=True, text=True, check=False).stdout


def test_psql_lists_describes_and_reads(address: str) -> None:
    if shutil.which("psql") is None:
        pytest.skip("no psql is installed here")
    asked = rf"\dt marts.*{chr(10)}\d+ {TABLE}{chr(10)}select label, household_count from {TABLE};"
    found = said(["psql", "--no-psqlrc", "--tuples-only", "--no-align", address], asked, PGCLIENTENCODING="UTF8")
    assert "marts|mart_domain_overlap|table" in found
    assert re.search(r"label\|text\|.*組合せ \(combination\)", found)
    assert "高齢+障害|12" in found


def test_sqlalchemy_reflects_names_types_and_comments(address: str) -> None:
    engine = sa.create_engine(sa.make_url(address).set(drivername="postgresql+psycopg"))
    inspector = sa.inspect(engine)
    assert {"core", "marts", "quality", "published"} <= set(inspector.get_schema_names())
    assert inspector.get_table_comment("mart_domain_overlap", "marts") == {"text": "重なり (overlap)"}
    table = sa.Table("mart_domain_overlap", sa.MetaData(), schema="marts", autoload_with=engine)
    assert [type(column.type).__name__ for column in table.columns] == [
        *("DATE", "TEXT", "TEXT", "INTEGER", "DOUBLE_PRECISION", "BOOLEAN")
    ]
    assert table.c.label.comment == "組合せ (combination)"
    with engine.connect() as connection:
        rows = connection.execute(sa.select(table.c.label).where(table.c.month_end_date == date(2025, 3, 31))).all()
    assert [row.label for row in rows] == ["高齢+障害"]


def test_odbc_lists_tables_and_columns_and_reads(address: str, tmp_path: Path) -> None:
    drivers = odbc_drivers()
    if "[PostgreSQL Unicode]" not in drivers:
        pytest.skip("no ODBC driver for PostgreSQL is installed here (unixodbc, odbc-postgresql)")
    told = conninfo_to_dict(address)
    settings = {"Driver": "PostgreSQL Unicode", "Servername": told["host"], "Port": told["port"], "Database": "serving"}
    settings |= {"Username": READER, "Password": PASSWORD, "ReadOnly": "Yes"}
    lines = ["[kasane]", *(f"{name}={value}" for name, value in settings.items())]
    (tmp_path / "odbc.ini").write_text("\n".join(lines), encoding="utf-8")
    asked = f"help\nselect * from {TABLE}\n"
    isql = ["isql", "kasane", "-b", "-v", "-c", "-d|"]
    found = said(isql, asked, ODBCINI=str(tmp_path / "odbc.ini"), LC_ALL="C.UTF-8")
    assert "|marts|mart_domain_overlap|TABLE|" in found
    assert "month_end_date|area_code|label|household_count|share_of_in_need|is_known" in found
    assert "2025-03-31|A01|高齢+障害|12|0.25|" in found
