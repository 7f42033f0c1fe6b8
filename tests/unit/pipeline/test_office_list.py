"""Lists of values to mend: read back as an office would, kept to their owner, noted without a number."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kasane.contracts.codes import load_code_texts
from kasane.errors import KasaneError
from kasane.pipeline.office_list import write_office_lists
from kasane.quality import load_check_kinds
from kasane.settings import DataPaths, Settings

COLUMNS = (
    "owner varchar, feed varchar, table_name varchar, is_fault boolean, origin varchar, dimension varchar,"
    " check_kind varchar, check_label varchar, rule varchar, remedy varchar, column_name varchar, record_key varchar,"
    " delivered_value varchar, file_name varchar, base_date date, line_number bigint, first_seen_on date,"
    " deliveries_seen bigint, times_returned bigint, as_of_date date, age_days bigint"
)
NUMBER = "2000012"
WHO = ("係長", "月次の確認")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A release with three values to mend."""
    data = DataPaths(tmp_path / "data")
    folder = data.releases / "r1"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "restricted.duckdb")) as connection:
        connection.execute(f"create schema restricted; create table restricted.restricted.open_finding ({COLUMNS})")
        for table, owner, fault, column, key, value, first in (
            ("seiho", "生活支援課", True, "保護開始年月日", f"{NUMBER}|01", "5071332", date(2025, 1, 31)),
            ("seiho", "生活支援課", False, "宛名番号", f"{NUMBER}|02", "0100\u9ad9\U00020bb7", date(2025, 2, 28)),
            ("konkyu", "生活支援課", True, "同意区分", "=1+1|", "@SUM(1)", date(2025, 3, 31)),
        ):
            connection.execute(
                "insert into restricted.restricted.open_finding values"
                " (?, ?, ?, ?, 'entry', 'plausibility', 'k', '暦にない日付', '規則', '直す', ?, ?, ?, 'F.csv',"
                " date '2025-03-31', 7, ?, 2, 1, date '2025-03-31', 59)",
                [owner, table, table, fault, column, key, value, first],
            )
    data.current.symlink_to("releases/r1")
    return Settings(data, None, None, None)


def read(file: Path, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode(encoding), newline="")))


def test_a_list_is_in_the_encoding_and_the_words_of_its_own_system(settings: Settings, tmp_path: Path) -> None:
    write_office_lists(settings, "生活支援課", tmp_path / "out", *WHO)
    fault, doubt = read(tmp_path / "out" / "生活支援課" / "quality_seiho.csv", "cp932")
    assert (fault["ケース番号"], fault["員番号"]) == (NUMBER, "01")
    assert (fault["扱い"], fault["原因"], fault["項目"], fault["届いた値"]) == (
        *("取り込めない", "入力の誤り", "保護開始年月日", "5071332"),
    )
    assert (fault["ファイル"], fault["行"], fault["初出の基準日"]) == ("F.csv", "7", "2025-01-31")
    assert (fault["経過日数"], fault["経過月数"], fault["現れたファイルの数"], fault["戻った回数"]) == (
        *("59", "2", "2", "1"),
    )
    # 28 February to 31 March is a month; a sign that cp932 lacks is told by its number.
    assert (doubt["扱い"], doubt["経過月数"], doubt["届いた値"]) == ("要確認", "1", "0100髙〔U+20BB7〕")


def test_nothing_in_a_list_runs_as_a_formula(settings: Settings, tmp_path: Path) -> None:
    write_office_lists(settings, None, tmp_path / "out", *WHO)
    (row,) = read(tmp_path / "out" / "生活支援課" / "quality_konkyu.csv", "utf-8-sig")
    assert (row["支援番号"], row["届いた値"]) == ("'=1+1|", "'@SUM(1)")


def test_a_list_is_its_owners_alone_and_the_log_names_no_record(settings: Settings, tmp_path: Path) -> None:
    written = write_office_lists(settings, "生活支援課", tmp_path / "out", *WHO)
    assert {each.table: each.rows for each in written} == {"konkyu": 1, "seiho": 2}
    assert {stat.S_IMODE(each.file.stat().st_mode) for each in written} == {0o600}
    log = (settings.data.audit / "custody.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in log.splitlines()]
    assert [(each["what"], each["by"], each["table"], each["rows"]) for each in entries] == [
        ("office_list", "係長", "konkyu", 1),
        ("office_list", "係長", "seiho", 2),
    ]
    assert NUMBER not in log


def test_what_was_mended_is_gone_from_the_next_list(settings: Settings, tmp_path: Path) -> None:
    write_office_lists(settings, None, tmp_path / "out", *WHO)
    with duckdb.connect(str(settings.data.current / "restricted.duckdb")) as connection:
        connection.execute("delete from restricted.restricted.open_finding")
    write_office_lists(settings, None, tmp_path / "out", *WHO)
    assert read(tmp_path / "out" / "生活支援課" / "quality_seiho.csv", "cp932") == []


@pytest.mark.parametrize(
    ("owner", "out", "by", "told"),
    [("無い課", "out", "係長", "no contract is owned by"), (None, "data/x", "係長", "data directory"),
     (None, "out", " ", "--by")],
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_written(
    settings: Settings, tmp_path: Path, owner: str | None, out: str, by: str, told: str
) -> None:
    with pytest.raises(KasaneError, match=told):
        write_office_lists(settings, owner, tmp_path / out, by, "理由")
    assert not (tmp_path / out).exists()


def test_every_word_of_a_rule_can_be_written_in_the_encoding_of_the_oldest_system(settings: Settings) -> None:
    kinds = load_check_kinds(settings.seed_dirs)
    told = {*load_code_texts(settings.seed_dirs, "reason_code"), *load_code_texts(settings.seed_dirs, "warning_code")}
    for kind in kinds.values():
        for text in (kind.label, kind.rule, kind.remedy):
            assert text.encode("cp932").decode("cp932") == text
            assert text
    # What the ledger decides about a file as a whole is no fault of its content.
    assert told - set(kinds) == {"volume", "batch_check", "same_bytes", "retention_over", "erased"}
