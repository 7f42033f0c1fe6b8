"""What is over goes down to landing and stays away; what is still read, and whoever is protected, does not suffer."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kasane.contracts import load_contracts
from kasane.errors import KasaneError
from kasane.extract.tombstones import read_tombstones
from kasane.pipeline import link
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.retention import retain, years_after
from kasane.pipeline.state import load_ledger
from kasane.settings import Settings
from support.person_ward import copy_of, ingest_all, kept_one_year, linked_data

WHO = {"by": "係長", "reason": "年次の削除"}
# The ward begins in October 2023; with one year to keep, what November's files replaced is over by now.
AS_OF = "2024-12-15"


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return kept_one_year(linked_data(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def retained(ward: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = copy_of(ward, tmp_path_factory.mktemp("retained"))
    assert retain(settings, AS_OF, **WHO, dry_run=False)
    return settings


def statuses(settings: Settings) -> dict[str, str]:
    return {each.file_name: each.status for each in load_ledger(settings).deliveries}


def test_a_full_file_is_kept_while_months_are_read_from_it(ward: Settings, retained: Settings) -> None:
    before, after = statuses(ward), statuses(retained)
    assert after["JUMIN_20231031_01.csv"] == "deleted"
    # Replaced on 31 December 2023, and the list of areas was never replaced.
    assert after["JUMIN_20231130_01.csv"] == "accepted"
    assert after["CHIKU_20230401_01.csv"] == before["CHIKU_20230401_01.csv"] == "accepted"
    assert set(before) == set(after)


def test_bytes_and_records_are_gone_and_the_hash_the_day_and_the_reason_stay(retained: Settings) -> None:
    stones = read_tombstones(retained.data.landing / "jumin")
    assert stones
    for stone in stones:
        assert not (retained.data.landing / "jumin" / stone.sha256).exists()
        assert "保存期限" in stone.reason
        assert stone.manifest is not None
        assert not (retained.data.lake / "jumin" / stone.manifest.delivery_id).exists()


def test_every_file_accounts_for_its_rows_and_a_deleted_one_for_how_many_it_had(
    ward: Settings, retained: Settings
) -> None:
    before = {each.file_name: each.rows_in for each in load_ledger(ward).deliveries}
    for each in load_ledger(retained).deliveries:
        told = (each.rows_loaded, each.rows_quarantined, each.rows_superseded)
        assert each.rows_in == before[each.file_name]
        if each.status == "deleted":
            assert (each.reason_code, told, each.in_force) == ("retention_over", (0, 0, 0), False)
        elif each.status == "accepted":
            assert each.rows_in == sum(told)


def test_a_month_that_would_lack_a_feed_falls_away(ward: Settings, retained: Settings) -> None:
    assert load_ledger(ward).months[0] == date(2023, 10, 31)
    assert load_ledger(retained).months == [month for month in load_ledger(ward).months if month > date(2023, 10, 31)]


def test_a_source_that_still_holds_the_file_does_not_bring_it_back(retained: Settings, tmp_path: Path) -> None:
    settings = copy_of(retained, tmp_path)
    before = statuses(settings)
    shutil.rmtree(settings.data.work, ignore_errors=True)
    ingest_all(settings)
    assert statuses(settings) == before
    assert retain(settings, AS_OF, **WHO, dry_run=False) == []


def test_others_are_judged_as_they_were(ward: Settings, retained: Settings) -> None:
    """A volume is judged by the file before, and the same content as one before is skipped: both are told still."""
    before, after = statuses(ward), statuses(retained)
    assert {name: status for name, status in after.items() if status != "deleted"} == {
        name: before[name] for name, status in after.items() if status != "deleted"
    }


def test_protection_outlives_the_file_that_told_it(ward: Settings, retained: Settings, tmp_path: Path) -> None:
    settings = copy_of(retained, tmp_path)
    link(settings)
    told = marks(settings)
    assert told == marks(ward)
    # The lake has those of the first month no longer.
    assert {day for _, day, _ in told} > {day for _, day, _ in lake_marks(settings)}


_MARKS = "select distinct resident_no, base_date, protection_measure from {} where protection_measure is not null"


def marks(settings: Settings) -> set[tuple[str, date, str]]:
    with open_build_file(settings.data, read_only=True) as db:
        return set(db.execute(_MARKS.format("ledger.protection_mark")).fetchall())


def lake_marks(settings: Settings) -> set[tuple[str, date, str]]:
    with duckdb.connect() as db:
        files = [str(path) for path in (settings.data.lake / "jumin").glob("*/rows.parquet")]
        return set(db.execute(_MARKS.format("read_parquet(?)"), [files]).fetchall())


def test_a_dry_run_tells_and_changes_nothing(ward: Settings) -> None:
    before = sorted(ward.data.root.rglob("*"))
    assert [each.file.file_name for each in retain(ward, AS_OF, "", "", dry_run=True)]
    assert sorted(ward.data.root.rglob("*")) == before


def test_a_feed_that_is_not_used_any_more_is_still_kept_and_deleted_by_its_time(ward: Settings) -> None:
    over = [each.file for each in retain(ward, AS_OF, "", "", dry_run=True)]
    assert any(each.feed == "kaigo" for each in over)
    file = (ward.config_dir or Path()) / "municipality.yml"
    file.write_text('code: "999999"\nname: ためし区\nfeeds_off: [kaigo]\n', encoding="utf-8")
    try:
        assert "kaigo" not in {each.feed for each in load_ledger(ward).deliveries}
        assert [each.file for each in retain(ward, AS_OF, "", "", dry_run=True)] == over
    finally:
        file.unlink()


def test_nothing_is_over_by_the_contracts_of_the_repository(ward: Settings) -> None:
    assert retain(replace(ward, config_dir=None), "2026-01-01", **WHO, dry_run=True) == []


@pytest.mark.parametrize(("as_of", "told"), [("2999-01-01", "lies ahead"), ("soon", "is no day")])
def test_a_day_ahead_or_none_deletes_nothing(ward: Settings, as_of: str, told: str) -> None:
    with pytest.raises(KasaneError, match=told):
        retain(ward, as_of, **WHO, dry_run=False)


def test_who_and_why_must_be_told(ward: Settings) -> None:
    before = statuses(ward)
    with pytest.raises(KasaneError, match="nobody is named"):
        retain(ward, AS_OF, "", "", dry_run=False)
    assert statuses(ward) == before


def test_every_contract_says_how_long_and_by_which_rule() -> None:
    root = Path(__file__).parents[3] / "expectations" / "contracts"
    for contract in load_contracts([root]).values():
        assert contract.retention_basis, contract.table


@pytest.mark.parametrize(
    ("day", "until"), [(date(2024, 2, 29), date(2029, 2, 28)), (date(2023, 11, 30), date(2028, 11, 30))]
)
def test_years_end_on_the_same_day(day: date, until: date) -> None:
    assert years_after(day, 5) == until
