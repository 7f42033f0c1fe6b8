"""docs/dictionary/feeds.md: every feed's fields as its contract has them, and the code lists they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kasane.contracts.codes import load_code_texts
from kasane.contracts.columns import secrecy_of
from kasane.contracts.model import Contract, Field
from kasane.settings import load_settings

_INTRODUCTION = """# 届くデータ (feeds and their fields)

契約 `expectations/contracts/<feed>.yml` から作る。手で直さない: `python -m kasane.dictionary`.
はじめは [データ辞書](../data_dictionary.md).
届いたままの列と、読み込みで作る列を並べる。秘密区分 (secrecy): identifier 番号、personal 個人情報、sensitive 要配慮、
restricted 限定区域のみ、internal 庁内、open 公開可。
日付の列は `_text`・`_precision`・`_earliest`・`_latest` の4列になる。
"""
_KINDS = {"full": "全件 (full)", "delta": "差分 (delta)", "incremental": "更新分 (incremental)"}
_RHYTHMS = {"monthly": "毎月", "yearly": "毎年", "any": "随時"}


def render_feeds(contracts: Mapping[str, Contract]) -> str:
    """As Markdown: a section a table, then every code list that the feeds use."""
    used = sorted({field.codes for contract in contracts.values() for field in contract.fields if field.codes})
    feeds = (line for _, contract in sorted(contracts.items()) for line in _feed(contract))
    lists = (line for name in used for line in _code_list(name))
    return "\n".join([_INTRODUCTION, *feeds, "## コード表 (code lists)", "", *lists])


def _feed(contract: Contract) -> Iterator[str]:
    key = "、".join(contract.by_name[name].source for name in contract.record_key)
    yield f"## {contract.table} {contract.full_title}"
    yield ""
    yield cell(contract.description)
    yield ""
    yield f"- 所管: {contract.owner}"
    yield f"- 届き方: {arrival_text(contract)}。ファイル名 `{contract.delivery.file_name}`"
    yield f"- 形: {form_text(contract)}"
    yield f"- 鍵: {key}"
    yield f"- 根拠法令: {contract.legal_basis}"
    basis = f"（{contract.retention_basis}）" if contract.retention_basis else ""
    yield f"- 保存年限: {contract.retention_years}年{basis}"
    yield ""
    yield "| 列 | 届く名前 | 型 | 秘密区分 | 意味 |"
    yield "|---|---|---|---|---|"
    yield from (_field(field) for field in contract.fields)
    yield from (
        f"| {item.name} | （作る列） | {item.by} | {secrecy_of(contract, item.from_)}"
        f" | {cell(item.description or '照合キー (match key)')} |"
        for item in contract.derive
    )
    yield ""


def arrival_text(contract: Contract) -> str:
    """What a delivery holds and how often one comes, in words."""
    return f"{_KINDS[contract.kind]}、{_RHYTHMS[contract.rhythm]}"


def form_text(contract: Contract) -> str:
    """How its files look, in words."""
    layout = contract.layout
    if layout.format == "parquet":
        return "データベースから文字列のまま取り込んだ parquet (pulled from a database, all text)"
    if layout.format == "xlsx":
        sheets = f"、シート {'・'.join(layout.sheets)}" if layout.sheets else ""
        return f"xlsx、見出しは{layout.heading_row}行目から{layout.heading_rows}行{sheets}"
    parts = [layout.format, layout.encoding, "見出しあり" if layout.heading else "見出しなし"]
    if layout.record_bytes:
        parts.append(f"1記録 {layout.record_bytes} バイト")
    if layout.trailer:
        parts.append(f"件数つき終端記録 {layout.trailer.marker}")
    return "、".join(parts)


def kind_text(field: Field) -> str:
    """A field's type in words: ``数字 7 桁、必須``."""
    details = {
        "digits": f"数字 {field.length} 桁" if field.length else "数字",
        "date": f"日付 {'・'.join(field.shape)}",
        "code": f"コード {field.codes}",
        "integer": "整数",
        "decimal": "数",
        "timestamp": "日時",
        "flag": f"{'・'.join(field.yes)}／{'・'.join(field.no) or '空白'}" if field.yes else "0/1",
    }
    kind = details.get(field.type, field.type)
    return kind + ("、複数" if field.many else "") + ("、必須" if field.required else "")


def source_text(field: Field) -> str:
    """The heading that it arrives under, or where else it is told."""
    told = "（ファイル名から）" if field.from_part else "（シート名から）" if field.from_sheet else ""
    return field.source + told


def _field(field: Field) -> str:
    said = (field.name, source_text(field), kind_text(field), field.secrecy, field.description)
    return f"| {' | '.join(map(cell, said))} |"


def _code_list(name: str) -> Iterator[str]:
    texts = load_code_texts(load_settings().seed_dirs[:1], name)
    yield f"### {name}"
    yield ""
    yield "| コード | 表示 | 意味 |"
    yield "|---|---|---|"
    yield from (f"| {cell(code)} | {cell(text.label)} | {cell(text.description)} |" for code, text in texts.items())
    yield ""


def cell(text: str) -> str:
    """A text as it may stand in a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
