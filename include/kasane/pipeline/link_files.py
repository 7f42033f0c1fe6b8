"""``kasane link``: the linkage engine on any person table, by a spec file."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from kasane.errors import ContractError, KasaneError, Problem
from kasane.files import write_atomically
from kasane.linkage import DECISION_SCHEMA, Spec, Weights, parse_spec, parse_weights
from kasane.linkage import link as link_records
from kasane.sql import literal

THREADS = max(1, min(2, os.cpu_count() or 1))
_FORMATS = {".parquet": "read_parquet", ".csv": "read_csv"}
_TABLES = {"links": "linkage_link", "review": "linkage_review", "explanation": "linkage_explanation"}


@dataclass(frozen=True)
class FilesLinked:
    """What ``kasane link`` did."""

    records: int
    persons: int
    reviews: int
    out: Path
    trained: bool

    def summary(self) -> str:
        """One line for people."""
        how = "weights trained on these records and written to weights.json" if self.trained else "frozen weights"
        found = f"{self.records:,} records are {self.persons:,} persons; {self.reviews:,} pairs to review"
        return f"{found} ({how}): {self.out}"


def link_files(
    spec_file: Path, records: Path, out: Path, decisions: Path | None = None, train: bool = False
) -> FilesLinked:
    """Link the records of a Parquet or CSV file by a spec and write the results below ``out``.

    Writes links.parquet (record_id, person_id, method, probability), review.parquet and explanation.parquet (a row a
    pair with the evidence of each comparison), and weights.json where weights were trained. ``decisions``: a Parquet
    or CSV file of left_record_id, right_record_id, decision (must_link or cannot_link), the latest last.

    Raises KasaneError for files that are not there, can't be read, or don't fit the spec.
    """
    spec, weights = load_spec(spec_file, with_weights=not train)
    out.mkdir(parents=True, exist_ok=True)
    with _memory(out) as connection:
        relation = _relation(connection, records, "records")
        said = _decisions(connection, decisions)
        found = link_records(connection, spec, relation, weights, said, f"trained on {records.name}")
        for name, table in _TABLES.items():
            target, draft = out / f"{name}.parquet", out / f".{name}.parquet.new"
            connection.execute(f"copy (from {table} order by all) to {literal(str(draft))} (format parquet)")
            os.replace(draft, target)
        row = connection.execute("select count(distinct person_id) from linkage_link").fetchone()
    trained = weights is None
    if trained:
        write_atomically(out / "weights.json", json.dumps(found.weights.as_json(), indent=1).encode())
    return FilesLinked(found.records, int(row[0]) if row else 0, found.reviews, out, trained)


def load_spec(path: Path, with_weights: bool = True) -> tuple[Spec, Weights | None]:
    """A spec and the frozen weights that it names; None where it names none or where they are not wanted.

    Raises KasaneError with all problems.
    """
    spec = parse_spec(_yaml(path), str(path))
    if spec.weights is None or not with_weights:
        return spec, None
    file = path.parent / spec.weights
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"the weights can't be read ({type(error).__name__})"
        raise KasaneError(Problem(what, "mend `weights` in the spec, or leave it out to train", str(file))) from None
    return spec, parse_weights(content, spec, str(file))


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        what = f"the spec can't be read ({type(error).__name__})"
        raise KasaneError(Problem(what, "check the path", str(path))) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ContractError(Problem(f"this is no YAML: {error.problem}", "mend it", str(path), line)) from None


@contextmanager
def _memory(out: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that reaches no network and spills below ``out``; what it spilt is removed."""
    spill = out / ".spill"
    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": str(THREADS),
        "temp_directory": str(spill),
    }
    connection = duckdb.connect(config=config)
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def _relation(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> str:
    """The file as a view; every column of a CSV is text."""
    reader = _FORMATS.get(path.suffix.lower())
    if reader is None or not path.is_file():
        what = "there is no such file" if reader else "neither .parquet nor .csv"
        raise KasaneError(Problem(what, "name a Parquet or CSV file", str(path)))
    options = ", all_varchar = true, header = true" if reader == "read_csv" else ""
    try:
        connection.execute(f"create temp view given_{name} as from {reader}({literal(str(path))}{options})")
    except duckdb.Error:
        raise KasaneError(Problem("this file can't be read", "check that it is whole", str(path))) from None
    return f"given_{name}"


def _decisions(connection: duckdb.DuckDBPyConnection, path: Path | None) -> pa.Table | None:
    if path is None:
        return None
    relation = _relation(connection, path, "decisions")
    kinds = [row[0] for row in connection.execute(f"describe {relation}").fetchall()]
    lacking = [name for name in DECISION_SCHEMA.names if name not in kinds]
    if lacking:
        remedy = f"it needs {', '.join(DECISION_SCHEMA.names)}"
        raise KasaneError([Problem(f"the column `{name}` is missing", remedy, str(path)) for name in lacking])
    return connection.execute(f"select {', '.join(DECISION_SCHEMA.names)} from {relation}").fetch_arrow_table()
