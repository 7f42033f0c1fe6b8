"""The contract of a feed: what one file ``expectations/contracts/<feed>.yml`` may say, strictly.

The reader, the quarantine rules, the batch suite, the dbt sources, the DAG and the data dictionary all
come from it. Source of the layouts: the design's source_layouts.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr, StringConstraints, model_validator
from pydantic import Field as Setting

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Label = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Positive = Annotated[int, Setting(gt=0)]
Share = Annotated[float, Setting(ge=0.0)]
FieldType = Literal["text", "digits", "code", "date", "timestamp", "integer", "decimal", "flag", "kana", "name"]
DateShape = Literal["eyymmdd", "ymd8", "iso", "iso_datetime", "slash", "jtext", "excel"]
Secrecy = Literal["identifier", "personal", "sensitive", "restricted", "internal", "open"]
Severity = Literal["warning", "refuse"]
Derivation = Literal[
    "kana", "surname_kana", "given_kana", "itaiji", "register_address", "register_town", "register_block",
    "register_door", "address_town", "address_block", "address_door", "phone",
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class DeliveryName(_Strict):
    """How files are named: a regular expression with the groups base_date and sequence, and maybe part.

    A file of a survey year has the group fiscal_year in place of base_date: it counts from that year's 1 April.
    It is matched against the NFKC form of the whole name, upper or lower case alike.
    """

    file_name: str


class Trailer(_Strict):
    """The closing record: its marker and where it holds the number of data records.

    CSV: ``count_position``, counted from 1 with the marker as field 1. Fixed width: ``count_from`` (byte,
    from 1) and ``count_bytes``.
    """

    marker: Label
    count_position: Positive | None = None
    count_from: Positive | None = None
    count_bytes: Positive | None = None


class HeadingRecord(_Strict):
    """A first record of a kind of its own; positions are counted from 1 with the kind as field 1."""

    kind: Label
    base_date: Positive | None = None
    municipality_code: Positive | None = None


class Layout(_Strict):
    """The form of a file. ``record_kind``: the mark of a data record, in a first field that is dropped.

    xlsx: the heading stands in ``heading_row`` (from 1) and takes ``heading_rows``; ``sheets`` are read in this
    order (none named: the first one); a row whose first cell is one of ``total_markers``, and all below it, is no
    record, nor is one whose first cell begins with one of ``note_markers``. parquet: what a database gave, as text.
    """

    format: Literal["csv", "fixed_width", "xlsx", "parquet"]
    encoding: Literal["cp932", "utf-8-sig"] = "utf-8-sig"
    heading_row: Positive | None = None
    heading_rows: Literal[1, 2] = 1
    sheets: tuple[Label, ...] = ()
    total_markers: tuple[Label, ...] = ()
    note_markers: tuple[Label, ...] = ()
    heading: bool = False
    heading_record: HeadingRecord | None = None
    record_kind: str | None = None
    trailer: Trailer | None = None
    record_bytes: Positive | None = None


class Joined(_Strict):
    """A value made of up to ``most`` codes of ``width`` digits each, written one after the other."""

    width: Positive
    most: Positive


class Field(_Strict):
    """One field of a record.

    ``source`` is the heading as delivered (in files without headings the official title). ``position`` counts
    from 1 after a dropped record kind; ``from``/``bytes`` are bytes from 1. ``length`` counts digits of
    ``digits``; a value that matches ``pattern`` whole is good as well. A blank value is an error only
    where ``required``. ``drop_values`` never pass the door: they are read as blank. ``many``: several values in
    one cell, kept as ``01;03``. ``yes`` and ``no`` are how a flag is written. ``from_part`` and ``from_sheet``:
    no column of its own but the part of the file's name, or the name of the sheet that the record stands in.
    """

    name: Name
    source: Label
    position: Positive | None = None
    from_: Positive | None = Setting(default=None, alias="from")
    bytes: Positive | None = None
    type: FieldType
    length: Positive | None = None
    pattern: str | None = None
    required: bool = False
    check_digit: Literal["modulus11"] | None = None
    shape: tuple[DateShape, ...] = ()
    role: Literal["birth"] | None = None
    codes: Name | None = None
    joined: Joined | None = None
    fixes: Name | None = None
    drop_values: tuple[str, ...] = ()
    many: bool = False
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    from_part: bool = False
    from_sheet: bool = False
    secrecy: Secrecy
    description: Label

    @property
    def is_delivered(self) -> bool:
        """Whether the file has a column for it."""
        return not (self.from_part or self.from_sheet)

    @model_validator(mode="after")
    def _options_fit_type(self) -> Field:
        wrong = [
            f"`{option}` goes with type {wanted}, not {self.type}"
            for option, wanted, given in (
                ("shape", "date", self.shape),
                ("role", "date", self.role),
                ("codes", "code", self.codes),
                ("joined", "code", self.joined),
                ("length", "digits", self.length),
                ("check_digit", "digits", self.check_digit),
                ("yes", "flag", self.yes),
                ("no", "flag", self.no),
            )
            if given and self.type != wanted
        ]
        if self.many and self.type not in ("code", "text"):
            wrong.append(f"`many` goes with type code or text, not {self.type}")
        if self.from_part and self.from_sheet:
            wrong.append("`from_part` and `from_sheet` exclude each other")
        if self.type == "date" and not self.shape:
            wrong.append("a date needs `shape`")
        if self.type == "code" and not self.codes:
            wrong.append("a code needs `codes`")
        if (self.from_ is None) != (self.bytes is None):
            wrong.append("`from` and `bytes` come together")
        if self.pattern is not None and not _is_regex(self.pattern):
            wrong.append("`pattern` is no regular expression")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class Derived(_Strict):
    """A column that the reader computes once from fields, by a function of kasane.normalise."""

    name: Name
    from_: tuple[Name, ...] = Setting(alias="from", min_length=1)
    by: Derivation
    description: str | None = None


class PersonRole(_Strict):
    """A person whom a record names: the field of the number and what tells who it is (definitions.md, "Person").

    A field that the feed lacks is left out and is not compared. Without a known number a person is looked for by
    the keys of names, address and phone, with birth date and sex. ``kana`` is the key of the whole name; ``town``,
    ``block`` and ``door`` are keys of the address. The ``_text`` columns are what a reviewer sees; an address may
    stand in several fields, in the order in which it is read.
    """

    role: Literal["subject", "guardian", "child"]
    number: Name | None = None
    kana: Name | None = None
    surname_kana: Name | None = None
    given_kana: Name | None = None
    kanji: Name | None = None
    former_surname: Name | None = None
    common_kana: Name | None = None
    birth_date: Name | None = None
    sex: Name | None = None
    town: Name | None = None
    block: Name | None = None
    door: Name | None = None
    phone: Name | None = None
    name_text: Name | None = None
    kana_text: Name | None = None
    address_text: Name | tuple[Name, ...] | None = None
    phone_text: Name | None = None


class OrderWarning(_Strict):
    """A warning where the day in ``end`` lies before the day in ``start``."""

    code: Name
    start: Name
    end: Name


class Volume(_Strict):
    """How much the number of records may change (a share, 0.30 = 30 %) against the last good base date."""

    max_change: Share = 0.30
    not_under_rows: Annotated[int, Setting(ge=0)] = 50


class Completeness(_Strict):
    """At least this share of the loaded rows has a value in ``field``."""

    field: Name
    at_least: Annotated[float, Setting(ge=0.0, le=1.0)]
    severity: Severity = "warning"


class ValueShare(_Strict):
    """The share of rows whose ``field`` equals ``value`` lies within bounds."""

    field: Name
    value: str
    at_least: Annotated[float, Setting(ge=0.0, le=1.0)] = 0.0
    at_most: Annotated[float, Setting(ge=0.0, le=1.0)] = 1.0
    severity: Severity = "warning"


class Batch(_Strict):
    """What a whole batch must satisfy before it is accepted. No volume rule for delta feeds."""

    volume: Volume | None = None
    completeness: tuple[Completeness, ...] = ()
    share: tuple[ValueShare, ...] = ()


@dataclass(frozen=True)
class FileIdentity:
    """What a file's name says: part (a centre or table, or blank), base date and sequence."""

    part: str
    base_date: date
    sequence: int


