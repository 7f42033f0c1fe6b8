"""Match keys of names."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kasane.normalise.arrays import has_gaiji, on_distinct, one
from kasane.normalise.itaiji import itaiji_key
from kasane.normalise.kana import fuzzy_kana, given_kana, surname_kana


@pytest.mark.parametrize(
    ("written", "surname", "given"),
    [
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ"),
        ("ヤマダ　タロウ", "ヤマダ", "タロウ"),
        ("やまだ たろう", "ヤマダ", "タロウ"),
        ("  ﾔﾏﾀﾞ 　 ﾀﾛｳ ", "ヤマダ", "タロウ"),
        ("ﾎｱﾝ ｳﾞｧﾝ ﾄﾞｩｯｸ", "ホアン", "ヴァンドゥック"),
        ("ｵｵｸﾎﾞﾁｱｷ", "オオクボチアキ", None),
        ("ヤマタ゛ タロウ", "ヤマダ", "タロウ"),
        ("ｻ-ﾄｳ ｼﾞﾛｳ", "サートウ", "ジロウ"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_kana_is_cut_at_the_first_space(written: str | None, surname: str | None, given: str | None) -> None:
    assert (one(surname_kana, written), one(given_kana, written)) == (surname, given)


@pytest.mark.parametrize(
    ("one_name", "other"),
    [
        ("コウジ", "ｺｵｼﾞ"),
        ("ミヅキ", "ミズキ"),
        ("ヂ", "ジ"),
        ("ワ", "ハ"),
        ("ヴィオラ", "ビヲラ"),
        ("ショウヘイ", "ｼﾖｳﾍｲ"),
        ("ユーキ", "ユキ"),
        ("ｱﾝ ﾅ", "アンナ"),
    ],
)
def test_the_official_fuzzy_search_finds(one_name: str, other: str) -> None:
    assert one(fuzzy_kana, one_name) == one(fuzzy_kana, other)


def test_the_official_fuzzy_search_keeps_other_names_apart() -> None:
    names = ("コウジ", "コジ", "ユウコ", "ユオコ", "ウメ", "オメ")
    assert len({one(fuzzy_kana, name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("one_name", "other"),
    [
        ("髙橋　邉", "高橋 辺"),
        ("渡邊", "渡辺"),
        ("嶋田", "島田"),
        ("冨永", "富永"),
        ("濵﨑", "浜崎"),
        ("𠮷澤", "吉沢"),
        ("神", "神"),
    ],
)
def test_variants_of_a_character_have_one_key(one_name: str, other: str) -> None:
    assert one(itaiji_key, one_name) == one(itaiji_key, other)


@pytest.mark.parametrize(
    ("name", "other"), [("明美", "朋美"), ("宜子", "宣子"), ("孝", "考"), ("隆", "降"), ("満", "漫")]
)
def test_different_characters_stay_apart(name: str, other: str) -> None:
    assert one(itaiji_key, name) != one(itaiji_key, other)


def test_gaiji_equals_itself_alone() -> None:
    names = ["\ue000田", "\ue001田", "〓田", "田", "髙田"]
    assert len({one(itaiji_key, name) for name in names}) == len(names)
    assert has_gaiji(pa.array([*names, None])).to_pylist() == [True, True, True, False, False, False]


def test_working_on_distinct_values_gives_the_same_column() -> None:
    names = pa.array(["ﾔﾏﾀﾞ ﾀﾛｳ", None, "ｻﾄｳ ｼﾞﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ"])
    assert on_distinct(names, surname_kana).to_pylist() == surname_kana(names).to_pylist()
