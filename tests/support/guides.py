"""What the guides in docs/ tell their readers to type."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_QUESTION = re.compile(r"^### (\d+\. .+?)\n(.*?)(?=^###? |\Z)", re.MULTILINE | re.DOTALL)
_SQL = re.compile(r"^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def guide_queries() -> list[tuple[str, str]]:
    """(question, SQL) of each query of the analyst's guide."""
    text = (DOCS / "analysts_guide.md").read_text(encoding="utf-8")
    return [(title, sql) for title, body in _QUESTION.findall(text) for sql in _SQL.findall(body)]


def commands(page: Path) -> list[list[str]]:
    """The words of each ``kasane …`` line in a page's code."""
    code = [block or inline for block, inline in _CODE.findall(page.read_text(encoding="utf-8"))]
    lines = (line.strip() for part in code for line in part.splitlines())
    return [line.split() for line in lines if line.startswith("kasane ")]
