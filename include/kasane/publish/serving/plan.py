"""expectations/serving.yml: which schemas PostgreSQL holds, which roles read them, what is indexed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from kasane.contracts.model import Label, Name
from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT

SERVING_FILE = PROJECT_ROOT / "expectations" / "serving.yml"


class ServingPlan(BaseModel):
    """Schemas with what they are, roles with the schemas they read, and the columns that tables are looked up by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schemas: dict[Name, Label]
    roles: dict[Name, tuple[Name, ...]]
    indexes: tuple[tuple[Name, ...], ...]

    def indexes_of(self, columns: Sequence[str]) -> list[tuple[str, ...]]:
        """The indexes of a table with these columns; none that a longer one already serves."""
        made: list[tuple[str, ...]] = []
        for index in self.indexes:
            if set(index) <= set(columns) and not any(each[: len(index)] == index for each in made):
                made.append(index)
        return made


def load_plan(file: Path = SERVING_FILE) -> ServingPlan:
    """The plan; raises ContractError with everything that is wrong in it."""
    try:
        return ServingPlan.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ContractError(Problem(f"no valid YAML: {error}", "mend the file", str(file))) from None
    except ValidationError as error:
        found = [(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        raise ContractError([Problem(f"{at}: {what}", "mend the file", str(file)) for at, what in found]) from None
