-- One row an indicator, month end M and feed or table it rests on: months delivered of months due in its period.
with wanted as (
    select
        kpi.kpi_id,
        kpi.period,
        delivered.table_name,
        delivered.feed,
        delivered.month_end_date,
        delivered.is_delivered,
        delivered.is_known,
        delivered.is_used,
        -- The seed names a feed whole or one table of it.
        {{ lists('kpi.feeds', 'delivered.table_name') }} or {{ lists('kpi.feeds', 'delivered.feed') }} as is_essential,
        case
            when {{ lists("kpi.feeds || ';' || coalesce(kpi.feeds_beside, '')", 'delivered.table_name') }}
                then delivered.table_name
            else delivered.feed
        end as source_name
    from {{ ref('kpi') }} as kpi
    inner join {{ ref('int_feed__delivered') }} as delivered
        on
            {{ lists('kpi.feeds', 'delivered.table_name') }} or {{ lists('kpi.feeds', 'delivered.feed') }}
            or {{ lists('kpi.feeds_beside', 'delivered.table_name') }}
            or {{ lists('kpi.feeds_beside', 'delivered.feed') }}
),

by_source as (
    select
        kpi_id,
        period,
        source_name,
        month_end_date,
        bool_or(is_essential) as is_essential,
        -- A pull with nothing new in one of its tables is a pull of them all.
        bool_or(is_delivered) as is_delivered,
        bool_or(is_known) as is_known,
        bool_or(is_used) as is_used
    from wanted
    group by kpi_id, period, source_name, month_end_date
)

select
    windows.period_end_date,
    by_source.kpi_id,
    by_source.source_name,
    bool_or(by_source.is_essential) as is_essential,
    -- Known at M itself: what came later says nothing of M.
    bool_or(by_source.is_known and by_source.month_end_date = windows.period_end_date) as is_known,
    bool_or(by_source.is_used) as is_used,
    cast(count(*) filter (where by_source.is_delivered) as integer) as months_delivered,
    windows.months_due,
    windows.is_told_month_by_month
from {{ ref('int_period__windowed') }} as windows
inner join by_source
    on
        windows.period = by_source.period
        and windows.first_day <= by_source.month_end_date
        and windows.period_end_date >= by_source.month_end_date
group by
    windows.period_end_date,
    by_source.kpi_id,
    by_source.source_name,
    windows.months_due,
    windows.is_told_month_by_month
