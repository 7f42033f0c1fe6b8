"""The DAGs as `make run` starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kasane.settings import PROJECT_ROOT


def run_dags(place: Path, *dag_ids: str, extracts: str = "ward/extracts") -> subprocess.CompletedProcess[str]:
    """`make run`'s driver in a process of its own: Airflow reads its settings once a process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "KASANE"))}
    # What is left in temporary places is looked at as well.
    (place / "tmp").mkdir(exist_ok=True)
    environment |= {"TMPDIR": str(place / "tmp")}
    environment |= {"KASANE_DATA": str(place / "data"), "KASANE_EXTRACTS": str(place / extracts)}
    command = [sys.executable, "scripts/run_dags.py", "--home", str(place / "airflow"), *dag_ids]
    return subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
