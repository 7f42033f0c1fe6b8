"""What every page must have so that it can be read without seeing it, pointing at it or guessing (JIS X 8341-3, AA)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from support.shown import VOID

_CONTROLS = {"input", "select", "textarea"}
_UNSEEN_INPUTS = {"hidden", "submit", "button"}


@dataclass
class _Node:
    tag: str
    attrs: dict[str, str]
    text: str = ""
    inside: list[_Node] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Whether a screen reader has words for it."""
        return bool(self.text.strip() or self.attrs.get("aria-label") or self.attrs.get("aria-labelledby"))


class _Reader(HTMLParser):
    """``nodes`` in the order of their start, each with all text inside it and the elements around it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[_Node] = []
        self._open: list[_Node] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {key: value or "" for key, value in attrs}, inside=list(self._open))
        self.nodes.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for node in self._open:
            node.text += data

    def all(self, *tags: str) -> list[_Node]:
        return [node for node in self.nodes if node.tag in tags]


def faults(html: str) -> list[str]:
    """What a page lacks, a line a fault; none in a page that keeps the basics."""
    page = _Reader(html)
    return [*_whole(page), *_headings(page), *_tables(page), *_pictures(page), *_controls(page)]


def _whole(page: _Reader) -> Iterator[str]:
    if [node.attrs.get("lang") for node in page.all("html")] != ["ja"]:
        yield "html has no lang=ja"
    titles = [node for node in page.all("title") if all(outer.tag != "svg" for outer in node.inside)]
    if len(titles) != 1 or not titles[0].text.strip():
        yield "no title"
    if len(page.all("main")) != 1:
        yield "not one main"
    names = [node.attrs["id"] for node in page.nodes if "id" in node.attrs]
    if len(names) != len(set(names)):
        yield "an id is given twice"


def _headings(page: _Reader) -> Iterator[str]:
    headings = page.all("h1", "h2", "h3", "h4", "h5", "h6")
    if sum(node.tag == "h1" for node in headings) != 1:
        yield "not one h1"
    levels = [int(node.tag[1]) for node in headings]
    for node, above, level in zip(headings, [0, *levels], levels, strict=False):
        if level > above + 1:
            yield f"a heading level is skipped before {node.text.strip()!r}"
        if not node.text.strip():
            yield f"an {node.tag} is empty"


def _tables(page: _Reader) -> Iterator[str]:
    for node in page.all("th"):
        if not node.attrs.get("scope"):
            yield f"th {node.text.strip()!r} has no scope"
    for node in page.all("div"):
        if node.attrs.get("class") == "wide" and not (node.attrs.get("tabindex") == "0" and node.named):
            yield "what scrolls sideways is out of the keyboard's reach"


def _pictures(page: _Reader) -> Iterator[str]:
    for node in page.all("img"):
        if "alt" not in node.attrs:
            yield "an img has no alt"
    for node in page.all("svg"):
        is_told = node.attrs.get("role") == "img" and (
            node.attrs.get("aria-label") or node.attrs.get("aria-labelledby")
        )
        if not is_told and not any(each.attrs.get("aria-hidden") == "true" for each in (node, *node.inside)):
            yield "an svg has neither a name nor aria-hidden"


def _controls(page: _Reader) -> Iterator[str]:
    labelled = {node.attrs.get("for") for node in page.all("label")}
    for node in page.all(*_CONTROLS):
        is_inside = any(outer.tag == "label" for outer in node.inside)
        is_named = is_inside or node.attrs.get("aria-label") or node.attrs.get("id", "?") in labelled
        if not is_named and node.attrs.get("type") not in _UNSEEN_INPUTS:
            yield f"a {node.tag} has no label"
    for node in page.all("a", "button", "summary"):
        if not node.named:
            yield f"a {node.tag} has no text"
