"""``kasane config check``: everything that is wrong with a configuration, at once, each with its file and line."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kasane.contracts import load_contracts
from kasane.contracts.codes import load_fixes, load_policy_table, load_thresholds
from kasane.contracts.list_policy import load_list_bases, load_list_recipients
from kasane.contracts.municipality import FILE, load_municipality
from kasane.errors import ContractError, KasaneError, Problem
from kasane.pipeline.link_files import load_spec
from kasane.pipeline.link_persons import linkage_spec_file
from kasane.publish.disclosure.policy import load_policy
from kasane.settings import Settings

README = "README.md"
THRESHOLDS = "threshold.csv"
# What a municipality need not repeat: the merged thresholds take it as blank.
_OPTIONAL = {THRESHOLDS: frozenset({"source"})}


def check_configuration(settings: Settings) -> None:
    """Raise ContractError with everything that is wrong with the configuration; without one there is nothing to say."""
    problems = configuration_problems(settings)
    if problems:
        raise ContractError(problems)


def configuration_problems(settings: Settings) -> Sequence[Problem]:
    """Everything that is wrong: what nothing reads, what can't be read, and what breaks a rule."""
    if settings.config_dir is None:
        return ()
    found = [*_unread(settings.config_dir), *_seed_problems(settings)]
    seeds = settings.seed_dirs
    loads: tuple[Callable[[], Any], ...] = (
        lambda: load_contracts(settings.contract_dirs),
        lambda: load_municipality(settings),
        lambda: load_fixes(seeds),
        lambda: load_policy(seeds),
        lambda: load_list_bases(seeds),
        lambda: load_list_recipients(seeds),
        lambda: load_spec(linkage_spec_file(settings)),
    )
    for load in loads:
        found += _problems_of(load)
    # One mistake may keep several parts from being read.
    return list(dict.fromkeys(found))


def _problems_of(load: Callable[[], Any]) -> Sequence[Problem]:
    try:
        load()
    except KasaneError as error:
        return error.problems
    return ()


def _unread(folder: Path) -> Iterator[Problem]:
    """Files that nothing reads: a misspelt name would be passed over in silence."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts) and not _is_read(parts):
            remedy = f"{FILE}, contracts/<feed>.yml, seeds/codes/*.csv, seeds/policy/*.csv and linkage/ are read"
            yield Problem("nothing reads this file", f"{remedy}: mend its name or take it away", str(path))


def _is_read(parts: tuple[str, ...]) -> bool:
    match parts:
        case (name,):
            return name in (FILE, README)
        case ("contracts", name):
            return name.endswith(".yml")
        case ("seeds", "codes" | "policy", name):
            return name.endswith(".csv")
        case ("linkage", _):
            return True
    return False


def _seed_problems(settings: Settings) -> Iterator[Problem]:
    default, own = settings.seed_dirs[0], settings.seed_dirs[-1]
    for path in sorted(own.glob("*/*.csv")):
        origin = default / path.parent.name / path.name
        if not origin.is_file():
            if path.parent.name == "policy":
                yield Problem("there is no such seed", "docs/operators_guide.md lists them", str(path), 1)
            continue
        yield from _columns_missing(path, origin)
    if (own / "policy" / THRESHOLDS).is_file():
        yield from _threshold_problems(settings, own / "policy" / THRESHOLDS)


def _columns_missing(path: Path, origin: Path) -> Iterator[Problem]:
    """A seed takes the whole place of the repository's: SQL reads each of its columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            heading = next(csv.reader(stream), [])
    except UnicodeDecodeError:
        yield Problem("this is no UTF-8 text", "save it as UTF-8 (Excel: CSV UTF-8（コンマ区切り）)", str(path))
        return
    with origin.open(encoding="utf-8-sig", newline="") as stream:
        wanted = next(csv.reader(stream), [])
    needed = [column for column in wanted if column not in _OPTIONAL.get(path.name, ())]
    if lacking := [column for column in needed if column not in heading]:
        yield Problem(f"column(s) {', '.join(lacking)} missing", f"the heading is {','.join(wanted)}", str(path), 1)


def _threshold_problems(settings: Settings, path: Path) -> Iterator[Problem]:
    """Thresholds that there are not, in another unit, or that are no number."""
    if problems := _problems_of(lambda: load_thresholds(settings.seed_dirs)):
        yield from problems
        return
    known = load_thresholds(settings.seed_dirs[:1])
    seen: set[str] = set()
    rows = load_policy_table(settings.seed_dirs, THRESHOLDS, ("threshold_id", "value", "unit", "reason"))
    for line, row in enumerate(rows, start=2):
        name = row["threshold_id"]
        if name not in known:
            yield Problem(f"there is no threshold `{name}`", "dbt_project/seeds/policy/threshold.csv lists them",
                          str(path), line)  # fmt: skip
            continue
        if name in seen:
            yield Problem(f"`{name}` stands twice", "take one out", str(path), line)
        if row["unit"] != known[name].unit:
            yield Problem(f"`{name}` is in {known[name].unit}, not in {row['unit'] or '(blank)'}",
                          f"write {known[name].unit}", str(path), line)  # fmt: skip
        if not math.isfinite(float(row["value"])) or float(row["value"]) < 0:
            yield Problem(f"`{name}` is {row['value']}", "give a number from 0 on", str(path), line)
        if not row["reason"].strip():
            yield Problem(f"`{name}` has no reason", "say why it differs, and who decided so", str(path), line)
        seen.add(name)
