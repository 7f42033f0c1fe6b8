"""What a run says while it works: a line when a step begins and one when it ends, with its time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOGGER = logging.getLogger("kasane.progress")


@contextmanager
def step(name: str, of: str = "") -> Iterator[None]:
    """Log ``begin <name>`` and ``end <name>`` with the seconds between; a step that fails logs no end."""
    label = f"{name} {of}".strip()
    started = time.monotonic()
    LOGGER.info("begin %s", label)
    yield
    LOGGER.info("end %s after %.1f s", label, time.monotonic() - started)
