"""Step *link*: what is delivered, which months that touches, and whose record each one is."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from kasane.contracts.codes import load_thresholds
from kasane.contracts.delivery import Delivery
from kasane.contracts.model import Contract
from kasane.keys import PseudonymKey, key_id, pseudonym_key
from kasane.linkage.pseudonym import pseudonyms
from kasane.lock import writer_lock
from kasane.pipeline import key_ledger, month_needs, month_state
from kasane.pipeline.build_file import open_build_file, prepare_build_file, write_table
from kasane.pipeline.dbt import build_rules
from kasane.pipeline.judge import judge_all
from kasane.pipeline.link_checks import check_rules
from kasane.pipeline.link_decisions import load_effective
from kasane.pipeline.link_ledger import write_ledger
from kasane.pipeline.link_persons import linkage_rules, write_links
from kasane.pipeline.progress import step
from kasane.pipeline.state import LedgerState, load_ledger
from kasane.settings import Settings
from kasane.sql import identifier, literal

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class LinkSummary:
    """What the link step found. ``release_id`` names the release that these inputs give."""

    release_id: str
    months: int
    months_to_build: int
    records: int
    unlinked: int

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.records:,} records linked or counted ({self.unlinked:,} unlinked); "
            f"{self.months_to_build} of {self.months} months to build for release {self.release_id}"
        )


def link(settings: Settings) -> LinkSummary:
    """Write the schemas ``ledger``, ``lake`` and ``link`` of the build file, in one transaction."""
    with step("link"), writer_lock(settings.data):
        secret = pseudonym_key(settings)
        judge_all(settings)
        state = load_ledger(settings)
        decisions = load_effective(settings.data)
        prepare_build_file(settings)
        with open_build_file(settings.data) as connection:
            connection.execute("begin")
            write_ledger(connection, settings, state)
            _write_links(connection, settings, state.contracts, secret.key, decisions)
            _write_key_version(connection, secret)
            rules = linkage_rules(settings, decisions) + check_rules(settings, state.contracts)
            summary = _note_months(connection, settings, state, secret.key, rules)
            key_ledger.note_pending(connection, settings.data, summary.release_id, secret.key)
            connection.execute("commit")
    LOGGER.info("link: %s", summary.summary())
    return summary


def _write_links(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Mapping[str, Contract],
    key: bytes,
    decisions: pa.Table,
) -> None:
    _keep_links_before(connection)
    write_links(connection, settings, contracts, decisions)
    _add_pseudonyms(connection, key, "person_key", "surrogate", "person", "select surrogate from link.person_link")
    _add_pseudonyms(
        connection,
        key,
        "household_key",
        "register_household_no",
        "household",
        "select register_household_no from lake.jumin",
    )
    _add_case_keys(connection, contracts, key)
    _add_supporter_keys(connection, contracts, key)
    connection.execute(
        """
        create or replace table link.person_link as
        select link.*, person_key.person_id
        from link.person_link as link join link.person_key as person_key using (surrogate)
        """
    )


def _add_case_keys(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], key: bytes) -> None:
    """``link.case_key``: a pseudonym for each record that is somebody's case, whose own number stays restricted."""
    feeds = ", ".join(literal(contract.feed) for contract in contracts.values() if contract.case) or "null"
    cases = f"select feed || '|' || record_key as case_key from link.person_link where feed in ({feeds})"
    _add_pseudonyms(connection, key, "case_key", "case_key", "case", cases)


def _add_supporter_keys(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], key: bytes) -> None:
    """``link.supporter_key``: a pseudonym for each attendee of a training, whose 職員ID stays restricted."""
    table = "kenshu"
    source = f"lake.{table}" if table in contracts else "(select cast(null as varchar) as attendee_id)"
    attendees = f"select attendee_id from {source}"
    _add_pseudonyms(connection, key, "supporter_key", "attendee_id", "supporter", attendees)


def _write_key_version(connection: duckdb.DuckDBPyConnection, secret: PseudonymKey) -> None:
    """``link.pseudonym_key``: which version of the key made the ids, for readers."""
    values = {"key_version": pa.array([secret.version], pa.int32()), "key_id": pa.array([secret.key_id])}
    write_table(connection, "link.pseudonym_key", pa.table(values))


def _keep_links_before(connection: duckdb.DuckDBPyConnection) -> None:
    exists = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'link' and table_name = 'person_link'"
    ).fetchone()
    source = (
        "link.person_link"
        if exists and exists[0]
        else "(select '' as feed, '' as record_key, '' as role, '' as surrogate)"
    )
    connection.execute(
        f"create or replace temp table link_before as select feed, record_key, role, surrogate from {source}"
        " where feed not in ('', 'jumin')"
    )


