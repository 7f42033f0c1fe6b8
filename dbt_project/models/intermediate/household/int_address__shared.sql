-- One row an address and month end M where several register households live: who may live together, and facilities.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

certifications as (
    select * from {{ ref('stg_kaigo__certification') }}
),

records as (
    select * from {{ ref('int_record__linked') }}
),

residents as (
    select resident.*
    from {{ ref('int_resident__at_month') }} as resident
    inner join months on resident.month_end_date = months.month_end_date
    -- Without block and building nobody can be said to share an address.
    where resident.address_hash is not null
),

shared as (
    select
        month_end_date,
        address_hash,
        count(*) as resident_count
    from residents
    group by month_end_date, address_hash
    having min(household_no) <> max(household_no)
),

care_residents as (
    select
        residents.month_end_date,
        residents.address_hash,
        count(distinct residents.resident_no) as care_resident_count
    from residents
    inner join deliveries on residents.month_end_date = deliveries.month_end_date and deliveries.feed = 'kaigo'
    inner join certifications on deliveries.delivery_id = certifications.delivery_id
    inner join records
        on
            certifications.record_key = records.record_key
            and records.feed = 'kaigo'
            and residents.resident_no = records.resident_no
    -- 施設入所 = 1
    where certifications.in_facility
    group by residents.month_end_date, residents.address_hash
)

select
    shared.month_end_date,
    shared.address_hash,
    shared.resident_count,
    coalesce(care_residents.care_resident_count, 0) as care_resident_count,
    shared.resident_count > {{ threshold('facility_residents_over') }}
    or coalesce(care_residents.care_resident_count, 0) >= {{ threshold('facility_care_residents_from') }}
        as is_facility
from shared
left join care_residents
    on
        shared.month_end_date = care_residents.month_end_date
        and shared.address_hash = care_residents.address_hash
