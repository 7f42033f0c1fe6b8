-- One row a person of the register who lives or lived with a protected person: no place is told of them.
with members as (
    select * from {{ ref('int_member__at_month') }}
),

protected as (
    select * from {{ ref('int_household__protected') }}
)

select distinct members.resident_no
from members
inner join protected
    on
        members.month_end_date = protected.month_end_date
        and members.living_household_no = protected.living_household_no
union
select resident_no from {{ ref('int_person__protected') }}
