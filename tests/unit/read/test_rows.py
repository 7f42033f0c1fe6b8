"""What becomes of single records."""

from __future__ import annotations

from datetime import date

import pytest

from .support import JUMIN_HEADING, Reader, jumin_file, jumin_line, numbered


def test_a_good_record_is_typed_and_keyed(read: Reader) -> None:
    outcome = read("jumin", jumin_file(jumin_line(方書="コーポ富士　１０４号室")))
    (row,) = outcome.table("rows")
    assert row["base_date"] == date(2025, 4, 30)
    assert (row["line_number"], row["record_key"]) == (2, "0300000053")
    assert (row["birth_date_text"], row["birth_date_precision"]) == ("3450401", "day")
    assert row["birth_date_earliest"] == row["birth_date_latest"] == date(1970, 4, 1)
    assert (row["kanji_name"], row["former_kana_name"]) == ("試験　太郎", None)
    assert (row["surname_kana_key"], row["given_kana_key"]) == ("シケン", "タロウ")
    assert row["address_key"] == "0100001|1-2|コーポ富士104"
    assert row["protection_ends_on_precision"] == "none"
    assert not outcome.faults
    assert not outcome.warned


@pytest.mark.parametrize(
    ("heading", "value", "reason"),
    [
        ("宛名番号", "", "key_missing"),
        ("宛名番号", " ", "key_missing"),
        ("宛名番号", "030000005", "length"),
        ("宛名番号", "03000000530", "length"),
        ("世帯番号", "03000000a3", "length"),
        ("郵便番号", "154-0001", "length"),
        ("性別", "7", "code_unknown"),
        ("続柄コード", "2099", "code_unknown"),
        ("続柄コード", "2020202020", "code_unknown"),
        ("住民状態", "１", "code_unknown"),
        ("異動年月日", "5070230", "date_impossible"),
        ("異動年月日", "5071301", "date_impossible"),
        ("異動年月日", "不明", "date_impossible"),
    ],
)
def test_a_broken_rule_sends_the_record_to_quarantine(read: Reader, heading: str, value: str, reason: str) -> None:
    outcome = read("jumin", jumin_file(numbered(1), jumin_line(**{heading: value})))
    assert outcome.faults == {(3, reason, heading)}
    assert [row["line_number"] for row in outcome.table("rows")] == [2]
    assert outcome.manifest.quarantined == {reason: 1}


def test_every_broken_rule_is_named_beside_the_delivered_record(read: Reader) -> None:
    line = jumin_line(世帯番号="1", 性別="x", 異動年月日="9")
    outcome = read("jumin", jumin_file(line))
    assert outcome.faults == {
        (2, "length", "世帯番号"),
        (2, "code_unknown", "性別"),
        (2, "date_impossible", "異動年月日"),
    }
    assert {row["raw_record"] for row in outcome.table("quarantine")} == {line}
    assert (outcome.manifest.rows_in, outcome.manifest.rows_quarantined) == (1, 1)


@pytest.mark.parametrize(
    ("heading", "value", "warning"),
    [
        ("宛名番号", "0300000054", "check_digit"),
        ("生年月日", "3460229", "birth_date_impossible"),
        ("生年月日", "0000000", "date_partly_unknown"),
        ("生年月日", "19870200", "date_partly_unknown"),
        ("生年月日", "3640108", "era_overrun"),
        ("続柄コード", "2", "code_mended"),
        ("続柄コード", "212", "code_mended"),
        ("氏名漢字", "〓田　花子", "gaiji"),
        ("氏名漢字", "\ue000田　花子", "gaiji"),
        ("方書", "\uf8f1荘", "gaiji"),
    ],
)
def test_what_is_doubtful_is_loaded_and_flagged(read: Reader, heading: str, value: str, warning: str) -> None:
    outcome = read("jumin", jumin_file(jumin_line(**{heading: value})))
    assert outcome.warned == {(2, warning, heading)}
    assert outcome.manifest.warnings == {warning: 1}
    assert len(outcome.table("rows")) == 1


def test_a_birth_date_of_no_calendar_is_kept_as_text(read: Reader) -> None:
    (row,) = read("jumin", jumin_file(jumin_line(生年月日="3460229"))).table("rows")
    assert (row["birth_date_text"], row["birth_date_precision"]) == ("3460229", "impossible")
    assert row["birth_date_earliest"] is row["birth_date_latest"] is None


def test_lost_zeros_of_joined_codes_come_back(read: Reader) -> None:
    values = ["2", "02", "212", "2012", "20202020"]
    lines = [numbered(i, 続柄コード=value) for i, value in enumerate(values)]
    codes = [row["relationship_code"] for row in read("jumin", jumin_file(*lines)).table("rows")]
    assert codes == ["02", "02", "0212", "2012", "20202020"]


