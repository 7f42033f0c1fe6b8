"""A small ward whose people have names, addresses and numbers unlike any other, and deliveries that are bad in ways
which tempt a program to quote them: a value in the wrong column, a file without its heading, a name as a file's name.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

SURNAME, SURNAME_KANA = "鼈囀", "ヌペヅ"
BUILDING = "ヌペヅ荘囀館"
PHONE = "090-9517-3684"
NAME, KANA = "鼈囀　瓏鼈", "ヌペヅ ヴュポ"
ADDRESS = "東京都見本区鼈囀町９５１番地７３号ヌペヅ荘"
NUMBER = "9517368429"
PLANTED = (SURNAME, SURNAME_KANA, BUILDING, PHONE, NAME, KANA, ADDRESS, NUMBER)


def generate_canaries(folder: Path, residents: int, months: int, seed: int) -> None:
    """Write ``folder``/extracts: a ward in which the commonest names and every building are canaries."""
    from kasane.ward import generate, names_data

    with pytest.MonkeyPatch.context() as patch:
        for kanji, kana in (("佐藤", "サトウ"), ("鈴木", "スズキ"), ("田中", "タナカ")):
            table = names_data.SURNAMES.replace(f"{kanji}{kana} ", f"{SURNAME}{SURNAME_KANA} ", 1)
            patch.setattr(names_data, "SURNAMES", table)
        patch.setattr(names_data, "BUILDINGS", f"{BUILDING} " * len(names_data.BUILDINGS.split()))
        generate(folder, residents=residents, months=months, seed=seed)
    extracts = folder / "extracts"
    _misplace_values(extracts)
    _leave_out_a_heading(extracts)
    _name_a_file_after_somebody(extracts)
    _spoil_the_database(extracts / "soudan" / "soudan.sqlite")


def _newest(extracts: Path, feed: str) -> Path:
    return sorted((extracts / feed).glob("*_01.csv"))[-1]


def _misplace_values(extracts: Path) -> None:
    """Rows in which a name, an address, a phone or a number stands where a code or a date belongs."""
    for feed in ("kodomo", "enquete", "ishiki"):
        file = _newest(extracts, feed)
        text = file.read_text(encoding="utf-8-sig")
        width = len(next(csv.reader(io.StringIO(text))))
        row = [(NAME, KANA, ADDRESS, PHONE, NUMBER)[at % 5] for at in range(width)]
        file.write_text(text.rstrip("\r\n") + "\r\n" + ",".join(row) + "\r\n", encoding="utf-8-sig")


def _leave_out_a_heading(extracts: Path) -> None:
    """Deliveries of their own, of one feed in each encoding, whose first line is somebody's record."""
    for feed, encoding in (("konkyu", "utf-8-sig"), ("jumin", "cp932")):
        file = _newest(extracts, feed)
        width = len(next(csv.reader(io.StringIO(file.read_text(encoding=encoding)))))
        row = [(NUMBER, NAME, KANA, ADDRESS, PHONE)[at % 5] for at in range(width)]
        file.with_name(file.name.replace("_01.csv", "_09.csv")).write_text(",".join(row) + "\r\n", encoding=encoding)


def _name_a_file_after_somebody(extracts: Path) -> None:
    (extracts / "kodomo" / f"KODOMO_{SURNAME}{SURNAME_KANA}_{NUMBER}.csv").write_text(NAME, encoding="utf-8")


def _spoil_the_database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "update consultation set name = ?, name_kana = ?, address = ?, phone = ? where consultation_id = 'C000001'",
            (NAME, KANA, ADDRESS, PHONE),
        )
        connection.execute(
            "insert into consultation (consultation_id, received_at, topics, theme, birth_date, sex, updated_at)"
            " values ('C999999', ?, ?, ?, ?, ?, '2023-11-20T10:00:00')",
            (ADDRESS, NAME, KANA, PHONE, NUMBER),
        )
