"""Steps *extract*, *read* and *expect* of one feed: from the source's folder to judged batches in the lake."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from kasane.contracts import by_feed, load_contracts
from kasane.contracts.codes import load_code_lists, load_fixes, load_forbidden_headings, load_thresholds
from kasane.contracts.delivery import LandedFile, Manifest
from kasane.contracts.file_names import shown_name
from kasane.contracts.model import Contract
from kasane.contracts.municipality import municipality_file, unused_feeds
from kasane.errors import KasaneError, Problem
from kasane.extract import PullRules, feed_database, land, load_landed, open_content, pull
from kasane.keys import pseudonym_key
from kasane.lock import writer_lock
from kasane.pipeline.erasure import erase_in
from kasane.pipeline.judge import judge_feed
from kasane.pipeline.progress import step
from kasane.pipeline.state import load_ledger
from kasane.read import delivery_id, read_delivery, sweep
from kasane.settings import Settings, load_database_address

LOGGER = logging.getLogger(__name__)
PROCESSES = 2
WORTH_A_PROCESS = 64 * 1024 * 1024


@dataclass(frozen=True)
class ExtractSummary:
    """How many delivered files the source held, and how many of them were new.

    For a feed from a database a file is one pull of one table; ``new_rows`` counts what the new ones hold.
    """

    feed: str
    files: int
    new_files: int
    new_rows: int | None = None

    def summary(self) -> str:
        """One line for people."""
        if self.new_rows is not None:
            return f"{self.feed}: {self.new_rows:,} rows in {self.new_files} new pulls of a table, {self.files} so far"
        return f"{self.feed}: {self.files} files delivered so far, {self.new_files} new"


@dataclass(frozen=True)
class ReadSummary:
    """What reading gave: files read now, their rows, and what was held back."""

    feed: str
    files_read: int
    files_refused: int
    rows_in: int
    rows_quarantined: int

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.feed}: {self.files_read} files read, {self.rows_in:,} rows, "
            f"{self.rows_quarantined} in quarantine, {self.files_refused} files refused"
        )


@dataclass(frozen=True)
class ExpectSummary:
    """What becomes of all deliveries of a feed by now."""

    feed: str
    accepted: int
    refused: int
    skipped: int

    def summary(self) -> str:
        """One line for people."""
        return f"{self.feed}: {self.accepted} accepted, {self.refused} refused, {self.skipped} skipped"


def feed_contracts(settings: Settings, feed: str) -> tuple[Contract, ...]:
    """The contracts of a feed's tables; raises KasaneError for one that there is not, or that is not used here."""
    feeds = by_feed(load_contracts(settings.contract_dirs))
    if feed not in feeds:
        raise KasaneError(Problem(what=f"there is no feed {feed}", remedy=f"feeds are {', '.join(feeds)}"))
    if feed in unused_feeds(settings):
        what = f"the feed {feed} is not used by this municipality"
        raise KasaneError(Problem(what, "take it out of `feeds_off` to use it", str(municipality_file(settings))))
    return feeds[feed]


def extract(settings: Settings, feed: str) -> ExtractSummary:
    """Land every delivery of the feed that has not been taken yet, or pull what is new in its database."""
    contracts = feed_contracts(settings, feed)
    is_pulled = contracts[0].connector == "sql"
    with step("extract", feed), writer_lock(settings.data):
        pseudonym_key(settings)
        before = {(file.file_name, file.sha256) for file in load_landed(contracts, settings.data)}
        landed = _pull(settings, contracts) if is_pulled else _land(settings, contracts)
    new = [file for file in landed if (file.file_name, file.sha256) not in before]
    rows = sum(pq.read_metadata(file.path).num_rows for file in new if file.path) if is_pulled else None
    result = ExtractSummary(feed, len(before) + len(new), len(new), rows)
    LOGGER.info("extract: %s", result.summary())
    return result


def _land(settings: Settings, contracts: Sequence[Contract]) -> list[LandedFile]:
    if settings.extracts is None:
        raise KasaneError(Problem(what="no extracts folder is given", remedy="pass --extracts or set KASANE_EXTRACTS"))
    return land(contracts, settings.extracts, settings.data, load_forbidden_headings(settings.seed_dirs))


