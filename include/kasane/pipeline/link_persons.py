"""Whose record each one is: the linkage engine on the municipality's records, and the tables that come of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from kasane.contracts.model import Contract
from kasane.linkage import link as link_by_spec
from kasane.pipeline.link_files import load_spec
from kasane.pipeline.link_records import write_records
from kasane.settings import PROJECT_ROOT, Settings

SPEC = Path("linkage") / "municipal.yml"


def linkage_spec_file(settings: Settings) -> Path:
    """The municipality's own linkage spec where its configuration has one, else the repository's."""
    own = settings.config_dir / SPEC if settings.config_dir is not None else None
    return own if own is not None and own.is_file() else PROJECT_ROOT / "expectations" / SPEC


def linkage_rules(settings: Settings, decisions: pa.Table) -> str:
    """A hash of all that says whose records are one person's: spec, weights and reviewers' decisions."""
    file = linkage_spec_file(settings)
    spec, _ = load_spec(file)
    digest = hashlib.sha256(file.read_bytes())
    if spec.weights is not None:
        digest.update((file.parent / spec.weights).read_bytes())
    for row in decisions.select(["left_record_id", "right_record_id", "decision"]).to_pylist():
        digest.update(("|".join(row.values()) + "\n").encode())
    return digest.hexdigest()


def write_links(
    connection: duckdb.DuckDBPyConnection, settings: Settings, contracts: Mapping[str, Contract], decisions: pa.Table
) -> None:
    """Fill ``link.record``, ``link.person_link`` (without person ids), ``link.review_pair`` and ``link.decision``.

    A surrogate stands for a person: that of the register's number or, without one, the record of earliest base date,
    then id. It depends on whose records a person's are and on nothing else (docs/adr/0029).
    """
    spec, weights = load_spec(linkage_spec_file(settings))
    write_records(connection, contracts)
    link_by_spec(connection, spec, "link.record", weights, decisions)
    connection.execute(_PERSON_LINK)
    connection.execute(_REVIEW_PAIR)
    connection.register("decisions_given", decisions)
    connection.execute(_DECISION)
    connection.unregister("decisions_given")


_PERSON_LINK = """
create or replace table link.person_link as
select
    record.feed, record.record_key, record.role,
    case when person.feed = 'jumin' then 'jumin|' || person.record_key else person.record_id end as surrogate,
    found.method, case when found.method <> 'unlinked' then found.probability end as probability
from linkage_link as found
join link.record as record on found.record_id = record.record_id
join link.record as person on found.person_id = person.record_id
"""

_REVIEW_PAIR = """
create or replace table link.review_pair as
select
    substr(md5(left_record_id || chr(31) || right_record_id), 1, 16) as pair_id,
    left_record_id, right_record_id, probability, match_weight, reason,
    greatest(l.first_base_date, r.first_base_date) as queued_on, evidence
from linkage_review
join link.record as l on left_record_id = l.record_id
join link.record as r on right_record_id = r.record_id
"""

_DECISION = """
create or replace table link.decision as
select given.*, score.probability
from decisions_given as given
left join (
    select l.id as a, r.id as b, probability from linkage_scored
    join linkage_record as l on a = l.i join linkage_record as r on b = r.i
) as score
    on (given.left_record_id = score.a and given.right_record_id = score.b)
    or (given.left_record_id = score.b and given.right_record_id = score.a)
"""
