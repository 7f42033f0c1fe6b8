"""A new key gives every id anew, an old one leads there until it is retired, and none is ever replaced in silence."""

import csv
import json
import os
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from kasane.errors import KasaneError, KeyMissingError
from kasane.keys import key_path, pseudonym_key
from kasane.linkage.pseudonym import pseudonym, pseudonyms
from kasane.pipeline.build_file import open_build_file, write_table
from kasane.pipeline.crosswalk import write_crosswalk
from kasane.pipeline.dbt import build_rules
from kasane.pipeline.key_rotation import list_keys, retire, rotate
from kasane.pipeline.unmerge import RETIRED, merged_releases
from support.linked_ward import ONE, TWO, A, B, Ward

WHO = ("係長", "定期の更新")


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    ward = Ward(tmp_path / "data")
    ward.publish("r1", [ONE, A], [TWO], [B])
    write_keys(ward)
    return ward


def write_keys(ward: Ward) -> None:
    """The ids as the link step gives them under the key in force."""
    secret = pseudonym_key(ward.settings)
    values = {"person": ["jumin|1", "jumin|2", B], "household": ["0001"], "case": ["konkyu|A"]}
    columns = {"person": "surrogate", "household": "register_household_no", "case": "case_key"}
    with open_build_file(ward.paths) as db:
        for domain, given in values.items():
            ids = pseudonyms(secret.key, domain, given)
            table = pa.table({columns[domain]: given, f"{domain}_id": ids, "key_id": [secret.key_id] * len(given)})
            write_table(db, f"link.{domain}_key", table)


def crosswalk(ward: Ward, out: Path, old: int = 1) -> dict[str, tuple[str, str]]:
    write_crosswalk(ward.settings, old, None, out, *WHO)
    with out.open(encoding="utf-8", newline="") as stream:
        return {row["old_id"]: (row["domain"], row["new_id"]) for row in csv.DictReader(stream)}


def test_a_rotation_keeps_the_old_key_and_gives_every_id_anew(ward: Ward) -> None:
    before, rules = pseudonym_key(ward.settings), build_rules(ward.settings)
    new = rotate(ward.settings, *WHO)
    assert (before.version, new.version) == (1, 2)
    assert pseudonym_key(ward.settings) == new
    assert new.key != before.key
    for version in (1, 2):
        assert key_path(ward.settings, version).exists()
    assert stat.S_IMODE(os.stat(key_path(ward.settings, 2)).st_mode) == 0o600
    # Otherwise months that did not change would keep the old ids.
    assert build_rules(ward.settings) != rules
    assert [(each.version, each.state) for each in list_keys(ward.settings)] == [(1, "kept"), (2, "in_force")]
    for file in (ward.paths.audit / "custody.jsonl", ward.paths.decisions / "keys.jsonl"):
        assert new.key.hex() not in file.read_text(encoding="utf-8")
        assert "係長" in file.read_text(encoding="utf-8")


def test_the_custodian_gets_from_each_old_id_to_its_new_one(ward: Ward, tmp_path: Path) -> None:
    old = pseudonym_key(ward.settings).key
    new = rotate(ward.settings, *WHO).key
    found = crosswalk(ward, tmp_path / "crosswalk.csv")
    wanted = {("person", "jumin|1"), ("person", "jumin|2"), ("person", B), ("household", "0001"), ("case", "konkyu|A")}
    for domain, surrogate in wanted:
        assert found[pseudonym(old, domain, surrogate)] == (domain, pseudonym(new, domain, surrogate))
    assert stat.S_IMODE(os.stat(tmp_path / "crosswalk.csv").st_mode) == 0o600
    assert not {each for _, each in found.values()} & set(found)


def test_who_left_the_register_is_in_the_crosswalk_by_the_key_ledger(ward: Ward, tmp_path: Path) -> None:
    ward.publish("r2", [ONE, A])
    old = pseudonym_key(ward.settings).key
    with open_build_file(ward.paths) as db:
        db.execute("delete from link.person_key where surrogate = 'jumin|2'")
    rotate(ward.settings, *WHO)
    assert pseudonym(old, "person", "jumin|2") in crosswalk(ward, tmp_path / "crosswalk.csv")


def test_retired_a_key_is_gone_and_nothing_leads_through_it(ward: Ward, tmp_path: Path) -> None:
    rotate(ward.settings, *WHO)
    retire(ward.settings, 1, *WHO)
    assert not key_path(ward.settings, 1).exists()
    assert [each.state for each in list_keys(ward.settings)] == ["retired", "in_force"]
    with pytest.raises(KeyMissingError, match="was retired"):
        crosswalk(ward, tmp_path / "crosswalk.csv")
    assert not (tmp_path / "crosswalk.csv").exists()
    # The key in force serves on.
    assert pseudonym_key(ward.settings).version == 2


@pytest.mark.parametrize(("version", "told"), [(2, "no older version"), (0, "no older version"), (7, "no older")])
def test_only_an_older_version_can_be_retired(ward: Ward, version: int, told: str) -> None:
    rotate(ward.settings, *WHO)
    with pytest.raises(KasaneError, match=told):
        retire(ward.settings, version, *WHO)
    assert all(key_path(ward.settings, each).exists() for each in (1, 2))


def test_a_key_that_readers_still_see_is_not_retired(ward: Ward) -> None:
    folder = ward.paths.releases / "r1"
    folder.mkdir(parents=True)
    (folder / "release.json").write_text(json.dumps({"release_id": "r1", "rules": {"keys/pseudonym": "version 1, x"}}))
    ward.paths.current.symlink_to("releases/r1")
    rotate(ward.settings, *WHO)
    with pytest.raises(KasaneError, match="still shows ids of version 1"):
        retire(ward.settings, 1, *WHO)
    assert key_path(ward.settings, 1).exists()


def test_a_missing_or_swapped_key_of_a_later_version_is_an_error_and_never_made_anew(ward: Ward) -> None:
    rotate(ward.settings, *WHO)
    path = key_path(ward.settings, 2)
    kept = path.read_text(encoding="ascii")
    path.write_text("ab" * 32, encoding="ascii")
    with pytest.raises(KeyMissingError, match="another key than version 2"):
        pseudonym_key(ward.settings)
    path.unlink()
    with pytest.raises(KeyMissingError, match="version 2 of the pseudonym key is missing") as told:
        pseudonym_key(ward.settings)
    assert kept.strip() not in str(told.value)
    assert not path.exists()


def test_a_release_of_before_is_told_with_the_ids_that_it_showed(ward: Ward) -> None:
    old = pseudonym(pseudonym_key(ward.settings).key, "person", "jumin|1")
    rotate(ward.settings, *WHO)
    new = pseudonym(pseudonym_key(ward.settings).key, "person", "jumin|1")
    ward.publish("r2", [ONE, A], [TWO])
    assert [each.person_id for each in merged_releases(ward.settings, ONE, A)] == [old, new]
    retire(ward.settings, 1, *WHO)
    assert [each.person_id for each in merged_releases(ward.settings, ONE, A)] == [RETIRED, new]


def test_who_and_why_must_be_told(ward: Ward) -> None:
    for refused in (lambda: rotate(ward.settings, " ", ""), lambda: retire(ward.settings, 1, "", " ")):
        with pytest.raises(KasaneError) as told:
            refused()
        assert len(told.value.problems) == 2
    assert not (ward.paths.decisions / "keys.jsonl").exists()