@pytest.mark.parametrize("mark", ["3", "03", "３", " 3"])
def test_the_mark_of_the_alleged_perpetrator_stays_outside(read: Reader, mark: str) -> None:
    kept = numbered(1, 支援措置区分="1")
    outcome = read("jumin", jumin_file(kept, numbered(2, 支援措置区分=mark), numbered(3, 支援措置区分=mark, 性別="x")))
    assert [row["protection_measure"] for row in outcome.table("rows")] == ["1", None]
    (bad,) = outcome.table("quarantine")
    assert bad["raw_record"] == numbered(3, 支援措置区分="", 性別="x")


def test_text_that_looks_like_code_is_text(read: Reader) -> None:
    names = ["=1+1", "<script>alert(1)</script>", "O'Hara", 'a"b', "a,b", "'; drop table x; --", "NULL", "NA"]
    lines = [numbered(i, 氏名漢字=name) for i, name in enumerate(names)]
    assert [row["kanji_name"] for row in read("jumin", jumin_file(*lines)).table("rows")] == names


class TestRecordsThatShareAKey:
    """Two records with one key in a full file."""

    def test_different_ones_all_go_to_quarantine(self, read: Reader) -> None:
        outcome = read("jumin", jumin_file(numbered(1), numbered(2), numbered(1, 性別="2"), numbered(1)))
        assert outcome.faults == {(line, "key_duplicate", "宛名番号") for line in (2, 4, 5)}
        assert [row["line_number"] for row in outcome.table("rows")] == [3]
        assert {line for line, _, _ in outcome.warned} == {3}
        assert (outcome.manifest.rows_quarantined, outcome.manifest.rows_good) == (3, 1)

    def test_of_equal_ones_the_first_stays(self, read: Reader) -> None:
        plain = numbered(1).replace('"', "")
        outcome = read("jumin", jumin_file(numbered(1), plain, numbered(1), numbered(2)))
        assert [row["line_number"] for row in outcome.table("rows")] == [2, 5]
        assert (outcome.manifest.rows_repeated, outcome.manifest.rows_quarantined) == (2, 0)

    def test_one_with_another_fault_counts_too(self, read: Reader) -> None:
        outcome = read("jumin", jumin_file(numbered(1), numbered(1, 性別="x")))
        assert outcome.faults == {
            (2, "key_duplicate", "宛名番号"),
            (3, "key_duplicate", "宛名番号"),
            (3, "code_unknown", "性別"),
        }
        assert outcome.manifest.rows_quarantined == 2

    def test_equal_faulty_ones_are_all_faulty(self, read: Reader) -> None:
        outcome = read("jumin", jumin_file(numbered(1, 性別="x"), numbered(1, 性別="x")))
        assert outcome.faults == {(2, "code_unknown", "性別"), (3, "code_unknown", "性別")}

    def test_blank_and_malformed_keys_are_no_key(self, read: Reader) -> None:
        lines = [jumin_line(宛名番号=key, 性別=sex) for key in ("", "12") for sex in "12"]
        assert {reason for _, reason, _ in read("jumin", jumin_file(*lines)).faults} == {"key_missing", "length"}

    def test_the_perpetrators_mark_stays_outside_here_too(self, read: Reader) -> None:
        outcome = read("jumin", jumin_file(numbered(1, 支援措置区分="3"), numbered(1, 性別="2")))
        assert [row["raw_record"] for row in outcome.table("quarantine")] == [numbered(1), numbered(1, 性別="2")]


def test_a_blank_part_of_a_key_is_an_empty_string(read: Reader) -> None:
    heading = "受給者宛名番号,児童宛名番号,手当種別,認定年月日,喪失年月日,就学援助区分,就学援助年度,学校名"
    lines = [heading, "0300000053,0300000053,,,,2,2025,見本小学校", "0300000053,0300000053,10,2023/09/14,2023/09/13,,,"]
    outcome = read("kodomo", ("\ufeff" + "\r\n".join(lines)).encode())
    rows = outcome.table("rows")
    assert [row["record_key"] for row in rows] == ["0300000053|||2025", "0300000053|10|2023/09/14|"]
    assert [row["school_aid_year"] for row in rows] == [2025, None]
    assert outcome.warned == {(3, "end_before_start", "喪失年月日")}


def test_a_number_that_is_none(read: Reader) -> None:
    heading = "受給者宛名番号,児童宛名番号,手当種別,認定年月日,喪失年月日,就学援助区分,就学援助年度,学校名"
    outcome = read("kodomo", f"{heading}\n0300000053,0300000053,,,,2,令和7,見本小\n".encode())
    assert outcome.faults == {(2, "number_invalid", "就学援助年度")}


def test_columns_are_those_of_the_contract(read: Reader) -> None:
    (row,) = read("jumin", jumin_file(jumin_line())).table("rows")
    assert len(JUMIN_HEADING) == 20
    assert len(row) == 4 + 17 + 3 * 4 + 10
