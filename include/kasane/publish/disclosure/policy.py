"""The rules of disclosure control from seeds/policy: what is hidden, and how detailed tables are.

A municipality's overlay may make a rule stricter, never weaker than the repository's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kasane.contracts.codes import Threshold, load_policy_table, load_thresholds
from kasane.errors import ContractError, Problem

# For each of these the larger value is the stricter one.
_STRICTER_IF_LARGER = (
    "disclosure_people_under",
    "disclosure_small_people_under",
    "disclosure_small_residents_under",
    "disclosure_residents_from",
    "disclosure_area_residents_from",
    "disclosure_organisations_under",
    "disclosure_people_width",
    "disclosure_small_people_width",
    "disclosure_organisations_width",
)
# Household types that are never told by area (圏域): few households, easily known.
_NEVER_BY_AREA = frozenset({"CO", "UN"})
# An overlay may take an indicator from a rule to one of those behind it.
_STRICTER_RULES = {"open": ("organisations", "people"), "organisations": ("people",)}


@dataclass(frozen=True)
class Limit:
    """Counts from 1 to below ``under`` are hidden; what is hidden stays uncertain by ``width`` at least."""

    under: int
    width: int


@dataclass(frozen=True)
class Detail:
    """How detailed the overlap table is, whole and by area: household types, and combinations of how many domains.

    ``exact``: combinations of at most so many domains with the match `exact`; ``at_least`` likewise. 0 is none.
    """

    number: int
    residents_from: int
    whole_types: tuple[str, ...]
    whole_exact: int
    whole_at_least: int
    area_types: tuple[str, ...]
    area_exact: int
    area_at_least: int


@dataclass(frozen=True)
class KpiRule:
    """What an indicator counts, and whether its numbers are running counts, which never fall within a fiscal year."""

    rule: str
    denominator_counts: bool
    numerator_runs: bool
    denominator_runs: bool


@dataclass(frozen=True)
class Policy:
    """All rules; details from the finest to the coarsest."""

    thresholds: Mapping[str, int]
    share_shown: float
    details: tuple[Detail, ...]
    kpi_rules: Mapping[str, KpiRule]
    neighbours: Mapping[str, frozenset[str]]

    def people(self, residents: int) -> Limit:
        """The limit for counts of people and households in a municipality of so many residents."""
        small = "small_" if residents < self.thresholds["disclosure_small_residents_under"] else ""
        return Limit(
            self.thresholds[f"disclosure_{small}people_under"], self.thresholds[f"disclosure_{small}people_width"]
        )

    @property
    def organisations(self) -> Limit:
        """The limit for counts of organisations, desks and places."""
        return Limit(
            self.thresholds["disclosure_organisations_under"], self.thresholds["disclosure_organisations_width"]
        )

    def counts_people(self, residents: int) -> bool:
        """Whether counts of people are published at all."""
        return residents >= self.thresholds["disclosure_residents_from"]

    @property
    def area_residents_from(self) -> int:
        """An area of fewer residents is merged with a neighbour."""
        return self.thresholds["disclosure_area_residents_from"]

    def details_from(self, residents: int) -> tuple[Detail, ...]:
        """The levels of detail for a municipality of so many residents, the finest first."""
        return tuple(each for each in self.details if each.residents_from <= residents)


def load_policy(seed_dirs: Sequence[Path]) -> Policy:
    """The policy of a municipality, ``seed_dirs`` the repository's first; raises ContractError with all problems."""
    default, wanted = load_thresholds(seed_dirs[:1]), load_thresholds(seed_dirs)
    details = _details(seed_dirs)
    rules, default_rules = _kpi_rules(seed_dirs), _kpi_rules(seed_dirs[:1])
    problems = [*_weaker(default, wanted), *_too_fine(details), *_weaker_rules(default_rules, rules)]
    if problems:
        raise ContractError(problems)
    return Policy(
        {name: wanted[name].whole for name in _STRICTER_IF_LARGER},
        wanted["disclosure_share_shown"].value,
        details,
        rules,
        _neighbours(seed_dirs),
    )


