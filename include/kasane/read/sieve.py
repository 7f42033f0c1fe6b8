"""One batch of delivered records: what is loaded, what goes to quarantine, what is flagged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kasane.contracts.columns import lake_columns
from kasane.contracts.delivery import LandedFile
from kasane.contracts.model import Contract, Field
from kasane.normalise.addresses import register_address
from kasane.normalise.arrays import on_distinct
from kasane.normalise.free_address import (
    free_block,
    free_door,
    free_town,
    register_block,
    register_door,
    register_town,
)
from kasane.normalise.itaiji import itaiji_key
from kasane.normalise.kana import given_kana, surname_kana, whole_kana
from kasane.normalise.phones import phone_key
from kasane.read.batch import Batch
from kasane.read.checks import Judged, Rules, judge
from kasane.read.refusal import Reason

_ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_()}
_ARROW |= {"DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us")}
_ABOUT = [("feed", pa.string()), ("file_name", pa.string()), ("delivery_id", pa.string())]
_LINE = ("line_number", pa.int64())
# Whose record it is and what stood there: by these its office finds it. Restricted, as the records themselves.
_FOUND_BY = [("column_name", pa.string()), ("record_key", pa.string()), ("delivered_value", pa.string())]
QUARANTINE = pa.schema([*_ABOUT, _LINE, ("reason_code", pa.string()), *_FOUND_BY, ("raw_record", pa.string())])
WARNINGS = pa.schema([*_ABOUT, _LINE, ("warning_code", pa.string()), *_FOUND_BY])
# What a person is named or reached by is not repeated beside a fault: the record's number leads to it.
_NOT_REPEATED = frozenset(("name", "kana", "text"))
KEYS = pa.schema([_LINE, ("record_key", pa.string())])

_DERIVATIONS: dict[str, Callable[..., pa.Array]] = {
    "kana": lambda name: on_distinct(name, whole_kana),
    "surname_kana": lambda name: on_distinct(name, surname_kana),
    "given_kana": lambda name: on_distinct(name, given_kana),
    "itaiji": lambda name: on_distinct(name, itaiji_key),
    "register_address": register_address,
    "register_town": register_town,
    "register_block": register_block,
    "register_door": register_door,
    "address_town": free_town,
    "address_block": free_block,
    "address_door": free_door,
    "phone": phone_key,
}


@dataclass(frozen=True)
class Context:
    """What is the same for all batches of one delivery."""

    landed: LandedFile
    delivery_id: str
    contract: Contract
    rules: Rules

    def table(self, schema: pa.Schema, line_number: pa.Array, **columns: pa.Array | str | None) -> pa.Table:
        """A table of ``schema``: the delivery's columns, those given, and a text repeated for every line."""
        given: dict[str, Any] = {
            "feed": self.landed.feed,
            "file_name": self.landed.file_name,
            "delivery_id": self.delivery_id,
            "line_number": line_number,
        } | columns
        arrays = [
            values if isinstance(values, pa.Array) else pa.repeat(pa.scalar(values, field.type), len(line_number))
            for field in schema
            for values in [given[field.name]]
        ]
        return pa.Table.from_arrays(arrays, schema=schema)


@dataclass(frozen=True)
class Sieved:
    """``faulty_keys``: line and key of the rows in quarantine whose key is complete and well formed."""

    rows: pa.Table
    quarantine: pa.Table
    warnings: pa.Table
    faulty_keys: pa.Table
    faulty: int


def rows_schema(contract: Contract) -> pa.Schema:
    """The schema of rows.parquet."""
    return pa.schema([(column.name, _ARROW[column.type]) for column in lake_columns(contract)])


def sieve(batch: Batch, context: Context) -> Sieved:
    """Judge every field of every record and part the good rows from those that break a rule."""
    contract = context.contract
    judged = {field.name: judge(field, batch.fields[field.name], context.rules) for field in contract.fields}
    reasons = _reasons(batch, contract, judged)
    faulty = _any_of([pc.is_valid(reason) for _, reason in reasons], len(batch))
    keys = record_keys(batch, contract)
    keyed = pc.and_(faulty, _well_formed_key(batch, contract, judged))
    columns = _columns(batch, context, judged, keys)
    return Sieved(
        rows=_table(contract, columns).filter(pc.invert(faulty)),
        quarantine=_quarantine(batch, context, reasons, judged, _whole_keys(keys, contract, judged)),
        warnings=_warnings(batch, context, judged, columns, pc.invert(faulty)),
        faulty_keys=pa.table([pa.array(batch.lines), keys], schema=KEYS).filter(keyed),
        faulty=pc.sum(faulty).as_py() or 0,
    )


def record_keys(batch: Batch, contract: Contract) -> pa.Array:
    """The record key as delivered: its fields, trimmed, joined by |; a blank part is an empty string."""
    parts = [pc.fill_null(pc.utf8_trim_whitespace(batch.fields[name]), "") for name in contract.record_key]
    return pc.binary_join_element_wise(*parts, "|") if len(parts) > 1 else parts[0]


def raw_records(batch: Batch, rows: pa.Array, contract: Contract, dropped: pa.Array | None) -> pa.Array:
    """The delivered text of some records; where a value must not pass the door, rebuilt without it."""
    texts = batch.raw(rows)
    hidden = dropped.take(rows) if dropped is not None else None
    if hidden is None or not pc.any(hidden).as_py():
        return texts
    columns = [
        pa.repeat(pa.scalar(""), len(rows)) if field.drop_values else batch.fields[field.name].take(rows)
        for field in contract.delivered_fields
    ]
    quoted = [pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "") for column in columns]
    return pc.if_else(pc.fill_null(hidden, False), pc.binary_join_element_wise(*quoted, ","), texts)


