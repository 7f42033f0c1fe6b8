"""HTML built from elements: text is escaped unless it was built here, so nothing unescaped can get in."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

STYLE = """
:root{--ink:#1d2730;--soft:#5b6873;--line:#d5dce2;--bad:#b3261e;--warn:#8a5a00;--good:#1f6b3a}
*{box-sizing:border-box}
body{font:14px/1.6 "Noto Sans CJK JP","Noto Sans JP","Hiragino Sans","Yu Gothic","Meiryo",sans-serif;
 color:var(--ink);background:#fff;margin:0 auto;padding:20px 24px 40px;max-width:1180px}
h1{font-size:22px;margin:0 0 2px}h2{font-size:16px;margin:28px 0 6px;padding-left:9px;border-left:4px solid #3d6d8c}
p{margin:4px 0}a{color:#1c5f8a}.soft{color:var(--soft);font-size:12.5px}
table{border-collapse:collapse;width:100%;margin-top:6px}
th,td{border-bottom:1px solid var(--line);padding:4px 8px;text-align:left;vertical-align:top}
thead th{font-weight:600;font-size:12.5px;color:var(--soft);border-bottom:2px solid var(--line);white-space:nowrap}
tbody th{font-weight:400}:focus-visible{outline:3px solid #b35c00;outline-offset:2px}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.f{overflow-wrap:anywhere;min-width:9em}.w{white-space:nowrap}
.good{color:var(--good)}.warn{color:var(--warn);font-weight:600}.bad{color:var(--bad);font-weight:600}
.facts{display:flex;flex-wrap:wrap;gap:10px;margin:14px 0 0;padding:0;list-style:none}
.facts li{border:1px solid var(--line);border-radius:6px;padding:6px 14px;min-width:8.5em}
.facts b{display:block;font-size:19px;line-height:1.35}.facts span{font-size:12.5px;color:var(--soft)}
tr.why td{border-bottom:1px solid var(--line);padding:0 8px 6px;color:var(--bad);font-size:12.5px}
tr.group th{background:#f2f5f7;border-bottom:1px solid var(--line);padding-top:6px}
tr.has-why>*{border-bottom:0;padding-bottom:0}
svg{display:block}ul{margin:4px 0;padding-left:1.2em}
@page{size:A4 landscape;margin:11mm}
@media print{body{font-size:9.5pt;padding:0;max-width:none}a{color:inherit;text-decoration:none}
 thead{display:table-header-group}tr,.facts{break-inside:avoid}h2,tr.group,tr.has-why{break-after:avoid}
 nav{display:none}thead th.n{white-space:normal;min-width:6.5em}
 *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *children: str | int | None, **attributes: str | int | None) -> Markup:
    """``<tag …>children</tag>``; children and attributes are escaped unless they are Markup, None is left out.

    A trailing underscore of an attribute is dropped (``class_``), others become hyphens.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(str(value), quote=True)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{joined(children)}</{tag}>")


def joined(children: Iterable[str | int | None]) -> Markup:
    """Children one after the other."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else html.escape(str(child)) for child in children if child is not None
        )
    )


def table(headings: Sequence[str], rows: Iterable[str | None], numeric: Sequence[int] = ()) -> Markup:
    """A table of ready rows; the columns in ``numeric`` have their headings on the right."""
    classes = ("n" if at in numeric else None for at in range(len(headings)))
    heads = [element("th", text, scope="col", class_=css) for text, css in zip(headings, classes, strict=True)]
    return element("table", element("thead", element("tr", *heads)), element("tbody", *rows))


def row(
    *cells: str | int | None,
    numeric: Sequence[int] = (),
    classes: dict[int, str] | None = None,
    row_class: str | None = None,
) -> Markup:
    """A row of a table, headed by its first cell; ``classes`` gives the cells' CSS classes by position."""
    named = dict.fromkeys(numeric, "n") | (classes or {})
    head, *others = cells
    written = (element("td", cell, class_=named.get(at)) for at, cell in enumerate(others, start=1))
    return element("tr", element("th", head, scope="row", class_=named.get(0)), *written, class_=row_class)


def group_row(name: str, columns: int) -> Markup:
    """A row over all columns that heads the rows below it."""
    return element("tr", element("th", name, scope="colgroup", colspan=columns), class_="group")


def way_up(name: str, href: str) -> Markup:
    """The link to the page above; it is not printed."""
    return element("nav", element("a", f"← {name}", href=href), class_="soft", aria_label="上の頁")


def page(title: str, *body: str | None) -> str:
    """A whole document that needs no other file."""
    head = element(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="robots" content="noindex">'),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    return "<!DOCTYPE html>\n" + element("html", head, element("body", element("main", *body)), lang="ja") + "\n"
