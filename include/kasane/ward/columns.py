"""Feeds as columns of bytes: dictionaries and places in them, joined into records a chunk at a time.

Nothing is ever decoded: the dictionaries hold bytes as the feed wants them (CP932 or UTF-8), so a file's
body is the value buffer of an Arrow array.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kasane.ward.arrays import Ints

_CHUNK = 100_000


def byte_array(values: list[bytes] | list[str], encoding: str = "cp932") -> pa.Array:
    """A dictionary of bytes."""
    return pa.array([v if isinstance(v, bytes) else v.encode(encoding) for v in values], pa.binary())


def numbers(values: Ints, digits: int, prefix: str = "") -> pa.Array:
    """Numbers with leading zeros, as bytes."""
    text = pc.utf8_lpad(pa.array(np.asarray(values, np.int64)).cast(pa.string()), digits, "0")
    return (pc.binary_join_element_wise(pa.scalar(prefix), text, "") if prefix else text).cast(pa.binary())


@dataclass(frozen=True)
class Column:
    """One field of a feed: parts (dictionary, place of each row) set together, padded to ``width`` if given."""

    heading: str
    parts: tuple[tuple[pa.Array, Ints], ...]
    width: int | None = None
    changed: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, heading: str, dictionary: pa.Array, places: Ints, width: int | None = None) -> Column:
        """A field of a single part."""
        return cls(heading, ((dictionary, np.asarray(places, np.int32)),), width)

    @classmethod
    def constant(cls, heading: str, value: bytes, rows: int) -> Column:
        """One value in every row."""
        return cls.of(heading, byte_array([value]), np.zeros(rows, np.int32))

    def take(self, rows: Ints) -> Column:
        """The field of these rows; changed cells go along."""
        new = (
            {place: self.changed[row] for place, row in enumerate(rows.tolist()) if row in self.changed}
            if self.changed
            else {}
        )
        return replace(self, parts=tuple((d, i[rows]) for d, i in self.parts), changed=new)

    def cells(self, first: int, last: int) -> pa.Array:
        """The bytes of rows first … last − 1."""
        parts = [dictionary.take(pa.array(places[first:last])) for dictionary, places in self.parts]
        cells = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, b"")
        if self.width is not None:
            missing = pc.subtract(pa.scalar(self.width, pa.int32()), pc.binary_length(cells))
            cells = pc.binary_join_element_wise(cells, _spaces(self.width).take(missing), b"")
        return self._with_changes(cells, first, last)

    def _with_changes(self, cells: pa.Array, first: int, last: int) -> pa.Array:
        rows = sorted(row for row in self.changed if first <= row < last)
        if not rows:
            return cells
        mask = np.zeros(last - first, bool)
        mask[np.array(rows) - first] = True
        values = pa.array([self.changed[row] for row in rows], cells.type)
        return pc.replace_with_mask(cells, pa.array(mask), values)


def _spaces(width: int) -> pa.Array:
    return pa.array([b" " * count for count in range(width + 1)], pa.binary())


@dataclass(frozen=True)
class Form:
    """How records of a feed are written."""

    extension: str
    encoding: str
    separator: bytes = b","
    quote: bytes = b""
    heading: bool = True
    opening: Callable[[str], bytes] | None = None
    closing: Callable[[int], bytes] | None = None
    # a workbook instead of lines: what writes it, the rows above the first record, and the heading of the
    # column that says on which of its sheets a record stands (that column is not written)
    book: Callable[[Sheet], bytes] | None = None
    rows_before: int = 1
    tab: str = ""

    @property
    def lines_before(self) -> int:
        """Physical lines (a workbook's rows) before the first record."""
        if self.book is not None:
            return self.rows_before
        return int(self.heading or self.opening is not None)


@dataclass(frozen=True)
class Sheet:
    """What one office would deliver on a base date.

    ``facts``: what each row says, by simulated people's places, never read back from the bytes;
    ``breaks``: line breaks inside each record; ``serial``: each row's record in the office's book.
    """

    feed: str
    form: Form
    columns: tuple[Column, ...]
    rows: int
    facts: dict[str, Ints]
    breaks: Ints | None = None
    part: str = ""

    @property
    def name(self) -> str:
        """The stream's name: the feed's, and its part's."""
        return "_".join(filter(None, (self.feed, self.part.lower())))

    def texts(self, heading: str) -> list[str]:
        """The cells under a heading, as text."""
        return [cell.decode(self.form.encoding) for cell in self.column(heading).cells(0, self.rows).to_pylist()]

    def take(self, rows: Ints) -> Sheet:
        """These rows, in this order."""
        return replace(
            self,
            columns=tuple(column.take(rows) for column in self.columns),
            rows=len(rows),
            facts={name: values[rows] for name, values in self.facts.items()},
            breaks=None if self.breaks is None else self.breaks[rows],
        )

    def column(self, heading: str) -> Column:
        """The field of this heading."""
        return next(column for column in self.columns if column.heading == heading)

    def first_lines(self, rows: Ints) -> Ints:
        """The physical line on which each of these records begins; in a workbook, its sheet's row."""
        if self.form.tab:
            tabs = self.texts(self.form.tab)
            seen: Counter[str] = Counter()
            place = np.zeros(self.rows, np.int64)
            for row, tab in enumerate(tabs):
                place[row] = seen[tab]
                seen[tab] += 1
            return self.form.lines_before + 1 + place[rows]
        before = np.zeros(self.rows + 1, np.int64)
        if self.breaks is not None:
            np.cumsum(self.breaks, out=before[1:])
        return self.form.lines_before + 1 + rows + before[rows]

    def chunks(self, base_date: str, stated: int | None = None) -> Iterator[bytes]:
        """The file's bytes; ``stated``: the number of records that the trailer says, if not the true one."""
        form = self.form
        if form.book is not None:
            yield form.book(self)
            return
        if form.opening is not None:
            yield form.opening(base_date)
        if form.heading:
            mark = b"\xef\xbb\xbf" if form.encoding == "utf-8-sig" else b""
            encoding = "utf-8" if mark else form.encoding
            yield mark + _record([column.heading.encode(encoding) for column in self.columns], form)
        for first in range(0, self.rows, _CHUNK):
            yield self._body(first, min(first + _CHUNK, self.rows))
        if form.closing is not None:
            yield form.closing(self.rows if stated is None else stated)

    def _body(self, first: int, last: int) -> bytes:
        form = self.form
        separator = form.quote + form.separator + form.quote
        cells = [column.cells(first, last) for column in self.columns]
        records = pc.binary_join_element_wise(*cells, separator).cast(pa.large_binary())
        one = pa.LargeListArray.from_arrays(pa.array([0, last - first], pa.int64()), records)
        body: bytes = pc.binary_join(one, pa.scalar(form.quote + b"\r\n" + form.quote, pa.large_binary()))[0].as_py()
        return form.quote + body + form.quote + b"\r\n"


def _record(cells: list[bytes], form: Form) -> bytes:
    separator = form.quote + form.separator + form.quote
    return form.quote + separator.join(cells) + form.quote + b"\r\n"


def renamed(sheet: Sheet, heading: str, to: str) -> Sheet:
    """The sheet with another heading over a column."""
    columns = tuple(replace(c, heading=to) if c.heading == heading else c for c in sheet.columns)
    return replace(sheet, columns=columns)


def without(sheet: Sheet, heading: str) -> Sheet:
    """The sheet without a column."""
    return replace(sheet, columns=tuple(c for c in sheet.columns if c.heading != heading))


def with_changes(sheet: Sheet, changes: dict[str, dict[int, bytes]]) -> Sheet:
    """The sheet with some cells (heading → row → bytes) other than they were."""
    columns = tuple(
        replace(c, changed={**c.changed, **changes[c.heading]}) if c.heading in changes else c for c in sheet.columns
    )
    return replace(sheet, columns=columns)
