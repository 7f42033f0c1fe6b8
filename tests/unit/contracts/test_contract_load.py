"""What whoever writes a contract relies on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kasane.contracts import load_contracts
from kasane.contracts.codes import load_code_lists, load_forbidden_headings, load_thresholds
from kasane.errors import ContractError
from kasane.settings import PROJECT_ROOT

CONTRACTS = PROJECT_ROOT / "expectations" / "contracts"
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    for folder in ("contracts", "seeds/codes", "seeds/policy"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def copy_with(overlay: Path, feed: str, *changes: tuple[str, str]) -> Path:
    text = (CONTRACTS / f"{feed}.yml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (overlay / "contracts" / f"{feed}.yml").write_text(text, encoding="utf-8")
    return overlay / "contracts"


def test_every_violation_of_every_file_is_reported_at_once(overlay: Path) -> None:
    copy_with(
        overlay,
        "kikan",
        ("kind: full", "kind: sometimes"),
        ("codes: agency_field", "codes: no_such_list"),
        ("record_key: [agency_code]", "record_key: [agency_code, nothing]"),
        ("opened_on, source: 開設日, type: date, shape: [iso, slash]", "opened_on, source: 開設日, type: date"),
        ("owner: 地域福祉課", "owner: 地域福祉課\ncolour: red"),
    )
    copy_with(overlay, "chiku", ("retention_years: 10", "retention_years: '10'"))
    with pytest.raises(ContractError) as caught:
        load_contracts([overlay / "contracts"])
    told = [str(problem) for problem in caught.value.problems]
    wanted = ("kind", "no_such_list", "`nothing`", "needs `shape`", "colour", "retention_years")
    assert [word for word in wanted if not any(word in line for line in told)] == []
    assert all("kikan.yml" in line or "chiku.yml" in line for line in told)


def test_a_key_that_stands_twice_is_an_error_not_a_silent_loss(overlay: Path) -> None:
    folder = copy_with(overlay, "chiku", ("kind: full", "kind: full\nkind: delta"))
    with pytest.raises(ContractError, match="`kind` twice"):
        load_contracts([folder])


@pytest.mark.parametrize(
    ("feed", "old", "new", "told"),
    [
        ("shogai", "from: 51", "from: 50", "overlaps"),
        ("shogai", "record_bytes: 152", "record_bytes: 150", "beyond record_bytes"),
        ("kaigo", "position: 3", "position: 14", "without gaps"),
        ("jumin", "count_position: 2", "count_from: 2", "layout.trailer"),
        ("jumin", "P<sequence>", "P<number>", "no group `sequence`"),
        ("jumin", "P<base_date>", "P<part>", "one of the groups `base_date` and `fiscal_year`"),
        ("jumin", '"0 5 3 * *"', '"0 25 3 * *"', "outside 0-23"),
        ("kaigo", "end: valid_to", "end: uses_service", "no date field"),
        ("kaigo", "given_kana: given_kana_key", "given_kana: nothing", "people"),
        ("konkyu", "door: address_door_key", "door: nothing", "people.subject.door: no field"),
        ("konkyu", "phone_text: phone", "phone_text: phone_key", "people.subject.phone_text: no field"),
        ("jumin", "[town_name, block, building]\n", "[town_name, house]\n", "address_text: no field `house`"),
        ("jumin", "from: [town_name, block], by", "from: [block], by", "register_block is made from 2"),
        ("kaigo", "{field: care_level", "{field: nothing", "batch.completeness"),
        ("jumin", 'drop_values: ["3"]', 'drop_values: ["4"]', "drop_values"),
        ("jumin", "  encoding: cp932\n", "", "layout.encoding: needed"),
        ("jumin", "  heading: true\n", "  heading: true\n  note_markers: [※]\n", "note_markers: not for csv"),
        ("youtai", "  heading_row: 3\n", "", "layout.heading_row: needed"),
        ("youtai", "  heading_row: 3\n", "  heading_row: 3\n  encoding: cp932\n", "encoding: not for xlsx"),
        ("youtai", "source: 管理番号", "source: 管理番号\n    position: 1", "whose columns have names"),
        ("youtai", "    birth_date: birth_date\n", "", "needs `kana` and `birth_date`"),
        ("houkatsu", "(?P<part>[A-Z0-9]+)", "[A-Z0-9]+", "no group `part`"),
        ("kaigi", "  sheets: [支援会議, 重層的支援会議, 地域ケア会議]\n", "", "layout.sheets names no sheet"),
        ("kaigi", "format: xlsx", "format: parquet", "goes with connector sql"),
        ("soudan", "connector: sql", "connector: files", "goes with connector sql"),
        ("soudan", "version: updated_at", "version: consultation_id", "no timestamp field"),
        ("soudan", "    version: updated_at\n", "", "an incremental feed needs it"),
    ],
)
def test_parts_of_a_contract_must_fit_together(overlay: Path, feed: str, old: str, new: str, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        load_contracts([copy_with(overlay, feed, (old, new))])


def test_every_broken_rule_of_a_workbook_is_told_at_once(overlay: Path) -> None:
    folder = copy_with(
        overlay,
        "houkatsu",
        ("  heading_row: 3\n", "  record_kind: D\n"),
        ("(?P<part>[A-Z0-9]+)_(?P<base_date>[0-9]{8})", "(?P<base_date>[0-9]{8})"),
        ("    kana: kana_key\n", ""),
        ("fixes: map_houkatsu__sex", "fixes: map_houkatsu__nothing"),
    )
    with pytest.raises(ContractError) as caught:
        load_contracts([folder])
    told = " ".join(str(problem) for problem in caught.value.problems)
    wanted = ("heading_row", "record_kind", "`part`", "`kana`", "map_houkatsu__nothing")
    assert [word for word in wanted if word not in told] == []


def test_the_words_of_a_flag_are_text_though_yaml_has_other_plans(overlay: Path) -> None:
    flag = load_contracts([CONTRACTS])["kenshu"].by_name["is_completed"]
    assert ("○" in flag.yes, "×" in flag.no) == (True, True)


def test_an_overlay_changes_one_field_and_leaves_the_rest(overlay: Path) -> None:
    (overlay / "contracts" / "chiku.yml").write_text(
        "feed: chiku\nowner: 都市計画課\nfields:\n"
        "  - {name: town_code, length: 8}\n"
        "  - {name: postal_code, source: 郵便番号, type: digits, length: 7, secrecy: open, description: 郵便番号}\n",
        encoding="utf-8",
    )
    plain = load_contracts([CONTRACTS])
    laid_over = load_contracts([CONTRACTS, overlay / "contracts"])
    chiku = laid_over["chiku"]
    assert (chiku.owner, chiku.by_name["town_code"].length, chiku.by_name["town_code"].required) == (
        "都市計画課",
        8,
        True,
    )
    assert [field.name for field in chiku.fields] == [*(f.name for f in plain["chiku"].fields), "postal_code"]
    assert laid_over["jumin"] == plain["jumin"]


def test_read_hash_follows_what_changes_reading_and_nothing_else(overlay: Path) -> None:
    before = load_contracts([CONTRACTS])["jumin"].read_hash
    wording = copy_with(
        overlay, "jumin", ("owner: 戸籍住民課", "owner: 市民課"), ("max_change: 0.30", "max_change: 0.5")
    )
    assert load_contracts([wording])["jumin"].read_hash == before
    layout = copy_with(overlay, "jumin", ("length: 10", "length: 12"))
    assert load_contracts([layout])["jumin"].read_hash != before


def test_a_changed_code_list_makes_its_feeds_be_read_anew(overlay: Path) -> None:
    sex = overlay / "seeds" / "codes" / "sex.csv"
    shutil.copy(SEEDS / "codes" / "sex.csv", sex)
    sex.write_text(sex.read_text(encoding="utf-8") + "4,未回答,not answered\n", encoding="utf-8")
    before, after = load_contracts([CONTRACTS]), load_contracts([CONTRACTS, overlay / "contracts"])
    assert after["jumin"].read_hash != before["jumin"].read_hash
    assert after["kodomo"].read_hash == before["kodomo"].read_hash
    assert "4" in load_code_lists([SEEDS, overlay / "seeds"])["sex"]


def test_seeds_keep_leading_zeros_and_an_overlay_can_only_add_forbidden_headings(overlay: Path) -> None:
    policy = overlay / "seeds" / "policy"
    policy.joinpath("forbidden_heading.csv").write_text(
        "heading,reason\n基礎年金番号,ここでは扱わない\n", encoding="utf-8"
    )
    policy.joinpath("threshold.csv").write_text(
        "threshold_id,value,unit,reason,source\nfacility_residents_over,20,people,大きな集合住宅が多い,条例\n",
        encoding="utf-8",
    )
    seeds = [SEEDS, overlay / "seeds"]
    assert {"01", "06"} <= load_code_lists(seeds)["care_level"]
    assert load_forbidden_headings(seeds) == load_forbidden_headings([SEEDS]) | {"基礎年金番号"}
    assert {"個人番号", "マイナンバー", "住民票コード"} <= load_forbidden_headings([SEEDS])
    thresholds = load_thresholds(seeds)
    assert (thresholds["facility_residents_over"].whole, thresholds["child_age_under"].whole) == (20, 18)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("JUMIN_20250430_01.csv", ("2025-04-30", 1)),
        ("jumin_20250430_02.CSV", ("2025-04-30", 2)),
        ("ＪＵＭＩＮ＿２０２４０２２９＿０１．ｚｉｐ", ("2024-02-29", 1)),
        ("JUMIN_20250229_01.csv", None),
        ("JUMIN_20250430.csv", None),
        ("JUMIN_20250430_01.csv.bak", None),
        ("KAIGO_20250430_01.csv", None),
    ],
)
def test_a_name_tells_base_date_and_sequence(name: str, wanted: tuple[str, int] | None) -> None:
    found = load_contracts([CONTRACTS])["jumin"].identify(name)
    assert (found and (found.base_date.isoformat(), found.sequence)) == wanted


def test_a_survey_counts_from_the_first_day_of_its_fiscal_year() -> None:
    found = load_contracts([CONTRACTS])["ishiki"].identify("ISHIKI_2024_02.csv")
    assert found is not None
    assert (found.base_date.isoformat(), found.sequence, found.part) == ("2024-04-01", 2, "")


def test_tables_of_a_feed_share_what_stands_above_them_and_an_overlay_reaches_one_alone(overlay: Path) -> None:
    (overlay / "contracts" / "jinji.yml").write_text(
        "feed: jinji\nowner: 総務課\n"
        "tables:\n  - table: staff\n    fields:\n      - {name: staff_role, source: 職名}\n",
        encoding="utf-8",
    )
    plain = load_contracts([CONTRACTS])
    changed = load_contracts([CONTRACTS, overlay / "contracts"])
    assert {c.table: c.owner for c in changed.values() if c.feed == "jinji"} == {
        "jinji_post": "総務課",
        "jinji_staff": "総務課",
    }
    assert changed["jinji_staff"].by_name["staff_role"].source == "職名"
    assert changed["jinji_post"].fields == plain["jinji_post"].fields
    assert changed["jinji_staff"].full_title == "人事配置・在籍"
