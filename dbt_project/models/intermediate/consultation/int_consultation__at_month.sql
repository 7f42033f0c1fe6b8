-- One row a consultation (soudan, houkatsu, konkyu) and month end M that knows it, received in the 395 days up to M.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

known as (
    select
        months.month_end_date,
        'soudan' as feed,
        soudan.record_key,
        soudan.received_on_earliest,
        soudan.received_on_latest,
        soudan.theme,
        soudan.scheme_fit,
        soudan.topics,
        soudan.issues
    from months
    cross join {{ ref('int_consultation__current') }} as soudan
    union all
    select
        months.month_end_date,
        'houkatsu' as feed,
        houkatsu.record_key,
        houkatsu.received_on_earliest,
        houkatsu.received_on_latest,
        cast(null as varchar) as theme,
        cast(null as varchar) as scheme_fit,
        houkatsu.topics,
        cast(null as varchar) as issues
    from months
    cross join {{ ref('int_houkatsu__current') }} as houkatsu
    union all
    select
        konkyu.month_end_date,
        'konkyu' as feed,
        konkyu.record_key,
        konkyu.received_on_earliest,
        konkyu.received_on_latest,
        cast(null as varchar) as theme,
        cast(null as varchar) as scheme_fit,
        konkyu.topics,
        konkyu.issues
    from {{ ref('int_konkyu__at_month') }} as konkyu
),

received as (
    select * from known
    -- The longest window that anything reads: a trailing year that ends before M.
    where
        {{ is_in_days_up_to(
            'received_on', threshold('kpi_trailing_days') ~ ' + ' ~ threshold('kpi_trailing_lag_days'), 'month_end_date'
        ) }}
)

select
    received.month_end_date,
    received.feed,
    cases.case_id,
    cases.person_id,
    cases.resident_no,
    -- Of a day that is partly known the latest it can be by M: so a window that it may lie in counts it.
    least(received.received_on_latest, received.month_end_date) as received_on,
    received.theme,
    received.scheme_fit,
    received.topics,
    received.issues
from received
inner join {{ ref('int_case__linked') }} as cases
    on received.feed = cases.feed and received.record_key = cases.record_key
