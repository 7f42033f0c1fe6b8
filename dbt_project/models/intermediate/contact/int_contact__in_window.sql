-- One row a resident, month end M and number of days with a contact of any feed in that many days up to M.
with windows as (
    select * from {{ ref('int_contact__window') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where resident_no is not null
),

consulted as (
    select
        windows.month_end_date,
        windows.contact_days,
        consultations.resident_no,
        'consultation' as contact_kind
    from windows
    inner join {{ ref('int_consultation__at_month') }} as consultations
        on
            windows.month_end_date = consultations.month_end_date
            and consultations.received_on > {{ days_before('windows.month_end_date', 'windows.contact_days') }}
    where consultations.resident_no is not null
),

supported as (
    select
        windows.month_end_date,
        windows.contact_days,
        cases.resident_no,
        'support_action' as contact_kind
    from windows
    inner join {{ ref('int_support_action__current') }} as actions
        on {{ is_in_days_up_to('actions.acted_on', 'windows.contact_days', 'windows.month_end_date') }}
    inner join cases on actions.case_id = cases.case_id
),

taken_part as (
    select
        windows.month_end_date,
        windows.contact_days,
        cases.resident_no,
        'participation' as contact_kind
    from windows
    inner join {{ ref('int_participation__current') }} as activities
        on {{ is_in_days_up_to('activities.held_on', 'windows.contact_days', 'windows.month_end_date') }}
    inner join cases on activities.consultation_id = cases.record_key and cases.feed = 'soudan'
),

contacts as (
    select * from consulted
    union all
    select * from supported
    union all
    select * from taken_part
)

select
    month_end_date,
    contact_days,
    resident_no,
    bool_or(contact_kind = 'consultation') as has_consultation,
    bool_or(contact_kind = 'support_action') as has_support_action,
    bool_or(contact_kind = 'participation') as has_participation
from contacts
group by month_end_date, contact_days, resident_no
