"""What a run says while it works: a line when a step begins and one when it ends, with its time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from kasane.errors import DiskFullError, Problem, StepFailedError
from kasane.pipeline.scrubbed import NO_SPACE, place_of, without_values

LOGGER = logging.getLogger("kasane.progress")


@contextmanager
def step(name: str, of: str = "") -> Iterator[None]:
    """Log ``begin <name>`` and ``end <name>`` with the seconds between; a step that fails logs no end.

    Raises DiskFullError in place of whatever Arrow, DuckDB, dbt or the system say when no space is left, and
    StepFailedError in place of other errors of DuckDB and Arrow, which may quote a value.
    """
    label = f"{name} {of}".strip()
    started = time.monotonic()
    LOGGER.info("begin %s", label)
    try:
        yield
    except Exception as error:
        if NO_SPACE in str(error):
            raise DiskFullError(
                Problem(
                    what=f"the disk is full ({label})",
                    remedy="free some space and run again; the release in force stays and nothing is lost",
                )
            ) from None
        if isinstance(error, duckdb.Error | pa.ArrowException):
            what = f"{label} failed at {place_of(error)}: {without_values(f'{_kind(error)}: {error}')}"
            raise StepFailedError(Problem(what, "this is a fault of Kasane's: report it with this line")) from None
        raise
    LOGGER.info("end %s after %.1f s", label, time.monotonic() - started)


def _kind(error: Exception) -> str:
    """``ConversionException`` as DuckDB itself writes it: ``Conversion Error``."""
    return type(error).__name__.replace("Exception", " Error")
