-- One row a feed of the contracts and month end M: what was due, what was delivered, and how old it is.
with feeds as (
    {{ lake_feeds() }}
),

months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

delivered as (
    select
        feed,
        base_date,
        -- A file counts for the month that its base date lies in.
        last_day(base_date) as month_end_date
    from {{ source('ledger', 'delivery') }}
    where in_force
),

delivered_in_month as (
    select
        feed,
        month_end_date,
        count(*) as delivered_count
    from delivered
    group by feed, month_end_date
),

in_force as (
    select
        months.month_end_date,
        delivered.feed,
        max(delivered.base_date) as base_date
    from months
    inner join delivered on months.month_end_date >= delivered.base_date
    group by months.month_end_date, delivered.feed
)

select
    feeds.feed,
    months.month_end_date,
    feeds.rhythm,
    -- A yearly feed is due once the last delivery is a year old; `any` is never due.
    feeds.rhythm = 'monthly'
    or (
        feeds.rhythm = 'yearly'
        and coalesce(in_force.base_date <= {{ years_before('months.month_end_date', 1) }}, true)
    ) as is_due,
    cast(coalesce(delivered_in_month.delivered_count, 0) as integer) as delivered_count,
    in_force.base_date,
    cast({{ days_between('in_force.base_date', 'months.month_end_date') }} as integer) as age_days,
    case
        when in_force.base_date is null then 'missing'
        when feeds.rhythm = 'monthly' and delivered_in_month.delivered_count is null then 'stale'
        when
            feeds.rhythm = 'yearly' and in_force.base_date <= {{ years_before('months.month_end_date', 1) }}
            then 'stale'
        else 'current'
    end as status
from feeds
cross join months
left join delivered_in_month
    on feeds.feed = delivered_in_month.feed and months.month_end_date = delivered_in_month.month_end_date
left join in_force on feeds.feed = in_force.feed and months.month_end_date = in_force.month_end_date
