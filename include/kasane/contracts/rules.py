"""Rules between the parts of a contract, told in the words of its YAML; the contract may be half-finished."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_OF_CSV = ("encoding", "heading", "heading_record", "record_kind", "trailer", "record_bytes")
_OF_WORKBOOKS = ("heading_row", "heading_rows", "sheets", "total_markers", "note_markers")
_KEY_COLUMNS = (
    *("number", "kana", "surname_kana", "given_kana", "kanji", "former_surname", "common_kana", "birth_date", "sex"),
    *("town", "block", "door", "phone"),
)
_SHOWN_COLUMNS = ("name_text", "kana_text", "address_text", "phone_text")
_SEVERAL_FIELDS = {"register_address": 4, "register_block": 2, "register_door": 3}
_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def broken_rules(
    content: Mapping[str, Any],
    codes: Mapping[str, frozenset[str]],
    fixes: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """Every broken rule of one contract as read from YAML, each with the path of the field it is about."""
    fields = [item for item in _items(content.get("fields")) if isinstance(item.get("name"), str)]
    layout = content.get("layout")
    layout = layout if isinstance(layout, Mapping) else {}
    return [
        *_names(content, fields),
        *_references(content, fields),
        *_people(content, fields),
        *_lists(fields, codes, fixes),
        *_file_name(content, fields),
        *_schedule(content),
        *_connector(content, layout, fields),
        *_layout(layout),
        *_only_workbooks(layout, fields),
        *_places(fields, layout),
        *_batch(content, fields),
    ]


def _items(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _delivered(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields that have a column in the file."""
    return [field for field in fields if not field.get("from_part") and not field.get("from_sheet")]


def _twice(values: Iterable[Any]) -> list[str]:
    return [str(value) for value, times in Counter(values).items() if times > 1]


