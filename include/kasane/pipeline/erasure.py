"""``kasane erase``: one person's records are gone down to landing, and don't come back (docs/adr/0044)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from kasane.contracts import by_feed, load_contracts
from kasane.contracts.codes import load_code_lists, load_fixes
from kasane.contracts.delivery import LandedFile, Manifest
from kasane.contracts.model import Contract
from kasane.errors import KasaneError, Problem
from kasane.extract import ledger, load_landed, open_content
from kasane.extract.index import Entry, read_entries, write_entry
from kasane.files import sync_folder, write_atomically
from kasane.lock import writer_lock
from kasane.pipeline.custody import accountable, note_custody
from kasane.pipeline.deletion import (
    bury,
    forget_what_was_made,
    manifest_of,
    protection_kept,
    sweep_buried,
    write_protection_kept,
)
from kasane.pipeline.erasure_list import ErasureList, case_key_of, load_erasure_list, note_erasure
from kasane.pipeline.key_ledger import ledger_files
from kasane.pipeline.person import Person, find_person
from kasane.read import read_delivery
from kasane.read.checks import Rules
from kasane.read.edition import without_rows, write_edition
from kasane.read.load import delivered_batches
from kasane.read.refusal import RefusedError
from kasane.read.sieve import Context
from kasane.settings import DataPaths, Settings

_NO_RULES = Rules({}, {})
# A workbook: what is packed can't be looked through.
_PACKED = (b"PK", b"\xd0\xcf\x11\xe0")
_DIGITS = re.compile(rb"(?<!\d)\d{6,12}(?!\d)")


@dataclass(frozen=True)
class Erased:
    """One delivery that held the person, and how many of its records went."""

    feed: str
    file_name: str
    rows: int


def erase(settings: Settings, person: str, by: str, reason: str, basis: str, dry_run: bool) -> Sequence[Erased]:
    """Erase a person (宛名番号 or person_id); returns the deliveries that held a record. ``dry_run`` only finds them.

    A record that names the person in any role goes whole. Run again after it was killed, it ends what it began.
    Raises KasaneError where nobody, no reason or no basis is named, or the person is not known.
    """
    told = accountable(by, reason)
    if not basis.strip():
        raise KasaneError(Problem("no legal basis is named", "say with --basis, as 個人情報保護法第101条"))
    with writer_lock(settings.data):
        found = find_person(settings, person)
        if dry_run:
            return _find(settings, found)
        note_custody(settings.data, "erase", by, reason, basis=basis.strip(), records=len(found.records))
        note_erasure(settings.data, {**told, "basis": basis.strip()}, found.numbers, found.records)
        contracts = load_contracts(settings.contract_dirs)
        sweep_buried(settings.data, contracts)
        _forget_decisions(settings.data, found)
        _forget_surrogates(settings.data, found)
        _forget_protection(settings.data, found)
        erased = [each for feed in by_feed(contracts) for each in erase_in(settings, feed)]
        forget_what_was_made(settings.data, "erase")
    return erased


def erase_in(settings: Settings, feed: str, only: Sequence[LandedFile] | None = None) -> list[Erased]:
    """Apply the erasure list to the landed files of a feed, or to those named. Under the writer lock.

    A delivery with an erased person is landed anew without the record, under the same name and another hash.
    """
    erased = load_erasure_list(settings.data)
    if not erased:
        return []
    contracts = by_feed(load_contracts(settings.contract_dirs))[feed]
    files = load_landed(contracts, settings.data) if only is None else only
    by_table = {contract.table: contract for contract in contracts}
    case_key = case_key_of(contracts, feed)
    done = [_rewrite(settings, file, by_table[file.table], erased, case_key) for file in files if file.path]
    return [each for each in done if each is not None]


def _find(settings: Settings, person: Person) -> list[Erased]:
    """The person's deliveries by the lake alone."""
    return [Erased(feed, name, rows) for feed, name, rows in person.deliveries]


def _rewrite(
    settings: Settings, file: LandedFile, contract: Contract, erased: ErasureList, case_key: str | None
) -> Erased | None:
    """Land a file anew without the erased, or delete it whole where it was refused: nothing of it counts."""
    assert file.path is not None
    draft = file.path.parent / f".incoming-edition-{os.getpid()}"
    try:
        rows = _write(file, contract, erased, case_key, draft)
        if rows == 0 or (rows is None and not _may_name(file, erased)):
            return None
        if rows is None or _is_refused(settings, file, contract):
            bury(settings.data, file, contract, "erased", "個人の記録を含む不受理のファイルを消去した")
        else:
            _read(settings, _put_in_place(settings.data, file, contract, draft), contract, settings.data.lake)
    finally:
        draft.unlink(missing_ok=True)
    return Erased(file.feed, file.file_name, rows or 0)


