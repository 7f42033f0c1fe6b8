"""What a run says while it works: a line when a step begins and one when it ends, with its time."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kasane.errors import DiskFullError, Problem

LOGGER = logging.getLogger("kasane.progress")
NO_SPACE = os.strerror(errno.ENOSPC)


@contextmanager
def step(name: str, of: str = "") -> Iterator[None]:
    """Log ``begin <name>`` and ``end <name>`` with the seconds between; a step that fails logs no end.

    Raises DiskFullError in place of whatever Arrow, DuckDB, dbt or the system say when no space is left.
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
        raise
    LOGGER.info("end %s after %.1f s", label, time.monotonic() - started)