def dropped_rows(judged: dict[str, Judged]) -> pa.Array | None:
    """True where a value of the record must not pass the door; None where there is none."""
    flags = [pc.fill_null(item.dropped, False) for item in judged.values() if item.dropped is not None]
    return reduce(pc.or_, flags) if flags else None


def _any_of(flags: list[pa.Array], rows: int) -> pa.Array:
    nothing = pa.repeat(pa.scalar(False), rows)
    return reduce(pc.or_, [pc.fill_null(flag, False) for flag in flags], nothing)


def _reasons(batch: Batch, contract: Contract, judged: dict[str, Judged]) -> list[tuple[Field | None, pa.Array]]:
    """Field and reason a row, for each field with at least one fault; a misfit has no field."""
    found: list[tuple[Field | None, pa.Array]] = [
        (field, judged[field.name].reason) for field in contract.fields if judged[field.name].reason is not None
    ]
    if batch.misfit is not None and pc.any(batch.misfit).as_py():
        misfit = pc.if_else(batch.misfit, Reason.LENGTH.value, pa.scalar(None, pa.string()))
        found.append((None, misfit))
    return found


def _well_formed_key(batch: Batch, contract: Contract, judged: dict[str, Judged]) -> pa.Array:
    faults = [pc.is_valid(judged[name].reason) for name in contract.record_key if judged[name].reason is not None]
    misfits = [] if batch.misfit is None else [batch.misfit]
    return pc.invert(_any_of([*faults, *misfits], len(batch)))


def _whole_keys(keys: pa.Array, contract: Contract, judged: dict[str, Judged]) -> pa.Array:
    """The keys as delivered, null where a part that must be filled is blank: such a key names no record."""
    missing = [
        pc.equal(judged[name].reason, Reason.KEY_MISSING.value)
        for name in contract.record_key
        if judged[name].reason is not None
    ]
    return pc.if_else(_any_of(missing, len(keys)), pa.scalar(None, pa.string()), keys) if missing else keys


def _columns(batch: Batch, context: Context, judged: dict[str, Judged], keys: pa.Array) -> dict[str, pa.Array]:
    rows = len(batch)
    columns = {
        "delivery_id": pa.repeat(pa.scalar(context.delivery_id), rows),
        "base_date": pa.repeat(pa.scalar(context.landed.base_date, pa.date32()), rows),
        "line_number": pa.array(batch.lines),
        "record_key": keys,
    }
    for item in judged.values():
        columns |= item.columns
    for derived in context.contract.derive:
        columns[derived.name] = _DERIVATIONS[derived.by](*(columns[name] for name in derived.from_))
    return columns


def _table(contract: Contract, columns: dict[str, pa.Array]) -> pa.Table:
    schema = rows_schema(contract)
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _quarantine(
    batch: Batch,
    context: Context,
    reasons: list[tuple[Field | None, pa.Array]],
    judged: dict[str, Judged],
    keys: pa.Array,
) -> pa.Table:
    parts = [QUARANTINE.empty_table()]
    dropped = dropped_rows(judged)
    for field, reason in reasons:
        rows = pc.indices_nonzero(pc.is_valid(reason))
        parts.append(
            context.table(
                QUARANTINE,
                line_number=pa.array(batch.lines).take(rows),
                reason_code=reason.take(rows),
                column_name=None if field is None else field.source,
                record_key=None if field is None else keys.take(rows),
                delivered_value=_delivered(batch, field, judged, rows),
                raw_record=raw_records(batch, rows, context.contract, dropped),
            )
        )
    return pa.concat_tables(parts).sort_by("line_number")


def _warnings(
    batch: Batch, context: Context, judged: dict[str, Judged], columns: dict[str, pa.Array], good: pa.Array
) -> pa.Table:
    parts = [WARNINGS.empty_table()]
    lines = pa.array(batch.lines)
    for field, code, flags in _doubts(context.contract, judged, columns):
        rows = pc.indices_nonzero(pc.and_(pc.fill_null(flags, False), good))
        parts.append(
            context.table(
                WARNINGS,
                line_number=lines.take(rows),
                warning_code=code,
                column_name=field.source,
                record_key=columns["record_key"].take(rows),
                delivered_value=_delivered(batch, field, judged, rows),
            )
        )
    return pa.concat_tables(parts).sort_by("line_number")


def _doubts(
    contract: Contract, judged: dict[str, Judged], columns: dict[str, pa.Array]
) -> Iterator[tuple[Field, str, pa.Array]]:
    """Field, code and flags of every kind of doubt that may occur."""
    for field in contract.fields:
        for code, flags in judged[field.name].warnings.items():
            yield field, code, flags
    for order in contract.warnings:
        before = pc.less(columns[f"{order.end}_latest"], columns[f"{order.start}_earliest"])
        yield contract.by_name[order.end], order.code, before


def _delivered(batch: Batch, field: Field | None, judged: dict[str, Judged], rows: pa.Array) -> pa.Array | None:
    """What stood in a field; nothing of a name or a free text, nor of what must not pass the door."""
    if field is None or field.type in _NOT_REPEATED:
        return None
    values, dropped = batch.fields[field.name].take(rows), judged[field.name].dropped
    return values if dropped is None else pc.if_else(pc.fill_null(dropped.take(rows), False), "", values)
