"""The warehouse against answer keys: the sample's by its own scorecard, and those of invented wards."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from support.commands import succeed

GROUPS = "interface,files,quarantine,linkage,household,flags,overlap,patterns,kpi,privacy,published"
# What a person who was not found may move in a ward this small, as the sample's scorecard allows it.
PATTERN_SHARE, PATTERN_MONTHS = 0.03, 2
KPI_SHARE, KPI_UNIT = 0.01, 100
# A unit of the mean days to first support, of which one case may be of half a year; and of the shortened days.
KPI_UNITS = {"M1-KPI-1": 180, "M2-KPI-2": 150}
OVERLAP_SHARE, OVERLAP_HOUSEHOLDS = 0.005, 1
POINTS = 0.3


def failures(check: Path, warehouse: Path, truth: Path, groups: str, published: Path) -> list[str]:
    """The lines of check.py that fail in these groups."""
    command = [sys.executable, check, "--warehouse", warehouse, "--truth", truth, "--groups", groups]
    command += ["--published", published]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert "TOTAL" in done.stdout, done.stderr[-2000:]
    return [line.removeprefix("FAIL ") for line in done.stdout.splitlines() if line.startswith("FAIL")]


@pytest.mark.slow
def test_the_sample_passes_its_scorecard(shared_extracts: Path, tmp_path: Path) -> None:
    sample = shared_extracts / "sample"
    succeed("run", "--extracts", sample / "extracts", "--data", tmp_path / "data")
    succeed("export", "--scorecard", tmp_path / "card.duckdb", "--synthetic", "--data", tmp_path / "data")
    failed = failures(
        shared_extracts / "check.py",
        tmp_path / "card.duckdb",
        sample / "truth",
        GROUPS,
        tmp_path / "data" / "current" / "published",
    )
    assert failed == []


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


@pytest.mark.slow
def test_households_in_need_and_compound_ones_are_as_many_as_the_key_says(ward: tuple[Path, Path]) -> None:
    wrong = rows(
        *ward,
        f"""
        with wanted as (
            select month_end, contains(domains, '+') as is_compound, sum(household_count) as households
            from true_overlap where area_code = 'ALL' and variant = 'public' and match = 'exact' group by all
        ),
        found as (
            select month_end_date as month_end, contains(domains, '+') as is_compound,
                sum(household_count) as households
            from marts.mart_domain_overlap
            where area_code = 'ALL' and household_type = 'ALL' and match = 'exact' group by all
        ),
        compared as (
            select month_end, coalesce(sum(wanted.households) filter (is_compound), 0) as compound,
                coalesce(sum(found.households) filter (is_compound), 0) as compound_found,
                sum(wanted.households) as in_need, coalesce(sum(found.households), 0) as in_need_found
            from wanted left join found using (month_end, is_compound) group by month_end
        )
        select * from compared
        where abs(in_need - in_need_found) > greatest({OVERLAP_HOUSEHOLDS}, {OVERLAP_SHARE} * in_need)
            or abs(compound - compound_found) > greatest({OVERLAP_HOUSEHOLDS}, {OVERLAP_SHARE} * compound)
        """,
    )
    assert wrong == []


@pytest.mark.slow
def test_every_pattern_and_tier_counts_the_households_of_the_key(ward: tuple[Path, Path]) -> None:
    wrong = rows(
        *ward,
        f"""
        with wanted as (
            select pattern, tier, sum(household_count) as household_months from true_pattern_month group by all
        ),
        found as (
            select pattern, tier, count(*) as household_months from marts.fct_pattern_month group by all
        )
        select pattern, tier, wanted.household_months, coalesce(found.household_months, 0) as got
        from wanted left join found using (pattern, tier)
        where abs(wanted.household_months - coalesce(found.household_months, 0))
            > greatest({PATTERN_MONTHS}, {PATTERN_SHARE} * wanted.household_months)
        """,
    )
    assert wrong == []


@pytest.mark.slow
def test_every_indicator_has_the_value_of_the_key(ward: tuple[Path, Path]) -> None:
    units = " ".join(f"when '{kpi}' then {unit}" for kpi, unit in KPI_UNITS.items())
    wrong = rows(
        *ward,
        f"""
        with compared as (
            select key.*, found.value as got, found.status as got_status,
                -- A survey stands for residents; one whose age is not known shifts a weight, never a share by much.
                case when survey then {POINTS}
                    when linkage then greatest(
                        {KPI_SHARE} * abs(key.value),
                        (case kpi_id {units} else {KPI_UNIT} end) / nullif(key.denominator, 0)
                    )
                    else 1e-6 * greatest(1, abs(key.value))
                end as tolerance
            from true_kpi_value as key
            left join marts.mart_kpi_value as found using (kpi_id, period_end_date, area_code)
            where not key.contested
        )
        select kpi_id, period_end_date, value, got, status, got_status from compared
        where (value is null) <> (got is null) or abs(value - got) > tolerance
            or (not status_edge and status <> got_status)
        """,
    )
    assert wrong == []
