"""One AIRFLOW_HOME for this project: its settings, its metadata tables, the writer's pool.

Used by ``make run``, ``make up`` and the tests, so that all three are the same Airflow. Import this, call
``use(home)``, and only then import airflow: Airflow reads its settings once, at import.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
POOL = "kasane_writer"
SHORT_LINES = {
    "AIRFLOW__LOGGING__LOG_FORMAT": "%(asctime)s %(message)s",
    "AIRFLOW__LOGGING__LOG_TIMESTAMP_FORMAT": "%H:%M:%S",
    "AIRFLOW__LOGGING__CALLSITE_PARAMETERS": "",
}
DEFAULT_HOME = ROOT / ".airflow"


def settings(home: Path, port: int = 8080, quiet: bool = False) -> dict[str, str]:
    """Airflow's settings as environment variables; every address is 127.0.0.1, and nothing phones home.

    ``quiet`` leaves out what Airflow says of itself while all is well.
    """
    url = f"http://127.0.0.1:{port}"
    return (SHORT_LINES if quiet else {}) | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Tokyo",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "py.warnings=ERROR" + (" airflow=WARNING task=WARNING" if quiet else ""),
        "DO_NOT_TRACK": "1",
        "SCARF_ANALYTICS": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }


def use(home: Path, port: int = 8080, quiet: bool = False) -> None:
    """Make this process, and those it starts, use ``home`` (created, readable by its owner alone)."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update(settings(home, port, quiet))
    os.environ["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"


def prepare() -> None:
    """Create or migrate the metadata tables and make the one-slot pool; quick when both are there.

    Airflow's secrets are written to ``airflow.cfg`` first: else each process of ``standalone`` would make its own,
    and none would believe another's token.
    """
    from airflow.configuration import write_default_airflow_configuration_if_needed

    write_default_airflow_configuration_if_needed()
    from airflow.models.pool import Pool
    from airflow.utils import db

    db.initdb()
    Pool.create_or_update_pool(POOL, slots=1, description="DuckDB has one writer", include_deferred=False)
