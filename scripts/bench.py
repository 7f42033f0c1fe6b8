"""The benchmark: seconds and peak memory a phase, beside the hand-written floor in the same run.

    python scripts/bench.py [--residents 20000 100000 300000] [--months 24] [--folder DIR]

Without Airflow. Peak memory is the sum of the resident sets of the run and its children, sampled.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psutil

from kasane.settings import DataPaths

FLOOR = Path(__file__).with_name("floor.py")
PHASE_OF = {
    "extract": "read",
    "read": "read",
    "expect": "read",
    "link": "link",
    "dbt": "dbt",
    "expect_marts": "dbt",
    "publish": "publish",
    "reports": "publish",
}
MARK = re.compile(r"(begin|end) (\w+)")


@dataclass
class Measured:
    """Seconds and peak megabytes, whole and a phase."""

    seconds: float = 0.0
    megabytes: float = 0.0
    phase_seconds: dict[str, float] = field(default_factory=dict)
    phase_megabytes: dict[str, float] = field(default_factory=dict)


def measure(command: list[str]) -> Measured:
    """Run a command to its end and watch it."""
    result = Measured()
    phase = ["start"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    watcher = threading.Thread(target=_watch, args=(process.pid, result, phase), daemon=True)
    watcher.start()
    started = time.monotonic()
    began, last = started, []
    assert process.stderr is not None
    for line in process.stderr:
        last = [*last[-20:], line]
        if not (found := MARK.search(line)):
            continue
        if found[1] == "begin":
            began, phase[0] = time.monotonic(), PHASE_OF[found[2]]
        else:
            spent = result.phase_seconds.get(phase[0], 0.0)
            result.phase_seconds[phase[0]] = spent + time.monotonic() - began
    if process.wait() != 0:
        sys.exit("".join(last))
    result.seconds = time.monotonic() - started
    watcher.join()
    return result


def _watch(pid: int, result: Measured, phase: list[str]) -> None:
    while psutil.pid_exists(pid):
        try:
            root = psutil.Process(pid)
            if root.status() == psutil.STATUS_ZOMBIE:
                return
            family = [root, *root.children(recursive=True)]
            now = sum(_resident(process) for process in family) / 1e6
        except psutil.NoSuchProcess:
            return
        result.megabytes = max(result.megabytes, now)
        result.phase_megabytes[phase[0]] = max(result.phase_megabytes.get(phase[0], 0.0), now)
        time.sleep(0.1)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def bench(folder: Path, residents: int, months: int) -> None:
    """One size: the floor, the whole, a second run without news, and one more month."""
    shutil.rmtree(folder, ignore_errors=True)
    ward, early, data = folder / "ward", folder / "early", folder / "data"
    kasane = [sys.executable, "-m", "kasane.cli"]
    size = ["--residents", str(residents), "--months", str(months + 1), "--seed", "1"]
    subprocess.run([*kasane, "generate", *size, "--no-dirt", "--no-truth", "--out", str(ward)], check=True)
    newest = max(re.findall(r"\d{8}", file.name)[0] for file in (ward / "extracts" / "jumin").iterdir())
    before = max(
        day
        for file in (ward / "extracts" / "jumin").iterdir()
        for day in re.findall(r"\d{8}", file.name)
        if day != newest
    )
    shutil.copytree(ward / "extracts", early, ignore=shutil.ignore_patterns(f"*{newest}*"), copy_function=_link)
    _forget_after(early / "soudan" / "soudan.sqlite", before)
    floor = measure([sys.executable, str(FLOOR), str(early), str(folder / "floor.duckdb")])
    run = [*kasane, "run", "--data", str(data), "--extracts"]
    whole = measure([*run, str(early)])
    agree = _agreement(folder / "floor.duckdb", data)
    again = measure([*run, str(early)])
    more = measure([*run, str(ward / "extracts")])
    print(f"\n{residents:,} residents x {months} months")
    print(f"  floor      {floor.seconds:7.1f} s  {floor.megabytes:6.0f} MB")
    for phase in ("read", "link", "dbt", "publish"):
        print(f"  {phase:<10} {whole.phase_seconds[phase]:7.1f} s  {whole.phase_megabytes.get(phase, 0):6.0f} MB")
    print(
        f"  whole      {whole.seconds:7.1f} s  {whole.megabytes:6.0f} MB = {whole.seconds / floor.seconds:.1f} x floor"
    )
    print(f"  no news    {again.seconds:7.1f} s")
    print(f"  one month  {more.seconds:7.1f} s  = {more.seconds / whole.seconds:.0%} of the whole")
    for phase in ("read", "link", "dbt", "publish"):
        print(f"    {phase:<8} {more.phase_seconds[phase]:7.1f} s")
    print(f"  overlap    {agree}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)


def _forget_after(database: Path, day: str) -> None:
    """The consultation system as it stood at the end of a day, in a file of its own."""
    whole = database.with_suffix(".whole")
    database.rename(whole)
    shutil.copyfile(whole, database)
    whole.unlink()
    with sqlite3.connect(database) as db:
        for table in ("consultation", "support_action", "plan", "assessment"):
            db.execute(f"delete from {table} where replace(substr(updated_at, 1, 10), '-', '') > ?", [day])
    db.close()


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _agreement(floor: Path, data: Path) -> str:
    """Whether floor and warehouse count alike, over the municipality's exact combinations."""
    analyst = DataPaths(data).current.resolve() / "analyst.duckdb"
    with duckdb.connect() as db:
        db.execute(f"attach '{floor}' as floor (read_only); attach '{analyst}' as ours (read_only)")
        row = db.execute(
            """
            with floor_cells as (
                select m, concat_ws('+', case when e then 'elderly' end, case when d then 'disability' end,
                    case when c then 'child' end, case when p then 'poverty' end) as domains, household_count
                from floor.overlap where whole
            ),
            our_cells as (
                select month_end_date as m, domains, household_count from ours.marts.mart_domain_overlap
                where area_code = 'ALL' and household_type = 'ALL' and match = 'exact'
            )
            select sum(our_cells.household_count),
                sum(abs(our_cells.household_count - coalesce(floor_cells.household_count, 0)))
            from our_cells left join floor_cells using (m, domains)
            """
        ).fetchone()
    assert row is not None
    return f"{row[0]} household months in need; floor and warehouse differ by {row[1]}"


def main() -> None:
    """Bench every size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, nargs="+", default=[20_000, 100_000, 300_000])
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kasane-bench-", dir=options.folder) as folder:
        for residents in options.residents:
            bench(Path(folder) / str(residents), residents, options.months)


if __name__ == "__main__":
    main()
