-- One row a living household and month end M in which a protected person lives.
with members as (
    select * from {{ ref('int_member__at_month') }}
),

protected as (
    select * from {{ ref('int_person__protected') }}
)

select distinct
    members.month_end_date,
    members.living_household_no
from members
inner join protected on members.resident_no = protected.resident_no
