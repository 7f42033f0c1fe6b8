-- One row a resident and month end M: the living household, by the smallest 世帯番号 in it.
{{ config(materialized='view') }}

with residents as (
    select * from {{ ref('int_resident__at_month') }}
),

merged as (
    select * from {{ ref('int_household__merged') }}
)

select
    residents.month_end_date,
    residents.resident_no,
    case when residents.household_no not like 'P%' then residents.household_no end as register_household_no,
    residents.town_code,
    residents.is_head,
    residents.is_adult,
    coalesce(merged.living_household_no, residents.household_no) as living_household_no
from residents
left join merged
    on
        residents.month_end_date = merged.month_end_date
        and residents.household_no = merged.household_no
