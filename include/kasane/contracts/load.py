"""Loading contracts: YAML files and a municipality's overlays into checked Contract models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kasane.contracts.codes import load_code_lists, load_fixes
from kasane.contracts.marked_yaml import line_of, lines_of, load_yaml, named_way
from kasane.contracts.model import Contract
from kasane.contracts.rules import broken_rules
from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT

_REMEDY = "mend the contract; expectations/contracts/jumin.yml shows the form"
_PLACES = ("position", "from", "bytes")
_MERGED_BY = {"fields": "name", "derive": "name", "tables": "table"}


def load_contracts(dirs: Sequence[Path], seed_dirs: Sequence[Path] | None = None) -> dict[str, Contract]:
    """All contracts by table of the lake, from every ``*.yml`` of ``dirs``, in the order of their names.

    A feed of one table has one contract under the feed's name. One whose YAML lists ``tables`` has a contract each,
    under ``<feed>_<table>``: what stands above ``tables`` holds for all of them.

    A file in a later folder with the feed of an earlier one is laid over it: mappings are merged, fields and
    derived columns by name, all else is replaced; where it gives a file headings, the places of columns fall away.
    The code lists are read from ``seed_dirs``; by default the
    repository's seeds and a folder ``seeds`` beside each of ``dirs``, which is what Settings.seed_dirs holds.

    Raises ContractError with every violation of every file at once.
    """
    seeds = tuple(seed_dirs if seed_dirs is not None else _seeds_beside(dirs))
    return dict(_load(tuple(dirs), seeds, _state(dirs, "*.yml") + _state(seeds, "codes/*.csv")))


def _state(folders: Sequence[Path], pattern: str) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file: while it stays the same, so does what is in them."""
    files = [(path, path.stat()) for folder in folders for path in sorted(folder.glob(pattern))]
    return tuple((str(path), found.st_mtime_ns, found.st_size) for path, found in files)


@lru_cache(maxsize=4)
def _load(dirs: tuple[Path, ...], seeds: tuple[Path, ...], _state: object) -> Mapping[str, Contract]:
    raw, origins, problems = _read_all(dirs)
    codes, fixes = load_code_lists(seeds), load_fixes(seeds)
    contracts = {}
    for feed, content in sorted(raw.items()):
        for table in _tables(content):
            contract, found = _check(table, origins[feed], codes, fixes)
            problems += found
            if contract is not None:
                contracts[contract.table] = contract
    if problems:
        raise ContractError(problems)
    return contracts


def by_feed(contracts: Mapping[str, Contract]) -> dict[str, tuple[Contract, ...]]:
    """The contracts of each feed: one, or one a table."""
    feeds: dict[str, tuple[Contract, ...]] = {}
    for contract in contracts.values():
        feeds[contract.feed] = (*feeds.get(contract.feed, ()), contract)
    return feeds


def _tables(content: dict[str, Any]) -> list[dict[str, Any]]:
    """One content a table: what the feed says for all, and what the table says for itself."""
    if "tables" not in content:
        return [{"table": content["feed"], **content}]
    common = {name: value for name, value in content.items() if name != "tables"}
    tables = content["tables"] if isinstance(content["tables"], list) else []
    return [
        {**common, **table, "table": f"{content['feed']}_{table.get('table')}"}
        for table in tables
        if isinstance(table, dict)
    ]


def _check(
    content: dict[str, Any],
    files: Sequence[Path],
    codes: Mapping[str, frozenset[str]],
    fixes: Mapping[str, Mapping[str, str]],
) -> tuple[Contract | None, list[Problem]]:
    """The contract, or every violation of it: of the model and of the rules between its parts."""
    problems = [
        _problem(what, what.partition(":")[0].split("."), content, files)
        for what in broken_rules(content, codes, fixes)
    ]
    try:
        contract = Contract.model_validate_json(json.dumps(content, ensure_ascii=False, default=str))
    except ValidationError as error:
        for item in error.errors():
            path = ".".join(str(step) for step in item["loc"])
            problems.append(_problem(f"{path}: {item['msg']}", item["loc"], content, files))
        return None, problems
    contract._codes_hash = _codes_hash(contract, codes, fixes)
    return contract, problems


