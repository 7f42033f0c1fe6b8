"""Known faults planted into a ward are found with their feed, column, reason and office; a clean ward has none.

What the offices are given, page and list, is read as they would read it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from kasane.contracts import load_contracts
from kasane.pipeline.office_list import OfficeList, write_office_lists
from kasane.quality import write_quality_summary
from kasane.quality.sql import connect
from kasane.settings import Settings
from kasane.ward import generate
from support.made_quality import copy_quality, write_linkage, write_rare_rows
from support.quality_answers import Release
from support.quality_checks import assert_quality_pages
from support.quality_ward import every_fault_in_turn, quality_warehouse

pytestmark = pytest.mark.slow
RESIDENTS, MONTHS = 400, 4
SHORTEST = 6


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("spoilt") / "ward"
    with every_fault_in_turn():
        generate(folder, RESIDENTS, MONTHS, seed=5)
    return folder


@pytest.fixture(scope="module")
def spoilt(ward: Path) -> Settings:
    return quality_warehouse(ward / "extracts", ward.parent / "data")


@pytest.fixture(scope="module")
def analyst(spoilt: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    # As the pages open it: DuckDB opens a file once a process, in one way.
    with connect(spoilt.data.current / "analyst.duckdb") as connection:
        yield connection


@pytest.fixture(scope="module")
def lists(spoilt: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[OfficeList]:
    return write_office_lists(spoilt, None, tmp_path_factory.mktemp("lists") / "out", "係長", "月次の品質確認")


@pytest.fixture(scope="module")
def summary(spoilt: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the quality pages."""
    folder: Path = tmp_path_factory.mktemp("pages")
    write_quality_summary(spoilt.data.current / "analyst.duckdb", spoilt.data.quality, folder, spoilt.seed_dirs)
    return folder


@pytest.fixture(scope="module")
def pages(summary: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in summary.glob("office*.html")}


def _read(contract_encoding: str, file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode(contract_encoding), newline="")))


def _planted_at(column: str | None) -> str:
    """The heading as the answer key has it: a key's first, and of a record of the wrong length its last."""
    return "備考" if column is None else column.split("|")[0]


def test_every_planted_row_is_a_check_that_its_file_fails_at_its_office(
    ward: Path, spoilt: Settings, analyst: duckdb.DuckDBPyConnection
) -> None:
    planted = {
        (row["file_name"], row["reason_code"], row["column_name"])
        for row in pq.read_table(ward / "truth" / "bad_row.parquet").to_pylist()
    }
    accepted = analyst.execute(
        "select file_name from quality.row_outcome where status = 'accepted' and feed <> 'youtai'"
    ).fetchall()
    found = analyst.execute(
        "select file_name, check_kind, owner, table_name, column_name from quality.check_result"
        " where scope = 'row' and severity = 'quarantine' and status = 'outside'"
    ).fetchall()
    expected = {each for each in planted if (each[0],) in accepted}
    assert {(file, kind, _planted_at(column)) for file, kind, *_, column in found} == expected
    assert {kind for _, kind, _ in expected} == {
        *("key_missing", "key_duplicate", "code_unknown", "date_impossible", "length", "number_invalid"),
    }
    contracts = load_contracts(spoilt.contract_dirs)
    for _, _, owner, table, column in found:
        contract = contracts[table]
        headings = {field.source for field in contract.fields}
        assert owner == contract.owner
        assert column is None or set(column.split("|")) <= headings


def test_every_file_that_is_refused_for_itself_fails_a_check_that_says_why(
    analyst: duckdb.DuckDBPyConnection,
) -> None:
    untold = analyst.execute(
        "select file_name, reason_code from quality.row_outcome as files where status = 'refused' and feed <> 'youtai'"
        " and not exists (select 1 from quality.check_result as checks where checks.delivery_id = files.delivery_id"
        " and checks.status = 'outside' and (checks.check_kind = files.reason_code"
        " or (checks.check_kind = 'row_change' and files.reason_code = 'volume')))"
    ).fetchall()
    refused = analyst.execute("select count(*) from quality.row_outcome where status = 'refused'").fetchone()
    assert untold == []
    assert refused is not None
    assert refused[0] >= 5


