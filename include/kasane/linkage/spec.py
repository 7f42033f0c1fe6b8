"""What a linkage spec may say, strictly; all violations are reported at once. docs/linkage_spec.md explains it.

A spec names the columns of a person table, how they are compared, which pairs are looked at (blocking), what forbids a
link (vetoes) and the thresholds. Nothing here knows what a name or an address is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from kasane.errors import ContractError, Problem

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(gt=0, lt=1)]
MISSING, OTHER = "missing", "other"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Records(_Strict):
    """The columns that name a record and the set it came from; without ``source`` all are one set.

    ``order``: the column whose lowest value marks the record that gives its person an id; without it, the lowest id.
    """

    id: str = "record_id"
    source: str | None = None
    order: str | None = None


class Step(_Strict):
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


class Made(_Strict):
    """A column made from others: joined by ``join`` (null where one of them is null), then changed step by step."""

    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    join: str = " "
    sort: bool = False
    steps: tuple[Step, ...] = ()


class Condition(_Strict):
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


class Level(_Strict):
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


class Comparison(_Strict):
    """Grades of likeness from the best to the worst; before them ``missing``, after them ``other``.

    ``missing``: what makes the comparison say nothing (weight 0): one of these columns is null on either side.
    ``where``: it says nothing unless all of these hold (what another comparison speaks of, say).
    ``most_bits``, ``least_bits``: bounds of the evidence that it may give.
    """

    missing: tuple[str, ...] = ()
    where: Conditions = {}
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


Labels = dict[Name, tuple[str, ...]]


class Veto(_Strict):
    """Pairs at these levels are never linked by the model; ``to``: they are reviewed, or dropped."""

    name: Name
    when: tuple[Labels, ...] = Field(min_length=1)
    to: Literal["review", "nothing"] = "review"

    @model_validator(mode="before")
    @classmethod
    def _alternatives(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("when"), Mapping):
            return {**value, "when": (value["when"],)}
        return value


class Contradiction(_Strict):
    """A shared identifier is no proof where so many of these comparisons stand at these levels."""

    at_least: int = Field(ge=1)
    of: Labels


class Identifier(_Strict):
    """A number that the register's row and a record may share; links them before anything is compared."""

    column: str
    contradicted: Contradiction | None = None


class Thresholds(_Strict):
    """Probabilities from which a pair is linked, and from which it is reviewed; ``rival_bits``: how far the best
    candidate must be ahead of the next; ``reviews_a_record``: at most so many pairs of one record are reviewed."""

    link: Share
    review: Share
    rival_bits: float = Field(default=0.0, ge=0)
    reviews_a_record: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Thresholds:
        if self.review > self.link:
            raise ValueError("`review` is higher than `link`")
        return self


class Blocking(_Strict):
    """Pairs that share all columns of one of the rules are looked at; a key that more than ``largest_block`` records
    of one side share finds nobody, and is left out."""

    rules: tuple[tuple[str, ...], ...] = Field(min_length=1)
    largest_block: int = Field(default=1000, ge=2)


class Training(_Strict):
    """How weights are estimated (Splink): expectation maximisation within each of ``blocking``, the chance levels from
    ``random_pairs``; ``matches_a_record``: how many records of other sets a record is expected to match."""

    blocking: tuple[tuple[str, ...], ...] = ()
    random_pairs: int = Field(default=1_000_000, ge=1000)
    matches_a_record: float = Field(default=0.9, gt=0)
    seed: int = 1


class Spec(_Strict):
    """A whole spec. ``register``: the source whose rows are persons. ``one_per_person``: sources that hold a person at
    most once. ``deterministic``: levels at which a link is called deterministic. ``weights``: the file of frozen
    weights, beside the spec; without one they are trained on the records."""

    records: Records = Records()
    register_: str | None = Field(default=None, alias="register")
    one_per_person: tuple[str, ...] = ()
    make: dict[Name, Made] = {}
    identifier: Identifier | None = None
    blocking: Blocking
    comparisons: dict[Name, Comparison] = Field(min_length=1)
    deterministic: Labels | None = None
    vetoes: tuple[Veto, ...] = ()
    thresholds: Thresholds
    training: Training = Training()
    weights: str | None = None

    @model_validator(mode="after")
    def _references(self) -> Spec:
        problems = [*self._unknown_labels(), *self._sources()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unknown_labels(self) -> Iterator[str]:
        used: list[tuple[str, Labels]] = [
            (f"veto {veto.name}", alternative) for veto in self.vetoes for alternative in veto.when
        ]
        if self.deterministic is not None:
            used.append(("deterministic", self.deterministic))
        if self.identifier is not None and self.identifier.contradicted is not None:
            used.append(("contradicted", self.identifier.contradicted.of))
        for where, labels in used:
            for comparison, wanted in labels.items():
                if comparison not in self.comparisons:
                    yield f"{where}: there is no comparison `{comparison}`"
                    continue
                for label in wanted:
                    if label not in self.comparisons[comparison].labels:
                        yield f"{where}: comparison `{comparison}` has no level `{label}`"

    def _sources(self) -> Iterator[str]:
        if (self.register_ is not None or self.one_per_person) and self.records.source is None:
            yield "records.source: `register` and `one_per_person` name sources, so the column is needed"
        if self.identifier is not None and self.register_ is None:
            yield "identifier: it links to the rows of `register`, which is not named"

    @property
    def single_sources(self) -> tuple[str, ...]:
        """Sources that hold a person at most once, the register among them."""
        return tuple(dict.fromkeys([*([self.register_] if self.register_ else []), *self.one_per_person]))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, given or made, that the spec compares or blocks on, in the order of first use."""
        found: dict[str, None] = dict.fromkeys(
            column for rule in (*self.blocking.rules, *self.training.blocking) for column in rule
        )
        for comparison in self.comparisons.values():
            found.update(dict.fromkeys(comparison.columns))
        if self.identifier is not None:
            found[self.identifier.column] = None
        return tuple(found)

    @property
    def input_columns(self) -> tuple[str, ...]:
        """The columns that the person table must have beside the record's id and source."""
        wanted: dict[str, None] = {}
        for column in self.columns:
            for name in self._origins(column):
                wanted[name] = None
        return tuple(wanted)

    def _origins(self, column: str, above: tuple[str, ...] = ()) -> Iterator[str]:
        if column not in self.make or column in above:
            yield column
            return
        for name in self.make[column].from_:
            yield from self._origins(name, (*above, column))


def parse_spec(content: object, name: str) -> Spec:
    """A spec from what its YAML holds; ``name`` is the file's. Raises ContractError with every violation."""
    try:
        return Spec.model_validate(_tuples(content))
    except ValidationError as error:
        remedy = "docs/linkage_spec.md says what a spec may hold"
        raise ContractError(
            [
                Problem(f"{'.'.join(map(str, item['loc'])) or 'spec'}: {item['msg']}", remedy, name)
                for item in error.errors()
            ]
        ) from None


def _tuples(value: object) -> object:
    """YAML's lists as tuples: a spec is frozen."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
