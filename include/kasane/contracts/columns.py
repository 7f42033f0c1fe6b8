"""The columns of a feed's table in the lake, in order: what the reader writes and dbt reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kasane.contracts.model import Contract, Derived, Field

_TYPES = {"flag": "BOOLEAN", "integer": "BIGINT", "decimal": "DOUBLE", "timestamp": "TIMESTAMP"}
_DERIVED_SECRECY = "personal"


@dataclass(frozen=True)
class LakeColumn:
    """One column: DuckDB type, meaning, secrecy class, and the headings it comes from (none: made here)."""

    name: str
    type: str
    description: str
    secrecy: str
    sources: tuple[str, ...] = ()


_COMMON = (
    LakeColumn("delivery_id", "VARCHAR", "配信ファイルの識別子 (id of the delivered file as read)", "internal"),
    LakeColumn("base_date", "DATE", "基準日。内容が正しい日 (the day the content is true for)", "internal"),
    LakeColumn("line_number", "BIGINT", "記録が始まる物理行 (physical line where the record begins)", "internal"),
)


def lake_columns(contract: Contract) -> tuple[LakeColumn, ...]:
    """Every column of ``lake.<table>``; a date field gives four (text, precision, earliest, latest day)."""
    fields = [column for field in contract.fields for column in _of_field(field)]
    derived = [_of_derived(contract, item) for item in contract.derive]
    return (*_COMMON, _record_key(contract), *fields, *derived)


def _record_key(contract: Contract) -> LakeColumn:
    sources = tuple(contract.by_name[name].source for name in contract.record_key)
    secrecy = secrecy_of(contract, contract.record_key, "identifier")
    return LakeColumn("record_key", "VARCHAR", f"記録の鍵 (record key): {'|'.join(sources)}", secrecy, sources)


def secrecy_of(contract: Contract, names: Sequence[str], otherwise: str = _DERIVED_SECRECY) -> str:
    """The class of what is made from fields: restricted where one of them is."""
    restricted = any(contract.by_name[name].secrecy == "restricted" for name in names)
    return "restricted" if restricted else otherwise


def _of_field(field: Field) -> Iterator[LakeColumn]:
    source = (field.source,)
    if field.type != "date":
        kind = _TYPES.get(field.type, "VARCHAR")
        yield LakeColumn(field.name, kind, field.description, field.secrecy, source)
        return
    for suffix, kind, meaning in (
        ("text", "VARCHAR", "届いたままの値 (as delivered)"),
        ("precision", "VARCHAR", "精度 day/month/year/range/unknown/none/impossible (precision)"),
        ("earliest", "DATE", "あり得る最も早い日 (earliest possible day)"),
        ("latest", "DATE", "あり得る最も遅い日 (latest possible day)"),
    ):
        yield LakeColumn(f"{field.name}_{suffix}", kind, f"{field.description} ― {meaning}", field.secrecy, source)


def _of_derived(contract: Contract, item: Derived) -> LakeColumn:
    sources = tuple(contract.by_name[name].source for name in item.from_)
    description = item.description or f"{'・'.join(sources)} から作る照合キー (match key: {item.by})"
    return LakeColumn(item.name, "VARCHAR", description, secrecy_of(contract, item.from_), sources)
