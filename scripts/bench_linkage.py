"""The linkage engine beside plain Splink: the same records, comparisons, weights and blocking rules, in turns.

    python scripts/bench_linkage.py [--residents 100000] [--turns 5]
    python scripts/bench_linkage.py --spec SPEC.yml --records FILE.parquet --truth FILE.parquet [--turns 5]

Without files it invents a ward and takes it in. ``--truth`` holds record_id and person. Records whose
number the register knows are left out: both engines link what is left. Each turn runs each engine in a process of its
own; seconds are from records in the database to persons, without imports and reading, and memory is the process's peak.
Plain Splink: predict with the frozen weights, then clusters of all links over the same threshold. Prints a line a turn,
the medians, pairwise precision, recall and F1.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from train_linkage import records_of

from kasane.linkage import Spec, Weights, link
from kasane.linkage.prepare import prepare
from kasane.linkage.scoring import prior_bits
from kasane.linkage.spec_parts import MISSING
from kasane.linkage.training import splink_comparison, splink_linker
from kasane.pipeline.link_files import load_spec
from kasane.pipeline.link_persons import linkage_spec_file
from kasane.settings import load_settings
from kasane.sql import identifier, literal

ENGINES = ("kasane", "splink")


def plain_splink(connection: duckdb.DuckDBPyConnection, spec: Spec, weights: Weights) -> None:
    """Write ``found`` (record_id, person_id) as Splink's own predict and cluster find it."""
    lists = prepare(connection, spec, "records")
    comparisons = [_weighted(spec, weights, name, lists) for name in spec.comparisons]
    odds = 2 ** prior_bits(connection, spec, weights)
    linker = splink_linker(
        connection, spec, lists, comparisons=comparisons, probability_two_random_records_match=odds / (1 + odds)
    )
    threshold = spec.thresholds.link
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
    connection.execute(
        f"""
        create table found as
        select record.id as record_id, clustered.cluster_id as person_id
        from {clusters.physical_name} as clustered join linkage_record as record on clustered.i = record.i
        """
    )


def _weighted(spec: Spec, weights: Weights, name: str, lists: frozenset[str]) -> dict[str, object]:
    told = splink_comparison(spec, name, lists)
    comparison = spec.comparisons[name]
    for level in told["comparison_levels"]:
        label = level["label_for_charts"]
        if label != MISSING:
            chance = weights.levels[name][label]
            # The bounds of the spec hold for both.
            bits = weights.bits(name, comparison, label)
            level["m_probability"], level["u_probability"] = min(0.999999, chance.u * 2**bits), chance.u
            # Splink counts rarity only where a level is a plain equality.
            if " or " in level["sql_condition"] or "coalesce" in level["sql_condition"]:
                level.pop("tf_adjustment_column", None)
    return told


def kasane(connection: duckdb.DuckDBPyConnection, spec: Spec, weights: Weights) -> None:
    """Write ``found`` (record_id, person_id) as Kasane's engine finds it."""
    link(connection, spec, "records", weights)
    connection.execute("create table found as select record_id, person_id from linkage_link")


def turn(engine: str, spec_file: Path, records: Path, truth: Path) -> dict[str, float]:
    """One engine, once, in this process."""
    spec, weights = load_spec(spec_file)
    assert weights is not None, "the spec names no weights"
    with duckdb.connect(config={"threads": "2"}) as connection:
        _load(connection, spec, records)
        # What only the first run of a process pays: imports.
        import pyarrow.dataset  # noqa: F401
        import splink  # noqa: F401

        started = time.perf_counter()
        {"kasane": kasane, "splink": plain_splink}[engine](connection, spec, weights)
        seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"seconds": seconds, "megabytes": memory, **_scored(connection, truth)}


def _load(connection: duckdb.DuckDBPyConnection, spec: Spec, records: Path) -> None:
    """The records that are left after numbers, and the register."""
    left = "true"
    if spec.identifier is not None and spec.records.source is not None:
        number, source = identifier(spec.identifier.column), identifier(spec.records.source)
        register = literal(spec.register_ or "")
        left = f"{source} = {register} or {number} is null or {number} not in"
        left += f" (select {number} from read_parquet({literal(str(records))}) where {source} = {register})"
    connection.execute(f"create table records as from read_parquet({literal(str(records))}) where {left}")


