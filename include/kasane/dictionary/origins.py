"""expectations/lineage.json: which fields the zones' columns come of, made by ``kasane lineage`` and committed.

To trace it, dbt compiles the whole project; what only reads it (the dictionary and its page) must not wait for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT

ORIGINS_FILE = PROJECT_ROOT / "expectations" / "lineage.json"
Fields = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True)
class Origins:
    """By relation: the tables of feeds that it reads; by relation and column: the fields of its values, and of a column
    that holds no delivered value, the fields that decide what it says.
    """

    tables: Mapping[str, tuple[str, ...]]
    columns: Fields
    decided: Fields

    def of_tables(self, relations: Iterable[str]) -> tuple[str, ...]:
        """The tables that any of the relations rests on."""
        return tuple(sorted({table for relation in relations for table in self.tables.get(relation, ())}))

    def of_column(self, relation: str, column: str) -> tuple[str, ...]:
        """The fields of the column's values; none where it counts, judges, or says what was decided beforehand."""
        return self.columns.get((relation, column), ())

    def deciding(self, relation: str, column: str) -> tuple[str, ...]:
        """The fields that decide what a count or flag says; none of a column that holds delivered values."""
        return self.decided.get((relation, column), ())


def render_origins(origins: Origins) -> str:
    """As JSON, a line a column, so that a change shows as what it is."""
    relations = [
        f' {json.dumps(relation)}: {{\n  "rests_on": {json.dumps(" ".join(tables))},\n'
        f'  "columns": {_block(relation, origins.columns)},\n  "decided_by": {_block(relation, origins.decided)}\n }}'
        for relation, tables in sorted(origins.tables.items())
    ]
    return "{\n" + ",\n".join(relations) + "\n}\n"


def _block(relation: str, told: Fields) -> str:
    lines = [
        f"   {json.dumps(column)}: {json.dumps(' '.join(fields))}"
        for (of, column), fields in sorted(told.items())
        if of == relation
    ]
    return "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"


def load_origins(file: Path = ORIGINS_FILE) -> Origins:
    """What the file says; raises ContractError where it is not there."""
    if not file.is_file():
        raise ContractError(Problem("the lineage is not there", "run `kasane lineage --update`", str(file)))
    content = json.loads(file.read_text(encoding="utf-8"))
    tables = {relation: tuple(each["rests_on"].split()) for relation, each in content.items()}
    return Origins(tables, _fields(content, "columns"), _fields(content, "decided_by"))


def _fields(content: Mapping[str, Any], part: str) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (relation, column): tuple(fields.split())
        for relation, each in content.items()
        for column, fields in each[part].items()
    }