def _pull(settings: Settings, contracts: Sequence[Contract]) -> list[LandedFile]:
    feed, thresholds = contracts[0].feed, load_thresholds(settings.seed_dirs)
    rules = PullRules(
        forbidden_headings=load_forbidden_headings(settings.seed_dirs),
        overlap_days=thresholds[f"{feed}_overlap_days"].whole,
        key_list_days=thresholds[f"{feed}_key_list_days"].whole,
        now=datetime.now(UTC),
    )
    return pull(contracts, feed_database(feed, load_database_address(feed), settings.extracts), settings.data, rules)


def read(settings: Settings, feed: str) -> ReadSummary:
    """Read every landed file that the lake doesn't hold yet by the contract as it is now."""
    contracts = {contract.table: contract for contract in feed_contracts(settings, feed)}
    with step("read", feed), writer_lock(settings.data):
        for table in contracts:
            sweep(settings.data.lake / table)
        waiting = _waiting(settings, contracts)
        # Who was erased does not come back with what a source delivers again.
        if erase_in(settings, feed, waiting):
            waiting = _waiting(settings, contracts)
        manifests = _read_all(settings, contracts, waiting)
    result = ReadSummary(
        feed=feed,
        files_read=len(manifests),
        files_refused=sum(manifest.refusal is not None for manifest in manifests),
        rows_in=sum(manifest.rows_in or 0 for manifest in manifests),
        rows_quarantined=sum(manifest.rows_quarantined for manifest in manifests),
    )
    LOGGER.info("read: %s", result.summary())
    return result


def _waiting(settings: Settings, contracts: Mapping[str, Contract]) -> list[LandedFile]:
    return [
        file
        for file in load_landed(tuple(contracts.values()), settings.data)
        if not _is_read(settings, file, contracts[file.table])
    ]


def _is_read(settings: Settings, file: LandedFile, contract: Contract) -> bool:
    return (settings.data.lake / contract.table / delivery_id(file, contract) / "manifest.json").exists()


def _read_all(settings: Settings, contracts: Mapping[str, Contract], waiting: Sequence[LandedFile]) -> list[Manifest]:
    """Two processes where the files are large; a process costs a second to start."""
    read_one = partial(
        _read_one, contracts, load_code_lists(settings.seed_dirs), load_fixes(settings.seed_dirs), settings.data.lake
    )
    if sum(file.size_bytes for file in waiting) < WORTH_A_PROCESS or len(waiting) < 2:
        return [read_one(file) for file in waiting]
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("forkserver")) as pool:
        return list(pool.map(read_one, waiting))


def _read_one(
    contracts: Mapping[str, Contract],
    codes: Mapping[str, frozenset[str]],
    fixes: Mapping[str, Mapping[str, str]],
    lake: Path,
    file: LandedFile,
) -> Manifest:
    manifest = read_delivery(file, lambda: open_content(file), contracts[file.table], codes, fixes, lake)
    outcome = manifest.refusal.code if manifest.refusal else f"{manifest.rows_in:,} rows"
    LOGGER.info("read: %s %s", shown_name(contracts[file.table], file.file_name), outcome)
    return manifest


def expect(settings: Settings, feed: str) -> ExpectSummary:
    """Judge every batch of the feed that no verdict stands for yet, and say what becomes of all deliveries."""
    contracts = feed_contracts(settings, feed)
    with step("expect", feed), writer_lock(settings.data):
        for contract in contracts:
            judge_feed(settings, contract)
        statuses = [d.status for d in load_ledger(settings, feed).deliveries]
    result = ExpectSummary(feed, *(statuses.count(status) for status in ("accepted", "refused", "skipped")))
    LOGGER.info("expect: %s", result.summary())
    return result


def ingest(settings: Settings, feed: str) -> tuple[ExtractSummary, ReadSummary, ExpectSummary]:
    """Extract, read and expect one feed."""
    return extract(settings, feed), read(settings, feed), expect(settings, feed)
