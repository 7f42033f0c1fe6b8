"""expectations/lineage.json: which fields the zones' columns come of, made by ``kasane lineage`` and committed.

To trace it, dbt compiles the whole project; what only reads it (the dictionary and its page) must not wait for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT

ORIGINS_FILE = PROJECT_ROOT / "expectations" / "lineage.json"


@dataclass(frozen=True)
class Origins:
    """By relation: the tables of feeds that decide what is in it; by relation and column: the fields of its values."""

    tables: Mapping[str, tuple[str, ...]]
    columns: Mapping[tuple[str, str], tuple[str, ...]]

    def of_tables(self, relations: Iterable[str]) -> tuple[str, ...]:
        """The tables that any of the relations rests on."""
        return tuple(sorted({table for relation in relations for table in self.tables.get(relation, ())}))

    def of_column(self, relation: str, column: str) -> tuple[str, ...]:
        """The fields of the column's values; none where it counts, judges, or says what was decided beforehand."""
        return self.columns.get((relation, column), ())


def render_origins(origins: Origins) -> str:
    """As JSON, a line a column, so that a change shows as what it is."""
    blocks = []
    for relation, tables in sorted(origins.tables.items()):
        columns = [
            f"   {json.dumps(column)}: {json.dumps(' '.join(fields))}"
            for (of, column), fields in sorted(origins.columns.items())
            if of == relation
        ]
        rests_on = json.dumps(" ".join(tables))
        inside = ",\n".join(columns)
        blocks.append(f' {json.dumps(relation)}: {{\n  "rests_on": {rests_on},\n  "columns": {{\n{inside}\n  }}\n }}')
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def load_origins(file: Path = ORIGINS_FILE) -> Origins:
    """What the file says; raises ContractError where it is not there."""
    if not file.is_file():
        raise ContractError(Problem("the lineage is not there", "run `kasane lineage --update`", str(file)))
    content = json.loads(file.read_text(encoding="utf-8"))
    return Origins(
        {relation: tuple(each["rests_on"].split()) for relation, each in content.items()},
        {
            (relation, column): tuple(fields.split())
            for relation, each in content.items()
            for column, fields in each["columns"].items()
        },
    )
