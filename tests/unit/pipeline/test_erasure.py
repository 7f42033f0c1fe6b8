"""Who is erased is gone down to landing, comes back with no delivery, and takes nobody along."""

import stat
from pathlib import Path

import duckdb
import pytest

from kasane.errors import KasaneError, KeyMissingError
from kasane.extract.tombstones import read_tombstones
from kasane.keys import create_key
from kasane.pipeline import link
from kasane.pipeline.erasure import erase
from kasane.pipeline.state import load_ledger
from kasane.pipeline.subject import write_subject
from kasane.settings import Settings
from support.person_ward import copy_of, files_with, ingest_all, lake_rows, linked_data, somebody

WHO = {"by": "係長", "reason": "本人の請求"}
BASIS = "個人情報保護法第101条"


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return linked_data(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def erased(ward: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    settings = copy_of(ward, tmp_path_factory.mktemp("erased"))
    number = somebody(ward)
    assert erase(settings, number, **WHO, basis=BASIS, dry_run=False)
    return settings, number


def test_nothing_of_the_person_is_left_in_landing_lake_ledger_decisions_and_log(
    ward: Settings, erased: tuple[Settings, str]
) -> None:
    settings, number = erased
    assert files_with(ward.data.landing, number)
    assert files_with(ward.data.lake, number)
    assert files_with(ward.data.key_ledger, number)
    assert files_with(settings.data.root, number) == []


def test_all_other_records_are_read_as_they_were(ward: Settings, erased: tuple[Settings, str]) -> None:
    settings, number = erased
    before, after = lake_rows(ward), lake_rows(settings)
    # Deliveries that were superseded before the erasure are in the lake as well; refused ones never were.
    for table, rows in before.items():
        gone = rows - after[table]
        assert after[table] <= rows, table
        assert all(number in row for row in gone) or table in ("youtai", "soudan_consultation"), table
    assert sum(map(len, before.values())) - sum(map(len, after.values())) >= 10


def test_every_file_still_accounts_for_its_rows_and_deleted_ones_say_so(
    ward: Settings, erased: tuple[Settings, str]
) -> None:
    settings, _ = erased
    before = {each.file_name: each for each in load_ledger(ward).deliveries}
    for each in load_ledger(settings).deliveries:
        rows = (each.rows_loaded, each.rows_quarantined, each.rows_superseded)
        if each.status == "accepted":
            assert each.rows_in == sum(rows), each.file_name
            assert (each.rows_in or 0) <= (before[each.file_name].rows_in or 0)
        if each.status == "deleted":
            assert rows == (0, 0, 0)
            assert each.rows_in == before[each.file_name].rows_in
            assert each.reason_code == "erased"
            assert each.reason
    accepted = {each.file_name for each in load_ledger(settings).deliveries if each.status == "accepted"}
    assert accepted == {name for name, each in before.items() if each.status == "accepted"}


def test_what_a_source_delivers_again_does_not_bring_the_person_back(
    erased: tuple[Settings, str], tmp_path: Path
) -> None:
    settings, number = erased
    settings = copy_of(settings, tmp_path)
    folder = Path(str(settings.extracts)) / "jumin"
    newest = max(folder.iterdir())
    assert number.encode() in newest.read_bytes()
    # The same content as a new delivery, which nothing knows by its name or hash.
    again = newest.with_name(newest.name.replace("_01.", "_09."))
    again.write_bytes(newest.read_bytes().replace(b"\r\n", b"\r\n", 1))
    ingest_all(settings)
    assert files_with(settings.data.landing, number) == []
    assert files_with(settings.data.lake, number) == []
    told = {each.file_name: each.status for each in load_ledger(settings).deliveries if each.status != "deleted"}
    assert told[again.name] in ("accepted", "skipped")
    link(settings)
    with pytest.raises(KasaneError, match="nobody in the warehouse"):
        erase(settings, number, **WHO, basis=BASIS, dry_run=False)


def test_a_dry_run_tells_and_changes_nothing(ward: Settings) -> None:
    number = somebody(ward)
    before = sorted(path for path in ward.data.root.rglob("*"))
    assert erase(ward, number, **WHO, basis=BASIS, dry_run=True)
    assert sorted(path for path in ward.data.root.rglob("*")) == before


def test_who_why_and_on_what_basis_must_be_told(ward: Settings) -> None:
    with pytest.raises(KasaneError, match="nobody is named") as told:
        erase(ward, somebody(ward), "", "", BASIS, dry_run=True)
    assert len(told.value.problems) == 2
    with pytest.raises(KasaneError, match="no legal basis"):
        erase(ward, somebody(ward), **WHO, basis=" ", dry_run=True)
    with pytest.raises(KasaneError, match="nobody in the warehouse") as unknown:
        erase(ward, "9999999999", **WHO, basis=BASIS, dry_run=True)
    assert "9999999999" not in str(unknown.value)


def test_a_tombstone_leads_to_what_stands_in_its_place(erased: tuple[Settings, str]) -> None:
    settings, _ = erased
    stones = [stone for stone in read_tombstones(settings.data.landing / "jumin") if stone.replaced_by]
    assert stones
    for stone in stones:
        assert not (settings.data.landing / "jumin" / stone.sha256).exists()
        assert (settings.data.landing / "jumin" / str(stone.replaced_by)).exists()


def test_without_its_key_the_list_of_the_erased_is_an_error(erased: tuple[Settings, str], tmp_path: Path) -> None:
    settings, _ = erased
    settings = copy_of(settings, tmp_path)
    (settings.data.keys / "erasure.key").unlink()
    with pytest.raises(KeyMissingError, match="knows them again is missing"):
        ingest_all(settings)
    create_key(settings.data.keys / "erasure.key")


def test_a_person_gets_to_know_every_file_line_and_link(ward: Settings, tmp_path: Path) -> None:
    number, out = somebody(ward), tmp_path / "answer.csv"
    told = write_subject(ward, number, out, **WHO)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    text = out.read_text(encoding="utf-8-sig")
    with duckdb.connect() as db:
        files = [str(path) for path in (ward.data.lake / "jumin").glob("*/rows.parquet")]
        row = db.execute("select count(*) from read_parquet(?) where resident_no = ?", [files, number]).fetchone()
    assert row is not None
    assert text.count("記録,jumin,") == row[0] > 0
    assert "結び付け,jumin,subject," in text
    assert told.rows["公開の版"] == 1
    log = (ward.data.audit / "custody.jsonl").read_text(encoding="utf-8")
    assert '"what": "subject"' in log
    assert number not in log
    write_subject(ward, number, tmp_path / "answer.xlsx", **WHO)
    assert (tmp_path / "answer.xlsx").read_bytes().startswith(b"PK")


def test_an_answer_is_not_laid_where_readers_look(ward: Settings) -> None:
    with pytest.raises(KasaneError, match="must not lie in the data directory"):
        write_subject(ward, somebody(ward), ward.data.root / "answer.csv", **WHO)
