"""How fast the serving PostgreSQL answers dashboards: the queries of scripts/serving_queries.yml, drawn anew each time.

    python scripts/bench_serving.py --data DIR [--times 50] [--explain]
    python scripts/bench_serving.py --residents 300000 [--months 24]

Loads the release in force of ``--data`` (or of a ward that it invents) by `kasane serve` into a PostgreSQL of its own
with the settings of a fresh installation, and asks as a login in the role kasane_analyst, through SQLAlchemy and
psycopg, every row fetched. Each query is asked three times beforehand. Prints seconds of the load, milliseconds a
query (median, 95th percentile, longest), with --explain the plan of each over the aim, and exits 1 where one is.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))

from support.postgres import Server, postgres_server  # noqa: E402

QUERIES = Path(__file__).with_name("serving_queries.yml")
AIM_MS = 50.0
WARM = 3
KASANE = [sys.executable, "-m", "kasane.cli"]


@dataclass(frozen=True)
class Answered:
    """What one query took, in milliseconds, and how many rows its last answer had."""

    name: str
    milliseconds: list[float]
    rows: int

    def quantile(self, share: float) -> float:
        """The smallest time that at least this share of the answers did not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def main() -> None:
    """Load, ask, print, and exit 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory with a release")
    parser.add_argument("--residents", type=int, default=300_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kasane-bench-serving-") as folder, server() as postgres:
        data = options.data or invented(Path(folder), options.residents, options.months)
        print(f"{loaded(postgres, data)}", flush=True)
        slow = ask_all(reader(postgres), options.times, options.explain)
    sys.exit(f"over {AIM_MS:.0f} ms: {', '.join(slow)}" if slow else 0)


@contextmanager
def server() -> Iterator[Server]:
    """A PostgreSQL as a fresh installation sets it up, but for fsync."""
    yield from postgres_server()


def invented(folder: Path, residents: int, months: int) -> Path:
    """The data directory of a ward taken from nothing to its release."""
    size = ["--residents", str(residents), "--months", str(months), "--seed", "5"]
    subprocess.run([*KASANE, "generate", *size, "--no-dirt", "--no-truth", "--out", folder / "ward"], check=True)
    run = ["run", "--extracts", folder / "ward" / "extracts", "--data", folder / "data"]
    subprocess.run([*KASANE, *run], check=True, stderr=subprocess.DEVNULL)
    return folder / "data"


def loaded(postgres: Server, data: Path) -> str:
    """Load by `kasane serve`, as a login that is no superuser; what it said and how long it took."""
    password = secrets.token_hex(16)
    with postgres.engine("postgres").connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.exec_driver_sql(f"create role kasane_loader login createrole password '{password}'")
        admin.exec_driver_sql("create database kasane_serving owner kasane_loader encoding 'UTF8' template template0")
    address = postgres.address("kasane_serving", "kasane_loader", password)
    began = time.monotonic()
    done = subprocess.run(
        [*KASANE, "serve", "--data", str(data)],
        env={**os.environ, "KASANE_SERVING_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    with postgres.engine("kasane_serving").connect() as admin:
        told = admin.exec_driver_sql("select tables, rows from kasane.release").one()
        size = admin.exec_driver_sql("select pg_size_pretty(pg_database_size(current_database()))").scalar_one()
    return f"kasane serve: {time.monotonic() - began:.1f} s, {told[0]} tables, {told[1]:,} rows, {size} with indexes"


def reader(postgres: Server) -> sa.Engine:
    """A login in the role of analysts, whose statements are planned anew each time, as those of BI tools are."""
    password = secrets.token_hex(16)
    with postgres.engine("kasane_serving").begin() as admin:
        admin.exec_driver_sql(f"create role a_dashboard login password '{password}' in role kasane_analyst")
    url = sa.make_url(postgres.address("kasane_serving", "a_dashboard", password)).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, connect_args={"prepare_threshold": None})


def ask_all(engine: sa.Engine, times: int, explain: bool) -> list[str]:
    """Ask every query, print a line each, and give the names of those over the aim."""
    asked = yaml.safe_load(QUERIES.read_text(encoding="utf-8"))
    slow = []
    print(f"{'query':<40} {'rows':>6} {'p50':>8} {'p95':>8} {'max':>8}  ms")
    with engine.connect() as connection:
        values = {name: list(connection.scalars(sa.text(sql))) for name, sql in asked["values"].items()}
        for name, sql in asked["queries"].items():
            answered = ask(connection, name, sql, values, times)
            p95 = answered.quantile(0.95)
            numbers = (answered.quantile(0.5), p95, answered.quantile(1.0))
            print(f"{name:<40} {answered.rows:>6} " + " ".join(f"{each:8.1f}" for each in numbers), flush=True)
            if p95 > AIM_MS:
                slow.append(name)
                if explain:
                    print(plan(connection, sql, values))
    return slow


def ask(connection: sa.Connection, name: str, sql: str, values: dict[str, list[Any]], times: int) -> Answered:
    """One query, ``times`` times with parameters drawn anew."""
    draw = random.Random(name)
    taken, rows = [], 0
    for turn in range(WARM + times):
        parameters = drawn(sql, values, draw)
        began = time.perf_counter()
        rows = len(connection.execute(sa.text(sql), parameters).fetchall())
        if turn >= WARM:
            taken.append(1000 * (time.perf_counter() - began))
    return Answered(name, taken, rows)


def drawn(sql: str, values: dict[str, list[Any]], draw: random.Random) -> dict[str, Any]:
    """A value for each parameter of a query."""
    return {name: draw.choice(values[name]) for name in sa.text(sql)._bindparams}


def plan(connection: sa.Connection, sql: str, values: dict[str, list[Any]]) -> str:
    """What PostgreSQL does for a query: EXPLAIN ANALYZE."""
    text = sa.text(f"explain (analyze, buffers) {sql}")
    lines = connection.execute(text, drawn(sql, values, random.Random(0))).scalars()
    return "\n".join(f"    {line}" for line in lines)


if __name__ == "__main__":
    main()
