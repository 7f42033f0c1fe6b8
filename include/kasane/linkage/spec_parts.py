"""The parts of a linkage spec that say how records are compared: columns made, conditions, levels, comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(gt=0, lt=1)]
MISSING, OTHER = "missing", "other"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Step(Strict):
    """One change of a text: exactly one of these."""

    lower: Literal[True] | None = None
    letters: Literal[True] | None = None
    digits: Literal[True] | None = None
    alphanumeric: Literal[True] | None = None
    no_spaces: Literal[True] | None = None
    sorted_words: Literal[True] | None = None
    single_byte: Literal[True] | None = None
    first: int | None = None
    last: int | None = None
    word: int | None = None
    longer_than: int | None = None

    @model_validator(mode="after")
    def _one(self) -> Step:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("a step names exactly one change")
        return self


class Made(Strict):
    """A column made from others: joined by ``join`` (null where one of them is null), then changed step by step."""

    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    join: str = " "
    sort: bool = False
    steps: tuple[Step, ...] = ()


class Condition(Strict):
    """How one column of two records must stand to each other: exactly one of these.

    ``equal``; ``overlap`` (two lists share a value); ``jaro_winkler`` at least; ``levenshtein`` or ``damerau`` at most;
    ``days`` apart at most; ``missing`` on either side, or ``present`` on both; ``equal_to`` another column of the other
    record, either way; ``swapped_with`` another column, both ways; ``ends_with`` / ``starts_with`` another column of
    the other record, either way; ``range_to``: this column and that one are the ends of a range, and two ranges meet.
    """

    equal: Literal[True] | None = None
    overlap: Literal[True] | None = None
    jaro_winkler: Share | None = None
    levenshtein: int | None = Field(default=None, ge=1)
    damerau: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=0)
    missing: Literal[True] | None = None
    present: Literal[True] | None = None
    equal_to: str | None = None
    swapped_with: str | None = None
    ends_with: str | None = None
    starts_with: str | None = None
    range_to: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return {value: True} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> Condition:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("a condition says exactly one thing")
        return self

    @property
    def other_column(self) -> str | None:
        """The second column that it names, if it names one."""
        return self.equal_to or self.swapped_with or self.ends_with or self.starts_with or self.range_to

    @property
    def is_cheap(self) -> bool:
        """Whether it costs no more than an equality."""
        return self.jaro_winkler is None and self.levenshtein is None and self.damerau is None


Conditions = dict[str, Condition]


class Level(Strict):
    """One grade of likeness: all conditions of one of the alternatives hold."""

    label: Name
    when: tuple[Conditions, ...] = Field(min_length=1)
    rarity: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _alternatives(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("when"), Mapping):
            return {**value, "when": (value["when"],)}
        return value

    @property
    def is_cheap(self) -> bool:
        """Whether no string distance is computed for it."""
        return all(each.is_cheap for alternative in self.when for each in alternative.values())


class Comparison(Strict):
    """Grades of likeness from the best to the worst; before them ``missing``, after them ``other``.

    ``missing``: what makes the comparison say nothing (weight 0): one of these columns is null on either side.
    ``where``: it says nothing unless all of these hold (what another comparison speaks of, say).
    ``most_bits``, ``least_bits``: bounds of the evidence that it may give.
    """

    missing: tuple[str, ...] = ()
    where: Conditions = Field(default_factory=dict)
    levels: tuple[Level, ...] = Field(min_length=1)
    most_bits: float | None = None
    least_bits: float | None = None

    @model_validator(mode="after")
    def _labels(self) -> Comparison:
        labels = [level.label for level in self.levels]
        if len({*labels, MISSING, OTHER}) != len(labels) + 2:
            raise ValueError(f"labels are given twice, or are `{MISSING}` or `{OTHER}`")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels in order, ``missing`` first and ``other`` last."""
        return (MISSING, *(level.label for level in self.levels), OTHER)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it reads."""
        found = [*self.missing, *(level.rarity for level in self.levels if level.rarity)]
        for conditions in (self.where, *(each for level in self.levels for each in level.when)):
            for column, condition in conditions.items():
                found += [column, *([condition.other_column] if condition.other_column else [])]
        return tuple(dict.fromkeys(found))
