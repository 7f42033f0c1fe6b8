-- One row a person of the register with a care record or a handbook, and month end M: what these say of the person.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select delivered.* from {{ ref('int_month__delivered') }} as delivered
    inner join months on delivered.month_end_date = months.month_end_date
),

records as (
    select * from {{ ref('int_record__linked') }}
),

levels as (
    select code from {{ ref('pattern_code') }}
    where code_set = 'care_receiver'
),

told as (
    select
        deliveries.month_end_date,
        records.resident_no,
        -- 施設入所 = 1 in the file in force, whatever the days of the certification.
        coalesce(certifications.in_facility, false) as in_facility,
        -- 有効終了 is the last day in force.
        levels.code is not null
        and {{ is_in_force('certifications.valid_from', 'certifications.valid_to', 'deliveries.month_end_date') }}
            as needs_care,
        false as has_handbook
    from deliveries
    inner join {{ ref('stg_kaigo__certification') }} as certifications
        on deliveries.delivery_id = certifications.delivery_id
    inner join records on certifications.record_key = records.record_key and records.feed = 'kaigo'
    left join levels on certifications.care_level = levels.code
    where deliveries.feed = 'kaigo'
    union all
    select
        deliveries.month_end_date,
        records.resident_no,
        false as in_facility,
        false as needs_care,
        true as has_handbook
    from deliveries
    inner join {{ ref('stg_shogai__decision') }} as decisions on deliveries.delivery_id = decisions.delivery_id
    inner join records on decisions.record_key = records.record_key and records.feed = 'shogai'
    where
        deliveries.feed = 'shogai'
        and decisions.handbook_kind is not null
        and {{ has_begun('decisions.issued_on', 'deliveries.month_end_date') }}
        and not {{ has_ended('decisions.returned_on', 'deliveries.month_end_date') }}
)

select
    month_end_date,
    resident_no,
    bool_or(in_facility) as in_facility,
    coalesce(bool_or(needs_care), false) as needs_care,
    bool_or(has_handbook) as has_handbook
from told
group by month_end_date, resident_no
