"""Torture: kill a run at random moments, run two at once, fill the disk, shuffle the order of delivery.

    python tests/torture/run.py [--kills 100] [--orders 20] [--residents 300] [--months 3] [--seed N]

Every disturbed warehouse must end with the table hashes of the undisturbed one. Redirects of retired person ids are
among the tables and say since which release they stand: what was released twice is compared with an undisturbed run
of two releases. Prints the seed, and for each kill the phase it fell into and the hash afterwards; exits 1 on any
difference.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kasane.publish.release import table_hashes
from kasane.settings import DataPaths

PHASES = ("read", "link", "dbt", "publish")
KILLS_A_PHASE = 15
BEGIN = re.compile(r"(begin|end) (\w+)")


@dataclass(frozen=True)
class Moment:
    """When a phase began and how long it took in the undisturbed run, in seconds from the start."""

    phase: str
    began: float
    took: float


class Torture:
    """One ward, one undisturbed run, and what it is compared with."""

    def __init__(self, folder: Path, residents: int, months: int, seed: int) -> None:
        self.folder = folder
        self.ward = folder / "ward"
        self.key = folder / "pseudonym.key"
        self.random = random.Random(seed)
        self.failures: list[str] = []
        self.key.write_text("5a" * 32, encoding="ascii")
        size = ("--residents", str(residents), "--months", str(months), "--seed", str(seed))
        subprocess.run([*_kasane("generate"), *size, "--out", str(self.ward)], check=True, stdout=subprocess.DEVNULL)
        self.moments: list[Moment] = []
        self.duration = 0.0
        self.wanted = self._undisturbed()
        self.early = self._early_extracts()
        self.wanted_twice = self._undisturbed_twice()

    def start(self, data: Path, extracts: Path | None = None) -> subprocess.Popen[str]:
        """A plain `kasane run` in a process group of its own."""
        extracts = extracts or self.ward / "extracts"
        return subprocess.Popen(
            [*_kasane("run"), "--extracts", str(extracts), "--data", str(data)],
            env={**os.environ, "KASANE_KEY_FILE": str(self.key)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _undisturbed(self) -> str:
        data = self.folder / "undisturbed"
        started = time.monotonic()
        process = self.start(data)
        open_phases: dict[str, float] = {}
        for kind, phase, at in _marks(process, started):
            if kind == "begin":
                open_phases.setdefault(phase, at)
            elif phase in open_phases:
                self.moments.append(Moment(phase, open_phases[phase], at - open_phases.pop(phase)))
        if process.wait() != 0:
            sys.exit("the undisturbed run failed")
        self.duration = time.monotonic() - started
        return hash_of(data)

    def _undisturbed_twice(self) -> str:
        """The same at the end, after a release of the first month's files."""
        data = self.folder / "undisturbed_twice"
        for extracts in (self.early, self.ward / "extracts"):
            if _finish(self.start(data, extracts)):
                sys.exit("the undisturbed run of two releases failed")
        return hash_of(data)

    def compare(self, name: str, data: Path, wanted: str | None = None) -> None:
        """Note a failure where ``data`` holds another warehouse than the undisturbed run made."""
        got, wanted = hash_of(data), wanted or self.wanted
        print(f"{name}: {got} {'same' if got == wanted else 'DIFFERENT'}", flush=True)
        if got != wanted:
            self.failures.append(name)

    def kill_at(self, number: int, moment: float, phase: str | None) -> str:
        """Kill the group ``moment`` seconds after the start or after ``phase`` began; then a plain re-run."""
        data = self.folder / "killed"
        shutil.rmtree(data, ignore_errors=True)
        process = self.start(data)
        hit = _wait_and_kill(process, moment, phase)
        if self.start(data).wait() != 0:
            self.failures.append(f"kill {number}: the re-run failed")
        self.compare(f"kill {number} in {hit} at {moment:.2f} s", data)
        return hit

    def kills(self, count: int, least: int) -> None:
        """``count`` kills spread evenly over the run by chance, then more until each phase had ``least``."""
        seen: Counter[str] = Counter()
        for number in range(count):
            seen[self.kill_at(number, self.random.uniform(0, self.duration), None)] += 1
        for phase in PHASES:
            spans = [moment.took for moment in self.moments if moment.phase == phase]
            while seen[phase] < least and spans:
                number = sum(seen.values())
                seen[self.kill_at(number, self.random.uniform(0, max(spans)), phase)] += 1
        print("kills by phase:", dict(seen), flush=True)

    def two_together(self) -> None:
        """Two runs started at once: one waits for the other, both end well."""
        data = self.folder / "together"
        first, second = self.start(data), self.start(data)
        codes = (_finish(first), _finish(second))
        if any(codes):
            self.failures.append(f"two runs together ended with {codes}")
        self.compare("two runs together", data)

    def orders(self, count: int) -> None:
        """Files delivered one after the other in random orders, taken in between, built once; at last built twice."""
        every = self._files()
        for number in range(count):
            self._in_order([every], f"order {number}", self.wanted)
        first = {path.relative_to(self.early) for path in self.early.rglob("*")}
        early = [file for file in every if file in first]
        self._in_order([early, [file for file in every if file not in first]], "two releases", self.wanted_twice)

    def _files(self) -> list[Path]:
        extracts = self.ward / "extracts"
        return sorted(path.relative_to(extracts) for path in extracts.rglob("*") if path.is_file())

    def _in_order(self, releases: list[list[Path]], name: str, wanted: str) -> None:
        """Deliver the files of each release in two lots by chance, take each lot in, and build."""
        source, data = self.folder / "order" / "extracts", self.folder / "order" / "data"
        shutil.rmtree(self.folder / "order", ignore_errors=True)
        for files in releases:
            self.random.shuffle(files)
            cut = self.random.randrange(1, len(files))
            for lot in (files[:cut], files[cut:]):
                for file in lot:
                    (source / file).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(self.ward / "extracts" / file, source / file)
                self._ingest(source, data)
            if _finish(self.start(data, source)):
                self.failures.append(f"{name}: the run failed")
        self.compare(name, data, wanted)

    def _ingest(self, source: Path, data: Path) -> None:
        command = [*_kasane("ingest"), "--extracts", str(source), "--data", str(data)]
        environment = {**os.environ, "KASANE_KEY_FILE": str(self.key)}
        subprocess.run(command, env=environment, check=True, capture_output=True)

    def full_disk(self) -> None:
        """A disk that fills up while new months come in: the old release stays readable and whole."""
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", str(disk)], capture_output=True)
        if mounted.returncode != 0:
            print("full disk: left out, no right to mount a small one here", flush=True)
            return
        try:
            self._fill(disk)
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=False)

    def _fill(self, disk: Path) -> None:
        data = disk / "data"
        if _finish(self.start(data, self.early)):
            self.failures.append("full disk: the first run failed")
        before = hash_of(data)
        filler = disk / "filler"
        free = shutil.disk_usage(disk).free
        filler.write_bytes(b"\0" * max(0, free - 256 * 1024))
        process = self.start(data)
        _, text = process.communicate()
        told = "disk is full" in text or "No space left" in text
        print(f"full disk: exit {process.returncode}, {'told' if told else 'NOT TOLD'}", flush=True)
        if process.returncode == 0 or "Traceback" in text or not told:
            self.failures.append("full disk: not told plainly: " + text[-400:])
        if hash_of(data) != before:
            self.failures.append("full disk: the old release is not what it was")
        filler.unlink()
        if _finish(self.start(data)):
            self.failures.append("full disk: the run with space again failed")
        self.compare("full disk, space again", data, self.wanted_twice)

    def _early_extracts(self) -> Path:
        """The ward's extracts of its first month: who comes later is nobody's yet, so that ids will retire."""
        early = self.folder / "early"
        shutil.copytree(self.ward / "extracts", early)
        months = sorted({found[0] for file in early.rglob("JUMIN*") if (found := re.findall(r"\d{8}", file.name))})
        for file in [file for month in months[1:] for file in early.rglob(f"*{month}*")]:
            file.unlink()
        return early


