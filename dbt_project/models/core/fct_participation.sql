-- One row a participation support (参加支援), as last told.
with activities as (
    select * from {{ ref('int_participation__current') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where feed = 'soudan'
),

withheld as (
    select * from {{ ref('int_consultation__withheld') }}
)

select
    activities.held_on_earliest as held_on,
    activities.activity_kind,
    -- Where a protected person takes part, and with whom, is not told.
    case when withheld.case_id is null then activities.agency_code end as agency_code,
    case when withheld.case_id is null then activities.area_code end as area_code,
    cases.case_id,
    case when withheld.case_id is null then cases.person_id end as person_id
from activities
left join cases on activities.consultation_id = cases.record_key
left join withheld on cases.case_id = withheld.case_id
