-- One row an indicator and month end M: the coverage of its source, and which feeds are missing or late.
with covered as (
    select * from {{ ref('int_kpi_source__covered') }}
)

select
    period_end_date,
    kpi_id,
    -- Of several feeds the one that delivered least.
    min(months_delivered) filter (where is_essential) as coverage_months_delivered,
    max(months_due) as coverage_months_due,
    -- Without these there is no number: never delivered, or nothing of the whole period.
    {{ joined_text('source_name', 'is_essential and not is_known') }} as missing_feeds,
    {{ joined_text(
        'source_name', 'is_essential and is_known and is_told_month_by_month and months_delivered = 0'
    ) }} as silent_feeds,
    {{ joined_text('source_name', 'not is_essential and not is_known') }} as missing_feeds_beside,
    {{ joined_text('source_name', 'is_known and months_delivered < months_due') }} as late_feeds
from covered
group by period_end_date, kpi_id
