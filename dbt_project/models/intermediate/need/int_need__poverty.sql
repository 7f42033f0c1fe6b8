-- One row a person of the register with a poverty need (生活困窮) at month end M.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

assisted as (
    select * from {{ ref('stg_seiho__case_member') }}
),

supported as (
    select * from {{ ref('int_konkyu__at_month') }}
),

records as (
    select * from {{ ref('int_record__linked') }}
),

-- Cases that ended at the desk are often never closed in the system.
short_screenings as (
    select code from {{ ref('need_code') }}
    where domain = 'poverty' and field = 'screening_result'
)

select
    months.month_end_date,
    records.resident_no
from months
inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'seiho'
inner join assisted on deliveries.delivery_id = assisted.delivery_id
inner join records on assisted.record_key = records.record_key and records.feed = 'seiho'
where {{ is_assisted('assisted', 'months.month_end_date') }}
union
select
    months.month_end_date,
    records.resident_no
from months
inner join supported on months.month_end_date = supported.month_end_date
inner join records on supported.record_key = records.record_key and records.feed = 'konkyu'
left join short_screenings on supported.screening_result = short_screenings.code
where
    {{ has_begun('supported.received_on', 'months.month_end_date') }}
    and not {{ has_ended('supported.closed_on', 'months.month_end_date') }}
    and (
        short_screenings.code is null
        or supported.closed_on_latest is not null
        or {{ is_in_days_up_to('supported.received_on', threshold('need_konkyu_days'), 'months.month_end_date') }}
    )
