-- One row a table of the contracts and month end M: what was due, what was delivered, and how old it is.
with tables as (
    {{ lake_tables() }}
),

months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

delivered as (
    select
        table_name,
        base_date,
        -- A file counts for the month that its base date lies in.
        last_day(base_date) as month_end_date
    from {{ source('ledger', 'delivery') }}
    where in_force
),

-- A pull from a database tells every month up to its own, and one with nothing new in a table is a pull of it too.
pulled as (
    select
        feed,
        max(base_date) as base_date
    from {{ source('ledger', 'delivery') }}
    where in_force
    group by feed
),

delivered_in_month as (
    select
        table_name,
        month_end_date,
        count(*) as delivered_count
    from delivered
    group by table_name, month_end_date
),

unused as (
    select feed from {{ source('ledger', 'unused_feed') }}
),

in_force as (
    select
        months.month_end_date,
        delivered.table_name,
        max(delivered.base_date) as base_date
    from months
    inner join delivered on months.month_end_date >= delivered.base_date
    group by months.month_end_date, delivered.table_name
)

select
    tables.table_name,
    tables.feed,
    months.month_end_date,
    tables.rhythm,
    -- A yearly feed is due once the last delivery is a year old; `any` is never due.
    -- Of a feed that the municipality does not use nothing is ever due.
    unused.feed is null
    and (
        tables.rhythm = 'monthly'
        or (
            tables.rhythm = 'yearly'
            and coalesce(in_force.base_date <= {{ years_before('months.month_end_date', 1) }}, true)
        )
    ) as is_due,
    cast(coalesce(delivered_in_month.delivered_count, 0) as integer) as delivered_count,
    in_force.base_date,
    cast({{ days_between('in_force.base_date', 'months.month_end_date') }} as integer) as age_days,
    case
        when unused.feed is not null then 'not_used'
        when tables.rhythm = 'any' and pulled.base_date is null then 'missing'
        when tables.rhythm = 'any' and last_day(pulled.base_date) < months.month_end_date then 'stale'
        when tables.rhythm = 'any' then 'current'
        when in_force.base_date is null then 'missing'
        when tables.rhythm = 'monthly' and delivered_in_month.delivered_count is null then 'stale'
        when
            tables.rhythm = 'yearly' and in_force.base_date <= {{ years_before('months.month_end_date', 1) }}
            then 'stale'
        else 'current'
    end as status
from tables
cross join months
left join delivered_in_month
    on tables.table_name = delivered_in_month.table_name and months.month_end_date = delivered_in_month.month_end_date
left join pulled on tables.feed = pulled.feed
left join unused on tables.feed = unused.feed
left join in_force on tables.table_name = in_force.table_name and months.month_end_date = in_force.month_end_date
