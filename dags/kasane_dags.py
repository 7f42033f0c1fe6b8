"""What all DAGs share: their assets, their pool, and the one way a task calls a step of kasane.pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException

from kasane.errors import KasaneError

if TYPE_CHECKING:
    from kasane.contracts.model import Contract

# One slot: DuckDB has one writer. Made by scripts/airflow_home.py and by the init job of docker-compose.yml.
WRITER_POOL = "kasane_writer"

# In the municipality's time: the schedules of the contracts mean the clock on the office's wall.
START = pendulum.datetime(2024, 1, 1, tz="Asia/Tokyo")

WAREHOUSE = Asset("kasane://warehouse", group="kasane")


def feed_asset(contract: Contract) -> Asset:
    """The Asset that says: deliveries of this feed were taken, read and judged."""
    return Asset(f"kasane://feed/{contract.feed}", group="kasane", extra={"title": contract.title})


def common(owner: str) -> dict[str, Any]:
    """The arguments of every DAG: no catch-up, one run at a time, two retries for what may pass by itself.

    A source that can't be reached or a full disk may mend itself; a KasaneError can't, and isn't retried.
    """
    return {
        "start_date": START,
        "catchup": False,
        "max_active_runs": 1,
        "default_args": {
            "owner": owner,
            "pool": WRITER_POOL,
            "retries": 2,
            "retry_delay": timedelta(minutes=2),
        },
    }


def run_step(function: Callable[..., Any], *arguments: str) -> dict[str, int]:
    """Call a step of the pipeline, which logs what it does, and give its counts: all that an XCom may hold.

    A mistake that a person must mend fails the task at once, in the words of the error.
    """
    from kasane.settings import load_settings

    try:
        result = function(load_settings(), *arguments)
    except KasaneError as error:
        raise AirflowFailException(str(error)) from None
    return counts(result)


def counts(result: object) -> dict[str, int]:
    """The whole numbers of a summary, and nothing else: no name, no path, no text."""
    if not is_dataclass(result) or isinstance(result, type):
        return {}
    return {name: int(value) for name, value in asdict(result).items() if isinstance(value, int)}
