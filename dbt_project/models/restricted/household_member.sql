-- One row a resident and month end M: the living household.
{{ config(materialized='view') }}

with members as (
    select * from {{ ref('int_member__at_month') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    members.month_end_date,
    identified.household_id,
    registered.person_id,
    members.register_household_no
from members
inner join identified
    on
        members.month_end_date = identified.month_end_date
        and members.living_household_no = identified.living_household_no
inner join registered on members.resident_no = registered.resident_no
