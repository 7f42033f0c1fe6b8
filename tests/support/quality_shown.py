"""What a quality page shows, block by block as its reader meets them: cards, tables, lists, sentences, small charts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from support.shown import VOID

Point = tuple[float, float]
_BLOCKS = {"table": "table", "ul": "list", "dl": "list", "p": "text"}
_ROWS = {"tr", "li", "div", "p"}
_CARD_CELLS = {"span", "b", "dt", "dd"}
_UNSEEN = {"head", "style", "script"}


@dataclass(frozen=True)
class Chart:
    """A sparkline: its name for a screen reader, the points of its line and how many of them are marked."""

    label: str
    points: tuple[Point, ...]
    marked: int


@dataclass
class Block:
    """A part of a page; ``rows`` hold the texts of its cells, headings first, ``charts`` those of all its rows."""

    kind: str
    rows: list[tuple[str, ...]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    @property
    def has_number(self) -> bool:
        """Whether a digit stands in it."""
        return bool(self.charts) or any(re.search(r"\d", cell) for row in self.rows for cell in row)


class _Reader(HTMLParser):
    """Collects blocks; text in a card, row or item that is in none of its cells is a cell of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._block: Block | None = None
        self._cells: list[str] | None = None
        self._cell_tag: str | None = None
        self._unseen = 0
        self._chart: list[tuple[str, dict[str, str]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "svg":
            self._chart = [(tag, given)]
        elif self._chart is not None:
            self._chart.append((tag, given))
        elif tag in _BLOCKS and self._block is None:
            kind = "cards" if "facts" in given.get("class", "").split() else _BLOCKS[tag]
            self._block = Block(kind)
            self.blocks.append(self._block)
        if self._block is not None and tag not in VOID:
            self._open(tag)

    def _open(self, tag: str) -> None:
        assert self._block is not None
        if tag in _ROWS and self._cells is None:
            self._cells = []
        if self._cells is None or self._cell_tag is not None:
            return
        is_cell = tag in ("td", "th") or (tag in _CARD_CELLS and self._block.kind == "cards")
        if is_cell or self._block.kind in ("list", "text"):
            self._cells.append("")
            self._cell_tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        if tag == "svg" and self._chart is not None:
            assert self._block is not None, "a chart outside of all tables"
            self._block.charts.append(_chart(self._chart))
            self._chart = None
        if self._block is None:
            return
        if tag == self._cell_tag:
            self._cell_tag = None
        if tag in _ROWS and self._cells is not None:
            self._block.rows.append(tuple(" ".join(cell.split()) for cell in self._cells))
            self._cells = None
        if tag in _BLOCKS:
            self._block = None

    def handle_data(self, text: str) -> None:
        if self._unseen or self._cells is None:
            outside = self._block is not None and not self._unseen and re.search(r"\d", text)
            assert not outside, f"a number in a block and in no row: {text}"
        elif self._cell_tag is None:
            self._cells += [text] if text.strip() else []
        else:
            self._cells[-1] += text


def _chart(parts: list[tuple[str, dict[str, str]]]) -> Chart:
    lines = [given["points"] for tag, given in parts if tag == "polyline"]
    points = [tuple(map(float, pair.split(","))) for pair in lines[0].split()]
    return Chart(parts[0][1]["aria-label"], tuple((x, y) for x, y in points), sum(tag == "circle" for tag, _ in parts))


def shown_blocks(html: str) -> list[Block]:
    """All blocks of a page in which a number stands, in the page's order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [block for block in reader.blocks if block.has_number]
