"""What dbt needs to tell of quality: what the contracts ask, and what was observed of each delivery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

import duckdb
import pyarrow as pa

from kasane.contracts.codes import load_ordered_codes
from kasane.contracts.columns import secrecy_of
from kasane.contracts.model import Contract
from kasane.pipeline.build_file import write_table
from kasane.pipeline.state import LedgerState
from kasane.quality import ContractCheck, checks_hash, contract_checks, load_check_kinds, observed_numbers
from kasane.settings import Settings
from kasane.sql import identifier, literal

_CONTRACT = pa.schema(
    [
        *((name, pa.string()) for name in ("table_name", "feed", "title", "owner", "kind")),
        ("is_secret", pa.bool_()),
    ]
)
_TEXTS = (
    "check_id",
    "table_name",
    "feed",
    "check_kind",
    "column_name",
    "scope",
    "dimension",
    "origin",
    "label",
    "rule",
)
_CHECK = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("at_least", pa.float64()),
        ("at_most", pa.float64()),
        ("not_under_rows", pa.int32()),
        *((name, pa.string()) for name in ("severity", "measure", "owner", "remedy")),
    ]
)
_OBSERVED = pa.schema([("delivery_id", pa.string()), ("measure", pa.string()), ("observed", pa.float64())])
_NO_VERSION = (
    "select null::varchar as table_name, null::varchar as delivery_id, null::varchar as record_key where false"
)


def write_checks(connection: duckdb.DuckDBPyConnection, settings: Settings, state: LedgerState) -> None:
    """Write what contracts ask, and what was observed of each delivery that can be judged."""
    checks = [each for found in checks_of(settings, state.contracts).values() for each in found]
    write_quality_sources(connection, state.contracts, checks)
    write_table(connection, "ledger.check_observed", pa.Table.from_pylist(list(_observed(settings, state)), _OBSERVED))


def write_quality_sources(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], checks: list[ContractCheck]
) -> None:
    """``ledger.contract``, ``ledger.check`` and ``ledger.version``; the views ``lake.<table>`` must be there."""
    write_table(
        connection, "ledger.contract", pa.Table.from_pylist([_contract(c) for c in contracts.values()], _CONTRACT)
    )
    write_table(connection, "ledger.check", pa.Table.from_pylist([asdict(each) for each in checks], _CHECK))
    # Where a file adds records, a record is looked at only by files that hold it.
    adding = [
        f"select {literal(table)} as table_name, delivery_id, record_key from lake.{identifier(table)}"
        for table, contract in contracts.items()
        if contract.kind != "full"
    ]
    connection.execute(f"create or replace view ledger.version as {' union all '.join(adding) or _NO_VERSION}")


def checks_of(settings: Settings, contracts: Mapping[str, Contract]) -> dict[str, list[ContractCheck]]:
    """The checks by table; raises ContractError where a seed is wrong."""
    kinds, codes = load_check_kinds(settings.seed_dirs), load_ordered_codes(settings.seed_dirs)
    return {table: contract_checks(contract, kinds, codes) for table, contract in contracts.items()}


def check_rules(settings: Settings, contracts: Mapping[str, Contract]) -> str:
    """A hash of all checks: another threshold or owner gives another release."""
    return checks_hash(checks_of(settings, contracts))


def _contract(contract: Contract) -> dict[str, str | bool]:
    return {
        "table_name": contract.table,
        "feed": contract.feed,
        "title": contract.full_title,
        "owner": contract.owner,
        "kind": contract.kind,
        # That there is such a record is a secret: no count of it leaves the restricted zone.
        "is_secret": secrecy_of(contract, contract.record_key) == "restricted",
    }


def _observed(settings: Settings, state: LedgerState) -> Iterator[dict[str, str | float | None]]:
    for delivery in state.deliveries:
        folder = settings.data.lake / delivery.table / delivery.delivery_id
        numbers = {**observed_numbers(folder), "row_change": delivery.row_change}
        for measure, observed in numbers.items():
            if observed is not None:
                yield {"delivery_id": delivery.delivery_id, "measure": measure, "observed": observed}
