"""YAML with the line of each value, so that an error can name it; a key that stands twice is an error."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from kasane.errors import ContractError, Problem

Way = tuple[str, ...]
Lines = Mapping[Way, int]
_NAMED_BY = ("name", "table", "role")
_TRUTH, _TEXT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:str"


class UniqueKeys(yaml.CSafeLoader):
    """YAML in which a key that stands twice in a mapping is an error, not a silent loss.

    A key is always text: to plain YAML the keys `yes` and `no` of a flag would be true and false.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key_node.tag = _TEXT if key_node.tag == _TRUTH else key_node.tag
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(problem=f"key `{key_node.value}` twice", problem_mark=key_node.start_mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def load_yaml(path: Path) -> Any:
    """What a file says; raises ContractError with the line where it is no YAML, and where it can't be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeys)
    except (OSError, UnicodeDecodeError) as error:
        what = f"the file can't be read as UTF-8 text ({type(error).__name__})"
        raise ContractError(Problem(what, "check its rights, and save it as UTF-8", str(path))) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = f"no valid YAML: {getattr(error, 'problem', None) or 'it holds a character that YAML forbids'}"
        raise ContractError(Problem(what, "mend the file", str(path), mark.line + 1 if mark else None)) from None


def lines_of(path: Path) -> Lines:
    """The line (from 1) of every value; that of a key where the value has one."""
    found: dict[Way, int] = {}
    _note(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), (), found)
    return found


def line_of(lines: Lines, way: Sequence[object]) -> int | None:
    """The line of a place or, where it is not there, of the nearest thing above it that is; None at the very top."""
    steps = tuple(map(str, way))
    while steps and steps not in lines:
        steps = steps[:-1]
    return lines[steps] if steps else None


def named_way(content: Any, way: Sequence[str | int]) -> Way:
    """The way to a place with the names of list items in place of their numbers: ``("fields", "sex", "type")``."""
    named: list[str] = []
    for step in way:
        content = _below(content, step)
        named.append(_name(content) if isinstance(step, int) and _name(content) else str(step))
    return tuple(named)


def _below(content: Any, step: str | int) -> Any:
    try:
        return content[step]
    except (LookupError, TypeError):
        return None


def _name(item: Any) -> str:
    """How one item of a list is told from the others: a field by its name, a table by its own."""
    return next((str(item[key]) for key in _NAMED_BY if item.get(key)), "") if isinstance(item, dict) else ""


def _note(node: yaml.Node | None, way: Way, found: dict[Way, int]) -> None:
    if node is None:
        return
    found.setdefault(way, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found[*way, str(key.value)] = key.start_mark.line + 1
            _note(value, (*way, str(key.value)), found)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            scalars = (
                {key.value: part.value for key, part in value.value} if isinstance(value, yaml.MappingNode) else {}
            )
            _note(value, (*way, _name(scalars) or str(index)), found)
