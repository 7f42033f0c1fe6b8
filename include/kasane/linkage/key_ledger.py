"""The key ledger (鍵台帳): which surrogate each record had in each published release, and what became of the rest.

A surrogate is a function of a person's records alone, so the ledger gives out none. It remembers which ones were
ever published, and leads from one that stands for nobody any more to the person who has its records now
(definitions.md, "Person"). A surrogate that comes back is in force again, and its redirect is no more.

What it reads: the temporary table ``key_ledger_entry`` (n, release_id, feed, role, record_key, surrogate), a row
for every record that changed hands in the n-th published release, ``surrogate`` null where it was there no more;
``link.person_link``; and ``link.record`` for when a record was first told.
"""

from __future__ import annotations

import duckdb

EMPTY_ENTRIES = """
create or replace temp table key_ledger_entry (
    n integer, release_id varchar, feed varchar, role varchar, record_key varchar, surrogate varchar
)
"""


def write_pending(connection: duckdb.DuckDBPyConnection) -> None:
    """``link.key_ledger_pending``: a row a record whose surrogate is another than the ledger's last word on it."""
    connection.execute(_PENDING)


def write_redirects(connection: duckdb.DuckDBPyConnection, release_id: str, anchor: str) -> None:
    """``link.person_redirect``: a row a published surrogate that stands for nobody in ``release_id``.

    Columns retired_surrogate, surrogate (null: none of its records is anywhere), reason, since_release. It leads
    to the person with its register row, else to the one with most of the records it had when it last stood, else
    to the oldest record's. ``merged``: one person has them all; ``split``: several do; ``gone``: no record is left
    (then it leads to where the last ones went before they left). ``anchor``: how surrogates of the register begin.
    ``link.retired_surrogate_feed`` tells the feeds whose records a retired surrogate ever stood for.
    """
    connection.execute(_RETIRED)
    connection.execute(_SPAN)
    connection.execute(_PLACE, {"anchor": anchor})
    connection.execute(_NEXT)
    connection.execute(_REDIRECT, {"release_id": release_id})
    connection.execute(_RETIRED_FEED)


_PENDING = """
create or replace table link.key_ledger_pending as
with told as (
    select feed, role, record_key, arg_max_null(surrogate, n) as surrogate
    from key_ledger_entry
    group by feed, role, record_key
),
now as (
    select feed, role, record_key, surrogate from link.person_link
)
select feed, role, record_key, now.surrogate
from told
full join now using (feed, role, record_key)
where told.surrogate is distinct from now.surrogate
order by feed, role, record_key
"""

_RETIRED = """
create or replace temp table key_ledger_retired as
with published as (
    select distinct surrogate from key_ledger_entry where surrogate is not null
)
select surrogate from published anti join link.person_link using (surrogate)
"""

# One row a stretch of releases in which a record had one surrogate; until_n: the release that ended it.
_SPAN = """
create or replace temp table key_ledger_span as
with touched as (
    select distinct feed, role, record_key
    from key_ledger_entry semi join key_ledger_retired using (surrogate)
)
select *, lead(n) over (partition by feed, role, record_key order by n) as until_n
from key_ledger_entry semi join touched using (feed, role, record_key)
"""

# One row a retired surrogate and record that it stood for when it last stood, and where that record is now or,
# where it is nowhere, was last.
_PLACE = """
create or replace temp table key_ledger_place as
with member as (
    select surrogate as retired, until_n, feed, role, record_key
    from key_ledger_span semi join key_ledger_retired using (surrogate)
    qualify rank() over (partition by surrogate order by until_n desc nulls first) = 1
),
last_known as (
    select feed, role, record_key, arg_max(surrogate, n) as surrogate
    from key_ledger_span
    group by feed, role, record_key
)
select
    member.retired,
    member.until_n,
    coalesce(now.surrogate, nullif(last_known.surrogate, member.retired)) as place,
    now.surrogate is not null as is_present,
    coalesce(starts_with(place, $anchor), false) as is_anchored,
    record.first_base_date,
    concat_ws('|', member.feed, member.role, member.record_key) as record_id
from member
left join last_known using (feed, role, record_key)
left join link.person_link as now using (feed, role, record_key)
left join link.record as record using (feed, role, record_key)
"""

_NEXT = """
create or replace temp table key_ledger_next as
with counted as (
    select
        retired,
        place,
        bool_or(is_present) as is_present,
        bool_or(is_anchored) as is_anchored,
        count(*) as records,
        min(struct_pack(day := coalesce(first_base_date, date '9999-12-31'), id := record_id)) as oldest
    from key_ledger_place
    group by retired, place
),
chosen as (
    select retired, place
    from counted
    qualify
        row_number() over (
            partition by retired
            order by place is null, is_present desc, is_anchored desc, records desc, oldest
        ) = 1
),
ended as (
    select
        retired,
        -- All of them stood until the same release.
        any_value(until_n) as until_n,
        count(distinct place) filter (is_present) as places
    from key_ledger_place
    group by retired
)
select chosen.retired, chosen.place, ended.until_n, ended.places
from chosen join ended using (retired)
"""

# Where the records of a retired surrogate went to one that is retired itself, its own redirect leads on. Each step
# leads to a surrogate that stood longer, so the way ends.
_REDIRECT = """
create or replace table link.person_redirect as
with recursive way as (
    select retired, place from key_ledger_next
    union
    select way.retired, onward.place
    from way join key_ledger_next as onward on way.place = onward.retired
),
goal as (
    select way.retired, way.place
    from way anti join key_ledger_retired on way.place = key_ledger_retired.surrogate
),
release as (
    select distinct n, release_id from key_ledger_entry
)
select
    step.retired as retired_surrogate,
    goal.place as surrogate,
    case when step.places > 1 then 'split' when step.places = 1 then 'merged' else 'gone' end as reason,
    coalesce(release.release_id, $release_id) as since_release
from key_ledger_next as step
join goal using (retired)
left join release on step.until_n = release.n
order by retired_surrogate
"""

_RETIRED_FEED = """
create or replace table link.retired_surrogate_feed as
select distinct surrogate as retired_surrogate, feed
from key_ledger_entry semi join key_ledger_retired using (surrogate)
order by all
"""
