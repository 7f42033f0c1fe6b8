-- One row an indicator and month end M: the coverage of its source, and which feeds are missing, late or not used.
with sources as (
    select * from {{ ref('int_kpi_source__covered') }}
),

covered as (
    select
        period_end_date,
        kpi_id,
        bool_and(is_used) filter (where is_essential) as is_used,
        -- Of several feeds the one that delivered least.
        min(months_delivered) filter (where is_essential) as months_delivered,
        max(months_due) as months_due,
        -- Without these there is no number: never delivered, or nothing of the whole period.
        {{ joined_text('source_name', 'is_essential and is_used and not is_known') }} as missing_feeds,
        {{ joined_text(
            'source_name', 'is_essential and is_known and is_told_month_by_month and months_delivered = 0'
        ) }} as silent_feeds,
        {{ joined_text('source_name', 'not is_essential and is_used and not is_known') }} as missing_feeds_beside,
        {{ joined_text('source_name', 'is_known and months_delivered < months_due') }} as late_feeds,
        {{ joined_text('source_name', 'is_essential and not is_used') }} as unused_feeds,
        {{ joined_text('source_name', 'not is_essential and not is_used') }} as unused_feeds_beside
    from sources
    group by period_end_date, kpi_id
)

select
    period_end_date,
    kpi_id,
    -- Of a feed that is not used nothing is due, so nothing is late.
    case when is_used then months_delivered end as coverage_months_delivered,
    case when is_used then months_due end as coverage_months_due,
    missing_feeds,
    silent_feeds,
    missing_feeds_beside,
    late_feeds,
    unused_feeds,
    unused_feeds_beside
from covered
