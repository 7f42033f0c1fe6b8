"""Workbooks at the door: a forbidden heading is found in them before a byte is kept."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from kasane import workbook
from kasane.contracts import Contract
from kasane.contracts.delivery import LandedFile
from kasane.extract import land, open_content
from kasane.settings import DataPaths

from .support import FORBIDDEN

SECRET = "987654321098"
YOUTAI = [
    *("管理番号", "児童氏名", "フリガナ", "生年月日", "学校名", "住所", "区分", "虐待種別"),
    *("ヤングケアラー", "ケア内容", "受理日", "終結日"),
]
Sheets = dict[str, list[list[str]]]
Deliver = Callable[[str, bytes], LandedFile]


def book(sheets: Sheets, hidden: str = "") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            page = made.add_worksheet(name)
            for row, cells in enumerate(rows):
                page.write_row(row, 0, cells)
            if name == hidden:
                page.hide()
    return target.getvalue()


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("台帳.xlsx", content)
    return target.getvalue()


@pytest.fixture
def deliver(contracts: dict[str, Contract], tmp_path: Path, paths: DataPaths) -> Deliver:
    """Deliver a file of the feed that its name says, and land it."""

    def _deliver(name: str, content: bytes) -> LandedFile:
        feed = name.split("_")[0].lower()
        path = tmp_path / "extracts" / feed / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        os.utime(path, (time.time() - 60, time.time() - 60))
        (file,) = land([contracts[feed]], str(tmp_path / "extracts"), paths, FORBIDDEN)
        return file

    return _deliver


TITLE = [["要対協 台帳"], [""]]
FORBIDDEN_BOOKS: dict[str, tuple[Sheets, str]] = {
    "a column more": ({"台帳": [*TITLE, [*YOUTAI, "個人番号"], [SECRET] * 13]}, ""),
    "wide and spaced": ({"台帳": [*TITLE, [*YOUTAI, "マ イ ナンバー"], [SECRET] * 13]}, ""),
    "a longer heading": ({"台帳": [*TITLE, [*YOUTAI, "児童の個人番号"], [SECRET] * 13]}, ""),
    "another list": ({"名簿": [["氏名", "住民票コード"], ["試験", SECRET]]}, ""),
    "a hidden second sheet": ({"台帳": [*TITLE, YOUTAI], "元データ": [["個人番号"], [SECRET]]}, "元データ"),
    "above a group": ({"台帳": [["個人番号等", *YOUTAI[1:]], YOUTAI, [SECRET] * 12]}, ""),
}


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
@pytest.mark.parametrize(("sheets", "hidden"), FORBIDDEN_BOOKS.values(), ids=FORBIDDEN_BOOKS)
def test_a_forbidden_heading_is_never_landed(
    deliver: Deliver, paths: DataPaths, sheets: Sheets, hidden: str, kind: str
) -> None:
    content = book(sheets, hidden)
    file = deliver(f"YOUTAI_20250430_01.{kind}", content if kind == "xlsx" else zipped(content))
    assert file.refusal is not None
    assert (file.refusal.code, file.path) == ("forbidden_column", None)
    assert [path for path in (paths.landing / "youtai").iterdir() if zipfile.is_zipfile(path)] == []


def test_a_workbook_in_another_feeds_folder_is_looked_into_as_well(deliver: Deliver) -> None:
    file = deliver("SHOGAI_20250430_01.xlsx", book({"一覧": [["氏名", "個人番号"], ["試験", SECRET]]}))
    assert file.refusal is not None
    assert file.refusal.code == "forbidden_column"


@pytest.mark.parametrize(
    "sheets",
    [
        {"台帳": [["※個人番号は記入しないこと"], [""], YOUTAI]},
        {"台帳": [*TITLE, YOUTAI, ["Y1", "個人番号", "マイナンバー"]]},
        {"台帳": [*TITLE, YOUTAI]},
    ],
    ids=["only mentioned", "in the data", "clean"],
)
@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_clean_workbook_is_landed_and_opened(deliver: Deliver, sheets: Sheets, kind: str) -> None:
    content = book(sheets)
    file = deliver(f"YOUTAI_20250430_01.{kind}", content if kind == "xlsx" else zipped(content))
    assert file.refusal is None
    with open_content(file) as stream:
        assert stream.read() == content


def test_a_workbook_that_cannot_be_opened_is_left_to_the_reader(deliver: Deliver) -> None:
    assert deliver("YOUTAI_20250430_01.xlsx", book({"台帳": [YOUTAI]})[:-100]).refusal is None


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_one_too_large_to_look_into_is_not_landed(deliver: Deliver, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(workbook, "UNPACKED_BYTES_MOST", 1000)
    content = book({"台帳": [*TITLE, YOUTAI]})
    file = deliver(f"YOUTAI_20250430_01.{kind}", content if kind == "xlsx" else zipped(content))
    assert file.refusal is not None
    assert (file.refusal.code, file.path) == ("unparsable", None)