class Contract(_Strict):
    """The contract of one feed, or of one table of a feed that delivers several.

    ``kind`` full: each file is the whole state at its base date; delta: each file adds or replaces records by key;
    incremental: pulls from a database, all in force together, of which the latest ``version`` of a record counts.
    ``table`` names the table in the lake: the feed's own name, or ``<feed>_<table>`` where the YAML lists ``tables``.
    ``retention_years`` and ``retention_basis``: how long a delivery is kept and by which rule (ADR 0044).
    ``case``: a record is somebody's case and gets a pseudonym of its own.
    """

    feed: Name
    table: Name
    title: Label
    table_title: Label | None = None
    description: Label
    owner: Label
    kind: Literal["full", "delta", "incremental"]
    connector: Literal["files", "sql"] = "files"
    sql_table: Name | None = None
    version: Name | None = None
    case: bool = False
    rhythm: Literal["monthly", "yearly", "any"]
    schedule: Annotated[str, StringConstraints(pattern=r"^\S+( \S+){4}$")]
    legal_basis: Label
    retention_years: Positive
    retention_basis: Label | None = None
    record_key: tuple[Name, ...] = Setting(min_length=1)
    delivery: DeliveryName
    layout: Layout
    fields: tuple[Field, ...] = Setting(min_length=1)
    derive: tuple[Derived, ...] = ()
    people: tuple[PersonRole, ...] = ()
    warnings: tuple[OrderWarning, ...] = ()
    batch: Batch = Batch()
    _codes_hash: str = PrivateAttr(default="")

    @property
    def full_title(self) -> str:
        """The feed's title, and the table's where the feed delivers several."""
        return f"{self.title}・{self.table_title}" if self.table_title else self.title

    @property
    def delivered_fields(self) -> tuple[Field, ...]:
        """The fields that have a column in the file."""
        return tuple(field for field in self.fields if field.is_delivered)

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by their English names."""
        return {field.name: field for field in self.fields}

    @property
    def read_hash(self) -> str:
        """SHA-256 of all that changes what reading gives, the contents of its code lists included.

        A delivery is read anew when this changes; wording, owner, schedule and batch thresholds don't count.
        """
        shape = self.model_dump(mode="json", include={"feed", "table", "record_key", "layout", "derive", "warnings"})
        shape["fields"] = [field.model_dump(mode="json", exclude={"secrecy", "description"}) for field in self.fields]
        shape["codes"] = self._codes_hash
        text = json.dumps(shape, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def identify(self, file_name: str) -> FileIdentity | None:
        """Part, base date and sequence by the file's name; None when unreadable or in no calendar."""
        found = re.fullmatch(self.delivery.file_name, unicodedata.normalize("NFKC", file_name), re.IGNORECASE)
        if found is None:
            return None
        groups = found.groupdict()
        try:
            base_date = _base_date(groups)
        except ValueError:
            return None
        return FileIdentity((groups.get("part") or "").upper(), base_date, int(groups["sequence"]))


def _base_date(groups: dict[str, str | None]) -> date:
    fiscal_year = groups.get("fiscal_year")
    return date(int(fiscal_year), 4, 1) if fiscal_year else date.fromisoformat(groups.get("base_date") or "")


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
