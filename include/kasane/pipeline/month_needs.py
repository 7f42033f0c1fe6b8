"""What a delta feed changes in a month: whose elderly need at M rests on a consultation of a centre (houkatsu).

A later word on such a consultation, or a new link of it, changes months whose own files stayed the same. So a month's
fingerprint also holds who counts there, by the rule of ``int_need__elderly``: the latest version of each
consultation, received in the so many days up to M (definitions.md, "Need").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

FEED = "houkatsu"

_COUNTED = """
with latest as (
    select record.record_key, record.received_on_earliest, record.received_on_latest
    from lake.houkatsu as record
    join ledger.delivery as delivery on record.delivery_id = delivery.delivery_id and delivery.in_force
    qualify row_number() over (
        partition by record.record_key
        order by delivery.base_date desc, delivery.sequence desc, record.line_number desc
    ) = 1
),
counted as (
    select distinct month.month_end, link.surrogate
    from (select unnest($months) as month_end) as month
    join latest
        on latest.received_on_earliest <= month.month_end
        and latest.received_on_latest > month.month_end - $days
    join link.person_link as link
        on link.feed = 'houkatsu' and link.record_key = latest.record_key and link.surrogate like 'jumin|%'
)
select month_end, md5(string_agg(surrogate, ',' order by surrogate)) from counted group by month_end
"""


def need_digests(connection: duckdb.DuckDBPyConnection, months: Sequence[date], days: int) -> list[tuple[date, str]]:
    """A digest of the residents whom houkatsu puts in need, for each month that has any.

    Reads the schemas lake, ledger and link of the build file. ``days``: the threshold ``need_houkatsu_days``.
    """
    if not months:
        return []
    rows = connection.execute(_COUNTED, {"months": list(months), "days": days}).fetchall()
    return [(month, f"{FEED}:{digest}") for month, digest in rows]