def _problem(what: str, way: Sequence[str | int], content: dict[str, Any], files: Sequence[Path]) -> Problem:
    """A problem with its line in the overlay that brought it; one that no line tells alone names all files."""
    named = named_way(content, way)
    table = str(content.get("table", "")).removeprefix(f"{content.get('feed')}_")
    for file in reversed(files[1:] or files):
        lines = lines_of(file)
        line = line_of(lines, ("tables", table, *named)) if ("tables", table) in lines else None
        if line is not None or (line := line_of(lines, named)) is not None:
            return Problem(what, _REMEDY, str(file), line)
    return Problem(what, _REMEDY, " + ".join(map(str, files)))


def _codes_hash(contract: Contract, codes: Mapping[str, frozenset[str]], fixes: Mapping[str, Mapping[str, str]]) -> str:
    used = {
        field.name: [sorted(codes.get(field.codes, ())), sorted(fixes.get(field.fixes or "", {}).items())]
        for field in contract.fields
        if field.codes
    }
    return hashlib.sha256(json.dumps(used, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _seeds_beside(dirs: Sequence[Path]) -> list[Path]:
    beside = [folder.parent / "seeds" for folder in dirs]
    return [PROJECT_ROOT / "dbt_project" / "seeds", *(folder for folder in beside if folder.is_dir())]


def _read_all(dirs: Sequence[Path]) -> tuple[dict[str, dict[str, Any]], dict[str, list[Path]], list[Problem]]:
    raw: dict[str, dict[str, Any]] = {}
    origins: dict[str, list[Path]] = {}
    problems: list[Problem] = []
    for folder in dirs:
        for path in sorted(folder.glob("*.yml")):
            content = _read_one(path, problems)
            if content is None:
                continue
            feed = content["feed"]
            raw[feed] = _laid_over(raw[feed], content) if feed in raw else content
            origins.setdefault(feed, []).append(path)
    return raw, origins, problems


def _read_one(path: Path, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        content = load_yaml(path)
    except ContractError as error:
        problems += error.problems
        return None
    if not isinstance(content, dict) or content.get("feed") != path.stem:
        problems.append(Problem("`feed` must equal the file's name", f"write `feed: {path.stem}`", str(path)))
        return None
    return content


def _laid_over(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A contract with an overlay over it; columns that get a heading by it are told by that, and by no place."""
    layout = over.get("layout")
    has_names = isinstance(layout, dict) and (layout.get("heading") is True or layout.get("format") == "xlsx")
    merged: dict[str, Any] = _merged(_without_places(base) if has_names else base, over)
    return merged


def _without_places(content: Any) -> Any:
    if isinstance(content, list):
        return [_without_places(item) for item in content]
    if not isinstance(content, dict):
        return content
    lists = {name: _without_places(content[name]) for name in ("fields", "tables") if name in content}
    return {name: value for name, value in content.items() if name not in _PLACES} | lists


def _merged(base: Any, over: Any, key: str | None = None) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        merged = {name: _merged(base[name], over[name], name) if name in over else base[name] for name in base}
        return merged | {name: value for name, value in over.items() if name not in base}
    by = _MERGED_BY.get(key or "")
    if by and isinstance(base, list) and isinstance(over, list):
        return _merged_lists(base, over, by)
    return over


def _merged_lists(base: list[Any], over: list[Any], by: str) -> list[Any]:
    if not all(isinstance(item, dict) and by in item for item in [*base, *over]):
        return over
    changes = {item[by]: item for item in over}
    names = {item[by] for item in base}
    kept = [_merged(item, changes[item[by]]) if item[by] in changes else item for item in base]
    return kept + [item for item in over if item[by] not in names]