def _weaker(default: Mapping[str, Threshold], wanted: Mapping[str, Threshold]) -> list[Problem]:
    return [
        Problem(
            f"{name} is {wanted[name].value:g}, weaker than the default of {default[name].value:g}",
            "a municipality may make a threshold of disclosure control stricter, never weaker",
            "seeds/policy/threshold.csv",
        )
        for name in _STRICTER_IF_LARGER
        if wanted[name].value < default[name].value
    ]


def _too_fine(details: Sequence[Detail]) -> list[Problem]:
    return [
        Problem(
            f"detail {detail.number} tells the household type {', '.join(sorted(told))} by area",
            "take it out of area_types: CO and UN are never published by 圏域",
            "seeds/policy/disclosure_detail.csv",
        )
        for detail in details
        if (told := _NEVER_BY_AREA & set(detail.area_types))
    ]


def _weaker_rules(default: Mapping[str, KpiRule], wanted: Mapping[str, KpiRule]) -> list[Problem]:
    file = "seeds/policy/disclosure_kpi.csv"
    missing = [
        Problem(f"{kpi} has no rule", "add a row; the indicators are those of kpi.csv", file)
        for kpi in default
        if kpi not in wanted
    ]
    return missing + [
        Problem(
            f"{kpi}: {_words(rule)} is weaker than the default of {_words(default[kpi])}",
            "a municipality may protect an indicator more strictly, never less",
            file,
        )
        for kpi, rule in wanted.items()
        if kpi in default and not _is_as_strict(default[kpi], rule)
    ]


def _is_as_strict(default: KpiRule, rule: KpiRule) -> bool:
    flags = ("denominator_counts", "numerator_runs", "denominator_runs")
    kept = all(getattr(rule, flag) >= getattr(default, flag) for flag in flags)
    return kept and rule.rule in (default.rule, *_STRICTER_RULES.get(default.rule, ()))


def _words(rule: KpiRule) -> str:
    flags = [name for name in ("denominator_counts", "numerator_runs", "denominator_runs") if getattr(rule, name)]
    return " ".join([rule.rule, *flags])


def _details(seed_dirs: Sequence[Path]) -> tuple[Detail, ...]:
    name = "disclosure_detail.csv"
    sizes = ("whole_exact_at_most", "whole_at_least_at_most", "area_exact_at_most", "area_at_least_at_most")
    numbers = ("detail", "residents_from", *sizes)
    rows = load_policy_table(seed_dirs, name, (*numbers, "whole_types", "area_types"))
    problems = [
        Problem(f"{column}: `{row[column]}` is no whole number", "give a number", f"seeds/policy/{name}", line)
        for line, row in enumerate(rows, start=2)
        for column in numbers
        if not row[column].isdecimal()
    ]
    if problems:
        raise ContractError(problems)
    return tuple(sorted((_detail(row) for row in rows), key=lambda detail: detail.number))


def _detail(row: Mapping[str, str]) -> Detail:
    return Detail(
        number=int(row["detail"]),
        residents_from=int(row["residents_from"]),
        whole_types=_names(row["whole_types"]),
        whole_exact=int(row["whole_exact_at_most"]),
        whole_at_least=int(row["whole_at_least_at_most"]),
        area_types=_names(row["area_types"]),
        area_exact=int(row["area_exact_at_most"]),
        area_at_least=int(row["area_at_least_at_most"]),
    )


def _kpi_rules(seed_dirs: Sequence[Path]) -> dict[str, KpiRule]:
    flags = ("denominator_counts", "numerator_runs", "denominator_runs")
    rows = load_policy_table(seed_dirs, "disclosure_kpi.csv", ("kpi_id", "rule", *flags))
    return {row["kpi_id"]: KpiRule(row["rule"], *(row[flag].lower() == "true" for flag in flags)) for row in rows}


def _neighbours(seed_dirs: Sequence[Path]) -> dict[str, frozenset[str]]:
    rows = load_policy_table(seed_dirs, "disclosure_neighbour.csv", ("area_code", "neighbour_code"))
    pairs = [(row["area_code"], row["neighbour_code"]) for row in rows]
    both = pairs + [(neighbour, area) for area, neighbour in pairs]
    return {area: frozenset(near for each, near in both if each == area) for area, _ in both}


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)
