-- One row a living household with compound needs at home, month end M and number of days: what reached it in them.
with windows as (
    select * from {{ ref('int_contact__window') }}
),

members as (
    select
        windows.contact_days,
        candidate.month_end_date,
        candidate.living_household_no,
        candidate.resident_no,
        candidate.is_compound_at_home
    from windows
    inner join {{ ref('int_pattern__candidate') }} as candidate on windows.month_end_date = candidate.month_end_date
    where candidate.is_compound_at_home_with_youtai
),

contacts as (
    select * from {{ ref('int_contact__in_window') }}
),

plans as (
    select * from {{ ref('int_open_plan__in_window') }}
),

conferences as (
    select * from {{ ref('int_conference_case__in_window') }}
),

services as (
    select * from {{ ref('int_service__at_month') }}
)

select
    members.month_end_date,
    members.contact_days,
    members.living_household_no,
    bool_or(members.is_compound_at_home) as is_compound_at_home,
    bool_or(contacts.resident_no is not null) as has_contact,
    bool_or(coalesce(contacts.has_support_action, false)) as has_support_action,
    bool_or(plans.resident_no is not null) as has_open_plan,
    bool_or(coalesce(plans.has_soudan_plan, false)) as has_soudan_plan,
    bool_or(conferences.resident_no is not null) as has_conference,
    bool_or(services.resident_no is not null) as has_service
from members
left join contacts
    on
        members.month_end_date = contacts.month_end_date
        and members.contact_days = contacts.contact_days
        and members.resident_no = contacts.resident_no
left join plans
    on
        members.month_end_date = plans.month_end_date
        and members.contact_days = plans.contact_days
        and members.resident_no = plans.resident_no
left join conferences
    on
        members.month_end_date = conferences.month_end_date
        and members.contact_days = conferences.contact_days
        and members.resident_no = conferences.resident_no
left join services
    on members.month_end_date = services.month_end_date and members.resident_no = services.resident_no
group by members.month_end_date, members.contact_days, members.living_household_no