def test_a_list_leads_to_the_record_in_the_file_that_its_office_sent(
    ward: Path, spoilt: Settings, lists: list[OfficeList]
) -> None:
    contracts = load_contracts(spoilt.contract_dirs)
    looked = 0
    for each in lists:
        contract = contracts[each.table]
        rows = _read(contract.layout.encoding, each.file)
        assert len(rows) == each.rows
        if contract.layout.format != "csv":
            continue
        key_headings = [contract.by_name[name].source for name in contract.record_key]
        for row in rows:
            key = [row[heading] for heading in key_headings]
            file = ward / "extracts" / contract.feed / row["ファイル"]
            if not any(key) or file.suffix != ".csv":
                continue
            delivered = file.read_bytes().split(b"\n")[int(row["行"]) - 1]
            encoding = contract.layout.encoding.removesuffix("-sig")
            assert all(part.encode(encoding) in delivered for part in key), (each.table, row["行"])
            looked += 1
    assert looked > 20


def test_neither_pages_nor_the_analysts_zone_hold_what_the_lists_hold(
    spoilt: Settings, analyst: duckdb.DuckDBPyConnection, pages: dict[str, str], lists: list[OfficeList]
) -> None:
    contracts = load_contracts(spoilt.contract_dirs)
    secret: set[str] = set()
    for each in lists:
        contract = contracts[each.table]
        for row in _read(contract.layout.encoding, each.file):
            secret |= {row["届いた値"], *(row[contract.by_name[name].source] for name in contract.record_key)}
    needles = {value for value in secret if len(value) >= SHORTEST}
    told = "\n".join(pages.values()) + "\n".join(
        str(row)
        for relation in ("check_result", "finding_month")
        for row in analyst.execute(f"select * from quality.{relation}").fetchall()
    )
    log = (spoilt.data.audit / "custody.jsonl").read_text(encoding="utf-8")
    assert len(needles) > 20
    assert {value for value in needles if value in told or value in log} == set()


def test_a_page_says_what_its_office_has_to_mend(analyst: duckdb.DuckDBPyConnection, pages: dict[str, str]) -> None:
    owners = [
        owner for (owner,) in analyst.execute("select distinct owner from quality.check_result order by 1").fetchall()
    ]
    assert len(pages) == len(owners) + 1
    for at, owner in enumerate(owners, start=1):
        page = pages[f"office_{at}.html"]
        assert f"{owner}：直してほしいデータ" in page
        open_rules = analyst.execute(
            "select column_name, remedy, open_count from quality.finding_month where owner = ? and open_count > 0"
            " and month_end_date = (select max(month_end_date) from quality.finding_month)",
            [owner],
        ).fetchall()
        for column, remedy, open_count in open_rules:
            assert f"「{column}」" in page or column == ""
            assert remedy in page
            assert f">{open_count:,}<" in page
        assert ("要対協" in page) == (owner == "子ども家庭課")


def test_every_number_of_the_quality_pages_is_that_of_the_tables(
    spoilt: Settings, analyst: duckdb.DuckDBPyConnection, summary: Path
) -> None:
    compared = assert_quality_pages(Release(spoilt, analyst), summary)
    # Linkage is not done in this ward.
    assert {name for name, numbers in compared.items() if not numbers} == {"linkage.html"}
    assert sum(compared.values()) > 2000


def test_so_is_every_number_of_linkage_and_of_what_is_rare(
    spoilt: Settings, analyst: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "analyst.duckdb")) as made:
        copy_quality(analyst, made)
        write_linkage(made)
        write_rare_rows(made)
    write_quality_summary(tmp_path / "analyst.duckdb", spoilt.data.quality, tmp_path, spoilt.seed_dirs)
    with connect(tmp_path / "analyst.duckdb") as made:
        assert assert_quality_pages(Release(spoilt, made), tmp_path)["linkage.html"] > 60


def test_a_clean_ward_has_nothing_to_mend(tmp_path: Path) -> None:
    generate(tmp_path / "ward", RESIDENTS, 2, seed=5, dirt=False, truth=False)
    clean = quality_warehouse(tmp_path / "ward" / "extracts", tmp_path / "data")
    with duckdb.connect(str(clean.data.current / "analyst.duckdb"), read_only=True) as connection:
        outside = connection.execute(
            "select check_id, file_name, month_end_date, observed from quality.check_result where status = 'outside'"
        ).fetchall()
        faults = connection.execute("select * from quality.finding_month where is_fault").fetchall()
    assert outside == []
    assert faults == []
