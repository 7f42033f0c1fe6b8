"""What a file ``expectations/suites/<mart>.yml`` may say, strictly; all violations are reported at once.

A check names a measure of a fixed kind and bounds. There is no SQL in a suite: names are quoted and values
escaped by ``measures``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from kasane.errors import ContractError, Problem
from kasane.quality.checks import Check, Severity

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
RelationName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Label = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AtLeast(_Strict):
    """A condition on a numeric column."""

    at_least: float


Conditions = dict[Name, str | int | bool | AtLeast]


class OneNumber(_Strict):
    """A number over the rows that fulfil ``where`` (all by default).

    ``row_count``; ``null_share`` of ``column``; ``share`` of rows whose ``column`` is ``value``; ``sum``,
    ``mean``, ``lowest``, ``highest`` of ``column`` (true counts 1).
    """

    kind: Literal["row_count", "null_share", "share", "sum", "mean", "lowest", "highest"]
    column: Name | None = None
    value: str | int | bool | None = None
    where: Conditions = {}

    @model_validator(mode="after")
    def _column_fits_kind(self) -> OneNumber:
        if (self.column is None) != (self.kind == "row_count"):
            raise ValueError("every kind but row_count needs `column`, and row_count takes none")
        if (self.value is None) != (self.kind != "share"):
            raise ValueError("`value` goes with kind share")
        return self


class Ratio(_Strict):
    """Sum of ``numerator`` by sum of ``denominator`` (row count where it is left out)."""

    kind: Literal["ratio"]
    numerator: Name
    denominator: Name | None = None
    where: Conditions = {}


class MonthSource(_Strict):
    """A relation whose ``column`` holds the days that must be there."""

    relation: RelationName
    column: Name
    where: Conditions = {}


class Months(_Strict):
    """How many months of ``as_in`` are missing here, or are here without being there."""

    kind: Literal["months"]
    column: Name
    where: Conditions = {}
    as_in: MonthSource


class Total(_Strict):
    """A count of rows, or a sum of ``column``, of one relation (the suite's own where none is named)."""

    relation: RelationName | None = None
    sum: Name | None = None
    where: Conditions = {}


class DifferingGroups(_Strict):
    """In how many groups of ``by`` the totals ``this`` and ``other`` differ. Group by no personal column."""

    kind: Literal["differing_groups"]
    by: tuple[Name, ...] = Field(min_length=1)
    this: Total
    other: Total


class ChangeAgainstRelease(_Strict):
    """Change of the number of rows against the release in force (0.1 = 10 % more).

    With ``by``, only over values of that column which both have: a new month is no change. No release yet:
    no number.
    """

    kind: Literal["change_against_release"]
    by: Name | None = None


Measure = Annotated[OneNumber | Ratio | Months | DifferingGroups | ChangeAgainstRelease, Field(discriminator="kind")]


class MartCheck(_Strict):
    """One rule of a suite: a measure, its bounds and what follows when it is outside them."""

    name: Name
    title: Label
    measure: Measure
    at_least: float | None = None
    at_most: float | None = None
    severity: Severity
    unit: Literal["share", "count", "number"] = "share"

    @model_validator(mode="after")
    def _has_bounds(self) -> MartCheck:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a check needs `at_least`, `at_most` or both")
        return self

    @property
    def check(self) -> Check:
        """The rule without its measure."""
        return Check(self.name, self.title, self.severity, self.at_least, self.at_most, self.unit)


class MartSuite(_Strict):
    """What one relation must satisfy before it is published."""

    relation: RelationName
    title: Label
    owner: Label
    description: Label
    checks: tuple[MartCheck, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> MartSuite:
        names = [check.name for check in self.checks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"check names occur twice: {', '.join(twice)}")
        return self


def load_suites(folder: Path) -> list[MartSuite]:
    """All suites of a folder, by relation; raises ContractError with every violation of every file."""
    suites: list[MartSuite] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.yml")):
        try:
            suites.append(MartSuite.model_validate(_read(file)))
        except (ValidationError, yaml.YAMLError) as error:
            problems.extend(_problems(file, error))
    if not suites and not problems:
        problems.append(Problem("no suite found", "put <mart>.yml files there", str(folder)))
    if problems:
        raise ContractError(problems)
    return sorted(suites, key=lambda suite: suite.relation)


def _read(file: Path) -> Any:
    return _tuples(yaml.safe_load(file.read_text(encoding="utf-8")))


def _tuples(value: Any) -> Any:
    """YAML's lists as tuples: the strict model takes no list for a tuple."""
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list) else value


def _problems(file: Path, error: ValidationError | yaml.YAMLError) -> list[Problem]:
    if isinstance(error, yaml.YAMLError):
        mark = getattr(error, "problem_mark", None)
        return [Problem("not valid YAML", "mend the line", file.name, mark.line + 1 if mark else None)]
    return [
        Problem(f"{'.'.join(str(step) for step in found['loc']) or 'suite'}: {found['msg']}", "mend it", file.name)
        for found in error.errors()
    ]
