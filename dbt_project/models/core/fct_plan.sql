-- One row a support plan (支援プラン), as last told.
with plans as (
    select * from {{ ref('int_plan__current') }}
),

consultations as (
    select * from {{ ref('fct_consultation') }}
),

withheld as (
    select * from {{ ref('int_consultation__withheld') }}
),

conferences as (
    select conference.conference_id
    from {{ ref('int_conference__at_month') }} as conference
    inner join {{ ref('int_month__spined') }} as months on conference.month_end_date = months.month_end_date
    -- 支援会議 shows nowhere outside the restricted zone, not even as a plan's meeting.
    inner join {{ ref('kpi_code') }} as kinds
        on conference.conference_kind = kinds.code and kinds.code_set = 'conference_coordination'
    where months.is_newest
)

select
    consultations.case_id,
    consultations.person_id,
    plans.decided_on_earliest as decided_on,
    plans.started_on_earliest as started_on,
    plans.reviewed_on_earliest as reviewed_on,
    plans.closed_on_earliest as closed_on,
    plans.closing_reason,
    cast({{ code_count('plans.agency_codes') }} as integer) as agency_count,
    -- The conference of the day on which a plan was decided has an area.
    case when withheld.case_id is null then conferences.conference_id is not null end as has_conference,
    coalesce(consultations.is_compound_issue, false) as is_compound_issue,
    consultations.area_code
from plans
left join consultations on plans.case_id = consultations.case_id
left join withheld on plans.case_id = withheld.case_id
left join conferences on plans.meeting_id = conferences.conference_id
