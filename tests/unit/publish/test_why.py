"""Why a number changed between two releases: every reason in a case of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kasane.errors import KasaneError
from kasane.publish.why import Answer, Cell, why_changed
from kasane.settings import DataPaths

MARCH = date(2025, 3, 31)
CELL = Cell(MARCH, domains="elderly+poverty")
KAIGO = "k1"


LINKS = {"r1": "p1", "r2": "p2"}


def write_zone(file: Path, tables: dict[str, tuple[str, list[list[object]]]]) -> None:
    """A zone's file: columns and rows by ``schema.table``."""
    with duckdb.connect(str(file)) as db:
        for name, (columns, rows) in tables.items():
            schema = name.split(".")[0]
            db.execute(f"create schema if not exists {file.stem}.{schema}")
            db.execute(f"create table {file.stem}.{name} ({columns})")
            for row in rows:
                db.execute(f"insert into {file.stem}.{name} values ({', '.join('?' * len(row))})", row)


class Lab:
    """Two releases made by hand: who needs what, whose records are whose, and which deliveries tell it."""

    def __init__(self, root: Path) -> None:
        self.paths = DataPaths(root)

    def deliver(self, delivery_id: str, **cares: str) -> None:
        """One kaigo file in the lake: a level a record key."""
        folder = self.paths.lake / "kaigo" / delivery_id
        folder.mkdir(parents=True)
        rows = {"delivery_id": [delivery_id] * len(cares), "base_date": [MARCH] * len(cares)}
        rows |= {
            "line_number": list(range(1, len(cares) + 1)),
            "record_key": list(cares),
            "care_level": list(cares.values()),
        }
        pq.write_table(pa.table(rows), folder / "rows.parquet")

    def release(
        self,
        name: str,
        compound: Sequence[str],
        delivery: tuple[str, date, int] = (KAIGO, MARCH, 1),
        links: dict[str, str] | None = None,
        rules: dict[str, str] | None = None,
    ) -> None:
        """A release: the homes h1 to h3 of p1 to p3, all in need of care; ``compound`` in need of aid as well."""
        folder = self.paths.releases / name
        folder.mkdir(parents=True)
        homes = {"h1": "p1", "h2": "p2", "h3": "p3"}
        write_zone(
            folder / "restricted.duckdb",
            {
                "restricted.household_member": (
                    "month_end_date date, household_id varchar, person_id varchar",
                    [[MARCH, household, person] for household, person in homes.items()],
                ),
                "restricted.person_link": (
                    "feed varchar, record_key varchar, role varchar, person_id varchar",
                    [["kaigo", key, "subject", person] for key, person in (links or LINKS).items()],
                ),
                "restricted.delivery_in_force": (
                    "month_end_date date, feed varchar, table_name varchar, delivery_id varchar, base_date date,"
                    " sequence integer",
                    [[MARCH, "kaigo", "kaigo", *delivery]],
                ),
            },
        )
        write_zone(
            folder / "analyst.duckdb",
            {
                "marts.fct_household_month": (
                    "month_end_date date, household_id varchar, area_code varchar, has_elderly_need boolean,"
                    " has_disability_need boolean, has_child_need boolean, has_poverty_need boolean,"
                    " domain_count integer",
                    [
                        [MARCH, home, "E01", True, False, False, home in compound, 1 + (home in compound)]
                        for home in homes
                    ],
                ),
                "marts.dim_person": ("person_id varchar", []),
                "core.fct_consultation": (
                    "case_id varchar, person_id varchar, household_id varchar, intake_month_end_date date",
                    [],
                ),
                "marts.mart_domain_overlap": (
                    "month_end_date date, area_code varchar, household_type varchar, domains varchar, match varchar,"
                    " household_count bigint",
                    [[MARCH, "ALL", "ALL", "elderly+poverty", "at_least", len(compound)]],
                ),
            },
        )
        (folder / "release.json").write_text(json.dumps({"release_id": name, "rules": rules or {}}))
        age = 1_700_000_000 + len(list(self.paths.releases.iterdir()))
        os.utime(folder, (age, age))

    def ask(self, cell: Cell = CELL) -> Answer:
        """The second release against the first."""
        self.paths.current.symlink_to("releases/second")
        return why_changed(self.paths, cell)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.deliver(KAIGO, r1="21", r2="21")
    return lab


