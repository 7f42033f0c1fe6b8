-- One row a figure beside the KPIs, month end M and feed or table it rests on: months delivered of months due.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

windows as (
    select
        month_end_date,
        'month_end' as period,
        month_end_date as first_day,
        -- A state lasts until the next file.
        false as is_told_month_by_month
    from months
    union all
    select
        month_end_date,
        'month' as period,
        month_end_date as first_day,
        true as is_told_month_by_month
    from months
    union all
    select
        month_end_date,
        'month_and_before' as period,
        -- What changed in a month is told by two states: where the month before lacks its file, so does the change.
        {{ months_after('month_end_date', -1) }} as first_day,
        true as is_told_month_by_month
    from months
    union all
    select
        month_end_date,
        'year' as period,
        {{ days_before('month_end_date', threshold('year_days') ~ ' - 1') }} as first_day,
        true as is_told_month_by_month
    from months
),

delivered as (
    select
        figures.figure_id,
        figures.source_name,
        figures.is_essential,
        figures.period,
        delivered.month_end_date,
        bool_or(delivered.is_delivered) as is_delivered,
        bool_or(delivered.is_known) as is_known,
        bool_or(delivered.is_used) as is_used
    from {{ ref('figure_feed') }} as figures
    inner join {{ ref('int_feed__delivered') }} as delivered
        -- The seed names a feed whole or one table of it.
        on figures.source_name = delivered.feed or figures.source_name = delivered.table_name
    group by
        figures.figure_id, figures.source_name, figures.is_essential, figures.period, delivered.month_end_date
)

select
    windows.month_end_date,
    delivered.figure_id,
    delivered.source_name,
    delivered.is_essential,
    -- Known at M itself: what came later says nothing of M.
    bool_or(delivered.is_known and delivered.month_end_date = windows.month_end_date) as is_known,
    bool_or(delivered.is_used) as is_used,
    windows.is_told_month_by_month,
    count(*) filter (where delivered.is_delivered) as months_delivered,
    (extract(year from windows.month_end_date) - extract(year from windows.first_day)) * 12
    + extract(month from windows.month_end_date) - extract(month from windows.first_day) + 1 as months_due
from windows
inner join delivered
    on
        windows.period = delivered.period
        and windows.first_day <= delivered.month_end_date
        and windows.month_end_date >= delivered.month_end_date
group by
    windows.month_end_date,
    windows.first_day,
    windows.is_told_month_by_month,
    delivered.figure_id,
    delivered.source_name,
    delivered.is_essential
