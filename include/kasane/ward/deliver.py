"""Writing a delivery: the right bytes of a sheet, or what a bad day makes of them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kasane.ward.arrays import Ints, Rng
from kasane.ward.columns import Column, Sheet, numbers, renamed, with_changes, without
from kasane.ward.plan import Delivery

REFUSED = {"forbidden": "forbidden", "trailer": "trailer", "bytes": "bytes", "missing": "missing",
           "renamed": "renamed", "zero": "zero bytes", "cp932": "cp932"}  # fmt: skip
_DROPPED = {"jumin": "旧氏カナ", "kodomo": "就学援助区分", "seiho": "世帯類型", "kikan": "閉鎖日",
            "kaigi": "検討件数", "sanka": "協力機関コード", "kenshu": "点数", "shigen_agreement": "業種",
            "konkyu": "見られた変化", "youtai": "学校名", "houkatsu": "対応"}  # fmt: skip
_RENAMED = {"jumin": ("方書", "建物名"), "kodomo": ("学校名", "在籍校"), "kikan": ("名称", "機関"),
            "jinji_post": ("配置人数", "現員"), "konkyu": ("課題", "主訴"),
            "youtai": ("受理日", "受付"), "houkatsu": ("フリガナ", "よみ")}  # fmt: skip
_UNDECODABLE = {"jumin": "氏名カナ", "kaigo": "氏名カナ", "shogai": "備考", "kodomo": "学校名", "seiho": "氏名カナ",
                "jinji_staff": "役割", "enquete": "区分", "shigen_issue": "内容", "konkyu": "フリガナ"}  # fmt: skip
_MEMBER = "月次データ_表.csv"
FORBIDDEN_HEADING = "個人番号"


@dataclass(frozen=True)
class Written:
    """A file as it lies in the folder."""

    name: str
    sha256: str
    size: int
    forbidden: Ints | None = None


def disfigure(sheet: Sheet, nasty: str, rng: Rng) -> tuple[Sheet, Ints | None]:
    """The sheet as a bad day sends it; and the forbidden numbers it shows, if it does."""
    nasty = nasty.removesuffix("+")
    if nasty in ("corrected_later", "loss60"):
        return _fewer(sheet, nasty, rng), None
    if nasty == "forbidden":
        secret = rng.integers(100_000_000_000, 999_999_999_999, sheet.rows)
        column = Column.of(FORBIDDEN_HEADING, numbers(secret, 12), np.arange(sheet.rows))
        return _with_column(sheet, column), secret
    if nasty == "missing":
        return without(sheet, _DROPPED[sheet.name]), None
    if nasty == "renamed":
        return renamed(sheet, *_RENAMED[sheet.name]), None
    if nasty == "wide_heading":
        for heading in ("氏名カナ", "旧氏カナ", "通称カナ"):
            sheet = renamed(sheet, heading, heading.replace("カナ", "ｶﾅ"))
    if nasty == "reordered":
        return _turned(sheet), None
    if nasty == "bytes" and sheet.form.book is None:
        return _undecodable(sheet, int(rng.integers(0, max(1, sheet.rows)))), None
    return sheet, None


def _fewer(sheet: Sheet, nasty: str, rng: Rng) -> Sheet:
    """A sheet that lost a few rows, or most of them."""
    few = min(sheet.rows - 1, max(1, round(sheet.rows * 0.95)))
    kept = {"corrected_later": few, "loss60": round(sheet.rows * 0.4)}[nasty]
    return sheet.take(np.sort(rng.permutation(sheet.rows)[:kept]))


def _with_column(sheet: Sheet, column: Column) -> Sheet:
    return replace(sheet, columns=(*sheet.columns, column))


def _turned(sheet: Sheet) -> Sheet:
    return replace(sheet, columns=(*sheet.columns[2:], *sheet.columns[:2]))


def _undecodable(sheet: Sheet, row: int) -> Sheet:
    value = b"\x81\x20" if sheet.form.encoding == "cp932" else b"\xff\xfe"
    heading = _UNDECODABLE[sheet.name]
    width = sheet.column(heading).width
    return with_changes(sheet, {heading: {row: value.ljust(width) if width else value}})


def write(sheet: Sheet, delivery: Delivery, folder: Path, forbidden: Ints | None = None) -> Written:
    """Write the delivery's file into its feed's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    name = delivery.file_name(sheet.form.extension)
    path = folder / name
    stated = max(0, sheet.rows - 3) if delivery.nasty.startswith("trailer") else None
    chunks = sheet.chunks(f"{delivery.base:%Y%m%d}", stated)
    nasty = delivery.nasty.removesuffix("+")
    if nasty == "zero":
        chunks = iter(())
    if nasty == "bytes" and sheet.form.book is not None:
        # a workbook whose transfer broke off
        chunks = iter([chunk[: len(chunk) * 3 // 5] for chunk in chunks])
    if nasty == "cp932":
        # saved by a programme that knows no other encoding
        chunks = (chunk.decode("utf-8-sig").encode("cp932", "replace") for chunk in chunks)
    if delivery.nasty == "zip":
        _write_zip(path, chunks)
    else:
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            if delivery.nasty == "eof":
                file.write(b"\x1a")
    return Written(name, _sha256(path), path.stat().st_size, forbidden)


def _write_zip(path: Path, chunks: Iterator[bytes]) -> None:
    """A zip of one member with a fixed time, so that the same ward gives the same bytes."""
    info = zipfile.ZipInfo(_MEMBER, (2025, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with zipfile.ZipFile(path, "w") as archive, archive.open(info, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)


def write_again(written: Written, delivery: Delivery, extension: str, folder: Path) -> Written:
    """The same bytes under the next sequence number."""
    name = delivery.file_name(extension)
    with (folder / written.name).open("rb") as source, (folder / name).open("wb") as copy:
        while block := source.read(1 << 20):
            copy.write(block)
    return Written(name, written.sha256, written.size)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
