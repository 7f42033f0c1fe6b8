"""Run the DAGs once, in order, as ``airflow dags test`` does, but in one process: every ingest DAG, then the
build, then the reports.

``airflow dags test`` is ``DAG.test()`` behind about 4 s of start-up; nine of those would be half of a run's time,
so this starts Airflow once and calls ``DAG.test()`` on each. The runs stand in Airflow's metadata like any other.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import airflow_home

if TYPE_CHECKING:
    from airflow.sdk import DAG

AFTER_THE_FEEDS = ("build_warehouse", "publish_reports")


def main() -> int:
    """Exit code 0 when every run succeeded, 1 when one failed or a DAG file can't be imported."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=airflow_home.DEFAULT_HOME, help="AIRFLOW_HOME to use")
    parser.add_argument("--verbose", action="store_true", help="show all that Airflow says of itself, too")
    parser.add_argument("dag_ids", nargs="*", help="DAGs to run, in this order; default: all")
    arguments = parser.parse_args()
    airflow_home.use(arguments.home.resolve(), quiet=not arguments.verbose)
    say("Airflow を用意しています / preparing Airflow …")
    if not arguments.verbose:
        silence_airflow()
    airflow_home.prepare()
    dags = load_dags()
    wanted = arguments.dag_ids or in_order(dags)
    feeds = [dag_id for dag_id in wanted if dag_id not in AFTER_THE_FEEDS]
    failed = [dag_id for dag_id in feeds if not succeeds(dags[dag_id])]
    for dag_id in (dag_id for dag_id in wanted if dag_id in AFTER_THE_FEEDS):
        if failed:
            say(f"-- {dag_id}: not started, because {', '.join(failed)} failed")
        elif not succeeds(dags[dag_id]):
            failed.append(dag_id)
    return 1 if failed else 0


def load_dags() -> dict[str, DAG]:
    """All DAGs of the project; ends the program where a DAG file can't be imported."""
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = airflow_home.ROOT / "dags"
    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        sys.exit("\n".join(f"{file}: {error}" for file, error in bag.import_errors.items()))
    return dict(bag.dags)


def in_order(dags: dict[str, DAG]) -> list[str]:
    """The feeds by name, then what follows them."""
    return [*sorted(set(dags) - set(AFTER_THE_FEEDS)), *AFTER_THE_FEEDS]


def succeeds(dag: DAG) -> bool:
    """Run one DAG now and say how it went; nobody waits two minutes for a retry here."""
    for task in dag.tasks:
        task.retries = 0
    started = time.monotonic()
    say(f"▶  {dag.dag_id}")
    run = dag.test()
    good = str(run.state) == "success"
    say(f"{'✔' if good else '✘'}  {dag.dag_id}: {run.state} ({time.monotonic() - started:.1f} s)")
    return good


def silence_airflow() -> None:
    """Of Airflow only what is wrong: what Kasane says is what a person watches for."""
    import airflow.settings  # noqa: F401  (it sets up logging, and would undo what follows)

    for name in ("airflow", "alembic", "py.warnings", "great_expectations"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # After a failed task it warns that the tasks behind it can't run; the failure is said already.
    logging.getLogger("airflow.sdk.definitions.dag").setLevel(logging.ERROR)


def say(line: str) -> None:
    """A line for the person who watches, past whatever a task does to standard output."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
