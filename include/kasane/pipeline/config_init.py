"""``kasane init``: the first configuration of a municipality; nothing that is there is ever overwritten."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template
from typing import Any

import yaml

from kasane.contracts import by_feed, load_contracts
from kasane.contracts.codes import Threshold, load_thresholds
from kasane.contracts.marked_yaml import load_yaml
from kasane.contracts.municipality import FILE, REGISTER_FEED, Municipality, municipality_problems
from kasane.errors import ContractError, KasaneError, Problem
from kasane.pipeline.config_check import README, THRESHOLDS, configuration_problems
from kasane.settings import Settings

_STARTER = Path(__file__).parent / "starter"
# Seeds that a municipality fills: their heading stands ready.
_EMPTY_SEEDS = ("protection_lifted.csv", "disclosure_neighbour.csv")
_OF_A_FEED = ("owner", "schedule", "delivery", "layout", "fields", "batch", "tables")
_OF_A_FIELD = ("name", "source", "position", "from", "bytes", "codes", "yes", "no")
_OVERLAY_HEAD = """\
# {title}（{feed}）: 違うところだけを書く。書かないところは expectations/contracts/{feed}.yml のまま。
# 項目（fields）は name、表（tables）は table で重ねる。既定にあるものを無くすには null と書く。
# 下の # の行は今の既定。違う行だけ # を取って直す（字下げも揃える）。
feed: {feed}
"""


@dataclass(frozen=True)
class Wanted:
    """What a new configuration shall say; ``thresholds`` by their id, values as text."""

    code: str
    name: str
    feeds_off: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    thresholds: Mapping[str, str] = field(default_factory=dict)
    at_rest: str = "plain"


def init_configuration(folder: Path, wanted: Wanted, defaults: Settings) -> Sequence[Path]:
    """Write a checked configuration into ``folder`` and return its files.

    ``defaults``: settings without a configuration. Raises KasaneError with every problem, and writes nothing: for a
    code, name, feed or threshold that can't be, and for files that are there already.
    """
    problems = [*_in_the_way(folder, wanted), *_wrong(wanted, defaults)]
    if problems:
        raise KasaneError(problems)
    files = _files(wanted, defaults)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kasane-init-", dir=folder.parent) as made:
        draft = Path(made)
        for name, content in files.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_text(content, encoding="utf-8", newline="")
        _check(draft, folder, defaults)
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(draft / name, folder / name)
    return [folder / name for name in files]


def feed_titles(defaults: Settings) -> dict[str, str]:
    """The feeds that can be switched off, by code with their Japanese names."""
    feeds = by_feed(load_contracts(defaults.contract_dirs))
    return {feed: tables[0].title for feed, tables in feeds.items() if feed != REGISTER_FEED}


def wanted_problems(wanted: Wanted, defaults: Settings) -> dict[str, str]:
    """By part (``code``, ``name``, ``feeds_off``) what is wrong with it, for those who are asked part by part."""
    found = Municipality(code=wanted.code, name=wanted.name, feeds_off=list(wanted.feeds_off))
    feeds = by_feed(load_contracts(defaults.contract_dirs))
    return {str(place[0]): f"{what} → {remedy}" for place, what, remedy in municipality_problems(found, feeds)}


def _in_the_way(folder: Path, wanted: Wanted) -> Iterator[Problem]:
    if folder.exists() and not folder.is_dir():
        yield Problem("this is a file", "name a new folder", str(folder))
        return
    for name in _names(wanted):
        if (folder / name).exists():
            yield Problem("this file is there already", "name another folder; init overwrites nothing",
                          str(folder / name))  # fmt: skip


def _wrong(wanted: Wanted, defaults: Settings) -> Iterator[Problem]:
    found = Municipality(code=wanted.code, name=wanted.name, feeds_off=list(wanted.feeds_off))
    feeds = by_feed(load_contracts(defaults.contract_dirs))
    for place, what, remedy in municipality_problems(found, feeds):
        yield Problem(f"--{str(place[0]).replace('_', '-')}: {what}", remedy)
    if wanted.at_rest not in ("plain", "encrypted"):
        yield Problem(f"--at-rest: `{wanted.at_rest}`", "write plain or encrypted")
    for feed in wanted.changed:
        if feed not in feeds:
            yield Problem(f"--change: there is no feed `{feed}`", f"feeds are {', '.join(feeds)}")
        elif feed in wanted.feeds_off:
            yield Problem(f"--change: `{feed}` is switched off as well", "do one or the other")
    known = load_thresholds(defaults.seed_dirs)
    for name, value in wanted.thresholds.items():
        if name not in known:
            yield Problem(f"--threshold: there is no threshold `{name}`",
                          "dbt_project/seeds/policy/threshold.csv lists them")  # fmt: skip
        elif not _is_number(value):
            yield Problem(f"--threshold: `{value}` is no number", f"write {name}=80 ({known[name].unit})")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check(draft: Path, folder: Path, defaults: Settings) -> None:
    """What only the whole tells, as a threshold of disclosure control that is weaker than the default."""
    problems = configuration_problems(replace(defaults, config_dir=draft))
    if problems:
        raise ContractError(
            [replace(each, file=(each.file or "").replace(str(draft), str(folder)) or None) for each in problems]
        )


def _names(wanted: Wanted) -> list[str]:
    seeds = [f"seeds/policy/{name}" for name in (THRESHOLDS, *_EMPTY_SEEDS)]
    return [FILE, README, *seeds, *(f"contracts/{feed}.yml" for feed in dict.fromkeys(wanted.changed))]


def _files(wanted: Wanted, defaults: Settings) -> dict[str, str]:
    files = {
        FILE: _municipality(wanted, defaults),
        README: (_STARTER / README).read_text(encoding="utf-8"),
        f"seeds/policy/{THRESHOLDS}": _thresholds(wanted, load_thresholds(defaults.seed_dirs)),
    }
    for name in _EMPTY_SEEDS:
        heading = (defaults.seed_dirs[0] / "policy" / name).read_text(encoding="utf-8").splitlines()[0]
        files[f"seeds/policy/{name}"] = heading + "\n"
    for feed in dict.fromkeys(wanted.changed):
        files[f"contracts/{feed}.yml"] = _overlay(feed, load_yaml(defaults.contract_dirs[0] / f"{feed}.yml"))
    return files


def _municipality(wanted: Wanted, defaults: Settings) -> str:
    template = Template((_STARTER / f"{FILE}.txt").read_text(encoding="utf-8"))
    return template.substitute(
        code=_quoted(wanted.code),
        name=_quoted(wanted.name),
        feeds="\n".join(f"#   {feed} {title}" for feed, title in feed_titles(defaults).items()),
        feeds_off=f"[{', '.join(wanted.feeds_off)}]",
        at_rest=wanted.at_rest,
    )


def _quoted(text: str) -> str:
    """As YAML in double quotes, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _thresholds(wanted: Wanted, known: Mapping[str, Threshold]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("threshold_id", "value", "unit", "reason", "source"))
    for name, value in wanted.thresholds.items():
        writer.writerow((name, value, known[name].unit, "この自治体の設定（理由をここに書く）", "kasane init"))
    return text.getvalue()


def _overlay(feed: str, contract: Mapping[str, Any]) -> str:
    """An overlay that changes nothing yet, with today's values as comments."""
    shown = {key: _shown(key, contract[key]) for key in _OF_A_FEED if key in contract}
    lines = yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=1000).splitlines()
    return _OVERLAY_HEAD.format(title=contract["title"], feed=feed) + "".join(f"# {line}\n" for line in lines)


def _shown(key: str, value: Any) -> Any:
    if key == "fields":
        return [{name: field[name] for name in _OF_A_FIELD if name in field} for field in value]
    if key == "tables":
        return [
            {"table": table["table"]} | {name: _shown(name, table[name]) for name in _OF_A_FEED if name in table}
            for table in value
        ]
    return value
