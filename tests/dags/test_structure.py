"""What a scheduler and a person at the UI rely on: which DAGs there are, when they run, what they tell."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kasane.contracts import by_feed, load_contracts
from kasane.errors import KasaneError, Problem
from kasane.settings import PROJECT_ROOT, load_settings

FEEDS = by_feed(load_contracts(load_settings().contract_dirs))
FEED_DAGS = [f"ingest_{feed}" for feed in FEEDS]


def order(dag: Any) -> list[str]:
    return [task.task_id for task in dag.topological_sort()]


def outlets(dag: Any) -> dict[str, list[str]]:
    return {task.task_id: [asset.name for asset in task.outlets] for task in dag.tasks if task.outlets}


def test_every_dag_file_can_be_imported(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == {*FEED_DAGS, "build_warehouse", "publish_reports"}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_is_taken_in_on_its_contracts_schedule(dag_bag: Any, feed: str) -> None:
    dag, contract = dag_bag.dags[f"ingest_{feed}"], FEEDS[feed][0]
    assert dag.schedule == contract.schedule
    assert str(dag.timezone) == "Asia/Tokyo"
    assert order(dag) == ["extract", "read", "expect"]
    assert outlets(dag) == {"expect": [f"kasane://feed/{feed}"]}
    assert dag.owner == contract.owner
    assert contract.title in dag.doc_md
    assert contract.owner in dag.doc_md


def test_any_feed_starts_one_build_and_the_build_the_reports(dag_bag: Any) -> None:
    build, reports = dag_bag.dags["build_warehouse"], dag_bag.dags["publish_reports"]
    condition = build.timetable.asset_condition
    assert type(condition).__name__ == "AssetAny"
    assert {asset.name for asset in condition.objects} == {f"kasane://feed/{feed}" for feed in FEEDS}
    assert order(build) == ["link", "dbt_build", "expect_marts", "publish"]
    assert outlets(build) == {"publish": ["kasane://warehouse"]}
    assert [asset.name for asset in reports.timetable.asset_condition.objects] == ["kasane://warehouse"]


def test_writers_go_one_by_one_and_a_run_never_catches_up(dag_bag: Any) -> None:
    for dag in dag_bag.dags.values():
        assert dag.catchup is False
        assert dag.max_active_runs == 1
        for task in dag.tasks:
            assert task.pool == "kasane_writer"
            assert task.retries >= 1


def test_every_dag_and_task_explains_itself_in_both_languages(dag_bag: Any) -> None:
    for dag in dag_bag.dags.values():
        assert "うまくいかないとき" in dag.doc_md
        assert "When it goes wrong" in dag.doc_md
        assert dag.description
        assert "kasane" in dag.tags
        assert all(task.doc_md for task in dag.tasks)


def test_parsing_is_quick_and_imports_nothing_heavy(airflow_home: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from airflow.dag_processing.dagbag import DagBag\n"
        f"started = time.monotonic(); bag = DagBag(Path({str(PROJECT_ROOT / 'dags')!r}))\n"
        "print(len(bag.dags), 'DAGs parsed in', round(time.monotonic() - started, 2), 's')\n"
        "heavy = {'pandas', 'duckdb', 'pyarrow', 'dbt', 'great_expectations', 'kasane.pipeline'} & set(sys.modules)\n"
        "sys.exit(f'imported at parse: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    print(done.stdout.strip().splitlines()[-1:])
    assert done.returncode == 0, done.stderr[-2000:]


@dataclass(frozen=True)
class Summary:
    feed: str
    rows: int
    folder: Path
    names: list[str]

    def summary(self) -> str:
        return "fine"


def test_an_xcom_holds_counts_and_nothing_else(airflow_home: Path) -> None:
    from kasane_dags import run_step

    assert run_step(lambda settings: Summary("jumin", 3, Path("x"), ["ヤマダ"])) == {"rows": 3}


def test_a_mistake_that_a_person_must_mend_is_not_retried(airflow_home: Path) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from kasane_dags import run_step

    def step(settings: object) -> None:
        raise KasaneError(Problem(what="no such folder", remedy="name another"))

    with pytest.raises(AirflowFailException, match="no such folder → name another"):
        run_step(step)
