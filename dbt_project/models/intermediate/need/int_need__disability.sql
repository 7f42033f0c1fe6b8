-- One row a person of the register with a disability need (障害) at month end M.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

decisions as (
    select * from {{ ref('stg_shogai__decision') }}
),

records as (
    select * from {{ ref('int_record__linked') }}
),

categories as (
    select code from {{ ref('need_code') }}
    where domain = 'disability' and field = 'support_category'
)

select distinct
    months.month_end_date,
    records.resident_no
from months
inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'shogai'
inner join decisions on deliveries.delivery_id = decisions.delivery_id
inner join records on decisions.record_key = records.record_key and records.feed = 'shogai'
left join categories on decisions.support_category = categories.code
where
    -- A handbook counts from its issue until the day before it is returned.
    (
        decisions.handbook_kind is not null
        and {{ has_begun('decisions.issued_on', 'months.month_end_date') }}
        and not {{ has_ended('decisions.returned_on', 'months.month_end_date') }}
    )
    -- A support category or any service counts while its decision is in force; 支給終了 is the last day.
    or (
        (categories.code is not null or decisions.service_kind is not null)
        and {{ is_in_force('decisions.service_from', 'decisions.service_to', 'months.month_end_date') }}
    )
