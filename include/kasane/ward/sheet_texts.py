"""Columns of few rows from texts, with the quotation marks a CSV needs; shared by the organisations' feeds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kasane.ward import days
from kasane.ward.arrays import Ints
from kasane.ward.columns import Column, byte_array
from kasane.ward.days import NONE


def quoted(text: str) -> str:
    """A CSV cell: in quotation marks where it holds a comma, a mark or a line break."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def text_column(heading: str, texts: Iterable[str], csv: bool = True) -> Column:
    """A text a row; ``csv``: with quotation marks where they are needed."""
    cells = [quoted(text) if csv else text for text in texts]
    return Column.of(heading, byte_array(cells, "utf-8"), np.arange(len(cells)))


def day_column(heading: str, values: Ints) -> Column:
    """ISO days, blank where there is none."""
    return text_column(heading, day_texts(values))


def day_texts(values: Ints) -> list[str]:
    """ISO days, blank where there is none."""
    return ["" if day == NONE else str(days.date_of(day)) for day in np.asarray(values).tolist()]


def number_column(heading: str, values: Ints) -> Column:
    """Whole numbers."""
    return text_column(heading, map(str, np.asarray(values).astype(np.int64).tolist()))


def code_column(heading: str, codes: tuple[str, ...] | list[str], places: Ints) -> Column:
    """One of a few texts a row."""
    return Column.of(heading, byte_array([quoted(code) for code in codes], "utf-8"), places)


def serials(letter: str, digits: int, rows: Ints) -> list[str]:
    """IDs of an office: a letter and the record's number from 1."""
    return [f"{letter}{row + 1:0{digits}d}" for row in np.asarray(rows).tolist()]
