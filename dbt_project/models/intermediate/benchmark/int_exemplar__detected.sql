-- One row a month end M: compound households first met in the year up to M, and how many early.
with yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

meetings as (
    select case_id from {{ ref('int_consultation__described') }}
    where household_id is not null
    -- A household is met once: by its first consultation of all, whatever came after it.
    qualify row_number() over (partition by household_id order by received_on, case_id) = 1
),

first_met as (
    select
        yearly.month_end_date,
        yearly.route,
        yearly.emergency_on,
        yearly.received_on,
        yearly.first_support_by_month
    from yearly
    inner join meetings on yearly.case_id = meetings.case_id
    where yearly.is_compound_household
)

select
    month_end_date,
    count(*) as met_count,
    count(*) filter (
        -- Early: found by outreach, or before any emergency.
        where {{ is_in_code_set('route', 'outreach_route') }} or coalesce(emergency_on > received_on, true)
    ) as early_met_count,
    count(*) filter (where first_support_by_month is not null) as supported_count,
    count(*) filter (
        where first_support_by_month is not null and coalesce(emergency_on > first_support_by_month, true)
    ) as early_supported_count
from first_met
group by month_end_date