def _kasane(command: str) -> list[str]:
    return [sys.executable, "-m", "kasane.cli", command]


def _finish(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def _marks(process: subprocess.Popen[str], started: float) -> Iterator[tuple[str, str, float]]:
    assert process.stderr is not None
    for line in process.stderr:
        if found := BEGIN.search(line):
            yield found[1], found[2], time.monotonic() - started


def _wait_and_kill(process: subprocess.Popen[str], moment: float, phase: str | None) -> str:
    """The phase that the kill fell into."""
    log: list[str] = []
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    deadline = None if phase else time.monotonic() + moment
    while process.poll() is None and (deadline is None or time.monotonic() < deadline):
        log += process.stderr.readlines()
        if deadline is None and any(f"begin {phase}" in line for line in log):
            deadline = time.monotonic() + moment
        time.sleep(0.002)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    log += process.stderr.readlines()
    current = "start"
    for line in log:
        if found := BEGIN.search(line):
            current = found[2] if found[1] == "begin" else "between"
    return current


def hash_of(data: Path) -> str:
    """One hash over the hashes of all tables of the release in force."""
    hashes = table_hashes(DataPaths(data).current.resolve())
    return hashlib.sha256(repr(sorted(hashes.items())).encode()).hexdigest()[:16]


def main() -> int:
    """Run the torture; 0 when every warehouse came out the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--least", type=int, default=None, help="kills inside each phase at least")
    parser.add_argument("--orders", type=int, default=20)
    parser.add_argument("--residents", type=int, default=300)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    least = options.least if options.least is not None else min(KILLS_A_PHASE, max(1, options.kills // 4))
    with tempfile.TemporaryDirectory(prefix="kasane-torture-") as folder:
        torture = Torture(Path(folder), options.residents, options.months, seed)
        print(f"undisturbed: {torture.wanted} in {torture.duration:.1f} s", flush=True)
        torture.kills(options.kills, least)
        torture.two_together()
        torture.orders(options.orders)
        torture.full_disk()
    for failure in torture.failures:
        print("FAILED", failure)
    print(f"{'FAILED' if torture.failures else 'passed'}, seed {seed}")
    return 1 if torture.failures else 0


if __name__ == "__main__":
    sys.exit(main())
