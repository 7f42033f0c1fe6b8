"""``municipality.yml`` of a configuration: who the municipality is, and which feeds it does not use (docs/adr/0059)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from kasane.contracts.load import load_contracts
from kasane.contracts.marked_yaml import line_of, lines_of, load_yaml
from kasane.contracts.model import Contract
from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT, Settings

FILE = "municipality.yml"
# Without the register there is no resident, no household and no month.
REGISTER_FEED = "jumin"
# No prefecture has the number 99: no municipality can ever have this code.
INVENTED = "999999"
_PREFECTURES = 47
_LONGEST_NAME = 60
_REMEDIES = {
    "code": 'write the 6 digits in quotes: code: "131237"',
    "feeds_off": "write the feeds in brackets: feeds_off: [sanka, kenshu]",
    "at_rest": "write plain or encrypted",
}


class Municipality(BaseModel):
    """Code (6 digits, 全国地方公共団体コード), name as reports show it, and how this municipality uses Kasane.

    ``at_rest``: whether DuckDB files with names are encrypted. ``feeds_off``: feeds that it does not have.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    code: str
    name: str
    at_rest: Literal["plain", "encrypted"] = "plain"
    feeds_off: list[str] = []


def load_municipality(settings: Settings) -> Municipality:
    """The municipality of the configuration, else the invented ward; raises ContractError with every problem.

    Each problem names the file and the line.
    """
    path = municipality_file(settings)
    content = load_yaml(path)
    lines = lines_of(path)
    try:
        found = Municipality.model_validate(content)
    except ValidationError as error:
        raise ContractError(
            [
                Problem(
                    f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}",
                    _REMEDIES.get(str(each["loc"][0]) if each["loc"] else "", "docs/operators_guide.md shows the form"),
                    str(path),
                    line_of(lines, each["loc"]),
                )
                for each in error.errors()
            ]
        ) from None
    # A contract's file has the feed's name; what is wrong in one is told when it is loaded.
    feeds = {file.stem for folder in settings.contract_dirs for file in folder.glob("*.yml")}
    problems = [
        Problem(f"{place[0]}: {what}", remedy, str(path), line_of(lines, place))
        for place, what, remedy in municipality_problems(found, feeds)
    ]
    if problems:
        raise ContractError(problems)
    return found


def municipality_file(settings: Settings) -> Path:
    """The file that counts: the configuration's own or, where it has none, that of the invented ward."""
    own = settings.config_dir / FILE if settings.config_dir else None
    return own if own and own.exists() else PROJECT_ROOT / "expectations" / FILE


def municipality_problems(
    found: Municipality, feeds: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Where, what and remedy of everything that is wrong in it; ``feeds`` are those that there are contracts for."""
    if problem := code_problem(found.code):
        yield ("code",), *problem
    if problem := name_problem(found.name):
        yield ("name",), *problem
    for index, feed in enumerate(found.feeds_off):
        if problem := _feed_problem(feed, found.feeds_off[:index], feeds):
            yield ("feeds_off", index), *problem


def code_problem(code: str) -> tuple[str, str] | None:
    """What is wrong with a 全国地方公共団体コード, and what to do: a prefecture's 2 digits, 3 digits, a check digit.

    The check digit (JIS X 0401, X 0402 with 総務省's sixth digit): the five digits times 6, 5, 4, 3, 2, added up;
    11 less the remainder by 11, of which the last digit counts.
    """
    if code == INVENTED:
        return None
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return f"`{code}` is no municipality's code", "write the 6 digits of 全国地方公共団体コード in quotes"
    if not 1 <= int(code[:2]) <= _PREFECTURES:
        return f"no prefecture has the number {code[:2]}", "the code begins with 01 to 47; 999999 is the invented ward"
    weighed = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code, strict=False))
    right = (11 - weighed % 11) % 10
    if int(code[5]) != right:
        return f"the check digit of {code} is wrong", f"if {code[:5]} is right, the code is {code[:5]}{right}"
    return None


def name_problem(name: str) -> tuple[str, str] | None:
    """What is wrong with a municipality's name, and what to do."""
    if not name.strip():
        return "the name is blank", "write the name as reports shall show it, e.g. 江戸川区"
    if any(unicodedata.category(letter).startswith(("C", "Zl", "Zp")) for letter in name):
        return "the name holds a control character or a line break", "write it in one line"
    if len(name) > _LONGEST_NAME:
        return f"the name has {len(name)} characters", f"write at most {_LONGEST_NAME}: it heads every page"
    return None


def unused_feeds(settings: Settings) -> frozenset[str]:
    """The feeds that the municipality does not use."""
    return frozenset(load_municipality(settings).feeds_off)


def unused_titles(settings: Settings) -> list[str]:
    """The Japanese names of the feeds that the municipality does not use, in the order of their codes."""
    unused = unused_feeds(settings)
    titles = {contract.feed: contract.title for contract in load_contracts(settings.contract_dirs).values()}
    return [title for feed, title in titles.items() if feed in unused]


def contracts_in_use(settings: Settings) -> dict[str, Contract]:
    """The contracts by table, without those of feeds that the municipality does not use."""
    unused = unused_feeds(settings)
    return {
        table: contract
        for table, contract in load_contracts(settings.contract_dirs).items()
        if contract.feed not in unused
    }


def _feed_problem(feed: str, before: Collection[str], feeds: Collection[str]) -> tuple[str, str] | None:
    if feed == REGISTER_FEED:
        return "jumin can't be switched off", "take it out: without the register there is nobody to count"
    if feed not in feeds:
        return f"there is no feed `{feed}`", f"feeds are {', '.join(sorted(feeds))}"
    if feed in before:
        return f"`{feed}` stands twice", "take one out"
    return None
