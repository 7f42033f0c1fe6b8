-- One row a resident and month end M with a contact of any feed in the 183 days up to M.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where resident_no is not null
),

consulted as (
    select
        month_end_date,
        resident_no,
        'consultation' as contact_kind
    from {{ ref('int_consultation__at_month') }}
    where resident_no is not null and received_on > {{ days_before('month_end_date', threshold('contact_days')) }}
),

supported as (
    select
        months.month_end_date,
        cases.resident_no,
        'support_action' as contact_kind
    from months
    inner join {{ ref('int_support_action__current') }} as actions
        on {{ is_in_days_up_to('actions.acted_on', threshold('contact_days'), 'months.month_end_date') }}
    inner join cases on actions.case_id = cases.case_id
),

taken_part as (
    select
        months.month_end_date,
        cases.resident_no,
        'participation' as contact_kind
    from months
    inner join {{ ref('int_participation__current') }} as activities
        on {{ is_in_days_up_to('activities.held_on', threshold('contact_days'), 'months.month_end_date') }}
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
    resident_no,
    bool_or(contact_kind = 'consultation') as has_consultation,
    bool_or(contact_kind = 'support_action') as has_support_action,
    bool_or(contact_kind = 'participation') as has_participation
from contacts
group by month_end_date, resident_no
