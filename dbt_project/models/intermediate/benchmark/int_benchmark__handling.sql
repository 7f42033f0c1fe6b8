-- One row an indicator of the brief on the days of coordination and month end M: its value over the year up to M.
with yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

actions as (
    select * from {{ ref('fct_support_action') }}
),

plans as (
    select * from {{ ref('fct_plan') }}
),

referrals as (
    select
        yearly.month_end_date,
        yearly.case_id,
        {{ days_between('any_value(yearly.received_on)', 'min(actions.acted_on)') }} as days
    from yearly
    inner join actions on yearly.case_id = actions.case_id
    where
        {{ is_in_code_set('actions.action_kind', 'referral') }}
        and actions.acted_on between yearly.received_on and yearly.month_end_date
    group by yearly.month_end_date, yearly.case_id
),

coordinated as (
    select
        yearly.month_end_date,
        yearly.case_id,
        {{ days_between('any_value(yearly.received_on)', 'min(plans.decided_on)') }} as days
    from yearly
    inner join plans on yearly.case_id = plans.case_id
    where
        -- Departments have agreed when a plan of several agencies is decided.
        plans.agency_count >= {{ threshold('kpi_agencies_from') }}
        and plans.decided_on between yearly.received_on and yearly.month_end_date
    group by yearly.month_end_date, yearly.case_id
)

select
    month_end_date,
    'days_to_agency' as indicator_id,
    avg(days) as value
from referrals
group by month_end_date
union all
select
    month_end_date,
    'coordination_days' as indicator_id,
    avg(days) as value
from coordinated
group by month_end_date
