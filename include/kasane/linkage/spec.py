"""What a linkage spec may say, strictly; all violations are reported at once. docs/linkage_spec.md explains it.

A spec names the columns of a person table, how they are compared, which pairs are looked at (blocking), what forbids a
link (vetoes) and the thresholds. Nothing here knows what a name or an address is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from kasane.errors import ContractError, Problem
from kasane.linkage.spec_parts import (
    Comparison,
    Made,
    Name,
    Share,
    Strict,
)


class Records(Strict):
    """The columns that name a record and the set it came from; without ``source`` all are one set.

    ``order``: the column whose lowest value marks the record that gives its person an id; without it, the lowest id.
    """

    id: str = "record_id"
    source: str | None = None
    order: str | None = None


Labels = dict[Name, tuple[str, ...]]


class Veto(Strict):
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


class Contradiction(Strict):
    """A shared identifier is no proof where so many of these comparisons stand at these levels."""

    at_least: int = Field(ge=1)
    of: Labels


class Identifier(Strict):
    """A number that the register's row and a record may share; links them before anything is compared."""

    column: str
    contradicted: Contradiction | None = None


class Thresholds(Strict):
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


class Blocking(Strict):
    """Pairs that share all columns of one of the rules are looked at; a key that more than ``largest_block`` records
    of one side share finds nobody, and is left out."""

    rules: tuple[tuple[str, ...], ...] = Field(min_length=1)
    largest_block: int = Field(default=1000, ge=2)


class Training(Strict):
    """How weights are estimated (Splink): expectation maximisation within each of ``blocking``, the chance levels from
    ``random_pairs``; ``matches_a_record``: how many records of other sets a record is expected to match."""

    blocking: tuple[tuple[str, ...], ...] = ()
    random_pairs: int = Field(default=1_000_000, ge=1000)
    matches_a_record: float = Field(default=0.9, gt=0)
    seed: int = 1


class Spec(Strict):
    """A whole spec. ``register``: the source whose rows are persons. ``one_per_person``: sources that hold a person at
    most once. ``deterministic``: levels at which a link is called deterministic. ``weights``: the file of frozen
    weights, beside the spec; without one they are trained on the records."""

    records: Records = Records()
    register_: str | None = Field(default=None, alias="register")
    one_per_person: tuple[str, ...] = ()
    make: dict[Name, Made] = Field(default_factory=dict)
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