def reasons(answer: Answer) -> dict[str, tuple[int, int]]:
    return {share.reason: (share.came, share.went) for share in answer.shares}


def test_a_file_sent_again_for_the_same_day_is_corrected_data(lab: Lab) -> None:
    lab.deliver("k2", r1="21", r2="01")
    lab.release("first", compound=["h2"])
    lab.release("second", compound=[], delivery=("k2", MARCH, 2))
    answer = lab.ask()
    assert (answer.old_value, answer.new_value) == (1, 0)
    assert reasons(answer) == {"corrected_data": (0, 1)}
    assert answer.shares[0].numerator == -1


def test_a_later_state_of_a_full_file_is_new_data(lab: Lab) -> None:
    lab.deliver("k2", r1="25", r2="21")
    lab.release("first", compound=[], delivery=(KAIGO, date(2025, 2, 28), 1))
    lab.release("second", compound=["h1"], delivery=("k2", MARCH, 1))
    assert reasons(lab.ask()) == {"new_data": (1, 0)}


def test_a_record_that_a_later_state_no_longer_has_is_new_data(lab: Lab) -> None:
    lab.deliver("k2", r1="21")
    lab.release("first", compound=["h2"], delivery=(KAIGO, date(2025, 2, 28), 1))
    lab.release("second", compound=[], delivery=("k2", MARCH, 1))
    assert reasons(lab.ask()) == {"new_data": (0, 1)}


def test_a_record_that_the_same_days_next_file_no_longer_has_is_corrected_data(lab: Lab) -> None:
    lab.deliver("k2", r1="21")
    lab.release("first", compound=["h2"])
    lab.release("second", compound=[], delivery=("k2", MARCH, 2))
    assert reasons(lab.ask()) == {"corrected_data": (0, 1)}


def test_a_record_that_now_belongs_to_another_person_is_a_changed_link(lab: Lab) -> None:
    lab.release("first", compound=["h1"])
    lab.release("second", compound=["h2"], links={"r1": "p2", "r2": "p2"})
    assert reasons(lab.ask()) == {"links": (1, 1)}


def test_where_neither_data_nor_links_changed_the_rules_did(lab: Lab) -> None:
    lab.release("first", compound=["h1"], rules={"seeds/policy/threshold.csv": "a"})
    lab.release("second", compound=["h1", "h2"], rules={"seeds/policy/threshold.csv": "b"})
    answer = lab.ask()
    assert reasons(answer) == {"rules": (1, 0)}
    assert answer.changed_rules == ("seeds/policy/threshold.csv",)
    assert "seeds/policy/threshold.csv" in "\n".join(answer.lines())


def test_a_household_that_only_its_surroundings_changed_is_said_to_be_so(lab: Lab) -> None:
    lab.release("first", compound=[])
    lab.release("second", compound=["h3"])
    assert reasons(lab.ask()) == {"indirect": (1, 0)}


def test_equal_numbers_can_hide_different_households(lab: Lab) -> None:
    lab.deliver("k2", r1="01", r2="25")
    lab.release("first", compound=["h1"])
    lab.release("second", compound=["h2"], delivery=("k2", MARCH, 2))
    answer = lab.ask()
    assert answer.old_value == answer.new_value
    assert reasons(answer) == {"corrected_data": (1, 1)}


def test_a_release_or_number_that_is_not_there_is_named(lab: Lab) -> None:
    lab.release("second", compound=[])
    with pytest.raises(KasaneError, match="only one release is kept"):
        lab.ask()
    with pytest.raises(KasaneError, match="releases kept are second"):
        why_changed(lab.paths, CELL, old_release="third")
    lab.release("first", compound=[])
    with pytest.raises(KasaneError, match="no such number"):
        why_changed(lab.paths, Cell(MARCH, domains="child"))
