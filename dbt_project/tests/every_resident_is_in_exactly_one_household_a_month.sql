-- Residents and members of living households are the same number, each month.
with residents as (
    select
        month_end_date,
        count(*) as resident_count
    from {{ ref('int_resident__at_month') }}
    group by month_end_date
),

members as (
    select
        month_end_date,
        sum(member_count) as resident_count
    from {{ ref('int_household__at_month') }}
    group by month_end_date
)

select *
from residents
full join members using (month_end_date)
where residents.resident_count is distinct from members.resident_count
