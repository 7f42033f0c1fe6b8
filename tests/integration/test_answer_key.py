"""The warehouse against answer keys: the sample's by its own scorecard, and those of invented wards."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from support.commands import succeed

FEEDS = "jumin,kaigo,shogai,kodomo,seiho,kikan,chiku"


def scorecard(check: Path, warehouse: Path, truth: Path) -> None:
    """Every line of check.py passes for these feeds and groups."""
    command = [sys.executable, check, "--warehouse", warehouse, "--truth", truth]
    command += ["--feeds", FEEDS, "--groups", "files,quarantine,household"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert done.returncode == 0, "\n".join(failed) or done.stderr[-2000:]


@pytest.mark.slow
def test_the_sample_passes_its_scorecard(shared_extracts: Path, tmp_path: Path) -> None:
    sample = shared_extracts / "sample"
    succeed("run", "--extracts", sample / "extracts", "--data", tmp_path / "data")
    succeed("export", "--scorecard", tmp_path / "card.duckdb", "--synthetic", "--data", tmp_path / "data")
    scorecard(shared_extracts / "check.py", tmp_path / "card.duckdb", sample / "truth")


@pytest.fixture(scope="module", params=[3, 11, 29])
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An invented ward with dirt, and the warehouse made of it."""
    folder = tmp_path_factory.mktemp("ward")
    size = ("--residents", 1500, "--months", 14, "--seed", request.param)
    succeed("generate", *size, "--out", folder / "ward")
    succeed("run", "--extracts", folder / "ward" / "extracts", "--data", folder / "data")
    succeed("export", "--scorecard", folder / "card.duckdb", "--synthetic", "--data", folder / "data")
    return folder / "ward" / "truth", folder / "card.duckdb"


def rows(truth: Path, warehouse: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query over the warehouse, with the truth's tables as views ``true_<name>``."""
    with duckdb.connect(str(warehouse), read_only=True) as db:
        for file in truth.glob("*.parquet"):
            path = str(file).replace("'", "''")
            db.execute(f"create temp view true_{file.stem} as select * from '{path}'")
        return db.execute(sql).fetchall()


@pytest.mark.slow
def test_every_file_has_the_outcome_that_it_must_have(ward: tuple[Path, Path]) -> None:
    wrong = rows(
        *ward,
        """
        select true_file.file_name, true_file.status, true_file.nasty, found.status, found.reason_code,
            true_file.rows_in, found.rows_in, true_file.rows_quarantined, found.rows_quarantined
        from true_file_outcome as true_file
        left join quality.row_outcome as found using (file_name)
        where not coalesce(contains(true_file.status, found.status), false)
            or (true_file.status = 'accepted' and true_file.count_rule <> 'none' and (
                true_file.rows_in <> found.rows_in
                or true_file.rows_quarantined <> found.rows_quarantined
                or true_file.rows_loaded + true_file.rows_superseded <> found.rows_loaded + found.rows_superseded
            ))
            or (found.status = 'accepted'
                and found.rows_in <> found.rows_loaded + found.rows_quarantined + found.rows_superseded)
        """,
    )
    assert wrong == []


@pytest.mark.slow
def test_exactly_the_bad_rows_are_in_quarantine(ward: tuple[Path, Path]) -> None:
    wrong = rows(
        *ward,
        """
        with expected as (
            select file_name, line_number, reason_code from true_bad_row
            where file_name in (select file_name from quality.row_outcome where status = 'accepted')
        ),
        found as (
            select file_name, line_number, reason_code from quality.quarantine
            where file_name in (select file_name from quality.row_outcome where status = 'accepted')
        )
        select 'missed', * from (from expected except from found)
        union all
        select 'good row held back', * from (from found except from expected)
        """,
    )
    assert wrong == []


@pytest.mark.slow
def test_every_living_household_has_its_true_members(ward: tuple[Path, Path]) -> None:
    count, wrong = rows(
        *ward,
        """
        with person as (
            select link.person_id, key.true_person
            from restricted.person_link as link
            join true_person_link as key on link.feed = key.feed and link.record_key = key.record_key
            where link.feed = 'jumin'
        ),
        found as (
            select month_end_date as month_end, household_id, list(true_person order by true_person) as members
            from restricted.household_member join person using (person_id)
            group by all
        ),
        expected as (
            select month_end, household_key, list(true_person order by true_person) as members
            from true_household_member group by all
        )
        select (select count(*) from expected), count(*)
        from (
            (select month_end, members from expected except select month_end, members from found)
            union all
            (select month_end, members from found except select month_end, members from expected)
        )
        """,
    )[0]
    assert count > 0
    assert wrong == 0
