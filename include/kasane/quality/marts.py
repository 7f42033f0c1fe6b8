"""The marts judged before they are published: suites → numbers by DuckDB → Great Expectations → a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from kasane.at_rest import attach
from kasane.quality.checks import Check, allowed_text, number_text
from kasane.quality.engine import build_suite, gx_version, run_suite
from kasane.quality.measures import PREVIOUS, Measured, exists, measure
from kasane.quality.results import store_mart_results
from kasane.quality.sql import connect
from kasane.quality.suite_model import MartSuite, load_suites

DIGITS = 6


@dataclass(frozen=True)
class CheckResult:
    """One check of a mart: its rule, what was observed, and whether it passed.

    ``sentence`` says what is wrong; ``details_ja`` which months or groups, for pages.
    """

    check: Check
    passed: bool
    observed: float | None
    sentence: str = ""
    details_ja: tuple[str, ...] = ()


@dataclass(frozen=True)
class MartResult:
    """All checks of one mart."""

    relation: str
    title: str
    owner: str
    description: str
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True)
class MartVerdict:
    """Whether the marts may be published; ``failures`` forbid it, ``warnings`` only flag. Plain sentences."""

    marts: tuple[MartResult, ...]

    @property
    def passed(self) -> bool:
        """True when no ``refuse`` check is broken."""
        return not self.failures

    @property
    def checks(self) -> int:
        """How many checks were made."""
        return sum(len(mart.checks) for mart in self.marts)

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence a broken ``refuse`` check."""
        return self._sentences("refuse")

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence a broken ``warning`` check."""
        return self._sentences("warning")

    def as_document(self) -> dict[str, Any]:
        """As stored: by mart and check, in the order of the suites."""
        return {
            "passed": self.passed,
            "failures": list(self.failures),
            "warnings": list(self.warnings),
            "gx_version": gx_version(),
            "marts": [asdict(mart) for mart in self.marts],
        }

    def _sentences(self, severity: str) -> tuple[str, ...]:
        return tuple(
            result.sentence
            for mart in self.marts
            for result in mart.checks
            if not result.passed and result.check.severity == severity
        )


def judge_marts(
    build_file: Path, suites_dir: Path, previous: Path | None = None, quality_dir: Path | None = None
) -> MartVerdict:
    """Judge every mart that has a suite.

    ``build_file``: the DuckDB file that dbt built, opened read-only; nobody else may have it open for writing.
    ``previous``: the folder of the release in force (its zone files), or one DuckDB file; None before the
    first release. A relation or column that a suite names and the build lacks is a failure.
    With ``quality_dir`` the results are stored there. Raises ContractError for broken suites.
    """
    suites = load_suites(suites_dir)
    with _connection(build_file) as connection:
        verdict = MartVerdict(tuple(_judge(connection, suite, previous) for suite in suites))
    if quality_dir is not None:
        store_mart_results(quality_dir, verdict)
    return verdict


def _judge(connection: duckdb.DuckDBPyConnection, suite: MartSuite, previous: Path | None) -> MartResult:
    try:
        found = _measure(connection, suite, previous)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        results = _not_computable(suite, error)
    else:
        failing = _run(suite, found)
        results = tuple(_result(suite, check.check, found[check.name], check.name in failing) for check in suite.checks)
    return MartResult(suite.relation, suite.title, suite.owner, suite.description, results)


def _measure(connection: duckdb.DuckDBPyConnection, suite: MartSuite, previous: Path | None) -> Mapping[str, Measured]:
    if not exists(connection, suite.relation):
        raise duckdb.CatalogException(f"{suite.relation} is not in the build")
    zone_file = _zone_file(suite.relation, previous)
    if zone_file is None:
        return measure(connection, suite)
    attach(connection, zone_file, PREVIOUS)
    try:
        return measure(connection, suite)
    finally:
        connection.execute(f"detach {PREVIOUS}")


def _zone_file(relation: str, previous: Path | None) -> Path | None:
    if previous is None or previous.is_file():
        return previous
    zone = "restricted" if relation.startswith("restricted.") else "analyst"
    file = previous / f"{zone}.duckdb"
    return file if file.exists() else None


def _run(suite: MartSuite, found: Mapping[str, Measured]) -> set[str]:
    import pandas as pd

    frame = pd.DataFrame({check.name: [found[check.name].value] for check in suite.checks}, dtype="float64")
    frame["relation"] = suite.relation
    gx_suite = build_suite(suite.relation, [check.check for check in suite.checks])
    return {name for name, rows in run_suite(gx_suite, frame, "relation").items() if rows}


def _result(suite: MartSuite, check: Check, found: Measured, is_broken: bool) -> CheckResult:
    observed = None if found.value is None else round(found.value, DIGITS)
    if not is_broken:
        return CheckResult(check, True, observed)
    sentence = (
        f"{suite.relation}: {check.name} is {number_text(observed, check.unit)}, "
        f"allowed {allowed_text(check.at_least, check.at_most, check.unit)}"
    )
    details = f" ({'; '.join(found.details)})" if found.details else ""
    return CheckResult(check, False, observed, sentence + details, found.details_ja)


def _not_computable(suite: MartSuite, error: duckdb.Error) -> tuple[CheckResult, ...]:
    # Catalog and binder errors name relations and columns, never a value of a row.
    first_line = str(error).splitlines()[0]
    sentence = f"{suite.relation}: its checks can't be computed: {first_line}"
    rule = Check("computable", "検査を計算できること", "refuse", 1, unit="count")
    return (CheckResult(rule, False, None, sentence, (first_line,)),)


@contextmanager
def _connection(build_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(build_file)
    try:
        yield connection
    finally:
        connection.close()