def _add_pseudonyms(
    connection: duckdb.DuckDBPyConnection, key: bytes, table: str, column: str, domain: str, wanted: str
) -> None:
    """Give each value its id once: the table keeps the ids given so far under this key."""
    name = key_id(key)
    connection.execute(
        f"create table if not exists link.{table} ({column} varchar, {domain}_id varchar, key_id varchar)"
    )
    connection.execute(f"delete from link.{table} where key_id <> ?", [name])
    new = connection.execute(
        f"select distinct {column} from ({wanted}) where {column} is not null"
        f" and {column} not in (select {column} from link.{table})"
    ).fetch_arrow_table()
    values = new.column(0).to_pylist()
    table_of_ids = pa.table(
        {
            column: pa.array(values, pa.string()),
            f"{domain}_id": pa.array(pseudonyms(key, domain, values), pa.string()),
        }
    )
    connection.register("new_ids", table_of_ids)
    connection.execute(f"insert into link.{table} select *, {literal(name)} from new_ids")
    connection.unregister("new_ids")


def _note_months(
    connection: duckdb.DuckDBPyConnection, settings: Settings, state: LedgerState, key: bytes, also_by: str
) -> LinkSummary:
    rules = build_rules(settings)
    told = [(month, delivery.delivery_id) for month, delivery in state.month_deliveries]
    wanted = month_state.fingerprints([*told, *_needs(connection, settings, state)], state.months)
    also = _months_of_changed_links(connection, state.contracts)
    to_build, _ = month_state.note_pending(connection, wanted, also, rules)
    release_id = _release_id(state.deliveries, state.months, rules + also_by, key)
    connection.execute("create or replace table ops.release_target (release_id varchar)")
    connection.execute("insert into ops.release_target values (?)", [release_id])
    table = pa.table(
        {
            "month_end": pa.array(state.months, pa.date32()),
            "needs_build": pa.array([month in to_build for month in state.months], pa.bool_()),
            "fingerprint": pa.array([wanted[month] for month in state.months], pa.string()),
        }
    )
    write_table(connection, "ledger.month", table)
    counts = connection.execute(
        "select count(*), count(*) filter (method = 'unlinked') from link.person_link"
    ).fetchone()
    assert counts is not None
    return LinkSummary(release_id, len(state.months), len(to_build), counts[0], counts[1])


def _needs(connection: duckdb.DuckDBPyConnection, settings: Settings, state: LedgerState) -> Sequence[tuple[date, str]]:
    if month_needs.FEED not in state.contracts:
        return ()
    days = load_thresholds(settings.seed_dirs)["need_houkatsu_days"].whole
    return month_needs.need_digests(connection, state.months, days)


def _months_of_changed_links(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> list[date]:
    """Months whose deliveries hold a record that now belongs to somebody else than before."""
    connection.execute(
        """
        create or replace temp table link_changed as
        select distinct before.feed, before.record_key
        from link_before as before
        join link.person_link as now using (feed, record_key, role)
        where before.surrogate <> now.surrogate
        """
    )
    feeds = {feed for (feed,) in connection.execute("select distinct feed from link_changed").fetchall()}
    months: set[date] = set()
    for contract in contracts.values():
        # Only full feeds are read at a month; whom a delta feed changes there, the fingerprint tells.
        if contract.feed not in feeds or not contract.people or contract.kind != "full":
            continue
        rows = connection.execute(
            f"""
            select distinct month_end from ledger.month_delivery
            where delivery_id in (
                select delivery_id from lake.{identifier(contract.table)}
                where record_key in (select record_key from link_changed where feed = {literal(contract.feed)})
            )
            """
        ).fetchall()
        months.update(month for (month,) in rows)
    return sorted(months)


def _release_id(deliveries: Sequence[Delivery], months: Sequence[date], rules: str, key: bytes) -> str:
    """The same inputs give the same release: newest month, then a hash of deliveries, rules and key."""
    digest = hashlib.sha256(rules.encode() + hashlib.sha256(key).digest())
    for delivery in sorted(deliveries, key=lambda each: (each.feed, each.file_name, each.sha256)):
        # The base date tells, under --as-of, how much of a pull from a database counts.
        known = (delivery.delivery_id, delivery.status, delivery.in_force, delivery.base_date)
        digest.update(("|".join(map(str, known)) + "\n").encode())
    newest = f"{months[-1]:%Y%m}" if months else "000000"
    return f"{newest}-{digest.hexdigest()[:12]}"
