"""What a contract asks of its deliveries, check by check: type × table × column, with bounds, rule text and remedy.

Rows are judged by the reader, batches by Great Expectations, files by the ledger; this says which checks there are,
so that a table of results can show those that found nothing too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from kasane.contracts.model import Contract, Field
from kasane.quality.batch_rules import VOLUME, batch_checks, volume_check
from kasane.quality.check_kinds import CheckKind
from kasane.quality.checks import Check, allowed_text_ja

DELIVERED = "delivered"
RHYTHM = {"monthly": "毎月", "yearly": "毎年", "any": "随時"}
_WHOLE_RECORD = "記録全体"
_HEADING_DATE = "基準日"
_SHAPES = {
    "eyymmdd": "元号1桁・年2桁・月日4桁",
    "ymd8": "西暦8桁",
    "iso": "年-月-日",
    "iso_datetime": "年-月-日 時:分",
    "slash": "年/月/日",
    "jtext": "和暦の書き方",
    "excel": "Excelの日付",
}
_ERA_SHAPES = frozenset(("eyymmdd", "jtext"))
_CODES_SHOWN = 9
_HEADED = ("columns_unknown", "columns_missing", "forbidden_column")
_NAMED = ("empty_file", "name_unreadable", "sequence_conflict", "zip_unsafe")


@dataclass(frozen=True)
class ContractCheck:
    """One check of one table. ``column_name``: the heading as delivered, None for what has no column of its own.

    ``measure``: the number that a verdict holds for it, of batch checks. Bounds are shares, both included; ``severity``
    says what follows: ``quarantine`` (the row), ``refuse`` (the file), ``warning``.
    """

    check_id: str
    table_name: str
    feed: str
    check_kind: str
    column_name: str | None
    scope: str
    dimension: str
    origin: str
    label: str
    rule: str
    at_least: float | None
    at_most: float | None
    not_under_rows: int
    severity: str
    measure: str | None
    owner: str
    remedy: str


@dataclass(frozen=True)
class _Asked:
    """A kind, a column and the words that the contract adds."""

    kind: str
    column: str | None = None
    detail: str = ""


def contract_checks(
    contract: Contract, kinds: Mapping[str, CheckKind], codes: Mapping[str, Sequence[str]]
) -> list[ContractCheck]:
    """Every check of a table: of rows, files, months and batches. ``codes``: code lists by name, for the rules."""
    by_kind = [*_of_rows(contract, codes), *_of_files(contract), _Asked(DELIVERED, None, RHYTHM[contract.rhythm])]
    checks = [_check(contract, kinds[each.kind], each) for each in by_kind]
    volume = volume_check(contract)
    batch = [*([volume] if volume else []), *batch_checks(contract)]
    return checks + [_batch_check(contract, kinds, each) for each in batch]


def checks_hash(checks: Mapping[str, list[ContractCheck]]) -> str:
    """SHA-256 of all checks, wording and owners included: a release shows them."""
    content = {table: [asdict(each) for each in found] for table, found in checks.items()}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _of_rows(contract: Contract, codes: Mapping[str, Sequence[str]]) -> Iterator[_Asked]:
    for field in contract.fields:
        yield from _of_field(field, codes.get(field.codes or "", ()))
    for order in contract.warnings:
        yield _Asked(order.code, contract.by_name[order.end].source)
    if contract.kind == "full":
        yield _Asked("key_duplicate", "|".join(contract.by_name[name].source for name in contract.record_key))
    if contract.layout.format in ("csv", "fixed_width"):
        yield _Asked("length", None, "決めた長さ・項目の数")
    if contract.layout.heading_record and contract.layout.heading_record.base_date:
        yield _Asked("h_record_date", _HEADING_DATE)


def _of_field(field: Field, codes: Sequence[str]) -> Iterator[_Asked]:
    if field.required:
        yield _Asked("key_missing", field.source)
    yield from (_Asked(kind, field.source, detail) for kind, detail in _of_type(field, codes))


def _of_type(field: Field, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Kinds and details by the type of a field: what ``kasane.read.checks`` may say of it."""
    if field.type == "digits":
        yield "length", f"{field.length}桁の数字" if field.length else "数字"
        if field.check_digit:
            yield "check_digit", ""
    elif field.type == "code":
        yield "code_unknown", f"コード表 {field.codes}（{_shown(codes)}）"
        if not field.many:
            yield "code_mended", ""
    elif field.type == "flag":
        yield "code_unknown", "・".join((*field.yes, *(field.no or ("空白",)))) if field.yes else "0・1"
    elif field.type == "integer":
        yield "number_invalid", "整数"
    elif field.type == "decimal":
        yield "number_invalid", "数"
    elif field.type == "timestamp":
        yield "date_impossible", "年-月-日 時:分"
    elif field.type == "date":
        yield from _of_date(field)
    else:
        yield "gaiji", ""


