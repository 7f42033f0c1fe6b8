"""``kasane extract``: a relation of the analysts' zone for one recipient, under ids of its own (docs/adr/0043)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from kasane.errors import KasaneError, Problem
from kasane.keys import PseudonymKey, active_version, load_version
from kasane.linkage.pseudonym import pseudonym
from kasane.lock import writer_lock
from kasane.pipeline.crosswalk import open_ids, write_ids
from kasane.pipeline.custody import accountable, note_custody, own_file, refuse_place
from kasane.publish.release import Release, require_release
from kasane.settings import Settings
from kasane.sql import relation as quoted

# The form of every id that a key made (docs/adr/0007), also within a longer text.
PSEUDONYM = re.compile(r"(?<![a-z0-9])[a-z][a-z2-7]{20}(?![a-z0-9])")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}")
_SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True)
class Extract:
    """What was written: rows, and how many ids were put under the recipient's key."""

    rows: int
    ids: int
    release_id: str


def write_extract(settings: Settings, recipient: str, relation: str, out: Path, by: str, reason: str) -> Extract:
    """Write one relation of the release in force with every id as this recipient alone has it; noted in the audit log.

    The rows are sorted by what the recipient sees: their order tells nothing. Raises KasaneError, all problems at once.
    """
    accountable(by, reason)
    refuse_place(settings.data, out)
    _refuse(recipient, out)
    release, key = require_release(settings.data), recipient_key(_key_in_force(settings), recipient)
    table = _read(release, relation)
    rekeyed, ids = _rekey(table, key)
    note_custody(
        settings.data, "extract", by, reason, recipient=recipient, relation=relation, release_id=release.release_id,
        rows=rekeyed.num_rows, key_version=active_version(settings), to=out.name,
    )  # fmt: skip
    _write(rekeyed, out)
    return Extract(rekeyed.num_rows, ids, release.release_id)


def reidentify(
    settings: Settings, recipient: str, file: Path, version: int | None, out: Path, by: str, reason: str
) -> int:
    """Write recipient_id, domain and id for each id in a recipient's file, as CSV for its owner alone; how many.

    ``version``: the key version that the extract was made with (the audit log says it), by default the one in force.
    Raises KasaneError where none of the file's ids is one that this recipient got.
    """
    accountable(by, reason)
    refuse_place(settings.data, out)
    _refuse(recipient, file)
    secret = load_version(settings, version or active_version(settings))
    given = sorted(_ids_of(_read_file(file)))
    with writer_lock(settings.data), open_ids(settings) as connection:
        write_ids(connection, "known_id", secret)
        known = connection.execute("select domain, id from known_id").fetchall()
    key = recipient_key(secret, recipient)
    domains = {_recipient_id(key, each): (domain, each) for domain, each in known}
    found = [(each, *domains[each]) for each in given if each in domains]
    if not found:
        what = f"none of its {len(given)} ids is one that {recipient} got under key version {secret.version}"
        raise KasaneError(Problem(what, "check --recipient and --version against audit/custody.jsonl", str(file)))
    note_custody(
        settings.data, "extract reidentify", by, reason, recipient=recipient, file=file.name, ids=len(found),
        key_version=secret.version, to=out.name,
    )  # fmt: skip
    columns = dict(zip(("recipient_id", "domain", "id"), map(list, zip(*found, strict=True)), strict=True))
    _write(pa.table(columns), out)
    return len(found)


def recipient_key(secret: PseudonymKey, recipient: str) -> bytes:
    """A recipient's own key: without the key of the pseudonyms nobody gets from one recipient's ids to another's."""
    return hmac.digest(secret.key, f"recipient\x1f{recipient}".encode(), hashlib.sha256)


def _recipient_id(key: bytes, each: str) -> str:
    """The id as the recipient has it, of the same form and letter (RFC 2104)."""
    return each[0] + pseudonym(key, "x", each)[1:]


def _key_in_force(settings: Settings) -> PseudonymKey:
    return load_version(settings, active_version(settings))


def _refuse(recipient: str, file: Path) -> None:
    problems = []
    if not _CODE.fullmatch(recipient):
        remedy = "2 to 40 letters, digits, - or _; the same code gives the same ids"
        problems.append(Problem("--recipient is no code", remedy))
    if file.suffix.lower() not in _SUFFIXES:
        problems.append(Problem("this is neither .csv nor .parquet", "name the file so", str(file)))
    if problems:
        raise KasaneError(problems)


def _read(release: Release, name: str) -> pa.Table:
    with _opened(release) as connection:
        listed = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by 1"
        ).fetchall()
        names = [each for (each,) in listed]
        if name not in names:
            what = f"the analysts' zone has no relation {name}"
            raise KasaneError(Problem(what, "relations are " + ", ".join(names)))
        return connection.execute(f"from {quoted(name)}").to_arrow_table()


@contextmanager
def _opened(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    config = {"enable_external_access": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(str(release.zone_file("analyst")), read_only=True, config=config) as connection:
        yield connection


def _read_file(file: Path) -> pa.Table:
    if not file.is_file():
        raise KasaneError(Problem("there is no such file", "mend --file", str(file)))
    try:
        if file.suffix.lower() == ".parquet":
            return pq.read_table(file)
        names = pa_csv.open_csv(file).schema.names
        texts = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        return pa_csv.read_csv(file, convert_options=texts)
    except (pa.ArrowException, OSError) as error:
        raise KasaneError(Problem(f"the file can't be read ({type(error).__name__})", "check it", str(file))) from None


def _texts(table: pa.Table) -> Iterator[tuple[int, pa.Array]]:
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            yield place, table.column(place).unique()


def _ids_of(table: pa.Table) -> set[str]:
    values = (value for _, distinct in _texts(table) for value in distinct.to_pylist() if value)
    return {found for value in values for found in PSEUDONYM.findall(value)}


def _rekey(table: pa.Table, key: bytes) -> tuple[pa.Table, int]:
    """The table with every id in it, whole value or part of one, as the recipient has it; sorted by all columns."""
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        raise KasaneError(Problem(f"columns of lists can't be put under other ids: {', '.join(nested)}"))
    made: dict[str, str] = {}

    def swapped(found: re.Match[str]) -> str:
        each = found.group()
        return made.setdefault(each, _recipient_id(key, each))

    for place, distinct in list(_texts(table)):
        texts = {value: PSEUDONYM.sub(swapped, value) for value in distinct.to_pylist() if value is not None}
        changed = {value: new for value, new in texts.items() if new != value}
        if changed:
            field, values = table.schema.field(place), table.column(place).to_pylist()
            column = pa.array([changed.get(value, value) for value in values], field.type)
            table = table.set_column(place, field, column)
    return table.sort_by([(name, "ascending") for name in table.column_names]), len(made)


def _write(table: pa.Table, out: Path) -> None:
    draft = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    draft.touch(mode=0o600)
    own_file(draft)
    if out.suffix.lower() == ".parquet":
        pq.write_table(table, draft)
    else:
        pa_csv.write_csv(table, draft)
    os.replace(draft, out)
