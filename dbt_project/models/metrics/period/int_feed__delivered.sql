-- One row a table of the feeds and month end M: whether it was delivered for M or ever by then, and is used.
with coverage as (
    select * from {{ ref('feed_coverage') }}
)

select
    month_end_date,
    table_name,
    feed,
    case
        -- A yearly file counts until the next is due, a pull from a database for every month up to its own.
        when rhythm = 'yearly' or rhythm = 'any' then status = 'current'
        else delivered_count > 0
    end as is_delivered,
    status <> 'missing' and status <> 'not_used' as is_known,
    status <> 'not_used' as is_used
from coverage
