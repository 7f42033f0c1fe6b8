-- One row a resident and month end M whose consultation a 重層的支援会議 dealt with in the 183 days up to M.
with conferences as (
    select
        conference.month_end_date,
        {{ each_code('conference.consultation_ids') }} as consultation_id
    from {{ ref('int_conference__at_month') }} as conference
    inner join {{ ref('kpi_code') }} as kinds
        -- Of the three kinds only the one that decides plans across agencies counts here.
        on conference.conference_kind = kinds.code and kinds.code_set = 'conference_coordination'
    where {{ is_in_days_up_to('conference.held_on', threshold('contact_days'), 'conference.month_end_date') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where feed = 'soudan' and resident_no is not null
)

select distinct
    conferences.month_end_date,
    cases.resident_no
from conferences
inner join cases on conferences.consultation_id = cases.record_key
