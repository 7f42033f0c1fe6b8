-- One row a child of the register with a child need (子ども) at month end M.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

benefits as (
    select * from {{ ref('stg_kodomo__benefit') }}
),

records as (
    select * from {{ ref('int_record__linked') }}
),

residents as (
    select * from {{ ref('int_resident__at_month') }}
),

statuses as (
    select code from {{ ref('need_code') }}
    where domain = 'child' and field = 'benefit_status'
),

aid_kinds as (
    select code from {{ ref('need_code') }}
    where domain = 'child' and field = 'school_aid_kind'
)

select distinct
    months.month_end_date,
    records.resident_no
from months
inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'kodomo'
inner join benefits on deliveries.delivery_id = benefits.delivery_id
-- The need is the child's, not the guardian's who receives the benefit.
inner join records
    on benefits.record_key = records.record_key and records.feed = 'kodomo' and records.role = 'child'
inner join residents
    on months.month_end_date = residents.month_end_date and records.resident_no = residents.resident_no
left join statuses on benefits.benefit_status = statuses.code
left join aid_kinds on benefits.school_aid_kind = aid_kinds.code
where
    -- An age that is not known well enough counts as a child's: nobody is lost for it.
    coalesce(not residents.is_adult, true)
    and (
        -- 喪失年月日 is the last day in force.
        (
            statuses.code is not null
            and {{ is_in_force('benefits.certified_on', 'benefits.ends_on', 'months.month_end_date') }}
        )
        -- School aid is granted for a whole school year.
        or (aid_kinds.code is not null and benefits.school_aid_year = months.school_year)
    )
