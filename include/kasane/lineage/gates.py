"""expectations/gates.yml: where restricted content may turn into something that other zones may hold, and why."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kasane.contracts.model import Secrecy
from kasane.errors import ContractError, Problem
from kasane.lineage.flows import Column, Route
from kasane.settings import PROJECT_ROOT

GATES_FILE = PROJECT_ROOT / "expectations" / "gates.yml"
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Proved = Literal["hash", "count", "flag", "rank", "year", "lookup"]
Judged = Literal["band", "kept", "masked", "apart", "amount"]
_PROVED: frozenset[str] = frozenset(("hash", "count", "flag", "rank", "year", "lookup"))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """Whatever passes through an expression of this kind loses these classes, in every model."""

    kind: Proved
    classes: tuple[Secrecy, ...] = Field(min_length=1)
    reason: Text

    def stops(self, secrecy: str, route: Route) -> bool:
        """Whether a value of this class ends here on this route."""
        return secrecy in self.classes and self.kind in route


class Gate(_Strict):
    """At these columns of one model the values of the columns ``of`` end.

    ``columns``: names, and ``*`` for which rows there are. ``of``: contract columns (``lake.jumin.birth_date_*``, where
    ``*`` stands for any characters). The kinds hash, count, flag, rank, year and lookup are proved of the SQL; band (a
    class of values), kept (the value itself, by decision), masked (blank for those it would harm), apart (what it adds
    stands in a column of its own) and amount (a number reckoned from many) are judged by who reads the reason.
    """

    relation: Text
    columns: tuple[Text, ...] = Field(min_length=1)
    of: tuple[Text, ...] = Field(min_length=1)
    kind: Proved | Judged
    reason: Text

    @property
    def places(self) -> tuple[Column, ...]:
        """The columns of the gate, each with its relation."""
        return tuple((self.relation, name) for name in self.columns)

    def stops(self, origin: Column, route: Route) -> bool:
        """Whether a value of this origin ends here on this route."""
        is_named = any(fnmatchcase(".".join(origin), pattern) for pattern in self.of)
        return is_named and (self.kind not in _PROVED or self.kind in route)


class Gates(_Strict):
    """Which classes each zone may hold, and the gates by which others come to it as something else.

    ``zones`` has the zones by the names of kasane.publish.release.ZONES; a zone that is not named may hold all.
    """

    zones: dict[str, tuple[Secrecy, ...]]
    rules: tuple[Rule, ...] = Field(default=())
    gates: tuple[Gate, ...] = Field(default=())


def load_gates(file: Path = GATES_FILE) -> Gates:
    """The gates; raises ContractError with every violation of their form."""
    try:
        return Gates.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ContractError(Problem(f"no valid YAML: {error}", "mend the file", str(file))) from None
    except ValidationError as error:
        found = [(".".join(str(step) for step in item["loc"]), item["msg"]) for item in error.errors()]
        raise ContractError(
            [Problem(f"{where}: {what}", "see the gates beside it", str(file)) for where, what in found]
        ) from None
