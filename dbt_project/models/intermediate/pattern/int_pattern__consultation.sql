-- One row a consultation of a resident, known at month end M: whose it is and how many days ago.
with consultations as (
    select * from {{ ref('int_consultation__at_month') }}
    -- Who is not in the register lives in no household that is counted.
    where resident_no is not null
),

members as (
    select * from {{ ref('int_member__described') }}
)

select
    consultations.month_end_date,
    consultations.feed,
    consultations.case_id,
    consultations.resident_no,
    members.living_household_no,
    members.in_facility,
    members.age_at_least,
    members.age_at_most,
    -- 0 on M itself: "in the N days up to M" is fewer than N days ago.
    cast({{ days_between('consultations.received_on', 'consultations.month_end_date') }} as integer) as days_ago,
    consultations.theme,
    consultations.scheme_fit,
    consultations.topics,
    consultations.issues
from consultations
inner join members
    on
        consultations.month_end_date = members.month_end_date
        and consultations.resident_no = members.resident_no