def _scored(connection: duckdb.DuckDBPyConnection, truth: Path) -> dict[str, float]:
    row = connection.execute(
        f"""
        with told as (
            select found.person_id, key.person from found
            join read_parquet({literal(str(truth))}) as key using (record_id)
        ),
        counted as (
            select
                (select sum(n * (n - 1) / 2) from (select count(*) as n from told group by person_id, person)) as hit,
                (select sum(n * (n - 1) / 2) from (select count(*) as n from told group by person_id)) as made,
                (select sum(n * (n - 1) / 2) from (select count(*) as n from told group by person)) as wanted
        )
        select hit / made, hit / wanted, 2 * hit / (made + wanted), (select count(*) from records) from counted
        """
    ).fetchone()
    assert row is not None
    return dict(zip(("precision", "recall", "f1", "records"), map(float, row), strict=True))


def main() -> None:
    """Take turns and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--spec", type=Path, default=linkage_spec_file(load_settings()))
    parser.add_argument("--records", type=Path, default=None)
    parser.add_argument("--truth", type=Path, default=None)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--engine", choices=ENGINES, default=None, help="one turn of one engine, as JSON")
    told = parser.parse_args()
    if told.engine:
        print(json.dumps(turn(told.engine, told.spec, told.records, told.truth)))
        return
    with tempfile.TemporaryDirectory() as folder:
        records, truth = told.records, told.truth
        if records is None or truth is None:
            records, truth = ward_records(Path(folder), told.residents)
        take_turns(("--spec", told.spec, "--records", records, "--truth", truth), told.turns)


def ward_records(folder: Path, residents: int) -> tuple[Path, Path]:
    """The records of an invented ward and whose they are, as two files."""
    kasane_command = [sys.executable, "-m", "kasane.cli"]
    size = ["--residents", str(residents), "--months", "12", "--seed", "5"]
    for command in (
        ["generate", *size, "--out", str(folder / "ward")],
        ["ingest", "--extracts", str(folder / "ward" / "extracts"), "--data", str(folder / "data")],
    ):
        subprocess.run([*kasane_command, *command], check=True, capture_output=True)
    whole, records, truth = (folder / f"{name}.parquet" for name in ("whole", "records", "truth"))
    records_of(folder / "data", folder / "ward" / "truth", 0, whole)
    with duckdb.connect() as connection:
        source = f"read_parquet({literal(str(whole))})"
        connection.execute(f"copy (select * exclude (person) from {source}) to {literal(str(records))}")
        told = f"select record_id, person from {source} where person is not null"
        connection.execute(f"copy ({told}) to {literal(str(truth))}")
    return records, truth


def take_turns(files: tuple[object, ...], turns: int) -> None:
    """Both engines, one after the other, each time in a process of its own."""
    results: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
    for number in range(turns):
        for engine in ENGINES:
            command = [sys.executable, __file__, *map(str, files), "--engine", engine]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            results[engine].append(json.loads(done.stdout.splitlines()[-1]))
            print(f"turn {number + 1} {engine}: {results[engine][-1]}")
    _report(results)


def _report(results: dict[str, list[dict[str, float]]]) -> None:
    seconds = {engine: statistics.median(each["seconds"] for each in turns) for engine, turns in results.items()}
    for engine, turns in results.items():
        last = turns[-1]
        print(
            f"{engine}: {seconds[engine]:.2f} s, {last['records'] / seconds[engine]:,.0f} records a second,"
            f" {max(each['megabytes'] for each in turns):.0f} MB, precision {last['precision']:.5f},"
            f" recall {last['recall']:.5f}, F1 {last['f1']:.5f}"
        )
    print(f"kasane is {seconds['splink'] / seconds['kasane']:.1f} times as fast")


if __name__ == "__main__":
    main()