def _names(content: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    derived = [item.get("name") for item in _items(content.get("derive"))]
    for name in _twice([*(field["name"] for field in fields), *derived]):
        yield f"fields: name `{name}` is given twice"
    headings = [unicodedata.normalize("NFKC", str(field.get("source"))) for field in _delivered(fields)]
    for heading in _twice(headings):
        yield f"fields: source `{heading}` is given twice"


def _references(content: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    types = {field["name"]: field.get("type") for field in fields}
    for name in content.get("record_key") or ():
        if name not in types:
            yield f"record_key: no field `{name}`"
    for item in _items(content.get("derive")):
        for name in item.get("from") or ():
            if name not in types:
                yield f"derive.{item.get('name')}.from: no field `{name}`"
        wanted = _SEVERAL_FIELDS.get(str(item.get("by")), 1)
        if isinstance(item.get("from"), list) and len(item["from"]) != wanted:
            yield f"derive.{item.get('name')}.from: {item.get('by')} is made from {wanted} field(s)"
    for index, item in enumerate(_items(content.get("warnings"))):
        for end in ("start", "end"):
            if types.get(item.get(end)) != "date":
                yield f"warnings.{index}.{end}: `{item.get(end)}` is no date field"


def _people(content: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    shown = {field["name"] for field in fields}
    keys = shown | {item.get("name") for item in _items(content.get("derive"))}
    people = _items(content.get("people"))
    for role in _twice(item.get("role") for item in people):
        yield f"people: role `{role}` is given twice"
    for item in people:
        if item.get("number") is None and (item.get("kana") is None or item.get("birth_date") is None):
            yield f"people.{item.get('role')}: without `number` it needs `kana` and `birth_date`"
        for column in _KEY_COLUMNS:
            if item.get(column) is not None and item[column] not in keys:
                yield f"people.{item.get('role')}.{column}: no field or derived column `{item[column]}`"
        for column in _SHOWN_COLUMNS:
            value = item.get(column)
            for name in value if isinstance(value, list) else [value]:
                if name is not None and name not in shown:
                    yield f"people.{item.get('role')}.{column}: no field `{name}`"


def _lists(
    fields: list[dict[str, Any]],
    codes: Mapping[str, frozenset[str]],
    fixes: Mapping[str, Mapping[str, str]],
) -> Iterator[str]:
    for field in fields:
        name, wanted, fix = field["name"], str(field.get("codes")), field.get("fixes")
        if field.get("codes") is not None and wanted not in codes:
            yield f"fields.{name}.codes: no list seeds/codes/{wanted}.csv"
        if fix is not None and fix not in fixes:
            yield f"fields.{name}.fixes: no table seeds/codes/{fix}.csv"
        for value in field.get("drop_values") or ():
            if wanted in codes and value not in codes[wanted]:
                yield f"fields.{name}.drop_values: `{value}` is not in {wanted}"
        for target in set(fixes.get(fix or "", {}).values()):
            if target and wanted in codes and target not in codes[wanted]:
                yield f"fields.{name}.fixes: `{target}` is not in {wanted}"


def _file_name(content: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    delivery = content.get("delivery")
    pattern = delivery.get("file_name") if isinstance(delivery, Mapping) else None
    if not isinstance(pattern, str):
        return
    try:
        groups = set(re.compile(pattern).groupindex)
    except re.error as error:
        yield f"delivery.file_name: no regular expression ({error})"
        return
    if "sequence" not in groups:
        yield "delivery.file_name: no group `sequence`"
    if len(groups & {"base_date", "fiscal_year"}) != 1:
        yield "delivery.file_name: needs one of the groups `base_date` and `fiscal_year`"
    for group in sorted(groups - {"base_date", "fiscal_year", "sequence", "part"}):
        yield f"delivery.file_name: unknown group `{group}`"
    for field in fields:
        if field.get("from_part") and "part" not in groups:
            yield f"fields.{field['name']}.from_part: delivery.file_name has no group `part`"


def _schedule(content: Mapping[str, Any]) -> Iterator[str]:
    parts = str(content.get("schedule", "")).split()
    if len(parts) != len(_CRON_RANGES):
        return
    for part, (low, high) in zip(parts, _CRON_RANGES, strict=True):
        if not all(low <= int(number) <= high for number in re.findall(r"\d+", part.split("/")[0])):
            yield f"schedule: `{part}` lies outside {low}-{high}"


def _connector(content: Mapping[str, Any], layout: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    """A database is pulled as Parquet, by the time that its rows changed; the list of its keys has no such time."""
    pulled = content.get("connector") == "sql"
    if pulled != (layout.get("format") == "parquet"):
        yield "layout.format: parquet goes with connector sql, and no other format does"
    if not pulled and content.get("sql_table") is not None:
        yield "sql_table: goes with connector sql"
    version = content.get("version")
    if version is not None and version not in {f["name"] for f in fields if f.get("type") == "timestamp"}:
        yield f"version: `{version}` is no timestamp field"
    is_key_list = pulled and content.get("sql_table") is None
    if content.get("kind") == "incremental" and version is None and not is_key_list:
        yield "version: an incremental feed needs it"


def _only_workbooks(layout: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    is_workbook = layout.get("format") == "xlsx"
    if is_workbook and not layout.get("heading_row"):
        yield "layout.heading_row: needed for xlsx"
    wrong = _OF_CSV if is_workbook else _OF_WORKBOOKS
    for option in wrong:
        if layout.get(option):
            yield f"layout.{option}: not for {layout.get('format')}"
    for field in fields:
        if field.get("from_sheet") and not (is_workbook and layout.get("sheets")):
            yield f"fields.{field['name']}.from_sheet: layout.sheets names no sheet"


def _layout(layout: Mapping[str, Any]) -> Iterator[str]:
    if layout.get("format") in ("csv", "fixed_width") and not layout.get("encoding"):
        yield f"layout.encoding: needed for {layout['format']}"
    fixed = layout.get("format") == "fixed_width"
    if fixed and not layout.get("record_bytes"):
        yield "layout.record_bytes: needed for fixed_width"
    if fixed and layout.get("heading"):
        yield "layout.heading: a fixed-width file has none"
    trailer = layout.get("trailer")
    if not isinstance(trailer, Mapping):
        return
    wanted = {"marker", "count_from", "count_bytes"} if fixed else {"marker", "count_position"}
    if {key for key, value in trailer.items() if value is not None} != wanted:
        yield f"layout.trailer: must hold {', '.join(sorted(wanted))}"


def _places(every: list[dict[str, Any]], layout: Mapping[str, Any]) -> Iterator[str]:
    fields = _delivered(every)
    if layout.get("format") == "fixed_width":
        yield from _byte_places(fields, layout.get("record_bytes"))
        return
    positions = [field.get("position") for field in fields]
    if layout.get("format") in ("xlsx", "parquet"):
        if any(positions) or any(field.get("from") for field in fields):
            yield "fields: `position` and `from` are not for files whose columns have names"
        return
    if layout.get("heading") and any(positions):
        yield "fields: `position` is for files without headings"
    if not layout.get("heading") and positions != list(range(1, len(fields) + 1)):
        yield "fields: `position` must run 1, 2, 3 … without gaps"


def _byte_places(fields: list[dict[str, Any]], record_bytes: Any) -> Iterator[str]:
    following = 1
    for field in fields:
        start, length = field.get("from"), field.get("bytes")
        if not isinstance(start, int) or not isinstance(length, int):
            yield f"fields.{field['name']}: needs `from` and `bytes`"
            continue
        if start < following:
            yield f"fields.{field['name']}.from: overlaps the field before it"
        following = start + length
    if isinstance(record_bytes, int) and following - 1 > record_bytes:
        yield f"fields: reach byte {following - 1}, beyond record_bytes {record_bytes}"


def _batch(content: Mapping[str, Any], fields: list[dict[str, Any]]) -> Iterator[str]:
    batch = content.get("batch")
    if not isinstance(batch, Mapping):
        return
    names = {field["name"] for field in fields}
    for rule in ("completeness", "share"):
        for index, item in enumerate(_items(batch.get(rule))):
            if item.get("field") not in names:
                yield f"batch.{rule}.{index}.field: no field `{item.get('field')}`"
    if content.get("kind") == "delta" and batch.get("volume"):
        yield "batch.volume: a delta feed has no volume rule"
