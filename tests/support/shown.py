"""Reading a report as its reader gets it: figures with what they say they are, and the form of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "wbr", "img", "input", "hr"}


@dataclass
class Element:
    """An element of the page with all text inside it."""

    tag: str
    attrs: dict[str, str]
    text: str = ""
    inside: set[str] = field(default_factory=set)
    has_figure: bool = False


class Page(HTMLParser):
    """``elements`` in the order of their end; ``unclosed`` must be empty in a well-formed page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.unclosed: list[Element] = []
        self.mismatched: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs}, inside={e.tag for e in self.unclosed})
        if "data-metric" in element.attrs:
            for outer in self.unclosed:
                outer.has_figure = True
        (self.elements if tag in VOID else self.unclosed).append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.unclosed[-1].tag != tag:
            self.mismatched.append(tag)
            return
        self.elements.append(self.unclosed.pop())

    def handle_data(self, data: str) -> None:
        for element in self.unclosed:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        """Every element of these kinds."""
        return [element for element in self.elements if element.tag in tags]

    @property
    def figures(self) -> list[Element]:
        """Everything that says which figure it is."""
        return [element for element in self.elements if "data-metric" in element.attrs]