def _shown(codes: Sequence[str]) -> str:
    return "・".join(codes) if len(codes) <= _CODES_SHOWN else f"{codes[0]}から{codes[-1]}まで{len(codes)}種"


def _of_date(field: Field) -> Iterator[tuple[str, str]]:
    shapes = "または".join(_SHAPES[shape] for shape in field.shape)
    yield "birth_date_impossible" if field.role == "birth" else "date_impossible", shapes
    yield "date_partly_unknown", ""
    if _ERA_SHAPES.intersection(field.shape):
        yield "era_overrun", ""


def _of_files(contract: Contract) -> Iterator[_Asked]:
    layout = contract.layout
    yield _Asked("unparsable")
    if layout.format in ("csv", "fixed_width"):
        yield _Asked("undecodable")
    if contract.connector == "files":
        yield from (_Asked(kind) for kind in _NAMED)
    if layout.heading or layout.format in ("xlsx", "parquet"):
        yield from (_Asked(kind) for kind in _HEADED)
    if layout.format == "xlsx":
        yield from (_Asked(kind) for kind in ("sheet_unknown", "sheet_missing"))
    if layout.trailer:
        yield from (_Asked(kind) for kind in ("trailer_mismatch", "trailer_missing"))


def _check(contract: Contract, kind: CheckKind, asked: _Asked) -> ContractCheck:
    rule = kind.rule.replace("{column}", asked.column or _WHOLE_RECORD).replace("{detail}", asked.detail)
    if kind.at_most:
        rule += f"（合わないのは{kind.at_most:.0%}以下）"
    at_least = 1.0 if kind.scope == "month" else None
    severity = {"row": "warning" if kind.is_doubt else "quarantine", "file": "refuse", "month": "warning"}[kind.scope]
    return _made(contract, kind, asked.column, rule, (at_least, kind.at_most), severity, None)


def _batch_check(contract: Contract, kinds: Mapping[str, CheckKind], check: Check) -> ContractCheck:
    """A rule of the contract's batch section; its bounds and what follows are the contract's."""
    kind = kinds[check.name.partition("__")[0]]
    allowed = allowed_text_ja(check.at_least, check.at_most, check.unit)
    rule = kind.rule.replace("{detail}", check.title) + f"（{allowed}）"
    severity = "refuse" if check.name == VOLUME else check.severity
    column = _batch_column(contract, check.name)
    return _made(contract, kind, column, rule, (check.at_least, check.at_most), severity, check.name)


def _batch_column(contract: Contract, measure: str) -> str | None:
    """The heading that a batch rule is about; a rule on a derived column has none."""
    parts = measure.split("__")
    field = contract.by_name.get(parts[1]) if len(parts) > 1 else None
    return field.source if field else None


def _made(
    contract: Contract,
    kind: CheckKind,
    column: str | None,
    rule: str,
    bounds: tuple[float | None, float | None],
    severity: str,
    measure: str | None,
) -> ContractCheck:
    return ContractCheck(
        check_id=":".join((contract.table, measure or kind.code, column or "")),
        table_name=contract.table,
        feed=contract.feed,
        check_kind=kind.code,
        column_name=column,
        scope=kind.scope,
        dimension=kind.dimension,
        origin=kind.origin,
        label=kind.label,
        rule=rule,
        at_least=bounds[0],
        at_most=bounds[1],
        not_under_rows=kind.not_under_rows,
        severity=severity,
        measure=measure,
        owner=contract.owner,
        remedy=kind.remedy,
    )
