"""How well the published tables keep their secrets: 24 monthly releases of wards of three sizes, attacked together.

    python scripts/bench_disclosure.py [--residents 3000 20000 100000] [--data DIR ...] [--tries 200] [--months 24]

Invents each ward and builds its warehouse in a scratch folder, or reads warehouses that are there (--data). Publishes
its months one after the other, attacks all of them together, and shows hidden cells one at a time to see whether the
attacker's gate catches each. Last, a table of 2,000 cells. Exits 1 where an aim of docs/benchmarks.md is missed.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from kasane.publish.disclosure.attack import attack
from kasane.publish.disclosure.decide import decide_month
from kasane.publish.disclosure.figures import load_figures, months_told
from kasane.publish.disclosure.policy import Policy, load_policy
from kasane.publish.disclosure.publication import Publication
from kasane.publish.disclosure.released import Released, released_indicators, released_overlap
from kasane.publish.disclosure.suppress import suppress
from kasane.publish.disclosure.table import Cell, Relation, Table
from kasane.settings import PROJECT_ROOT

SEED = b"bench" * 8
SHOWN, SECONDARY, SECONDS = 0.6, 0.5, 60.0


def main() -> None:
    """Measure, print, and exit 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, nargs="*", default=[3_000, 20_000, 100_000])
    parser.add_argument("--data", type=Path, nargs="*", default=[])
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--months", type=int, default=24)
    options = parser.parse_args()
    policy = load_policy([PROJECT_ROOT / "dbt_project" / "seeds"])
    misses: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kasane-disclosure-") as scratch:
        wards = options.data or [_build(Path(scratch), size, options.months) for size in options.residents]
        for data in wards:
            misses += _measure(data, policy, options.tries, options.months)
    misses += _large_table()
    print("\n".join(["all aims are met"] if not misses else [f"MISSED {miss}" for miss in misses]), flush=True)
    sys.exit(1 if misses else 0)


def _build(scratch: Path, residents: int, months: int) -> Path:
    folder = scratch / str(residents)
    kasane = [sys.executable, "-m", "kasane.cli"]
    size = ["--residents", str(residents), "--months", str(months), "--seed", "1", "--no-truth"]
    for command in (
        ["generate", *size, "--out", str(folder / "ward")],
        ["run", "--extracts", str(folder / "ward" / "extracts"), "--data", str(folder / "data")],
    ):
        subprocess.run([*kasane, *command], check=True, capture_output=True)
    return folder / "data"


def _measure(data: Path, policy: Policy, tries: int, months: int) -> list[str]:
    started = time.perf_counter()
    publications = _publish(data, policy, months)
    took = time.perf_counter() - started
    released = [*(released_overlap(each, policy) for each in publications), *released_indicators(publications, policy)]
    intervals = [interval for each in released for interval in attack(each.table, each.hidden).intervals]
    exact, narrow = sum(each.is_exact for each in intervals), sum(each.is_narrow for each in intervals)
    rows = [row for each in publications for row in each.overlap]
    primary = sum(row.is_primary for row in rows)
    secondary = sum(not row.is_shown and not row.is_primary for row in rows)
    shown = sum(row.is_shown for row in rows) / len(rows)
    kpis = [row.value_shown for each in publications for row in each.kpis]
    by_area = sorted({row.household_type for row in rows if row.area_code != "ALL"} & {"CO", "UN"})
    missed = _tries(released, tries)
    name = f"{publications[-1].residents:,} residents"
    print(
        f"{name}: {len(publications)} releases, detail {publications[-1].detail}, {len(rows)} cells, "
        f"{shown:.1%} shown, {primary} primary, {secondary} secondary ({secondary / max(1, primary):.2f} a primary); "
        f"indicators: {sum(kpis)} of {len(kpis)} values shown; {len(intervals)} hidden counts attacked: {exact} exact, "
        f"{narrow} narrower than the protection level; un-hidden {tries} times, {missed} not caught; "
        f"CO or UN by area: {by_area or 'none'}; {took:.1f} s",
        flush=True,
    )
    found = {
        f"{exact} exact": exact,
        f"{narrow} narrow": narrow,
        f"{shown:.1%} shown": shown < SHOWN,
        f"{secondary / max(1, primary):.2f} secondary a primary": secondary > SECONDARY * max(1, primary),
        f"{missed} un-hidden cells not caught": missed,
        "CO or UN by area": by_area,
    }
    return [f"{name}: {what}" for what, is_missed in found.items() if is_missed]


def _publish(data: Path, policy: Policy, months: int) -> list[Publication]:
    publications: list[Publication] = []
    with duckdb.connect(str(data / "current" / "analyst.duckdb"), read_only=True) as connection:
        for month in months_told(connection)[-months:]:
            publications.append(decide_month(load_figures(connection, month), policy, publications, SEED))
    return publications


def _tries(released: Sequence[Released], tries: int) -> int:
    """Show one hidden cell, chosen by chance, each time; how often the attacker finds nothing wrong."""
    chance = random.Random(1)
    tables = [each for each in released if each.hidden]
    missed = 0
    for _ in range(tries):
        each = chance.choice(tables)
        key = chance.choice(sorted(each.hidden))
        table = Table(**{**vars_of(each.table), "released": {}})
        missed += attack(table, each.hidden - {key}).holds
    return missed


def vars_of(table: Table) -> dict[str, object]:
    """The fields of a table."""
    return {name: getattr(table, name) for name in ("name", "atoms", "cells", "relations", "balances")}


def _large_table() -> list[str]:
    """40 × 49 counts with their margins: 2,050 cells, as many small ones as a ward's."""
    chance, height, breadth = random.Random(5), 40, 49
    atoms = tuple(
        min(int(chance.paretovariate(0.45) * 4) - 4, 900) if chance.random() > 0.1 else 0
        for _ in range(height * breadth)
    )
    across = {f"r{i:02}": tuple(range(i * breadth, (i + 1) * breadth)) for i in range(height)}
    down = {f"c{j:02}": tuple(range(j, height * breadth, breadth)) for j in range(breadth)}
    keys = {(row, column): (across[row][int(column[1:])],) for row in across for column in down}
    keys |= {(row, "ALL"): parts for row, parts in across.items()}
    keys |= {("ALL", column): parts for column, parts in down.items()}
    keys[("ALL", "ALL")] = tuple(range(len(atoms)))
    cells = tuple(Cell(key, parts, sum(atoms[part] for part in parts), 10, 5) for key, parts in keys.items())
    relations = [Relation((row, "ALL"), tuple((row, column) for column in down)) for row in across]
    relations += [Relation(("ALL", column), tuple((row, column) for row in across)) for column in down]
    table = Table("large", atoms, cells, tuple(relations))
    started = time.perf_counter()
    hidden = suppress(table, SEED)
    took = time.perf_counter() - started
    verdict = attack(table, hidden)
    attacked = time.perf_counter() - started - took
    print(
        f"a table of {len(cells)} cells: {len(hidden)} hidden in {took:.1f} s, attacked in {attacked:.1f} s, "
        f"{'holds' if verdict.holds else 'BROKEN'}",
        flush=True,
    )
    is_missed = took + attacked > SECONDS or not verdict.holds
    return [f"a table of 2,000 cells: {took + attacked:.0f} s"] if is_missed else []


if __name__ == "__main__":
    main()
