"""Seeds read by Python: code lists, fixes of raw values, thresholds, forbidden headings, reasons."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kasane.errors import ContractError, Problem

FIX_PREFIX = "map_"


@dataclass(frozen=True)
class Threshold:
    """One threshold of seeds/policy/threshold.csv; ``value`` in ``unit``, with the reason it is so."""

    threshold_id: str
    value: float
    unit: str
    reason: str

    @property
    def whole(self) -> int:
        """The value as a whole number (days, years, people, bytes)."""
        return int(self.value)


@dataclass(frozen=True)
class CodeText:
    """How people read a code: Japanese label, English description and, for reasons, what to do."""

    label: str
    description: str
    remedy: str = ""


@dataclass(frozen=True)
class PolicyRow:
    """One row of a seed of policy with the file and line that it stands in."""

    file: str
    line: int
    values: dict[str, str]


_WORDS = ("reason", "role", "method", "comparison", "level")


def load_code_lists(seed_dirs: Sequence[Path]) -> dict[str, frozenset[str]]:
    """Every code list by its name; a list in a later folder replaces the whole list of an earlier one."""
    lists = {name: _rows(path, ("code", "label", "description")) for name, path in _code_files(seed_dirs).items()}
    _raise_if([problem for name, rows in lists.items() for problem in _repeats(name, rows, "code")])
    return {name: frozenset(row["code"] for row in rows) for name, rows in lists.items()}


def load_ordered_codes(seed_dirs: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    """The codes of every list in the order of its seed, for people to read."""
    files = _code_files(seed_dirs)
    return {name: tuple(row["code"] for row in _rows(path, ("code",))) for name, path in files.items()}


def load_code_texts(seed_dirs: Sequence[Path], name: str) -> dict[str, CodeText]:
    """The texts of one list, e.g. ``reason_code``, in the order of the seed."""
    path = _code_files(seed_dirs).get(name)
    if path is None:
        raise ContractError(Problem(f"code list `{name}` is missing", f"add seeds/codes/{name}.csv"))
    rows = _rows(path, ("code", "label", "description"))
    return {row["code"]: CodeText(row["label"], row["description"], row.get("remedy", "")) for row in rows}


def load_fixes(seed_dirs: Sequence[Path]) -> dict[str, dict[str, str]]:
    """Every fix table ``map_<feed>__<field>`` by its name: raw value → code."""
    files = {p.stem: p for folder in seed_dirs for p in sorted((folder / "codes").glob(f"{FIX_PREFIX}*.csv"))}
    tables = {name: _rows(path, ("raw", "code", "reason")) for name, path in files.items()}
    _raise_if([problem for name, rows in tables.items() for problem in _repeats(name, rows, "raw")])
    return {name: {row["raw"]: row["code"] for row in rows} for name, rows in tables.items()}


def load_thresholds(seed_dirs: Sequence[Path]) -> dict[str, Threshold]:
    """All thresholds by their id; a row in a later folder replaces the row of the same id."""
    thresholds: dict[str, Threshold] = {}
    problems: list[Problem] = []
    for path in _policy_files(seed_dirs, "threshold.csv"):
        for line, row in enumerate(_rows(path, ("threshold_id", "value", "unit", "reason")), start=2):
            try:
                value = float(row["value"])
            except ValueError:
                problems.append(Problem(f"`{row['value']}` is no number", "give a number", path.name, line))
                continue
            thresholds[row["threshold_id"]] = Threshold(row["threshold_id"], value, row["unit"], row["reason"])
    _raise_if(problems)
    return thresholds


def write_merged_thresholds(seed_dirs: Sequence[Path], target: Path) -> None:
    """Write the rows that ``load_thresholds`` reads as one seed, so that SQL and Python go by the same thresholds."""
    rows = {
        row["threshold_id"]: row
        for path in _policy_files(seed_dirs, "threshold.csv")
        for row in _rows(path, ("threshold_id", "value", "unit", "reason"))
    }
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, next(iter(rows.values())), restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows.values())


def load_link_words(seed_dirs: Sequence[Path]) -> dict[str, str]:
    """How people read a reason, a role, a method, a comparison or a level of linkage, by its code (link_term.csv)."""
    words: dict[str, str] = {}
    for path in _policy_files(seed_dirs, "link_term.csv"):
        words |= {row["code"]: row["label"] for row in _rows(path, ("kind", "code", "label")) if row["kind"] in _WORDS}
    return words


def load_forbidden_headings(seed_dirs: Sequence[Path]) -> frozenset[str]:
    """Headings that make a file be refused whole; an overlay can add to them, never take one away."""
    files = _policy_files(seed_dirs, "forbidden_heading.csv")
    return frozenset(row["heading"] for path in files for row in _rows(path, ("heading", "reason")))


def load_policy_rows(seed_dirs: Sequence[Path], name: str, key: str, needed: tuple[str, ...]) -> list[PolicyRow]:
    """The rows of ``seeds/policy/<name>.csv``; one in a later folder replaces that of the same ``key``."""
    rows: dict[str, PolicyRow] = {}
    for path in _policy_files(seed_dirs, f"{name}.csv"):
        told = _rows(path, (key, *needed))
        _raise_if(_repeats(name, told, key))
        rows |= {row[key]: PolicyRow(str(path), line, row) for line, row in enumerate(told, start=2)}
    return list(rows.values())


def load_policy_table(seed_dirs: Sequence[Path], name: str, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a policy seed, every value text; the file of a later folder replaces that of an earlier one."""
    files = _policy_files(seed_dirs, name)
    if not files:
        raise ContractError(Problem(f"the seed {name} is missing", f"add seeds/policy/{name}"))
    return _rows(files[-1], needed)


def _code_files(seed_dirs: Sequence[Path]) -> dict[str, Path]:
    files = (path for folder in seed_dirs for path in sorted((folder / "codes").glob("*.csv")))
    return {path.stem: path for path in files if not path.stem.startswith(FIX_PREFIX)}


def _policy_files(seed_dirs: Sequence[Path], name: str) -> list[Path]:
    return [path for folder in seed_dirs if (path := folder / "policy" / name).is_file()]


def _rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a seed; every value is text, so leading zeros stay."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [column for column in needed if column not in (reader.fieldnames or ())]
            if missing:
                what = f"column(s) {', '.join(missing)} missing"
                raise ContractError(Problem(what, f"the heading must hold {','.join(needed)}", str(path), 1))
            rows = list(reader)
    except UnicodeDecodeError:
        remedy = "save it as UTF-8 (Excel: CSV UTF-8（コンマ区切り）)"
        raise ContractError(Problem("this is no UTF-8 text", remedy, str(path))) from None
    _raise_if(
        [
            Problem("wrong number of values", "one value for each heading", str(path), line)
            for line, row in enumerate(rows, start=2)
            if None in row or None in row.values()
        ]
    )
    return rows


def _repeats(name: str, rows: list[dict[str, str]], column: str) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for line, row in enumerate(rows, start=2):
        if row[column] in seen:
            problems.append(Problem(f"`{row[column]}` occurs twice", "remove one", f"{name}.csv", line))
        seen.add(row[column])
    return problems


def _raise_if(problems: list[Problem]) -> None:
    if problems:
        raise ContractError(problems)
