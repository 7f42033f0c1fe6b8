-- One row a child of the register whom a youtai case (要対協) makes a child need at month end M; for restricted alone.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

cases as (
    select * from {{ ref('int_youtai__at_month') }}
),

-- A case is linked only where kana and birth are the register's: who is linked to nobody has no need here.
records as (
    select * from {{ ref('int_record__linked') }}
),

residents as (
    select * from {{ ref('int_resident__at_month') }}
)

select distinct
    months.month_end_date,
    records.resident_no
from months
inner join cases on months.month_end_date = cases.month_end_date
inner join records on cases.record_key = records.record_key and records.feed = 'youtai'
inner join residents
    on months.month_end_date = residents.month_end_date and records.resident_no = residents.resident_no
where
    -- An age that is not known well enough counts as a child's: nobody is lost for it.
    coalesce(not residents.is_adult, true)
    and {{ has_begun('cases.accepted_on', 'months.month_end_date') }}
    and not {{ has_ended('cases.closed_on', 'months.month_end_date') }}
    and (cases.case_kind is not null or coalesce(cases.is_young_carer, false))
