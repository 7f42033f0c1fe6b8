"""Airflow shows only what the municipality of KASANE_CONFIG uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kasane.contracts import by_feed, load_contracts
from kasane.settings import PROJECT_ROOT, load_settings

PROGRAM = """
import json
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(Path("dags"))
build = bag.dags.get("build_warehouse")
assets = [each.name for each in build.timetable.asset_condition.objects] if build else []
print(json.dumps([sorted(bag.dags), sorted(assets), list(bag.import_errors.values())]))
"""


def parsed(home: Path, config: Path) -> tuple[list[str], list[str], list[str]]:
    """DAGs, the assets that start a build, and what could not be imported."""
    environment = os.environ | {"AIRFLOW_HOME": str(home), "KASANE_CONFIG": str(config)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    dags, assets, errors = json.loads(done.stdout.splitlines()[-1])
    return dags, assets, errors


def test_only_feeds_in_use_have_a_dag_and_start_a_build(airflow_home: Path, tmp_path: Path) -> None:
    text = 'code: "131237"\nname: ためし区\nfeeds_off: [sanka, soudan, jinji]\n'
    (tmp_path / "municipality.yml").write_text(text, encoding="utf-8")
    dags, assets, errors = parsed(airflow_home, tmp_path)
    used = set(by_feed(load_contracts(load_settings().contract_dirs))) - {"sanka", "soudan", "jinji"}
    assert errors == []
    assert set(dags) == {*(f"ingest_{feed}" for feed in used), "build_warehouse", "publish_reports"}
    assert set(assets) == {f"kasane://feed/{feed}" for feed in used}


def test_a_wrong_configuration_is_an_import_error_that_says_what_to_do(airflow_home: Path, tmp_path: Path) -> None:
    (tmp_path / "municipality.yml").write_text('code: "131237"\nname: a\nfeeds_off: [jumin]\n', encoding="utf-8")
    _, _, errors = parsed(airflow_home, tmp_path)
    assert errors
    assert "municipality.yml:3: feeds_off: jumin can't be switched off" in errors[0]
