"""``kasane review unmerge``: two people who were made one are two again, and who may have seen them as one is told."""

from __future__ import annotations

from dataclasses import dataclass

from kasane.errors import KasaneError, Problem
from kasane.linkage.decisions import CANNOT_LINK, WantedDecision
from kasane.linkage.pseudonym import pseudonym
from kasane.lock import writer_lock
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.key_ledger import ledger_files, load_entries
from kasane.pipeline.key_rotation import key_of_release
from kasane.pipeline.link_decisions import record_link_decisions
from kasane.pipeline.review_queue import require_links
from kasane.settings import DataPaths, Settings

# The id in a release whose key was retired can't be told any more.
RETIRED = "鍵は廃棄済み (key retired)"


@dataclass(frozen=True)
class MergedRelease:
    """A published release that showed both records as one person, and the id that the person had in it."""

    release_id: str
    person_id: str


def unmerge(settings: Settings, left: str, right: str, by: str, reason: str) -> list[MergedRelease]:
    """Decide that two records are two people, and list the releases that showed them as one, the oldest first.

    The next build separates them: a record whose person had an id of its own before they were merged has it again.
    Raises KasaneError where they were never shown as one, or where other decisions still make them one.
    """
    require_links(settings.data)
    with writer_lock(settings.data):
        shown = merged_releases(settings, left, right)
        if not shown and left != right and not _is_one_now(settings.data, left, right):
            what = "no release shows these two records as one person"
            remedy = "check the ids; to keep them apart from now on, `kasane review decide --cannot-link`"
            raise KasaneError(Problem(what, remedy))
        record_link_decisions(settings.data, [WantedDecision(left, right, CANNOT_LINK, reason)], by, "unmerge")
    return shown


def merged_releases(settings: Settings, left: str, right: str) -> list[MergedRelease]:
    """By the key ledger: every published release in which both records were one person's."""
    files = ledger_files(settings.data)
    if not files:
        return []
    with open_build_file(settings.data, read_only=True) as connection:
        load_entries(connection, files)
        rows = connection.execute(_SHOWN_AS_ONE, {"left": left, "right": right}).fetchall()
    names = {each.number: each.release_id for each in files}
    spans = [(since, until or len(files) + 1, surrogate) for since, until, surrogate in rows]
    keys = {number: key_of_release(settings, number) for number in names}
    return [
        MergedRelease(names[number], pseudonym(key.key, "person", surrogate) if (key := keys[number]) else RETIRED)
        for since, until, surrogate in spans
        for number in range(since, until)
    ]


# Stretches of releases: from the later of both beginnings to the earlier of both ends.
_SHOWN_AS_ONE = """
with span as (
    select concat_ws('|', feed, role, record_key) as record_id, surrogate, n as since,
        lead(n) over (partition by feed, role, record_key order by n) as until
    from key_ledger_entry
    where concat_ws('|', feed, role, record_key) in ($left, $right)
)
select greatest(one.since, other.since), least(one.until, other.until), one.surrogate
from span as one
join span as other
    on one.record_id = $left and other.record_id = $right and one.surrogate = other.surrogate
    and one.since < coalesce(other.until, 2147483647) and other.since < coalesce(one.until, 2147483647)
order by 1
"""


def _is_one_now(paths: DataPaths, left: str, right: str) -> bool:
    with open_build_file(paths, read_only=True) as connection:
        row = connection.execute(
            """
            select count(distinct surrogate) = 1 and count(*) = 2 from link.person_link
            where concat_ws('|', feed, role, record_key) in (?, ?)
            """,
            [left, right],
        ).fetchone()
    return bool(row and row[0])
