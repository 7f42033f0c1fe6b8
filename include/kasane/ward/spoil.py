"""Bad rows: one or two of each family, on real people's records and on invented ones beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kasane.ward.arrays import Bools, Ints, Rng
from kasane.ward.columns import Sheet, with_changes


@dataclass(frozen=True)
class Fault:
    """A way to break a row: the heading, the bad bytes, and the reason it must be given."""

    reason: str
    heading: str
    value: bytes


@dataclass(frozen=True)
class BadRow:
    """A row that must go to quarantine, and why."""

    row: int
    reason: str
    heading: str


@dataclass(frozen=True)
class Spoilt:
    """A sheet with bad rows; ``loaded``: the rows that a right reader keeps."""

    sheet: Sheet
    loaded: Bools
    bad: list[BadRow] = field(default_factory=list)
    superseded: int = 0


FAULTS: dict[str, tuple[Fault, ...]] = {
    "jumin": (
        Fault("key_missing", "宛名番号", b""),
        Fault("code_unknown", "住民状態", b"7"),
        Fault("date_impossible", "異動年月日", b"5070230"),
        Fault("length", "宛名番号", b"010012345"),
        Fault("code_unknown", "続柄コード", b"99"),
    ),
    "kaigo": (
        Fault("key_missing", "被保険者番号", b""),
        Fault("code_unknown", "要介護状態区分コード", b"29"),
        Fault("date_impossible", "認定有効開始", b"5061301"),
        Fault("length", "宛名番号", b"01000123456"),
    ),
    "shogai": (
        Fault("key_missing", "宛名番号", b" " * 10),
        Fault("code_unknown", "手帳種別", b"9"),
        Fault("date_impossible", "交付年月日", b"5070231"),
        Fault("length", "備考", b""),
    ),
    "kodomo": (
        Fault("key_missing", "児童宛名番号", b""),
        Fault("code_unknown", "手当種別", b"77"),
        Fault("date_impossible", "認定年月日", b"2025/02/30"),
        Fault("length", "児童宛名番号", b"010001234"),
    ),
    "seiho": (
        Fault("key_missing", "ケース番号", b""),
        Fault("code_unknown", "世帯類型", b"8"),
        Fault("date_impossible", "保護開始年月日", b"5071332"),
        Fault("length", "宛名番号", b"01000123456"),
    ),
    "kaigi": (
        Fault("key_missing", "会議ID", b""),
        Fault("number_invalid", "検討件数", "三件".encode()),
        Fault("date_impossible", "開催日", b"2025-02-30"),
    ),
    "sanka": (
        Fault("key_missing", "実施ID", b""),
        Fault("code_unknown", "種別", "料理教室".encode()),
        Fault("date_impossible", "実施日", b"2025-02-30"),
    ),
    "kenshu": (
        Fault("key_missing", "受講ID", b""),
        Fault("code_unknown", "区分", "新任研修".encode()),
        Fault("date_impossible", "開催日", b"2025-13-01"),
        Fault("number_invalid", "点数", "八十点".encode()),
    ),
    "enquete": (
        Fault("key_missing", "回答ID", b""),
        Fault("code_unknown", "区分", "第三者".encode()),
        Fault("date_impossible", "回答日", b"2025-04-31"),
        Fault("code_unknown", "満足度", b"9"),
    ),
    "ishiki": (
        Fault("key_missing", "回答ID", b""),
        Fault("code_unknown", "年齢階級", b"10-17"),
        Fault("code_unknown", "互助実感", b"9"),
    ),
    "jinji_staff": (
        Fault("key_missing", "職員ID", b""),
        Fault("date_impossible", "在籍終了", b"2025-02-30"),
        Fault("date_impossible", "在籍開始", b"2020-13-10"),
    ),
    "shigen_place": (
        Fault("key_missing", "居場所ID", b""),
        Fault("number_invalid", "定員", "多数".encode()),
        Fault("date_impossible", "開設日", b"2021-06-31"),
    ),
    "shigen_group": (
        Fault("key_missing", "団体ID", b""),
        Fault("number_invalid", "補助金額", "三万円".encode()),
        Fault("date_impossible", "登録日", b"2022-02-30"),
    ),
    "shigen_issue": (
        Fault("key_missing", "課題ID", b""),
        Fault("code_unknown", "解決主体", "企業".encode()),
        Fault("date_impossible", "把握日", b"2023-09-31"),
    ),
    "konkyu": (
        Fault("key_missing", "支援番号", b""),
        Fault("code_unknown", "スクリーニング結果", b"7"),
        Fault("date_impossible", "相談受付日", b"2025-02-30"),
        Fault("length", "宛名番号", b"01000123456"),
    ),
    "youtai": (
        Fault("key_missing", "管理番号", b""),
        Fault("code_unknown", "区分", "要観察児童".encode()),
        Fault("date_impossible", "受理日", "令和7年2月30日".encode()),
        Fault("code_unknown", "虐待種別", b"9"),
    ),
    "houkatsu": (
        Fault("key_missing", "番号", b""),
        Fault("code_unknown", "相談内容", b"99"),
        Fault("date_impossible", "受付日", b"R7.13.1"),
        Fault("code_unknown", "性別", "不".encode()),
    ),
}
# a field in which two records of one key differ, by two values of which a record has at most one
_DIFFER = {
    "jumin": ("性別", b"1", b"2"),
    "kaigo": ("サービス利用", b"0", b"1"),
    "seiho": ("性別", b"1", b"2"),
    "shogai": ("等級", b"1 ", b"3 "),
    "kodomo": ("学校名", "もと小学校".encode(), "むかし小学校".encode()),
    "konkyu": ("住居", b"1", b"2"),
}
_KEY_HEADING = {
    "jumin": "宛名番号",
    "kaigo": "被保険者番号",
    "seiho": "ケース番号",
    "shogai": "宛名番号",
    "kodomo": "児童宛名番号",
    "kaigi": "会議ID",
    "sanka": "実施ID",
    "kenshu": "受講ID",
    "enquete": "回答ID",
    "ishiki": "回答ID",
    "jinji_staff": "職員ID",
    "shigen_place": "居場所ID",
    "shigen_group": "団体ID",
    "shigen_issue": "課題ID",
    "konkyu": "支援番号",
    "youtai": "管理番号",
    "houkatsu": "番号",
}
# lists from this length on have a real record among the bad ones
_LONG = 25
_JUNK = {"jumin": {"氏名漢字": "検疫　太郎\n", "氏名カナ": "ｹﾝｴｷ ﾀﾛｳ"}}


def untouched(sheet: Sheet) -> Spoilt:
    """A sheet in which every row is good."""
    return Spoilt(sheet, np.ones(sheet.rows, bool))


def spoil(sheet: Sheet, rng: Rng, serial: int) -> Spoilt:
    """Plant faults (each on a row of its own), an equal pair and a different pair of one key.

    ``serial``: a number that makes the invented rows' keys new.
    """
    if sheet.name not in _DIFFER:
        return _one_bad_row(sheet, rng, serial)
    if sheet.rows < 25:
        return untouched(sheet)
    count = int(rng.integers(1, 4))
    rows = rng.choice(sheet.rows, count + 2, replace=False)
    equal, different = rows[:1], rows[1:2]
    equal, different = (r if rng.random() < 0.35 else r[:0] for r in (equal, different))
    extra = np.concatenate([equal, different, rng.choice(sheet.rows, 1)])
    grown = sheet.take(np.concatenate([np.arange(sheet.rows), extra]))
    junk = grown.rows - 1
    bad = _faults(sheet.feed, rng, [*rows[2:].tolist(), junk])
    changes: dict[str, dict[int, bytes]] = {}
    _junk_row(sheet.feed, junk, serial, changes, grown.breaks)
    for row, fault in bad:
        changes.setdefault(fault.heading, {})[row] = fault.value
    loaded = np.ones(grown.rows, bool)
    loaded[[row for row, _ in bad]] = False
    loaded[sheet.rows : sheet.rows + len(equal)] = False
    listed = [BadRow(row, fault.reason, fault.heading) for row, fault in bad]
    listed += _different_pair(sheet, different, sheet.rows + len(equal), changes, loaded)
    listed.sort(key=lambda b: (b.row, b.reason))
    return Spoilt(with_changes(grown, changes), loaded, listed, len(equal))


def _one_bad_row(sheet: Sheet, rng: Rng, serial: int) -> Spoilt:
    """An invented record at the end that breaks a rule, and in long lists a real one too."""
    if not sheet.rows:
        return untouched(sheet)
    grown = sheet.take(np.append(np.arange(sheet.rows), rng.integers(0, sheet.rows)))
    junk = grown.rows - 1
    real = [int(rng.integers(0, sheet.rows))] if sheet.rows >= _LONG else []
    bad = _faults(sheet.name, rng, [*real, junk])
    changes: dict[str, dict[int, bytes]] = {}
    _junk_row(sheet.name, junk, serial, changes, None)
    for row, fault in bad:
        changes.setdefault(fault.heading, {})[row] = fault.value
    loaded = np.ones(grown.rows, bool)
    loaded[[row for row, _ in bad]] = False
    listed = sorted((BadRow(row, fault.reason, fault.heading) for row, fault in bad), key=lambda b: (b.row, b.reason))
    return Spoilt(with_changes(grown, changes), loaded, listed)


def _faults(feed: str, rng: Rng, rows: list[int]) -> list[tuple[int, Fault]]:
    """A fault a row; now and then a row breaks two rules at once."""
    faults = FAULTS[feed]
    result = []
    for row in rows:
        place = int(rng.integers(0, len(faults)))
        result.append((row, faults[place]))
        if place == 1 and rng.random() < 0.4:
            result.append((row, faults[2]))
    return result


def _junk_row(feed: str, row: int, serial: int, changes: dict[str, dict[int, bytes]], breaks: Ints | None) -> None:
    """An invented record: a key that nobody has, and in the register an invented name with a line break."""
    width = 7 if feed == "seiho" else 10
    changes.setdefault(_KEY_HEADING[feed], {})[row] = str(9_000_000 + serial).zfill(width).encode()
    for heading, text in _JUNK.get(feed, {}).items():
        changes.setdefault(heading, {})[row] = text.encode("cp932")
    if breaks is not None:
        breaks[row] = 1


def _different_pair(
    sheet: Sheet, rows: Ints, copy: int, changes: dict[str, dict[int, bytes]], loaded: Bools
) -> list[BadRow]:
    """Two records of one key that differ: both are bad."""
    result = []
    heading, one, other = _DIFFER[sheet.feed]
    for row in rows.tolist():
        changes.setdefault(heading, {}).update({row: one, copy: other})
        loaded[[row, copy]] = False
        result += [BadRow(r, "key_duplicate", _KEY_HEADING[sheet.feed]) for r in (row, copy)]
    return result
