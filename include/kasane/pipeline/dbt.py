"""One dbt invocation in a process of its own: its memory and its file handle are gone when it ends."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kasane.at_rest import at_rest_key_file, is_encrypted
from kasane.contracts.codes import write_merged_thresholds
from kasane.contracts.municipality import FILE, unused_feeds
from kasane.errors import BuildFailedError, Problem
from kasane.keys import FIRST, pseudonym_key
from kasane.pipeline.scrubbed import without_values
from kasane.settings import PROJECT_ROOT, Settings, dbt_environment

LOGGER = logging.getLogger(__name__)
DBT_PROJECT = PROJECT_ROOT / "dbt_project"
# No log of its own: it would quote what the database says of a record.
_QUIETLY = ("--no-use-colors", "--quiet", "--log-level-file", "none")
_REMEDY = "the release in force stays; work/dbt/run_results.json has all that can be told"
HASHED = ("dbt_project.yml", "models", "macros", "seeds")


@dataclass(frozen=True)
class NodeResult:
    """What dbt says of one model, seed or test."""

    node: str
    status: str
    seconds: float
    message: str


def project_hash(settings: Settings) -> str:
    """A hash of all that dbt builds from: another project builds every month anew."""
    return hashlib.sha256(json.dumps(project_files(settings)).encode()).hexdigest()[:16]


def build_rules(settings: Settings) -> str:
    """``project_hash``, and the version of the key after a rotation: new ids build every month anew as well."""
    rules, secret = project_hash(settings), pseudonym_key(settings)
    if secret.version == FIRST:
        return rules
    return hashlib.sha256(f"{rules}|{secret.key_id}".encode()).hexdigest()[:16]


def project_files(settings: Settings) -> dict[str, str]:
    """A hash of each file that dbt builds from, by its path below the project or the configuration.

    Of ``municipality.yml`` what counts is which feeds are not used: another name changes no number.
    """
    files = {}
    if unused := sorted(unused_feeds(settings)):
        files[f"{FILE} feeds_off"] = ";".join(unused)
    for root in _project_roots(settings):
        for file in sorted(path for path in [root, *root.rglob("*")] if path.is_file()):
            name = f"{root.parent.name}/{file.relative_to(root.parent)}"
            files[name] = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return files


def _project_roots(settings: Settings) -> list[Path]:
    roots = [DBT_PROJECT / name for name in HASHED]
    if settings.config_dir is not None:
        roots.append(settings.config_dir / "seeds")
    return [root for root in roots if root.exists()]


def run_dbt(settings: Settings, full_refresh: bool) -> list[NodeResult]:
    """``dbt build`` on the build file; raises BuildFailedError with every model or test that failed."""
    target = settings.data.work / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "dbt.cli.main", *_QUIETLY, "build"),
        *("--project-dir", str(_project_dir(settings)), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(target), "--log-path", str(target / "logs")),
        *("--target", "encrypted" if is_encrypted(settings.data.build_file) else "build"),
    ]
    # Seeds are part of the project's hash: while it stays the same, they are in the build file as they are.
    command += ["--full-refresh"] if full_refresh else ["--exclude", "path:seeds"]
    if full_refresh:
        # Another project: dbt's own record of the last one trips over what moved to another file.
        (target / "partial_parse.msgpack").unlink(missing_ok=True)
    results_file = target / "run_results.json"
    results_file.unlink(missing_ok=True)
    process = subprocess.run(command, env=_environment(settings), capture_output=True, text=True, check=False)
    results = _read_results(results_file)
    _keep_results(results_file, results)
    if process.returncode != 0:
        raise BuildFailedError(_problems(results, process.stdout + process.stderr))
    return results


def load_manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest of the last build or, where work/ was emptied since, of the project as it is.

    Raises BuildFailedError where dbt can't read the project.
    """
    target = settings.data.work / "dbt"
    file = target / "manifest.json"
    if not file.exists():
        _run_for(settings, ("parse",), file)
    return dict(json.loads(file.read_text(encoding="utf-8")))


def load_docs(settings: Settings) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Manifest, catalog of the build file, and the page of dbt docs that the two go into.

    Raises BuildFailedError where dbt can't read the project or the build file.
    """
    manifest = load_manifest(settings)
    target = settings.data.work / "dbt"
    form = "encrypted" if is_encrypted(settings.data.build_file) else "build"
    _run_for(settings, ("docs", "generate", "--no-compile", "--target", form), target / "catalog.json")
    catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
    return manifest, dict(catalog), (target / "index.html").read_text(encoding="utf-8")


def _run_for(settings: Settings, verb: Sequence[str], file: Path) -> None:
    """Run dbt so that it writes ``file``; raises BuildFailedError where it doesn't."""
    target = settings.data.work / "dbt"
    command = [
        *(sys.executable, "-m", "dbt.cli.main", *_QUIETLY, *verb),
        *("--project-dir", str(_project_dir(settings)), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(target), "--log-path", str(target / "logs")),
    ]
    file.unlink(missing_ok=True)
    done = subprocess.run(command, env=_environment(settings), capture_output=True, text=True, check=False)
    if done.returncode != 0 or not file.exists():
        raise BuildFailedError(_problems([], done.stdout + done.stderr))


def _environment(settings: Settings) -> dict[str, str]:
    environment = dbt_environment(settings.data.build_file, settings.data.work / "spill")
    # The path of the key; the key itself stands in no environment, profile or log.
    return {**environment, "KASANE_AT_REST_KEY_FILE": str(at_rest_key_file(settings.data))}


def _project_dir(settings: Settings) -> Path:
    """The project itself or, where the municipality overlays seeds, a copy with those seeds laid over."""
    overlay = settings.config_dir / "seeds" if settings.config_dir else None
    if overlay is None or not overlay.exists():
        return DBT_PROJECT
    copy = settings.data.work / "dbt_project"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(DBT_PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(overlay, copy / "seeds", dirs_exist_ok=True)
    write_merged_thresholds(settings.seed_dirs, copy / "seeds" / "policy" / "threshold.csv")
    return copy


def _read_results(file: Path) -> list[NodeResult]:
    if not file.exists():
        return []
    return [
        NodeResult(
            node=result["unique_id"],
            status=result["status"],
            seconds=float(result["execution_time"]),
            message=_told(result["status"], str(result.get("message") or "")),
        )
        for result in json.loads(file.read_text(encoding="utf-8"))["results"]
    ]


def _told(status: str, message: str) -> str:
    """dbt's own words, but for an error of the database, which may quote a record."""
    return without_values(message) if status in ("error", "runtime error") else message


def _keep_results(file: Path, results: list[NodeResult]) -> None:
    """dbt's file of results says what the database said: ours takes its place."""
    file.write_text(json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1), encoding="utf-8")


def _problems(results: list[NodeResult], output: str) -> list[Problem]:
    failed = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if not failed:
        last = [line for line in output.splitlines() if line.strip()][-15:]
        return [Problem(what="dbt stopped: " + without_values(" | ".join(last)), remedy=_REMEDY)]
    return [
        Problem(
            what=f"{result.node.split('.', 2)[-1]}: {result.status}: {' '.join(result.message.split())[:400]}",
            remedy=_REMEDY,
        )
        for result in failed
    ]
