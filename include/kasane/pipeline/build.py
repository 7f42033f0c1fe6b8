"""Steps *dbt_build*, *expect_marts* and *publish*: from linked records to a release in force."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kasane.contracts import load_contracts
from kasane.errors import BuildFailedError, Problem
from kasane.keys import pseudonym_key
from kasane.lock import writer_lock
from kasane.pipeline import key_ledger, month_state
from kasane.pipeline.build_file import open_build_file, write_table
from kasane.pipeline.dbt import NodeResult, build_rules, project_files, run_dbt
from kasane.pipeline.deletion import prune_releases
from kasane.pipeline.disclose import commit, disclose, is_stale
from kasane.pipeline.link import LinkSummary, link
from kasane.pipeline.list_recall import recall_lists
from kasane.pipeline.progress import step
from kasane.publish.release import ZONES, current_release, put_in_force, write_release
from kasane.quality import judge_marts
from kasane.settings import PROJECT_ROOT, Settings
from kasane.sql import identifier

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class DbtSummary:
    """How dbt went; ``was_needed`` is false when the release in force is made of the same inputs."""

    was_needed: bool
    nodes: int
    seconds: float

    def summary(self) -> str:
        """One line for people."""
        return f"{self.nodes} models and tests, all well" if self.was_needed else "nothing changed, nothing to build"


@dataclass(frozen=True)
class MartsSummary:
    """What Great Expectations says of the marts; a mart that fails is an error, never a summary."""

    checks: int

    def summary(self) -> str:
        """One line for people."""
        return f"{self.checks} expectations on the marts hold" if self.checks else "the marts were judged before"


@dataclass(frozen=True)
class PublishSummary:
    """The release in force."""

    release_id: str
    folder: str

    def summary(self) -> str:
        """One line for people."""
        return f"release {self.release_id} is in force"


@dataclass(frozen=True)
class BuildSummary:
    """All four steps of a build."""

    link: LinkSummary
    dbt: DbtSummary
    marts: MartsSummary
    publish: PublishSummary

    def summary(self) -> str:
        """A line a step."""
        return "\n".join(step.summary() for step in (self.link, self.dbt, self.marts, self.publish))


def dbt_build(settings: Settings) -> DbtSummary:
    """Build every model for the months that changed; raises BuildFailedError and leaves the release in force."""
    with step("dbt"), writer_lock(settings.data):
        is_in_force = _is_in_force(settings, _target(settings))
        with open_build_file(settings.data) as connection:
            known = connection.execute("select count(*) from ops.project_state").fetchone()
            is_anew = not (known and known[0])
            # A build file that was lost or changed its form holds nothing yet, whatever is in force.
            if is_in_force and not is_anew:
                return DbtSummary(was_needed=False, nodes=0, seconds=0.0)
            if is_anew:
                _drop_zones(connection)
        results = run_dbt(settings, full_refresh=is_anew)
        _note_built(settings, results)
    result = DbtSummary(True, len(results), sum(node.seconds for node in results))
    LOGGER.info("dbt: %s", result.summary())
    return result


def _drop_zones(connection: duckdb.DuckDBPyConnection) -> None:
    # A table whose model is gone would be copied into every release to come.
    for schemas in ZONES.values():
        for schema in schemas:
            connection.execute(f"drop schema if exists {identifier(schema)} cascade")


def _target(settings: Settings) -> str:
    with open_build_file(settings.data, read_only=True) as connection:
        row = connection.execute("select release_id from ops.release_target").fetchone()
    if row is None:
        raise BuildFailedError(Problem(what="nothing was linked yet", remedy="run the step `link` first"))
    return str(row[0])


def _is_in_force(settings: Settings, release_id: str) -> bool:
    release = current_release(settings.data)
    return release is not None and release.release_id == release_id


def _note_built(settings: Settings, results: list[NodeResult]) -> None:
    with open_build_file(settings.data) as connection:
        wanted = dict(connection.execute("select month_end, fingerprint from ledger.month").fetchall())
        month_state.note_built(connection, wanted, build_rules(settings))
        rows = [{"node": n.node, "status": n.status, "seconds": n.seconds} for n in results]
        schema = pa.schema([("node", pa.string()), ("status", pa.string()), ("seconds", pa.float64())])
        write_table(connection, "ops.dbt_result", pa.Table.from_pylist(rows, schema=schema))
        connection.execute("checkpoint")


def expect_marts(settings: Settings) -> MartsSummary:
    """Great Expectations on the marts; raises BuildFailedError naming every expectation that fails."""
    with step("expect_marts"), writer_lock(settings.data):
        if _is_in_force(settings, _target(settings)):
            return MartsSummary(checks=0)
        previous = current_release(settings.data)
        verdict = judge_marts(
            settings.data.build_file,
            PROJECT_ROOT / "expectations" / "suites",
            previous.folder if previous else None,
            settings.data.quality,
        )
    if not verdict.passed:
        raise BuildFailedError(
            [
                Problem(what=failure, remedy="the release in force stays; mend the source or the suite")
                for failure in verdict.failures
            ]
        )
    result = MartsSummary(verdict.checks)
    LOGGER.info("expect_marts: %s", result.summary())
    return result


def publish(settings: Settings) -> PublishSummary:
    """Split the build file into zones and put the release in force."""
    with step("publish"), writer_lock(settings.data):
        release_id = _target(settings)
        disclosure = disclose(settings)
        anew = key_ledger.is_return(settings.data, release_id) or is_stale(settings.data, release_id, disclosure)
        release = write_release(settings.data, release_id, _rules(settings), anew, disclosure.files)
        # No id is ever shown that the ledger doesn't know, and no count that the release register doesn't.
        key_ledger.commit_pending(settings.data, release_id)
        commit(settings, disclosure)
        put_in_force(settings.data, release)
        recall_lists(settings)
        prune_releases(settings.data)
    result = PublishSummary(release.release_id, str(release.folder))
    LOGGER.info("publish: %s", result.summary())
    return result


def _rules(settings: Settings) -> dict[str, str]:
    """Hashes of all that says how a release is built: the dbt project and the contracts."""
    contracts = load_contracts(settings.contract_dirs)
    secret = pseudonym_key(settings)
    keys = {"keys/pseudonym": f"version {secret.version}, {secret.key_id}"}
    return keys | project_files(settings) | {f"contracts/{table}": each.read_hash for table, each in contracts.items()}


def build(settings: Settings) -> BuildSummary:
    """Link, build with dbt, judge the marts, publish."""
    with writer_lock(settings.data):
        return BuildSummary(link(settings), dbt_build(settings), expect_marts(settings), publish(settings))
