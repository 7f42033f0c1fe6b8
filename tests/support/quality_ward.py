"""A ward's deliveries as the quality tables tell of them: read, judged and followed, without linkage and marts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from unittest import mock

import pyarrow as pa

from kasane.contracts import by_feed, load_contracts
from kasane.pipeline import ingest
from kasane.pipeline.build_file import open_build_file, write_table
from kasane.pipeline.judge import judge_all
from kasane.pipeline.link_ledger import write_ledger
from kasane.pipeline.state import load_ledger
from kasane.publish.release import publish_release
from kasane.settings import DataPaths, Settings
from kasane.ward.arrays import Rng
from kasane.ward.spoil import FAULTS, Fault
from support.warehouse import BUILD_ANEW, run_dbt

MODELS = ("+open_finding", "+finding_month", "+check_result", "+row_outcome", "+quarantine", "+warning_summary")


def quality_warehouse(extracts: Path, data: Path) -> Settings:
    """Take all deliveries and put a release in force that holds the quality tables alone."""
    settings = Settings(DataPaths(data), None, str(extracts), None)
    for feed in by_feed(load_contracts(settings.contract_dirs)):
        ingest(settings, feed)
    judge_all(settings)
    state = load_ledger(settings)
    with open_build_file(settings.data) as connection:
        write_ledger(connection, settings, state)
        months = {"month_end": pa.array(state.months, pa.date32()), "needs_build": pa.array([True] * len(state.months))}
        write_table(connection, "ledger.month", pa.table(months))
    assert (
        run_dbt(settings.data.build_file, (*BUILD_ANEW, "--indirect-selection", "cautious", "--select", *MODELS)) == []
    )
    publish_release(settings.data, "r1")
    return settings


@contextmanager
def every_fault_in_turn() -> Iterator[None]:
    """While it lasts, an invented ward's bad rows have the faults of their feed one after the other, none left out."""
    turns: dict[str, Iterator[int]] = {feed: count() for feed in FAULTS}

    def in_turn(feed: str, rng: Rng, rows: list[int]) -> list[tuple[int, Fault]]:
        return [(row, FAULTS[feed][next(turns[feed]) % len(FAULTS[feed])]) for row in rows]

    with mock.patch.object(import_module("kasane.ward.spoil"), "_faults", in_turn):
        yield