def _write(file: LandedFile, contract: Contract, erased: ErasureList, case_key: str | None, draft: Path) -> int | None:
    """How many records were left out; None where the file can't be taken apart into records."""
    assert file.path is not None
    batches = delivered_batches(Context(file, "", contract, _NO_RULES), partial(open_content, file))
    chosen = partial(erased.chosen, contract=contract, case_key=case_key)
    try:
        if contract.layout.format == "parquet":
            return without_rows(batches, chosen, file.path, draft)
        return write_edition(batches, chosen, contract, draft)
    except RefusedError:
        return None


def _may_name(file: LandedFile, erased: ErasureList) -> bool:
    """Whether the bytes of a file that is out of all form name an erased person, or can't be looked through."""
    try:
        with open_content(file) as stream:
            content = stream.read()
    except (KasaneError, OSError):
        return True
    return content.startswith(_PACKED) or any(erased.is_number(n.decode()) for n in set(_DIGITS.findall(content)))


def _is_refused(settings: Settings, file: LandedFile, contract: Contract) -> bool:
    """Whether the reader refuses the delivery as it came; one that was not read yet is read to know."""
    known = manifest_of(settings.data, file, contract)
    if known is None:
        settings.data.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.data.work) as lake:
            known = _read(settings, file, contract, Path(lake))
    return known.refusal is not None


def _read(settings: Settings, file: LandedFile, contract: Contract, lake: Path) -> Manifest:
    codes, fixes = load_code_lists(settings.seed_dirs), load_fixes(settings.seed_dirs)
    return read_delivery(file, partial(open_content, file), contract, codes, fixes, lake)


def _put_in_place(paths: DataPaths, file: LandedFile, contract: Contract, draft: Path) -> LandedFile:
    """The edition's bytes and entry, then the old one's tombstone; the edition as landed.

    Killed in between, both stand under one name: the ledger refuses both until the erasure is run again and ends.
    """
    folder = draft.parent
    sha256 = hashlib.sha256(draft.read_bytes()).hexdigest()
    size = draft.stat().st_size
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(draft, folder / sha256)
    sync_folder(folder)
    old = next(each for each in read_entries(folder) if (each.file_name, each.sha256) == (file.file_name, file.sha256))
    entry = Entry(file.file_name, sha256, sha256, size, None, old.pulled_at, edition=True)
    _accept_likewise(paths, file, sha256)
    write_entry(folder, entry)
    reason = "個人の記録を消去し、残りを同じ名前で取り込み直した"
    bury(paths, file, contract, "erased", reason, replaced_by=sha256)
    path = folder / sha256
    return replace(file, sha256=sha256, content_sha256=sha256, size_bytes=size, path=path, is_edition=True)


def _accept_likewise(paths: DataPaths, file: LandedFile, sha256: str) -> None:
    """What an operator accepted by hand stays accepted without the record."""
    for decision in ledger.load_decisions(paths):
        if (decision.file_name, decision.sha256) == (file.file_name, file.sha256):
            ledger.repeat_decision(paths, replace(decision, sha256=sha256))


def _forget_decisions(paths: DataPaths, person: Person) -> None:
    """Reviewers' decisions about the person's records name them by key: they go."""
    file = paths.decisions / "links.jsonl"
    if not file.exists():
        return
    named = {f"{feed}|{role}|{key}" for feed, role, key in person.roles}
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not _names(line, named)]
    if len(kept) < len(lines):
        write_atomically(file, "".join(kept).encode(), mode=0o600)


def _names(line: str, records: set[str]) -> bool:
    try:
        entry = json.loads(line)
    except ValueError:
        return False
    return isinstance(entry, Mapping) and not records.isdisjoint(str(value) for value in entry.values())


def _forget_surrogates(paths: DataPaths, person: Person) -> None:
    """The key ledger holds the person's records by key, release by release: its files are written without them."""
    keys = {f"{feed}|{key}" for feed, key in person.records}
    for each in ledger_files(paths):
        table = pq.read_table(each.path)
        names = pc.binary_join_element_wise(table["feed"], table["record_key"], "|")
        own = [name in keys or other == person.surrogate for name, other in
               zip(names.to_pylist(), table["surrogate"].to_pylist(), strict=True)]  # fmt: skip
        if any(own):
            draft = each.path.with_name(f".{each.path.name}.tmp")
            pq.write_table(table.filter([not gone for gone in own]), draft, compression="zstd")
            os.replace(draft, each.path)
    sync_folder(paths.key_ledger)


def _forget_protection(paths: DataPaths, person: Person) -> None:
    for file in protection_kept(paths):
        marks = pq.read_table(file)
        write_protection_kept(paths, marks.filter([n not in person.numbers for n in marks["resident_no"].to_pylist()]))
