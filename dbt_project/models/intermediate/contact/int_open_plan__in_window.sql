-- One row a resident, month end M and number of days with a plan that was open on any of that many days up to M.
with windows as (
    select * from {{ ref('int_contact__window') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where resident_no is not null
),

soudan_plans as (
    select
        windows.month_end_date,
        windows.contact_days,
        cases.resident_no,
        'soudan' as feed
    from windows
    inner join {{ ref('int_plan__current') }} as plans
        on
            {{ is_open_in_days_up_to(
                'plans.started_on', 'plans.closed_on', 'windows.contact_days', 'windows.month_end_date'
            ) }}
    inner join cases on plans.case_id = cases.case_id
),

konkyu_plans as (
    select
        windows.month_end_date,
        windows.contact_days,
        cases.resident_no,
        'konkyu' as feed
    from windows
    inner join {{ ref('int_konkyu__at_month') }} as plans on windows.month_end_date = plans.month_end_date
    inner join cases on plans.record_key = cases.record_key and cases.feed = 'konkyu'
    where
        {{ is_open_in_days_up_to(
            'plans.plan_made_on', 'plans.closed_on', 'windows.contact_days', 'windows.month_end_date'
        ) }}
),

plans as (
    select * from soudan_plans
    union all
    select * from konkyu_plans
)

select
    month_end_date,
    contact_days,
    resident_no,
    bool_or(feed = 'soudan') as has_soudan_plan,
    bool_or(feed = 'konkyu') as has_konkyu_plan
from plans
group by month_end_date, contact_days, resident_no
