"""What a read batch looks like in numbers: one row a delivery, computed by DuckDB from its Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq

from kasane.contracts.model import Contract
from kasane.quality.sql import connect
from kasane.sql import identifier, literal

if TYPE_CHECKING:
    import pandas as pd

# Deliveries share a query up to this many rows, so that the set of distinct keys stays near 100 MB.
ROWS_A_QUERY = 2_000_000


def profile_batches(contract: Contract, folders: Mapping[str, Path]) -> pd.DataFrame:
    """One row a delivery, by delivery_id: ``rows``, ``key_share`` and the shares that the contract names.

    ``complete__<field>``: share of rows with a value; of a date, share that gives at least a year.
    ``share__<field>__<value>``: share of rows with that value. ``key_share``: distinct record keys by rows.
    Shares are null where there is no row. ``folders``: lake folders that hold ``rows.parquet``.
    """
    import pandas as pd

    columns = ["delivery_id", "rows", *batch_measures(contract)]
    connection = connect()
    try:
        found = [row for files in _in_portions(folders) for row in _profile_portion(connection, contract, files)]
    finally:
        connection.close()
    frame = pd.DataFrame(sorted(found), columns=columns)
    return frame.astype(dict.fromkeys(columns[1:], "float64"))


def batch_measures(contract: Contract) -> dict[str, str]:
    """SQL aggregates over the lake's rows, by the name of the number."""
    measures = {
        f"complete__{rule.field}": f"count({_known(contract, rule.field)})" for rule in contract.batch.completeness
    }
    for share in contract.batch.share:
        condition = f"{identifier(share.field)} = {_value(contract, share.field, share.value)}"
        measures[share_name(share.field, share.value)] = f"count(*) filter (where {condition})"
    if contract.kind == "full":
        measures["key_share"] = "count(distinct record_key)"
    return measures


def share_name(field: str, value: str) -> str:
    """The name of the number that says how often ``field`` is ``value``."""
    return f"share__{field}__{value}"


def _known(contract: Contract, field: str) -> str:
    is_date = field in contract.by_name and contract.by_name[field].type == "date"
    return identifier(f"{field}_earliest" if is_date else field)


def _value(contract: Contract, field: str, value: str) -> str:
    kind = contract.by_name[field].type if field in contract.by_name else "text"
    return literal(value in ("1", "true")) if kind == "flag" else literal(value)


def _in_portions(folders: Mapping[str, Path]) -> Iterator[dict[str, Path]]:
    portion: dict[str, Path] = {}
    rows = 0
    for delivery_id in sorted(folders):
        file = folders[delivery_id] / "rows.parquet"
        size = pq.read_metadata(file).num_rows
        if portion and rows + size > ROWS_A_QUERY:
            yield portion
            portion, rows = {}, 0
        portion[delivery_id] = file
        rows += size
    if portion:
        yield portion


def _profile_portion(
    connection: duckdb.DuckDBPyConnection, contract: Contract, files: Mapping[str, Path]
) -> list[tuple[str | float | None, ...]]:
    shares = "".join(
        f", {aggregate} / nullif(count(*), 0) as {identifier(name)}"
        for name, aggregate in batch_measures(contract).items()
    )
    paths = ", ".join(literal(str(path)) for path in files.values())
    found: list[tuple[str | float | None, ...]] = connection.execute(
        f"select delivery_id, count(*){shares} from read_parquet([{paths}]) group by delivery_id"
    ).fetchall()
    blank = (0.0,) + (None,) * len(batch_measures(contract))
    return found + [(key, *blank) for key in files.keys() - {row[0] for row in found}]
