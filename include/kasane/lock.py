"""One lock a data directory: DuckDB has one writer, so writers, DAG task or command line, go one by one."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kasane.settings import DataPaths

LOGGER = logging.getLogger(__name__)
_HELD: dict[tuple[Path, int], int] = {}


@contextmanager
def writer_lock(paths: DataPaths) -> Iterator[None]:
    """Hold the writers' lock; wait while another process holds it. The same thread may take it again.

    The kernel drops the lock with the process, however that ends.
    """
    key = (paths.lock, threading.get_ident())
    if _HELD.get(key, 0):
        yield
        return
    paths.root.mkdir(parents=True, exist_ok=True)
    with open(paths.lock, "a+b") as file:
        _acquire(file.fileno(), paths.lock)
        _HELD[key] = 1
        try:
            yield
        finally:
            del _HELD[key]


def _acquire(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        LOGGER.info("another run of kasane holds %s; waiting for it to end", path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
