-- One row a table of the feeds and month end M: whether it was delivered for M, and whether it ever was by then.
with coverage as (
    select * from {{ ref('feed_coverage') }}
),

newest as (
    select
        feed,
        max(base_date) as base_date
    from {{ source('ledger', 'delivery') }}
    where in_force
    group by feed
)

select
    coverage.month_end_date,
    coverage.table_name,
    coverage.feed,
    case
        -- A pull from a database tells every month up to its own.
        when coverage.rhythm = 'any' then coalesce(last_day(newest.base_date) >= coverage.month_end_date, false)
        -- A yearly file counts until the next is due.
        when coverage.rhythm = 'yearly' then coverage.status = 'current'
        else coverage.delivered_count > 0
    end as is_delivered,
    case
        when coverage.rhythm = 'any' then newest.base_date is not null
        else coverage.base_date is not null
    end as is_known
from coverage
left join newest on coverage.feed = newest.feed
