-- One row a resident, month end M and number of days whose consultation a 重層的支援会議 in that many days dealt with.
with windows as (
    select * from {{ ref('int_contact__window') }}
),

conferences as (
    select
        windows.month_end_date,
        windows.contact_days,
        {{ each_code('conference.consultation_ids') }} as consultation_id
    from windows
    inner join {{ ref('int_conference__at_month') }} as conference
        on windows.month_end_date = conference.month_end_date
    inner join {{ ref('kpi_code') }} as kinds
        -- Of the three kinds only the one that decides plans across agencies counts here.
        on conference.conference_kind = kinds.code and kinds.code_set = 'conference_coordination'
    where {{ is_in_days_up_to('conference.held_on', 'windows.contact_days', 'windows.month_end_date') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where feed = 'soudan' and resident_no is not null
)

select distinct
    conferences.month_end_date,
    conferences.contact_days,
    cases.resident_no
from conferences
inner join cases on conferences.consultation_id = cases.record_key
