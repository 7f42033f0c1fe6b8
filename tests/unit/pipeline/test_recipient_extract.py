"""What two recipients hold does not join, whatever relation they got; the custodian alone gets back to our ids."""

import csv
import json
import os
import stat
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kasane.errors import KasaneError
from kasane.keys import pseudonym_key
from kasane.linkage.pseudonym import pseudonyms
from kasane.pipeline.build_file import open_build_file, write_table
from kasane.pipeline.recipient_extract import PSEUDONYM, reidentify, write_extract
from support.linked_ward import Ward

WHO = ("係長", "研究への提供")
PERSONS = [f"jumin|{number}" for number in range(40)]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A release of 40 persons; one column holds ids alone, another ids within a text, a third none."""
    ward = Ward(tmp_path / "data")
    secret = pseudonym_key(ward.settings)
    ids = pseudonyms(secret.key, "person", PERSONS)
    with open_build_file(ward.paths) as db:
        db.execute("create schema link; create schema ledger")
        write_table(
            db, "link.person_key", pa.table({"surrogate": PERSONS, "person_id": ids, "key_id": [secret.key_id] * 40})
        )
    folder = ward.paths.releases / "202504-a"
    folder.mkdir(parents=True)
    (folder / "release.json").write_text(json.dumps({"release_id": folder.name}))
    ward.paths.current.symlink_to("releases/202504-a")
    with duckdb.connect(str(folder / "analyst.duckdb")) as db:
        db.execute("create schema marts; create schema restricted_not")
        db.register("given", pa.table({"person_id": ids, "born": [1950 + n % 3 for n in range(40)]}))
        db.execute("create table marts.dim_person as select person_id, born, 'E01' as area_code from given")
        db.execute("create table marts.pair as select string_agg(person_id, ';') as members from given group by born")
    return ward


def extract(ward: Ward, recipient: str, out: Path, relation: str = "marts.dim_person") -> list[dict[str, object]]:
    write_extract(ward.settings, recipient, relation, out, *WHO)
    rows: list[dict[str, object]] = pq.read_table(out).to_pylist()
    return rows


def test_ids_of_two_recipients_have_nothing_in_common_with_each_other_or_ours(ward: Ward, tmp_path: Path) -> None:
    ours = set(pseudonyms(pseudonym_key(ward.settings).key, "person", PERSONS))
    one = {str(row["person_id"]) for row in extract(ward, "UNIV-A", tmp_path / "a.parquet")}
    other = {str(row["person_id"]) for row in extract(ward, "UNIV-B", tmp_path / "b.parquet")}
    assert len(one) == len(other) == len(ours) == 40
    assert one.isdisjoint(other)
    assert ours.isdisjoint(one | other)
    assert all(PSEUDONYM.fullmatch(each) and each.startswith("p") for each in one | other)


def test_one_recipients_tables_join_with_each_other_also_through_ids_within_texts(ward: Ward, tmp_path: Path) -> None:
    one = {str(row["person_id"]) for row in extract(ward, "UNIV-A", tmp_path / "a.parquet")}
    texts = [str(row["members"]) for row in extract(ward, "UNIV-A", tmp_path / "p.parquet", "marts.pair")]
    assert {each for text in texts for each in text.split(";")} == one


def test_the_order_of_rows_does_not_join_them_either(ward: Ward, tmp_path: Path) -> None:
    rows = extract(ward, "UNIV-A", tmp_path / "a.parquet")
    assert rows == sorted(rows, key=lambda row: str(row["person_id"]))
    kept = [(row["born"], row["area_code"]) for row in rows]
    assert sorted(map(str, kept)) == sorted(str((1950 + n % 3, "E01")) for n in range(40))


def test_the_custodian_gets_back_to_our_ids_and_with_the_wrong_recipient_to_nobody(ward: Ward, tmp_path: Path) -> None:
    extract(ward, "UNIV-A", tmp_path / "a.parquet")
    write_extract(ward.settings, "UNIV-A", "marts.dim_person", tmp_path / "a.csv", *WHO)
    ours = set(pseudonyms(pseudonym_key(ward.settings).key, "person", PERSONS))
    for name in ("a.parquet", "a.csv"):
        assert reidentify(ward.settings, "UNIV-A", tmp_path / name, None, tmp_path / "back.csv", *WHO) == 40
        with (tmp_path / "back.csv").open(encoding="utf-8", newline="") as stream:
            assert {row["id"] for row in csv.DictReader(stream)} == ours
    assert stat.S_IMODE(os.stat(tmp_path / "back.csv").st_mode) == 0o600
    with pytest.raises(KasaneError, match="none of its 40 ids"):
        reidentify(ward.settings, "UNIV-B", tmp_path / "a.parquet", None, tmp_path / "none.csv", *WHO)
    assert not (tmp_path / "none.csv").exists()


def test_every_extract_and_every_way_back_stands_in_the_audit_log(ward: Ward, tmp_path: Path) -> None:
    extract(ward, "UNIV-A", tmp_path / "a.parquet")
    reidentify(ward.settings, "UNIV-A", tmp_path / "a.parquet", None, tmp_path / "back.csv", *WHO)
    lines = (ward.paths.audit / "custody.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert [(each["what"], each["recipient"], each["by"]) for each in told] == [
        ("extract", "UNIV-A", "係長"),
        ("extract reidentify", "UNIV-A", "係長"),
    ]
    assert told[0]["release_id"] == "202504-a"
    assert not PSEUDONYM.search("\n".join(lines))


@pytest.mark.parametrize(
    ("recipient", "relation", "out", "told"),
    [
        ("UNIV A", "marts.dim_person", "a.csv", "no code"),
        ("UNIV-A", "marts.dim_person", "a.txt", "neither .csv nor .parquet"),
        ("UNIV-A", "restricted.person_link", "a.csv", "has no relation restricted.person_link"),
        ("UNIV-A", "marts.dim_person; drop", "a.csv", "has no relation"),
        ("UNIV-A", "marts.dim_person", "data/a.csv", "must not lie in the data directory"),
    ],
)
def test_what_can_not_be_given_is_refused_and_nothing_written(
    ward: Ward, tmp_path: Path, recipient: str, relation: str, out: str, told: str
) -> None:
    with pytest.raises(KasaneError, match=told):
        write_extract(ward.settings, recipient, relation, tmp_path / out, *WHO)
    assert not (tmp_path / out).exists()
