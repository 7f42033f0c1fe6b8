"""What every self-contained page is made of: templates, styles, scripts and data that nothing in it can break."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kasane.reports import words
from kasane.reports.svg import plain

TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def environment() -> Environment:
    """The templates; everything put into them is escaped, and a name that is not given is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: plain(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def resource(name: str) -> str:
    """The text of a style or script beside the templates."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def page_frame(municipality: str, release_id: str, script: str, *styles: str) -> dict[str, Any]:
    """What every template with a script is given: whose page, of which release, styles and script by file name."""
    code = resource(script)
    return {
        "municipality": plain(municipality),
        "release_id": plain(release_id),
        "words": words,
        "style": Markup("".join(resource(style) for style in styles)),
        "script": Markup(code),
        "script_hash": script_hash(code),
    }


def script_hash(script: str) -> str:
    """What the page's Content-Security-Policy names its one script by (sha256, base64)."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def json_in_html(payload: Mapping[str, Any]) -> Markup:
    """JSON that no text inside it can end or change: the signs that HTML reads are escaped."""
    text = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


class Texts:
    """Texts that occur again and again in a page's data, each kept once in ``all`` and named by its place there."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._place: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Where the text stands in ``all``."""
        if text not in self._place:
            self._place[text] = len(self.all)
            self.all.append(text)
        return self._place[text]
