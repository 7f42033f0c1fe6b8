"""Great Expectations over a small profile frame: one row a batch (or mart), one column a check.

GX is imported inside the functions because that alone costs five seconds. The context is ephemeral:
nothing is written, nothing is sent.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from kasane.quality.checks import Check

if TYPE_CHECKING:
    import great_expectations as gx
    import pandas as pd

GX_SEVERITY = {"refuse": "critical", "warning": "warning"}


def gx_version() -> str:
    """The version of Great Expectations, without importing it."""
    return version("great-expectations")


def _import_gx() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # It tells of every step of its own at level INFO, which would bury ours.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations

    return great_expectations


def build_suite(name: str, checks: Sequence[Check]) -> gx.ExpectationSuite:
    """One expectation a check; ``meta`` keeps the check's name and severity."""
    gx = _import_gx()
    expectations = [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column=check.name,
            min_value=check.at_least,
            max_value=check.at_most,
            severity=GX_SEVERITY[check.severity],
            meta=check.as_document(),
        )
        for check in checks
    ]
    return gx.ExpectationSuite(name=name, expectations=expectations)


def run_suite(suite: gx.ExpectationSuite, frame: pd.DataFrame, index: str) -> dict[str, frozenset[str]]:
    """By check, the values of column ``index`` whose number lies outside its bounds.

    A missing number is not judged: a share of no rows is no share. All checks run in one GX run.
    """
    batch = _batch(frame)
    wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": [index]}
    outcome = batch.validate(suite, result_format=wanted)
    return {result.expectation_config.meta["name"]: _failing(result, index) for result in outcome.results}


def _batch(frame: pd.DataFrame) -> Any:
    gx = _import_gx()
    from great_expectations.data_context.types import base

    # Stores in memory and no docs site: GX's own default would make a folder in /tmp.
    config = base.DataContextConfig(
        store_backend_defaults=base.InMemoryStoreBackendDefaults(),
        progress_bars=base.ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("profile").add_dataframe_asset("profile")
    whole = asset.add_batch_definition_whole_dataframe("whole")
    return whole.get_batch(batch_parameters={"dataframe": frame})


def _failing(result: Any, index: str) -> frozenset[str]:
    if result.success:
        return frozenset()
    if "unexpected_index_list" not in result.result:
        raise RuntimeError(f"Great Expectations could not compute {result.expectation_config.meta['name']}")
    return frozenset(str(row[index]) for row in result.result["unexpected_index_list"])
