"""Deliveries that fail: a feed that is missing, then empty, then there, then late; and the warehouse made of them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from unittest import mock

from kasane.contracts import by_feed, load_contracts
from kasane.pipeline import ingest, link
from kasane.quality import judge_marts
from kasane.settings import DataPaths, Settings
from kasane.ward.arrays import Rng
from kasane.ward.days import Month, months_from
from kasane.ward.generate import DEFAULT_START, generate
from kasane.ward.plan import Delivery, Stream, draw_plan
from support.warehouse import BUILD_ANEW, ROOT, WITHOUT_TESTS, run_dbt

CONTRACTS = load_contracts([ROOT / "expectations" / "contracts"])
FEEDS = by_feed(CONTRACTS)
RESIDENTS, MONTHS, SEED = 300, 9, 5
MONTH_ENDS = [month.end for month in months_from(DEFAULT_START, MONTHS)]
# Of nine months: nothing in the first two, an empty file in the third, good files until the sixth, then nothing.
EMPTY, LAST_GOOD, LATE_FROM = 2, 5, 6
# A build on the tables of another: all months anew, without the seeds, which no delivery changes.
BUILD_AGAIN = ("run",)


@dataclass(frozen=True)
class Warehouse:
    """Extracts, and the data directory made of them."""

    extracts: Path
    data: DataPaths

    @property
    def settings(self) -> Settings:
        """As a run on this warehouse would have them."""
        return Settings(data=self.data, config_dir=None, extracts=str(self.extracts), key_file=None)


def ward_warehouse(folder: Path) -> Warehouse:
    """A small clean ward and its warehouse; beside its extracts the same files without a row (``empty``)."""
    generate(folder / "whole", RESIDENTS, MONTHS, SEED, dirt=False, truth=False)
    with mock.patch.object(import_module("kasane.ward.generate"), "draw_plan", _only_empty_files):
        generate(folder / "empty", RESIDENTS, MONTHS, SEED, dirt=False, truth=False)
    built = Warehouse(folder / "whole" / "extracts", DataPaths(folder / "data"))
    for feed in FEEDS:
        ingest(built.settings, feed)
    _build(built, (*BUILD_ANEW, *WITHOUT_TESTS))
    return built


def _only_empty_files(
    rng: Rng, months: list[Month], dirt: bool, streams: Sequence[Stream]
) -> dict[tuple[str, int], list[Delivery]]:
    plan = draw_plan(rng, months, dirt, streams)
    return {key: [replace(each, nasty="empty") for each in found] for key, found in plan.items()}


def rebuilt(whole: Warehouse, feed: str, extracts: Path) -> Warehouse:
    """The same warehouse had this one feed delivered what lies in ``extracts/<feed>`` alone."""
    data = DataPaths(extracts.parent / "data")
    taken = {feed, *(contract.table for contract in FEEDS[feed])}
    for source, target in ((whole.data.landing, data.landing), (whole.data.lake, data.lake)):
        for place in source.iterdir():
            if place.name not in taken:
                shutil.copytree(
                    place, target / place.name, copy_function=lambda one, other: Path(other).hardlink_to(one)
                )
    shutil.copytree(whole.data.keys, data.keys)
    data.build_file.parent.mkdir()
    shutil.copy(whole.data.build_file, data.build_file)
    again = Warehouse(extracts, data)
    ingest(again.settings, feed)
    _build(again, BUILD_AGAIN)
    return again


def unfit(warehouse: Warehouse) -> list[str]:
    """What would keep it from being published: dbt's tests of the whole project, and the expectations on the marts."""
    verdict = judge_marts(warehouse.data.build_file, ROOT / "expectations" / "suites", None, warehouse.data.quality)
    return [*run_dbt(warehouse.data.build_file, ("test", "--select", "test_type:singular")), *verdict.failures]


def _build(warehouse: Warehouse, command: tuple[str, ...]) -> None:
    link(warehouse.settings)
    assert run_dbt(warehouse.data.build_file, command) == []


def failing(whole: Warehouse, feed: str, folder: Path) -> Path:
    """Extracts of a monthly feed: missing, empty, there, late; where a file is long, an empty one after it too."""
    target = folder / "extracts" / feed
    target.mkdir(parents=True)
    for file in (whole.extracts / feed).iterdir():
        month = MONTH_ENDS.index(_base_date(file))
        if EMPTY < month <= LAST_GOOD:
            shutil.copy(file, target)
        if month in (EMPTY, LATE_FROM if feed == "jumin" else EMPTY):
            shutil.copy(_empty(whole, file), target)
    return folder / "extracts"


def _empty(whole: Warehouse, file: Path) -> Path:
    return whole.extracts.parents[1] / "empty" / "extracts" / file.parent.name / file.name


def _base_date(file: Path) -> date:
    found = re.findall(r"\d{8}", file.name)[0]
    return date(int(found[:4]), int(found[4:6]), int(found[6:]))


def only(whole: Warehouse, feed: str, folder: Path, names: dict[str, str], empty: tuple[str, ...] = ()) -> Path:
    """Extracts with these files of a feed under other names; those of ``empty`` without a row."""
    target = folder / "extracts" / feed
    target.mkdir(parents=True)
    for name, shown in names.items():
        file = whole.extracts / feed / name
        shutil.copy(_empty(whole, file) if shown in empty else file, target / shown)
    return folder / "extracts"


def database_until(whole: Warehouse, folder: Path, day: date) -> Path:
    """Extracts of soudan as its database stood on a day."""
    target = folder / "extracts" / "soudan"
    target.mkdir(parents=True)
    shutil.copy(whole.extracts / "soudan" / "soudan.sqlite", target)
    with sqlite3.connect(target / "soudan.sqlite") as database:
        for contract in FEEDS["soudan"]:
            if contract.version is not None:
                database.execute(f"delete from {contract.sql_table} where updated_at >= date(?, '+1 day')", [str(day)])
    database.close()
    return folder / "extracts"
