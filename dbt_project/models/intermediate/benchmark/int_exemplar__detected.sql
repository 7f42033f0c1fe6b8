-- One row a month end M: compound households first met in the year up to M, and how many early.
with yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

first_met as (
    select
        month_end_date,
        route,
        emergency_on,
        received_on,
        first_support_by_month
    from yearly
    where is_compound_household and household_id is not null
    -- A household is met once: by its first consultation in the year.
    qualify
        row_number() over (partition by month_end_date, household_id order by received_on, case_id) = 1
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
